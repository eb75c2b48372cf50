"""newsclf, with `newsclf.train`, an empty embedding cache, and `predict`."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

import newsclf
from newsclf import Article, NewsClassifier, TrainConfig
from newsclf.embedding import embed
from newsclf.encoders import Encoder, load_encoder
from newsclf.reading.archive_page import clean_article
from peers.protocol import Answer, BoolMatrix, FloatMatrix, Setting, Text


class Newsclf:
    """Its defaults, with a head for labels however rare, and without topics where there are few articles."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._model: NewsClassifier | None = None
        taxonomy = newsclf.load_taxonomy() if setting.taxonomy else None
        resolved = [taxonomy.resolve(setting.facet, label) if taxonomy else None for label in setting.labels]
        names = [concept.name if concept else label for concept, label in zip(resolved, setting.labels, strict=True)]
        self._column = {name: column for column, name in enumerate(names)}

    def fit(self, texts: Sequence[Text], targets: BoolMatrix) -> None:
        """Learn from n texts and their (n, k) labels, and save the model."""
        articles = [_article(text, self._labels(row)) for text, row in zip(texts, targets, strict=True)]
        with tempfile.TemporaryDirectory() as cache:
            config = TrainConfig(
                topics=self._setting.topics,
                min_label_count=1,
                split="given",
                near_copies="keep",
                taxonomy=self._setting.taxonomy,
                cache_dir=Path(cache),
            )
            # Training wants something to measure on; here it is measured from outside, and learns from all it is given.
            model = newsclf.train([*articles, replace(articles[0], split="test")], config, encoder=_encoder())
        model.save(self._setting.folder / "model")
        self._model = model

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts."""
        assert self._model is not None
        articles = [Article(title=text.title, text=text.text) for text in texts]
        decided = np.zeros((len(texts), len(self._setting.labels)), dtype=bool)
        predictions = self._model.predict(articles)
        with (self._setting.folder / "statuses.txt").open("a", encoding="utf-8") as out:
            out.writelines(f"{prediction.status}\n" for prediction in predictions)
        for row, prediction in enumerate(predictions):
            for scored in prediction.labels_by_facet[self._setting.facet]:
                decided[row, self._column[scored.label]] = True
        return Answer(decided, lambda: self._scores(articles))

    def _scores(self, articles: Sequence[Article]) -> FloatMatrix:
        """Return (n, k) probabilities of all labels, also of those that do not apply."""
        assert self._model is not None
        cleaned = [clean_article(article) for article in articles]
        vectors, _ = embed([article.content for article in cleaned], self._model.encoder)
        found = self._model.scores(cleaned, vectors)[self._setting.facet]
        scores = np.zeros((len(articles), len(self._setting.labels)))
        scores[:, [self._column[name] for name in self._model.facets[self._setting.facet]]] = found
        return scores

    def _labels(self, row: BoolMatrix) -> dict[str, tuple[str, ...]]:
        return {self._setting.facet: tuple(self._setting.labels[j] for j in np.flatnonzero(row))}


@lru_cache(maxsize=1)
def _encoder() -> "_Remembering":
    return _Remembering(load_encoder())


class _Remembering:
    """An encoder that embeds no text twice: scores cost nothing anew, nor do the later folds and draws of a task."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, np.ndarray] = {}
        self.name, self.fingerprint, self.dim = encoder.name, encoder.fingerprint, encoder.dim

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return (n, dim) unit vectors."""
        new = [text for text in texts if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._encoder.encode(new), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32)


def _article(text: Text, labels: dict[str, tuple[str, ...]]) -> Article:
    return Article(title=text.title, text=text.text, labels=labels, split="train")
