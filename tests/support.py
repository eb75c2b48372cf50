"""What tests share beside fixtures: the repository's root, and a tiny real encoder."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from newsclf.arrays import BoolArray, FloatMatrix

ROOT = Path(__file__).parents[1]


class HashedWordEncoder:
    """Bags of hashed words as unit vectors: a real encoder, small enough for every test."""

    name = "hashed words"
    fingerprint = cache_key = "hashed-words-64"
    dim = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self._hasher = HashingVectorizer(n_features=self.dim, alternate_sign=True, norm="l2")

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        self.encoded += texts
        rows = self._hasher.transform(texts).toarray()
        rows[~rows.any(axis=1), 0] = 1.0
        return np.asarray(rows, dtype=np.float32)

    def unread(self, texts: Sequence[str]) -> BoolArray:
        return np.zeros(len(texts), dtype=bool)
