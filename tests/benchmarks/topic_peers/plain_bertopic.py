"""BERTopic as its quick start has it, on vectors that are given."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from bertopic import BERTopic
from umap import UMAP

from topic_peers.protocol import KEYWORDS, FloatMatrix, IntArray, Setting


class PlainBertopic:
    """Its defaults; UMAP's, as BERTopic sets them, are repeated only to give it a seed."""

    def __init__(self, setting: Setting, *, fitted: BERTopic | None = None) -> None:
        self._setting = setting
        self._model = fitted or BERTopic(
            nr_topics=setting.topics + 1 if setting.topics else None,
            umap_model=UMAP(
                n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=setting.seed, n_jobs=1
            ),
        )

    def fit(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Find topics."""
        return np.asarray(self._model.fit_transform(list(texts), embeddings=vectors)[0], dtype=np.intp)

    def keywords(self) -> list[list[str]]:
        """Return the first words of each topic but that of the outliers."""
        weighted = self._model.get_topics()
        return [[word for word, _ in weighted[i][:KEYWORDS] if word] for i in sorted(weighted) if i >= 0]

    def assign(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Return topic ids."""
        return np.asarray(self._model.transform(list(texts), embeddings=vectors)[0], dtype=np.intp)

    def reloaded(self, folder: Path) -> "PlainBertopic":
        """Save in the form that its documentation advises: safetensors and c-TF-IDF."""
        self._model.save(str(folder), serialization="safetensors", save_ctfidf=True)
        return PlainBertopic(self._setting, fitted=BERTopic.load(str(folder)))
