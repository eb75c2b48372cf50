"""newsclf, with `newsclf.train` and `predict`."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

import newsclf
from newsclf import Article, NewsClassifier, TrainConfig
from newsclf.config import DEFAULT_ENCODER, STATIC_ENCODER
from newsclf.embedding import embed
from newsclf.encoders import load_encoder
from newsclf.reading.archive_page import clean_article
from peers.protocol import Answer, BoolMatrix, FloatMatrix, Setting, Text
from peers.remembering import Remembering


class Newsclf:
    """Its defaults, with a head for labels however rare, and without topics where there are few articles."""

    encoder_name = DEFAULT_ENCODER
    cascade = 0.0

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._encoder = Remembering(load_encoder(self.encoder_name), setting.vectors)
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
                cascade=self.cascade,
                topics=self._setting.topics,
                min_label_count=1,
                split="given",
                near_copies="keep",
                taxonomy=self._setting.taxonomy,
                cache_dir=Path(cache),  # the encoder remembers by itself
            )
            # Training wants something to measure on; here it is measured from outside, and learns from all it is given.
            model = newsclf.train([*articles, replace(articles[0], split="test")], config, encoder=self._encoder)
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


class NewsclfStatic(Newsclf):
    """The same with ``--encoder static``."""

    encoder_name = STATIC_ENCODER


class NewsclfCascade(Newsclf):
    """The same with ``--cascade 0.25``; says how many texts of all it embedded."""

    cascade = 0.25

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts."""
        before = self._encoder.asked
        found = super().answer(texts)
        with (self._setting.folder / "embedded.txt").open("a", encoding="utf-8") as out:
            out.write(f"{self._encoder.asked - before} {len(texts)}\n")
        return found


def _article(text: Text, labels: dict[str, tuple[str, ...]]) -> Article:
    return Article(title=text.title, text=text.text, labels=labels, split="train")
