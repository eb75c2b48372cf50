"""A trained model: load it, label texts with it, save it. Never imports BERTopic."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import numpy as np

from newsclf.answering import Answers, answer_in_stages
from newsclf.arrays import BoolArray, FloatArray, FloatMatrix, IntArray
from newsclf.bundle import Bundle, read_bundle, write_bundle
from newsclf.embedding import embed
from newsclf.encoders import Encoder, load_encoder
from newsclf.errors import DataError, EncoderError, EncoderMismatchError
from newsclf.evidence import explain_labels
from newsclf.heads import Head
from newsclf.model_location import default_model_path
from newsclf.places import CountryWeight
from newsclf.reading.passed import cleaned_article
from newsclf.schema import Article, Evidence, LabelScore, Prediction, TopicMatch
from newsclf.taxonomy import Taxonomy, load_taxonomy
from newsclf.topics import NO_TOPIC

_LOGGER = logging.getLogger(__name__)

# Texts labelled at a time: bounds the memory of long lists.
_CHUNK = 1_024


@dataclass(frozen=True, slots=True)
class NewsClassifier:
    """A fitted model in memory; it answers exactly as it will once saved and loaded.

    Parameters
    ----------
    encoder
        The encoder its heads and topics were fitted on.
    bundle
        Everything else; what `save` writes.
    second_encoder
        What the second stage of a cascade reads; None without one.
    """

    encoder: Encoder
    bundle: Bundle
    second_encoder: Encoder | None = None

    @property
    def facets(self) -> Mapping[str, tuple[str, ...]]:
        """Facet to the labels that can be predicted, in the order of the columns of `scores`."""
        return self.bundle.labels

    @property
    def metrics(self) -> Mapping[str, Any]:
        """What was measured on held-out articles at training."""
        return self.bundle.metrics

    @overload
    def predict(self, texts: str | Article, *, explain: bool = False) -> Prediction: ...  # type: ignore[overload-overlap]
    @overload
    def predict(self, texts: Iterable[str | Article], *, explain: bool = False) -> list[Prediction]: ...
    def predict(
        self, texts: str | Article | Iterable[str | Article], *, explain: bool = False
    ) -> Prediction | list[Prediction]:
        """Label one text, or many.

        Parameters
        ----------
        texts
            A text or article, or an iterable of them. Of a text that is a saved archive page, header lines
            and furniture are removed first.
        explain
            Whether to give the evidence: for each label the sentences and words that speak for it, and the places
            named, with offsets into the text as given. It reads every text once more for each of its sentences.

        Returns
        -------
        Prediction or list of Prediction
            One for one text; for an iterable a list in the same order. A text's answer does not depend on
            the others beside it, but for rounding in the last digits of its scores.

        Raises
        ------
        DataError
            If a text is neither a string nor an article, or blank once page furniture is gone.
        """
        if isinstance(texts, str | Article):
            return self.predict([texts], explain=explain)[0]
        if isinstance(texts, bytes | bytearray | Mapping) or not isinstance(texts, Iterable):
            raise DataError(f"texts is {type(texts).__name__}; expected a string, an Article, or an iterable of them.")
        listed = list(texts)
        found = [
            prediction
            for start in range(0, len(listed), _CHUNK)
            for prediction in self._predict_chunk(listed[start : start + _CHUNK], start, explain=explain)
        ]
        if truncated := sum(prediction.truncated for prediction in found):
            _LOGGER.warning("%d of %d texts are longer than what the encoder reads of them", truncated, len(found))
        return found

    def predict_cleaned(self, articles: Sequence[Article]) -> list[Prediction]:
        """Label n articles that hold no header lines and furniture any more, as those that were read; see `predict`."""
        return [
            prediction
            for start in range(0, len(articles), _CHUNK)
            for prediction in self._label(articles[start : start + _CHUNK])[0]
        ]

    def scores(self, articles: Sequence[Article], vectors: FloatMatrix) -> Mapping[str, FloatArray]:
        """Return facet to (n, k) calibrated probabilities, for n cleaned articles and their (n, d) vectors."""
        return self.answers(articles, vectors).scores

    def answers(self, articles: Sequence[Article], vectors: FloatMatrix) -> Answers:
        """Return scores, decisions and statuses for n cleaned articles and their (n, d) vectors, as `predict` has.

        What the second stage of a cascade is asked for is embedded now.
        """

        def second_vectors(rows: IntArray) -> FloatMatrix:
            if self.second_encoder is None:
                raise EncoderError("This model is a cascade, and was put together without its second encoder.")
            return embed([articles[i].content for i in rows.tolist()], self.second_encoder)[0]

        return answer_in_stages(self.bundle, self.bundle.features(articles, vectors), second_vectors)

    def unread(self, contents: Sequence[str], by_second: BoolArray) -> BoolArray:
        """Say which of n texts the encoder that their labels are of does not read to their end, (n,).

        `by_second` says whose labels are of a cascade's second stage, (n,).
        """
        unread = self.encoder.unread(contents).copy()
        if self.second_encoder is not None:
            rows = np.flatnonzero(by_second)
            unread[rows] = self.second_encoder.unread([contents[i] for i in rows.tolist()])
        return unread

    def save(self, directory: str | Path) -> None:
        """Write the model directory; an older model at the same place is replaced.

        Raises
        ------
        BundleError
            If the place is taken by something else.
        """
        write_bundle(self.bundle, Path(directory))

    def _predict_chunk(self, texts: Sequence[str | Article], first: int, *, explain: bool) -> list[Prediction]:
        articles = [cleaned_article(text, i) for i, text in enumerate(texts, first)]
        found, by_second = self._label(articles)
        if not explain:
            return found
        stages = by_second.tolist()
        return [
            replace(prediction, evidence=self._explain(text, article, prediction, by_second=is_second))
            for text, article, prediction, is_second in zip(texts, articles, found, stages, strict=True)
        ]

    def _label(self, articles: Sequence[Article]) -> tuple[list[Prediction], BoolArray]:
        """Return the predictions of n articles, and which are of a cascade's second stage, (n,)."""
        contents = [article.content for article in articles]
        vectors, _ = embed(contents, self.encoder)
        answers = self.answers(articles, vectors)
        truncated = self.unread(contents, answers.by_second)
        topics = self._topics(vectors)
        labels = [
            {
                facet: _labels(head, answers.scores[facet][i], answers.decided[facet][i])
                for facet, head in self.bundle.heads.items()
            }
            for i in range(len(articles))
        ]
        predictions = [
            Prediction(
                labels_by_facet=labels[i],
                topic=topics[i],
                status=answers.statuses[i],
                countries=self._countries(answers.countries[i]),
                truncated=bool(truncated[i]),
            )
            for i in range(len(articles))
        ]
        return predictions, answers.by_second

    def _explain(self, given: str | Article, article: Article, prediction: Prediction, *, by_second: bool) -> Evidence:
        text = given.content if isinstance(given, Article) else given
        names = {facet: [scored.label for scored in found] for facet, found in prediction.labels_by_facet.items()}
        bundle, encoder = self.bundle, self.encoder
        if by_second and bundle.second is not None and self.second_encoder is not None:
            bundle, encoder = replace(bundle, heads=bundle.second.heads), self.second_encoder
        return explain_labels(text, article, names, bundle=bundle, encoder=encoder)

    def _topics(self, vectors: FloatMatrix) -> list[TopicMatch | None]:
        model = self.bundle.topics.model
        topics = {topic.id: topic for topic in model.topics}
        ids, similarities = model.assign(vectors)
        return [
            None
            if topic == NO_TOPIC
            else TopicMatch(topics[topic].id, topics[topic].name, topics[topic].keywords, float(similarity))
            for topic, similarity in zip(ids, similarities, strict=True)
        ]

    def _countries(self, countries: Sequence[CountryWeight]) -> tuple[LabelScore, ...]:
        taxonomy = self.bundle.taxonomy or _builtin_taxonomy()
        found = [(taxonomy.country(c.country), c.weight) for c in countries]
        return tuple(LabelScore(concept.name, weight, concept.id) for concept, weight in found if concept is not None)


def _labels(head: Head, scores: FloatArray, decided: BoolArray) -> tuple[LabelScore, ...]:
    """Return the labels given, of (k,) scores and decisions, best first, ties in the head's order."""
    given = np.flatnonzero(decided)
    order = given[np.argsort(-scores[given], kind="stable")]
    return tuple(LabelScore(head.labels[i], float(scores[i]), head.ids[i]) for i in order)


def load(directory: str | Path) -> NewsClassifier:
    """Load a model directory; nothing in it is executed.

    Raises
    ------
    BundleError
        If it is missing, damaged, or of another format.
    EncoderError
        If its encoder is not on this machine and cannot be fetched.
    EncoderMismatchError
        If the encoder found is not the one that the model was trained on.
    """
    path = Path(directory)
    bundle = read_bundle(path)
    windows = bundle.manifest["encoder"]["max_windows"]
    encoder = _checked(bundle.own_encoder, bundle.manifest["encoder"], windows, path)
    if bundle.second is None:
        return NewsClassifier(encoder, bundle)
    # Most texts never need it.
    second = _checked(None, bundle.manifest["second_encoder"], windows, path, is_late=True)
    return NewsClassifier(encoder, bundle, second)


def _checked(
    own: Encoder | None, wanted: Mapping[str, Any], max_windows: int | None, path: Path, *, is_late: bool = False
) -> Encoder:
    """Return an encoder that is part of the model, or the one of the name wanted, if its fingerprint is the same."""
    encoder = own or load_encoder(wanted["name"], max_windows, is_late=is_late)
    if encoder.fingerprint != wanted["fingerprint"]:
        raise EncoderMismatchError(path=path, expected=wanted["fingerprint"], found=encoder.fingerprint)
    return encoder


@overload
def predict(texts: str | Article, *, explain: bool = False) -> Prediction: ...  # type: ignore[overload-overlap]
@overload
def predict(texts: Iterable[str | Article], *, explain: bool = False) -> list[Prediction]: ...
def predict(texts: str | Article | Iterable[str | Article], *, explain: bool = False) -> Prediction | list[Prediction]:
    """Label one text, or many, with the default model.

    That is the model directory named by the environment variable ``NEWSCLF_MODEL``, else ``models/default``
    below the working directory, else the built-in one, which has seen only newsclf's own corpus. It is loaded
    once a process. See `NewsClassifier.predict`.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    return _default_model(default_model_path()).predict(texts, explain=explain)


@lru_cache(maxsize=1)
def _builtin_taxonomy() -> Taxonomy:
    """Return the taxonomy that names countries for models that have none of their own."""
    return load_taxonomy()


@lru_cache(maxsize=1)
def _default_model(path: Path) -> NewsClassifier:
    return load(path)
