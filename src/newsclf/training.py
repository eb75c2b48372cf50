"""The recipe of training, read from top to bottom."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from newsclf.arrays import FloatArray, FloatMatrix, IntArray
from newsclf.bundle import Bundle
from newsclf.config import BUILTIN_TAXONOMY, MIN_ARTICLES, TrainConfig
from newsclf.definitions import definition_prior, definition_vectors, name_prior
from newsclf.embedding import EmbeddingCache, embed
from newsclf.encoders import Encoder, load_encoder
from newsclf.errors import DataError
from newsclf.evaluation import target_matrix
from newsclf.familiarity import fit_familiarity
from newsclf.features import Features, Vocabulary, fit_vocabulary, word_features
from newsclf.head_fitting import HeadData, fit_head
from newsclf.inference import NewsClassifier
from newsclf.label_resolution import resolve_labels
from newsclf.labels import FacetPlan, plan_facets
from newsclf.leakage import check_label_leak
from newsclf.measuring import article_counts, headline_figures, held_out_figures, topic_figures
from newsclf.model_card import model_card
from newsclf.near_copies import near_copy_groups
from newsclf.place_features import PlaceColumns, place_columns, place_features
from newsclf.places import country_codes, names_hash
from newsclf.progress import Progress, silent
from newsclf.reading.archive_page import clean_article
from newsclf.schema import Article
from newsclf.splitting import split_articles
from newsclf.taxonomy import Taxonomy, load_taxonomy
from newsclf.topics import TopicModel

_PACKAGES = ("newsclf", "numpy", "scikit-learn", "sentence-transformers", "torch", "bertopic", "skops", "safetensors")
#: Goes up with every change to features, heads, cuts or topics that changes what a model answers.
RECIPE_VERSION = 2
# Options that say where and how to run, and change no result.
_NOT_RECIPE = ("cache_dir", "jobs")


def train(
    articles: Sequence[Article],
    config: TrainConfig | None = None,
    *,
    encoder: Encoder | None = None,
    progress: Progress = silent,
) -> NewsClassifier:
    """Fit heads and topics on the training side, and measure them on the other.

    Parameters
    ----------
    articles
        At least 20; of each, header lines with labels and page furniture are removed first.
    config
        Every option; None for the defaults.
    encoder
        Stands in for the one that `config.encoder` names.
    progress
        Called with stage, units done and units in all.

    Returns
    -------
    NewsClassifier
        Its `metrics` hold the held-out figures. Two runs with one seed give the same.

    Raises
    ------
    DataError
        If there are too few articles or labels, or a split has an empty side.
    LabelLeakError
        If texts still show the labels that are to be predicted from them.
    EncoderError
        If the encoder cannot be loaded.
    """
    config = config or TrainConfig()
    clock = _Clock()
    with clock.stage("check"):
        taxonomy = _load_taxonomy(config)
        resolved = resolve_labels(_checked(articles, taxonomy), taxonomy)
        cleaned = resolved.articles
    with clock.stage("split"):
        groups = near_copy_groups([article.content for article in cleaned], progress=progress)
        split = split_articles(cleaned, groups, config)
        train_side, test_side = [cleaned[i] for i in split.train], [cleaned[i] for i in split.test]
        plans, without = plan_facets(train_side, test_side, config)
    with clock.stage("load encoder"):
        encoder = encoder or load_encoder(config.encoder)
    with clock.stage("embed"):
        vectors, computed = _embed([*train_side, *test_side], encoder, config, progress)
        train_vectors, test_vectors = vectors[: len(train_side)], vectors[len(train_side) :]
    with clock.stage("fit heads"):
        vocabulary = fit_vocabulary(train_side)
        columns = place_columns(taxonomy, country_codes())
        features = _features(train_side, train_vectors, vocabulary, columns)
        heads = {
            plan.facet: fit_head(
                _head_data(
                    plan,
                    train_side,
                    features,
                    groups[split.train],
                    prior=_prior(plan, features, vocabulary, taxonomy, encoder),
                    is_required=plan.facet in config.require_label,
                ),
                seed=config.seed,
                jobs=config.jobs,
                progress=progress,
            ).head
            for plan in plans
        }
        familiarity = fit_familiarity(train_vectors, seed=config.seed)
    with clock.stage("fit topics"):
        topics = _fit_topics(train_side, train_vectors, config, progress)
    manifest = _manifest(cleaned, config, encoder)
    with clock.stage("measure"):
        fitted = NewsClassifier(encoder, Bundle(vocabulary, taxonomy, heads, familiarity, topics, manifest, {}, ""))
        answers = fitted.answers(test_side, test_vectors)
        metrics = {
            "articles": article_counts(split, config),
            **held_out_figures(plans, train_side, test_side, answers=answers, config=config),
            "facets_without_head": without,
            "labels_not_in_taxonomy": resolved.unknown,
            "topics": topic_figures(topics, test_vectors),
        }
    manifest |= {"seconds": clock.seconds, "embedded": computed, "figures": headline_figures(metrics)}
    card = model_card(manifest, metrics)
    return NewsClassifier(encoder, Bundle(vocabulary, taxonomy, heads, familiarity, topics, manifest, metrics, card))


def default_cache_dir() -> Path:
    """Return where vectors are kept between runs unless a folder is given."""
    return Path(platformdirs.user_cache_dir("newsclf")) / "embeddings"


class _Clock:
    """Seconds of wall time by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)


def _checked(articles: Sequence[Article], taxonomy: Taxonomy | None) -> list[Article]:
    if len(articles) < MIN_ARTICLES:
        raise DataError(
            f"Found {len(articles)} articles; training needs at least {MIN_ARTICLES}, and some hundreds to be of use."
        )
    cleaned = [clean_article(article) for article in articles]
    blank = next((i for i, article in enumerate(cleaned) if not article.content.strip()), None)
    if blank is not None:
        raise DataError(f"Article {blank} ({cleaned[blank].id!r}) has neither title nor text; leave it out.")
    check_label_leak(cleaned, taxonomy)
    return cleaned


def _load_taxonomy(config: TrainConfig) -> Taxonomy | None:
    if config.taxonomy is None:
        return None
    return load_taxonomy(None if config.taxonomy == BUILTIN_TAXONOMY else Path(config.taxonomy))


def _features(
    articles: Sequence[Article], vectors: FloatMatrix, vocabulary: Vocabulary, columns: PlaceColumns
) -> Features:
    return Features(word_features(articles, vocabulary), vectors, place_features(articles, columns))


@dataclass(frozen=True, slots=True)
class _Prior:
    """What speaks for the k labels of a facet before any article does: ids of their concepts, weights and intercept."""

    ids: tuple[str, ...]
    weights: FloatArray


def _prior(
    plan: FacetPlan, features: Features, vocabulary: Vocabulary, taxonomy: Taxonomy | None, encoder: Encoder
) -> _Prior:
    """Turn the taxonomy's definitions of a facet's labels, and the names of labels without one, into weights."""
    concepts = [taxonomy.resolve(plan.facet, label) if taxonomy else None for label in plan.labels]
    start, stop = features.vector_columns
    behind = features.matrix(plan.facet).shape[1] - stop
    vectors, words = features.vectors[plan.rows], features.words[plan.rows]
    weights = definition_prior(definition_vectors(concepts, encoder), vectors, before=start, behind=behind)
    undefined = [
        "" if concept is not None and concept.definition else label
        for concept, label in zip(concepts, plan.labels, strict=True)
    ]
    weights[:, :start] += name_prior(undefined, words, vocabulary)
    return _Prior(tuple(concept.id if concept else "" for concept in concepts), weights)


def _head_data(
    plan: FacetPlan,
    articles: Sequence[Article],
    features: Features,
    groups: IntArray,
    *,
    prior: _Prior,
    is_required: bool,
) -> HeadData:
    """Choose the articles labelled in a facet."""
    return HeadData(
        features=features.matrix(plan.facet)[plan.rows],
        vector_columns=features.vector_columns,
        targets=target_matrix([articles[i] for i in plan.rows], plan.facet, plan.labels),
        groups=groups[plan.rows],
        labels=plan.labels,
        ids=prior.ids,
        prior=prior.weights,
        is_required=is_required,
    )


def _embed(
    articles: Sequence[Article], encoder: Encoder, config: TrainConfig, progress: Progress
) -> tuple[FloatMatrix, int]:
    cache = EmbeddingCache(config.cache_dir or default_cache_dir(), encoder)
    return embed([article.content for article in articles], encoder, cache=cache, progress=progress)


def _fit_topics(
    articles: Sequence[Article], vectors: FloatMatrix, config: TrainConfig, progress: Progress
) -> TopicModel:
    if not config.topics:
        return TopicModel((), np.zeros((0, vectors.shape[1]), dtype=np.float32), np.zeros(0))
    from newsclf.topic_fitting import fit_topics

    progress("fit topics", 0, 1)
    texts = [article.content for article in articles]
    topics = fit_topics(texts, vectors, seed=config.seed, min_size=config.topic_min_size)
    progress("fit topics", 1, 1)
    return topics


def _manifest(articles: Sequence[Article], config: TrainConfig, encoder: Encoder) -> dict[str, Any]:
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "packages": {name: version(name) for name in _PACKAGES},
        "config": _recipe(config),
        "encoder": {"name": encoder.name, "fingerprint": encoder.fingerprint, "dim": encoder.dim},
        "data": {"articles": len(articles), "sha256": data_hash(articles)},
        "countries": list(country_codes()),
        "recipe": recipe_hash(config, encoder.fingerprint),
    }


def _recipe(config: TrainConfig) -> dict[str, Any]:
    """Return the options that change a result, as plain JSON values."""
    chosen = {name: value for name, value in asdict(config).items() if name not in _NOT_RECIPE}
    return dict(json.loads(json.dumps(chosen)))


def recipe_hash(config: TrainConfig, encoder_fingerprint: str) -> str:
    """Hash what a model depends on beside its data: options, taxonomy, place names, encoder, `RECIPE_VERSION`."""
    taxonomy = _load_taxonomy(config)
    labels = taxonomy.to_dict() if taxonomy else None
    parts = [RECIPE_VERSION, _recipe(config), labels, names_hash(), encoder_fingerprint]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def data_hash(articles: Sequence[Article]) -> str:
    """Hash what training sees of the articles, in their order."""
    digest = hashlib.sha256()
    for article in articles:
        labels = {facet: list(names) for facet, names in sorted(article.labels.items())}
        row = [article.title, article.text, labels, article.date, article.split]
        digest.update(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    return digest.hexdigest()
