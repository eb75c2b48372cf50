import sys
from math import sqrt

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from newsclf import DataError, MissingExtraError
from newsclf.topic_coherence import CoherenceMeasure, coherence, split_words

# Each is one window. Two words are always together, two as often as chance has it, two never.
TOGETHER = [["oil", "gas"], ["oil", "gas"], ["vote"], ["vote"]]
BY_CHANCE = [["oil", "gas"], ["oil", "vote"], ["gas", "vote"], ["rain"]]


def test_npmi_is_1_for_words_that_are_always_together_and_0_for_chance() -> None:
    # P = 1/2, 1/2 and 1/2 together; then 1/2, 1/2 and 1/4.
    assert coherence([["oil", "gas"]], TOGETHER, measure="npmi") == pytest.approx([1])
    assert coherence([["oil", "gas"]], BY_CHANCE, measure="npmi") == pytest.approx([0], abs=1e-9)


def test_words_that_are_never_together_have_a_low_npmi() -> None:
    together, never = coherence([["oil", "gas"], ["oil", "vote"]], TOGETHER, measure="npmi")

    assert never < -0.9 < together


def test_c_v_is_the_cosine_between_what_a_word_and_what_the_topic_stands_with() -> None:
    # By chance: (1, 0) and (0, 1), each against their sum (1, 1).
    assert coherence([["oil", "gas"]], TOGETHER, measure="c_v") == pytest.approx([1])
    assert coherence([["oil", "gas"]], BY_CHANCE, measure="c_v") == pytest.approx([1 / sqrt(2)])


def test_npmi_looks_ten_words_far() -> None:
    near, far = ["oil", *"abcdefgh", "gas"], ["oil", *"abcdefghi", "gas"]

    # The near text is one window with both; the far one is two windows with one each.
    assert coherence([["oil", "gas"]], [near, ["rain"]], measure="npmi") == pytest.approx([1])
    assert coherence([["oil", "gas"]], [far, ["rain"]], measure="npmi")[0] < -0.8


def test_topics_of_unequal_length_and_words_that_no_text_has() -> None:
    found = coherence([["oil", "crude oil", "gas"], ["oil"], [], ["gas", "snow"]], TOGETHER, measure="npmi")

    assert found == pytest.approx([1, np.nan, np.nan, np.nan], nan_ok=True)


def test_only_the_first_keywords_count() -> None:
    assert coherence([["oil", "gas", "vote"]], TOGETHER, measure="npmi", top=2) == pytest.approx([1])


@pytest.mark.parametrize("measure", ["npmi", "c_v"])
def test_a_topic_is_measured_alike_beside_many_others(measure: CoherenceMeasure) -> None:
    rng = np.random.default_rng(0)
    texts = [[f"w{i}" for i in rng.integers(40, size=60)] for _ in range(5)]
    topics = [[f"w{i}" for i in rng.permutation(40)[:5]] for _ in range(155)]

    found = coherence([*topics, topics[0]], texts, measure=measure)

    assert found[[0, 19, 20, 149, 154, 155]] == pytest.approx(
        [coherence([topics[i]], texts, measure=measure)[0] for i in (0, 19, 20, 149, 154, 0)]
    )


def test_no_topic_has_no_coherence() -> None:
    assert coherence([], TOGETHER, measure="c_v").shape == (0,)


def test_texts_are_split_as_scikit_learn_splits_them() -> None:
    text = "The U.S. said 12 O'Neill-led MPs, in 2004, paid £5m for foo_bar."

    assert split_words(text) == CountVectorizer().build_analyzer()(text)


def test_texts_without_a_word_cannot_be_counted() -> None:
    with pytest.raises(DataError, match="No document has a word"):
        coherence([["oil", "gas"]], [[], []], measure="npmi")


def test_without_gensim_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gensim.corpora", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'newsclf\[coherence\]'"):
        coherence([["oil", "gas"]], TOGETHER, measure="npmi")
