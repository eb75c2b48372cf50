"""newsclf's topics, with its defaults."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from newsclf import Article
from newsclf.encoders import load_encoder
from newsclf.topic_fitting import TopicOptions, fit_topics
from newsclf.topic_storage import read_topics, topic_arrays, topic_rows
from newsclf.topics import TopicModel
from topic_peers.protocol import KEYWORDS, FloatMatrix, IntArray, Setting


class NewsclfTopics:
    """Its one rule answers for the articles of the fit too, so that fit and assignment cannot differ."""

    def __init__(self, setting: Setting, *, fitted: TopicModel | None = None) -> None:
        self._setting = setting
        self._fitted = fitted

    def fit(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Find topics."""
        options = TopicOptions(seed=self._setting.seed, n_topics=self._setting.topics or None)
        articles = [Article(text=text) for text in texts]
        self._fitted = fit_topics(articles, vectors, options, word_vectors=load_encoder().encode).model
        return self.assign(texts, vectors)

    def keywords(self) -> list[list[str]]:
        """Return the first words of each topic."""
        return [list(topic.keywords[:KEYWORDS]) for topic in self._model.topics]

    def assign(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Return topic ids."""
        return self._model.assign(vectors)[0]

    def reloaded(self, folder: Path) -> "NewsclfTopics":
        """Go through arrays and JSON, as in a model directory."""
        np.savez(folder / "topics.npz", **topic_arrays(self._model))
        (folder / "topics.json").write_text(json.dumps(topic_rows(self._model)), encoding="utf-8")
        with np.load(folder / "topics.npz") as arrays:
            loaded = read_topics(arrays, json.loads((folder / "topics.json").read_text(encoding="utf-8")))
        return NewsclfTopics(self._setting, fitted=loaded)

    @property
    def _model(self) -> TopicModel:
        assert self._fitted is not None
        return self._fitted
