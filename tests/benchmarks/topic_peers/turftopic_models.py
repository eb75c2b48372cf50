"""Turftopic's KeyNMF and S³ with their defaults; words are embedded by the encoder of the articles' vectors."""

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from peers.protocol import minilm_folder
from turftopic import KeyNMF, SemanticSignalSeparation, load_model

from topic_peers.protocol import KEYWORDS, FloatMatrix, IntArray, Setting, strongest


class _Turftopic:
    """Either of them, told how many topics to find; an article has the one that weighs most."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def fit(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Find topics."""
        with contextlib.redirect_stdout(io.StringIO()):
            return strongest(self._model.fit_transform(list(texts), embeddings=vectors))

    def keywords(self) -> list[list[str]]:
        """Return the first words of each topic."""
        return [[str(word) for word, _ in weighted] for _, weighted in self._model.get_topics(top_k=KEYWORDS)]

    def assign(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Return topic ids."""
        return strongest(self._model.transform(list(texts), embeddings=vectors))

    def reloaded(self, folder: Path) -> "_Turftopic":
        """Save without the encoder, and load."""
        self._model.to_disk(folder)
        with contextlib.redirect_stdout(io.StringIO()):
            return _Turftopic(load_model(folder))


def key_nmf(setting: Setting) -> _Turftopic:
    """Return an unfitted KeyNMF."""
    return _Turftopic(KeyNMF(setting.topics, encoder=minilm_folder(), random_state=setting.seed))


def s3(setting: Setting) -> _Turftopic:
    """Return an unfitted S³, semantic signal separation."""
    return _Turftopic(SemanticSignalSeparation(setting.topics, encoder=minilm_folder(), random_state=setting.seed))
