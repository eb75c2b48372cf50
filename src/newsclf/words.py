"""Words of texts and their TF-IDF weights, as scikit-learn's TfidfVectorizer has them, without importing it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from newsclf.arrays import FloatArray

_WORD = re.compile(r"\b\w\w+\b")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of a collection with their inverse document frequencies.

    Parameters
    ----------
    columns
        Word to its column; in the order of the columns.
    idf : (v,)
    """

    columns: Mapping[str, int]
    idf: FloatArray

    @property
    def size(self) -> int:
        """How many words there are."""
        return len(self.columns)

    def weigh(self, texts: Sequence[str]) -> csr_array:
        """Return (n, v) weights: (1 + log count) times idf, each row at length 1, or without an entry."""
        found = [self._columns_of(text) for text in texts]
        ends = np.cumsum([0, *map(len, found)])
        columns = np.array([column for row in found for column in row], dtype=np.int32)
        counts = csr_array((np.ones(len(columns)), columns, ends.astype(np.int32)), shape=(len(texts), self.size))
        counts.sum_duplicates()
        return self.weigh_counts(counts)

    def weigh_counts(self, counts: csr_array) -> csr_array:
        """Return the same of (n, v) counts of the words in n texts, the columns of each row in order."""
        n = counts.shape[0]
        values = (1.0 + np.log(counts.data)) * self.idf[counts.indices]
        rows = np.repeat(np.arange(n), np.diff(counts.indptr))
        norms = np.sqrt(np.bincount(rows, weights=values**2, minlength=n))
        return csr_array((values / norms[rows], counts.indices, counts.indptr), shape=counts.shape)

    def _columns_of(self, text: str) -> list[int]:
        get = self.columns.get
        return [column for word in split_words(text) if (column := get(word)) is not None]


def split_words(text: str) -> list[str]:
    """Return words of two characters and more, in lower case and without accents, in their order."""
    text = text.lower()
    if not text.isascii():
        text = _BEYOND_ASCII.sub(_without_accent, unicodedata.normalize("NFKD", text))
    return _WORD.findall(text)


def _without_accent(found: re.Match[str]) -> str:
    return "".join(character for character in found.group() if not unicodedata.combining(character))
