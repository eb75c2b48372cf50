"""newsclf's topics, with its defaults."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from newsclf.topic_fitting import fit_topics
from newsclf.topics import Topic, TopicModel
from topic_peers.protocol import KEYWORDS, FloatMatrix, IntArray, Setting


class NewsclfTopics:
    """Its one rule answers for the articles of the fit too, so that fit and assignment cannot differ."""

    def __init__(self, setting: Setting, *, fitted: TopicModel | None = None) -> None:
        self._setting = setting
        self._fitted = fitted

    def fit(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Find topics."""
        self._fitted = fit_topics(texts, vectors, seed=self._setting.seed)
        return self.assign(texts, vectors)

    def keywords(self) -> list[list[str]]:
        """Return the first words of each topic."""
        return [list(topic.keywords[:KEYWORDS]) for topic in self._model.topics]

    def assign(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Return topic ids."""
        return self._model.assign(vectors)[0]

    def reloaded(self, folder: Path) -> "NewsclfTopics":
        """Go through arrays and JSON, as in a model directory."""
        model = self._model
        np.savez(folder / "topics.npz", centroids=model.centroids, min_similarities=model.min_similarities)
        (folder / "topics.json").write_text(json.dumps([asdict(topic) for topic in model.topics]), encoding="utf-8")
        topics = tuple(
            Topic(**row | {"keywords": tuple(row["keywords"])})
            for row in json.loads((folder / "topics.json").read_text(encoding="utf-8"))
        )
        with np.load(folder / "topics.npz") as arrays:
            loaded = TopicModel(topics, arrays["centroids"], arrays["min_similarities"])
        return NewsclfTopics(self._setting, fitted=loaded)

    @property
    def _model(self) -> TopicModel:
        assert self._fitted is not None
        return self._fitted
