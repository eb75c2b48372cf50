"""Vectors of all-MiniLM-L6-v2 out of sentence-transformers, and logistic regression on them."""

from collections.abc import Sequence

import numpy as np
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression

from peers.linear import LinearLabels
from peers.protocol import Answer, BoolMatrix, FloatMatrix, Setting, Text, answer_from, minilm_folder
from peers.remembering import Remembering


class MiniLMLogReg:
    """What is behind the first 256 tokens is not read: sentence-transformers cuts texts off there."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._encoder = Remembering(_FirstWindow(), setting.vectors)
        self._labels = LinearLabels(LogisticRegression(max_iter=1_000), setting)

    def fit(self, texts: Sequence[Text], targets: BoolMatrix) -> None:
        """Learn from n texts and their (n, k) labels."""
        self._labels.fit(self._vectors(texts), targets)

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts."""
        return answer_from(self._labels.scores(self._vectors(texts)), self._setting, cut=0.5)

    def _vectors(self, texts: Sequence[Text]) -> FloatMatrix:
        return self._encoder.encode([text.content for text in texts]).astype(np.float64)


class _FirstWindow:
    """`SentenceTransformer.encode` under the names that newsclf's cache asks for."""

    name = fingerprint = "all-MiniLM-L6-v2-first-window"
    dim = 384

    def __init__(self) -> None:
        self._model = SentenceTransformer(minilm_folder())

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) vectors."""
        return np.asarray(self._model.encode(list(texts)))
