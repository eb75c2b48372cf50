"""Long texts as windows of tokens: cut, shared out over batches of like length, and averaged."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from newsclf.arrays import BoolArray, FloatArray, FloatMatrix, IntArray

#: A phrase that a window's end cuts in two stands whole in the next one.
WINDOW_OVERLAP_TOKENS = 32


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of some texts, in their order.

    Parameters
    ----------
    ids : length w
        Token ids of each window, with the marks at its ends.
    owners : (w,)
        Position of the text that a window is of.
    """

    ids: Sequence[list[int]]
    owners: IntArray

    @property
    def lengths(self) -> IntArray:
        """Tokens of each window, (w,)."""
        return np.array([len(window) for window in self.ids], dtype=np.intp)


def cut_windows(tokenizer: Any, texts: Sequence[str], *, max_windows: int | None) -> Windows:
    """Cut texts into the windows that a tokenizer truncates to, at most so many of the beginning of each.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
        Truncates to a window, with `WINDOW_OVERLAP_TOKENS` as stride, and does not pad.
    """
    ids: list[list[int]] = []
    owners: list[int] = []
    for owner, encoding in enumerate(tokenizer.encode_batch_fast(list(texts))):
        found = [encoding, *encoding.overflowing][:max_windows]
        ids += [window.ids for window in found]
        owners += [owner] * len(found)
    return Windows(ids, np.array(owners, dtype=np.intp))


def unread(tokenizer: Any, texts: Sequence[str], *, window: int, max_windows: int | None) -> BoolArray:
    """Say of n texts which are longer than their windows, (n,); only those are tokenized of which it is in doubt."""
    found = np.zeros(len(texts), dtype=bool)
    if max_windows is None:
        return found
    marks = 2
    room = window - marks + (max_windows - 1) * (window - marks - WINDOW_OVERLAP_TOKENS)
    doubtful = []
    for i, text in enumerate(texts):
        # A token of ASCII has at least one character, a word at least one token.
        if not text.isascii() or len(text) > room:
            found[i] = len(text.split()) > room
            doubtful += [] if found[i] else [i]
    for i, encoding in zip(doubtful, tokenizer.encode_batch_fast([texts[i] for i in doubtful]), strict=True):
        found[i] = 1 + len(encoding.overflowing) > max_windows
    return found


def average_windows(
    windows: Windows, n: int, vectors_of: Callable[[list[list[int]]], FloatArray], *, batch_tokens: int
) -> FloatMatrix:
    """Return the (n, d) unit vectors of n texts: means of their windows' unit vectors, weighted by tokens.

    Parameters
    ----------
    vectors_of
        Returns (b, d) unit vectors of b windows, longest first.
    batch_tokens
        How many tokens at most, padding counted, it is given at a time.
    """
    lengths = windows.lengths
    order = np.argsort(-lengths, kind="stable")
    rows = [vectors_of([windows.ids[i] for i in batch]) for batch in _batches(lengths, order, batch_tokens)]
    vectors = np.concatenate(rows)
    sums = np.zeros((n, vectors.shape[1]))
    np.add.at(sums, windows.owners[order], vectors * lengths[order, None])
    return unit_rows(sums).astype(np.float32)


def _batches(lengths: IntArray, order: IntArray, batch_tokens: int) -> Iterator[IntArray]:
    start = 0
    while start < len(order):
        size = max(1, batch_tokens // int(lengths[order[start]]))
        yield order[start : start + size]
        start += size


def read_tokenizer(content: str) -> Any:
    """Return the `tokenizers.Tokenizer` of a ``tokenizer.json``, or raise ValueError where it is none."""
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_str(content)
    except Exception as error:  # the library raises no narrower one
        raise ValueError(f"tokenizer.json is damaged: {error}") from error


def unit_rows(rows: FloatArray) -> FloatArray:
    """Return (n, d) rows at length 1; a row of zeros stays."""
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-12))
