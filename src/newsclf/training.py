"""The recipe of training, read from top to bottom."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from newsclf.arrays import FloatMatrix, IntArray
from newsclf.bundle import Bundle
from newsclf.config import BUILTIN_TAXONOMY, MIN_ARTICLES, TrainConfig
from newsclf.definitions import definition_prior, definition_vectors
from newsclf.embedding import EmbeddingCache, embed
from newsclf.encoders import Encoder, load_encoder
from newsclf.errors import DataError
from newsclf.evaluation import target_matrix
from newsclf.features import Features, Vocabulary, fit_vocabulary, word_features
from newsclf.finetuning import fine_tune, hold_out, tuning_data
from newsclf.heads import HeadData, fit_head
from newsclf.inference import NewsClassifier
from newsclf.label_resolution import resolve_labels
from newsclf.labels import FacetPlan, plan_facets
from newsclf.leakage import check_label_leak
from newsclf.measuring import article_counts, facet_figures, headline_figures, topic_figures
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
RECIPE_VERSION = 1
# Options that say where and how to run, and change no result.
_NOT_RECIPE = ("cache_dir", "jobs")
# These change none either while fine-tuning is off.
_FINETUNE_OPTIONS = ("finetune", "finetune_tokens")


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
    ConfigError
        If an encoder is to be fine-tuned that is no transformer.
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
        plans, without = plan_facets(train_side, config)
    with clock.stage("load encoder"):
        base = encoder or load_encoder(config.encoder)
    tuned, unseen = None, np.ones(len(train_side), dtype=bool)
    if config.finetune:
        with clock.stage("fine-tune encoder"):
            unseen = hold_out(plans, groups[split.train], seed=config.seed)
            tuned = fine_tune(base, tuning_data(train_side, plans, seen=~unseen), config, progress=progress)
    encoder = tuned or base
    with clock.stage("embed"):
        # Vectors of a tuned encoder would never be asked for again.
        cache = None if tuned else EmbeddingCache(config.cache_dir or default_cache_dir(), encoder)
        texts = [article.content for article in (*train_side, *test_side)]
        vectors, computed = embed(texts, encoder, cache=cache, progress=progress)
        train_vectors, test_vectors = vectors[: len(train_side)], vectors[len(train_side) :]
    with clock.stage("fit heads"):
        vocabulary = fit_vocabulary(train_side)
        columns = place_columns(taxonomy, country_codes())
        features = _features(train_side, train_vectors, vocabulary, columns)
        heads = {
            plan.facet: fit_head(
                replace(
                    _head_data(plan, train_side, features, groups[split.train], taxonomy, encoder),
                    unseen=unseen[plan.rows],
                ),
                seed=config.seed,
                jobs=config.jobs,
                progress=progress,
            )
            for plan in plans
        }
    with clock.stage("fit topics"):
        topics = _fit_topics(train_side, train_vectors, config, progress)
    with clock.stage("measure"):
        seen = _features(test_side, test_vectors, vocabulary, columns)
        decided = {facet: head.decide(head.scores(seen.matrix(facet))) for facet, head in heads.items()}
        metrics = {
            "articles": article_counts(split, config),
            "facets": {
                plan.facet: facet_figures(plan, train_side, test_side, decided=decided[plan.facet], config=config)
                for plan in plans
            },
            "facets_without_head": without,
            "labels_not_in_taxonomy": resolved.unknown,
            "topics": topic_figures(topics, test_vectors),
        }
    manifest = _manifest(cleaned, config, encoder, base)
    manifest |= {"seconds": clock.seconds, "embedded": computed, "figures": headline_figures(metrics)}
    card = model_card(manifest, metrics)
    return NewsClassifier(encoder, Bundle(vocabulary, taxonomy, heads, topics, manifest, metrics, card, tuned))


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


def _head_data(
    plan: FacetPlan,
    articles: Sequence[Article],
    features: Features,
    groups: IntArray,
    taxonomy: Taxonomy | None,
    encoder: Encoder,
) -> HeadData:
    """Choose the articles labelled in a facet, and turn the taxonomy's definitions of its labels into a prior."""
    concepts = [taxonomy.resolve(plan.facet, label) if taxonomy else None for label in plan.labels]
    matrix = features.matrix(plan.facet)[plan.rows]
    vectors = features.vectors[plan.rows]
    before = features.words.shape[1]
    behind = matrix.shape[1] - before - vectors.shape[1]
    prior = definition_prior(definition_vectors(concepts, encoder), vectors, before=before, behind=behind)
    return HeadData(
        features=matrix,
        targets=target_matrix([articles[i] for i in plan.rows], plan.facet, plan.labels),
        groups=groups[plan.rows],
        labels=plan.labels,
        ids=tuple(concept.id if concept else "" for concept in concepts),
        prior=prior,
    )


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


def _manifest(articles: Sequence[Article], config: TrainConfig, encoder: Encoder, base: Encoder) -> dict[str, Any]:
    """Say what a model is made from and with; `base` is what `encoder` was fine-tuned from, or the same."""
    tuned_from = {} if encoder is base else {"base": {"name": base.name, "fingerprint": base.fingerprint}}
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "packages": {name: version(name) for name in _PACKAGES},
        "config": _recipe(config),
        "encoder": {"name": encoder.name, "fingerprint": encoder.fingerprint, "dim": encoder.dim, **tuned_from},
        "data": {"articles": len(articles), "sha256": data_hash(articles)},
        "countries": list(country_codes()),
        "recipe": recipe_hash(config, base.fingerprint),
    }


def _recipe(config: TrainConfig) -> dict[str, Any]:
    """Return the options that change a result, as plain JSON values."""
    left_out = _NOT_RECIPE if config.finetune else (*_NOT_RECIPE, *_FINETUNE_OPTIONS)
    chosen = {name: value for name, value in asdict(config).items() if name not in left_out}
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
