"""A trained model: load it, label texts with it, save it. Never imports BERTopic."""

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import numpy as np

from newsclf.arrays import BoolArray, BoolMatrix, FloatArray, FloatMatrix
from newsclf.bundle import MANIFEST, Bundle, read_bundle, write_bundle
from newsclf.embedding import embed
from newsclf.encoders import Encoder, load_encoder
from newsclf.errors import BundleError, DataError, EncoderMismatchError
from newsclf.evidence import explain_labels
from newsclf.heads import Head
from newsclf.places import CountryWeight, rank_countries
from newsclf.reading.archive_page import clean_article, parse_page
from newsclf.schema import Article, Evidence, LabelScore, Prediction, Status, TopicMatch
from newsclf.taxonomy import Taxonomy, load_taxonomy
from newsclf.topics import NO_TOPIC

_LOGGER = logging.getLogger(__name__)

DEFAULT_MODEL = Path("models/default")
# Where the built-in model is in an installed package, and in a checkout that is installed in place.
_INSTALLED_MODEL = Path(__file__).parent / "models" / "default"
_CHECKOUT_MODEL = Path(__file__).parents[2] / "models" / "default"
_MODEL_VARIABLE = "NEWSCLF_MODEL"
# Texts labelled at a time: bounds the memory of long lists.
_CHUNK = 1_024


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model says of n articles, as arrays.

    Parameters
    ----------
    labels
        Facet to its k labels, in the order of the columns of `scores` and `decided`.
    scores, decided
        Facet to (n, k): calibrated probabilities, and whether the label is given.
    statuses : length n
    countries : length n
        What each article is about, best first.
    """

    labels: Mapping[str, tuple[str, ...]]
    scores: Mapping[str, FloatArray]
    decided: Mapping[str, BoolMatrix]
    statuses: tuple[Status, ...]
    countries: tuple[tuple[CountryWeight, ...], ...]


@dataclass(frozen=True, slots=True)
class NewsClassifier:
    """A fitted model in memory; it answers exactly as it will once saved and loaded.

    Parameters
    ----------
    encoder
        The encoder its heads and topics were fitted on.
    bundle
        Everything else; what `save` writes.
    """

    encoder: Encoder
    bundle: Bundle

    @property
    def facets(self) -> Mapping[str, tuple[str, ...]]:
        """Facet to the labels that can be predicted, in the order of the columns of `scores`."""
        return {facet: head.labels for facet, head in self.bundle.heads.items()}

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
            return self._predict_chunk([texts], 0, explain=explain)[0]
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
            for prediction in self._label(articles[start : start + _CHUNK])
        ]

    def scores(self, articles: Sequence[Article], vectors: FloatMatrix) -> Mapping[str, FloatArray]:
        """Return facet to (n, k) calibrated probabilities, for n cleaned articles and their (n, d) vectors."""
        return self.answers(articles, vectors).scores

    def answers(self, articles: Sequence[Article], vectors: FloatMatrix) -> Answers:
        """Return scores, decisions and statuses for n cleaned articles and their (n, d) vectors, as `predict` has."""
        heads = self.bundle.heads
        features = self.bundle.features(articles, vectors)
        matrices = {facet: features.matrix(facet) for facet in heads}
        scores = {facet: head.scores(matrices[facet]) for facet, head in heads.items()}
        decided = {facet: head.decide(scores[facet]) for facet, head in heads.items()}
        doubtful = self.bundle.familiarity.is_far(vectors)
        for facet, head in heads.items():
            doubtful |= head.is_doubtful(matrices[facet], scores[facet])
        labelled = np.any([given.any(axis=1) for given in decided.values()], axis=0)
        statuses: list[Status] = [
            "needs_review" if in_doubt else "ok" if has_label else "none"
            for in_doubt, has_label in zip(doubtful, labelled, strict=True)
        ]
        countries = tuple(rank_countries(named) for named in features.named)
        return Answers(self.facets, scores, decided, tuple(statuses), countries)

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
        found = self._label(articles)
        if not explain:
            return found
        return [
            replace(prediction, evidence=self._explain(text, article, prediction.labels_by_facet))
            for text, article, prediction in zip(texts, articles, found, strict=True)
        ]

    def _label(self, articles: Sequence[Article]) -> list[Prediction]:
        contents = [article.content for article in articles]
        vectors, _ = embed(contents, self.encoder)
        truncated = self.encoder.unread(contents)
        answers = self.answers(articles, vectors)
        topics = self._topics(vectors)
        labels = [
            {
                facet: _labels(head, answers.scores[facet][i], answers.decided[facet][i])
                for facet, head in self.bundle.heads.items()
            }
            for i in range(len(articles))
        ]
        return [
            Prediction(
                labels_by_facet=labels[i],
                topic=topics[i],
                status=answers.statuses[i],
                countries=self._countries(answers.countries[i]),
                truncated=bool(truncated[i]),
            )
            for i in range(len(articles))
        ]

    def _explain(self, given: str | Article, article: Article, labels: Mapping[str, Sequence[LabelScore]]) -> Evidence:
        text = given.content if isinstance(given, Article) else given
        names = {facet: [scored.label for scored in found] for facet, found in labels.items()}
        return explain_labels(text, article, names, bundle=self.bundle, encoder=self.encoder)

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


def cleaned_article(text: object, position: int) -> Article:
    """Return a cleaned article of whatever was passed, or say what is wrong with it."""
    if isinstance(text, Article):
        article = clean_article(text)
    elif isinstance(text, str):
        page = parse_page(text)
        article = Article(title=page.title, text=page.text)
    else:
        raise DataError(f"Text {position} is {type(text).__name__}; expected a string or an Article.")
    if not article.content.strip():
        raise DataError(f"Text {position} is blank (after removing page furniture); there is nothing to label.")
    return article


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
    wanted = bundle.manifest["encoder"]
    encoder = bundle.own_encoder or load_encoder(wanted["name"], wanted["max_windows"])
    if encoder.fingerprint != wanted["fingerprint"]:
        raise EncoderMismatchError(path=path, expected=wanted["fingerprint"], found=encoder.fingerprint)
    return NewsClassifier(encoder, bundle)


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


def default_model_path() -> Path:
    """Return where the default model is, or raise BundleError with how to make one."""
    named = os.environ.get(_MODEL_VARIABLE)
    places = [Path(named)] if named else [DEFAULT_MODEL, _INSTALLED_MODEL, _CHECKOUT_MODEL]
    found = next((path.resolve() for path in places if (path / MANIFEST).is_file()), None)
    if found is None:
        raise BundleError(
            f"No model at {places[0].resolve()}. Run `python train.py` to train the default one, set {_MODEL_VARIABLE} "
            f"to a model directory, or call newsclf.load(directory).predict(...)."
        )
    return found


@lru_cache(maxsize=1)
def _builtin_taxonomy() -> Taxonomy:
    """Return the taxonomy that names countries for models that have none of their own."""
    return load_taxonomy()


@lru_cache(maxsize=1)
def _default_model(path: Path) -> NewsClassifier:
    return load(path)
