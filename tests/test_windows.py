import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import NFD
from tokenizers.pre_tokenizers import Split, Whitespace
from tokenizers.processors import TemplateProcessing

from newsclf.windows import WINDOW_OVERLAP_TOKENS, average_windows, cut_windows, unread

WINDOW = 70
NEW = WINDOW - 2 - WINDOW_OVERLAP_TOKENS  # tokens that a window adds to the one before


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """A word a token, between marks 1 and 2; the word w7 is token 10."""
    words = {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, **{f"w{i}": 3 + i for i in range(300)}}
    made = Tokenizer(WordLevel(words, unk_token="[PAD]"))
    made.pre_tokenizer = Whitespace()
    made.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    made.enable_truncation(WINDOW, stride=WINDOW_OVERLAP_TOKENS)
    return made


def text(words: int) -> str:
    return " ".join(f"w{i}" for i in range(words))


def test_windows_overlap_and_leave_no_token_out(tokenizer: Tokenizer) -> None:
    windows = cut_windows(tokenizer, [text(5), text(200)], max_windows=None)
    first, *rest = windows.ids

    assert first == [1, 3, 4, 5, 6, 7, 2]
    assert windows.owners.tolist() == [0] + [1] * len(rest)
    assert all(window[0] == 1 and window[-1] == 2 and len(window) <= WINDOW for window in rest)
    assert all(b[1] == a[1] + NEW for a, b in itertools.pairwise(rest))
    assert {token for window in rest for token in window} == {1, 2, *range(3, 203)}


def test_a_limit_keeps_the_beginning(tokenizer: Tokenizer) -> None:
    whole = cut_windows(tokenizer, [text(200), text(5)], max_windows=None)
    cut = cut_windows(tokenizer, [text(200), text(5)], max_windows=2)

    assert cut.ids == [*whole.ids[:2], whole.ids[-1]]
    assert cut.owners.tolist() == [0, 0, 1]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_unread_are_the_texts_with_more_windows_than_the_limit(limit: int, tokenizer: Tokenizer) -> None:
    room = WINDOW - 2 + (limit - 1) * NEW
    texts = [text(1), text(room - 1), text(room), text(room + 1), text(room + 100), "w1" * (room + 10)]

    found = unread(tokenizer, texts, window=WINDOW, max_windows=limit)

    counts = np.bincount(cut_windows(tokenizer, texts, max_windows=None).owners)
    assert found.tolist() == (counts > limit).tolist() == [False, False, False, True, True, False]


def test_letters_that_are_several_tokens_are_counted_as_such(tokenizer: Tokenizer) -> None:
    made = Tokenizer.from_str(tokenizer.to_str())
    made.normalizer, made.pre_tokenizer = NFD(), Split("", "isolated")
    text = "\uac01" * (WINDOW // 3 + 1)  # a syllable of three letters

    assert unread(made, [text], window=WINDOW, max_windows=1).tolist() == [True]


def test_without_a_limit_nothing_is_unread(tokenizer: Tokenizer) -> None:
    assert unread(tokenizer, [text(300)], window=WINDOW, max_windows=None).tolist() == [False]


def test_a_text_is_the_mean_of_its_windows_by_their_tokens_whatever_the_batches(tokenizer: Tokenizer) -> None:
    windows = cut_windows(tokenizer, [text(100), text(3)], max_windows=None)
    given: list[list[list[int]]] = []

    def vectors_of(batch: Sequence[Sequence[int]]) -> np.ndarray:
        given.append([list(window) for window in batch])
        return np.array([[1.0, 0.0] if window[1] == 3 else [0.0, 1.0] for window in batch])

    one = average_windows(windows, 2, vectors_of, batch_tokens=10_000)
    many = average_windows(windows, 2, vectors_of, batch_tokens=1)

    first, second = len(windows.ids[0]), len(windows.ids[1])
    expected = np.array([first, second]) / np.hypot(first, second)
    np.testing.assert_allclose(one, [expected, [1, 0]], atol=1e-7)
    np.testing.assert_array_equal(one, many)
    assert [len(window) for window in given[0]] == sorted(windows.lengths.tolist(), reverse=True)
    assert [len(batch) for batch in given[1:]] == [1, 1, 1]
