"""The recipe of training, read from top to bottom."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from newsclf.arrays import BoolMatrix, FloatMatrix
from newsclf.bundle import Bundle
from newsclf.config import MIN_ARTICLES, TrainConfig
from newsclf.embedding import EmbeddingCache, embed
from newsclf.encoders import Encoder, load_encoder
from newsclf.errors import DataError
from newsclf.evaluation import labelled_rows, majority_baseline, measure, target_matrix, tfidf_baseline
from newsclf.features import fit_vocabulary, joined, word_features
from newsclf.heads import HeadData, fit_head
from newsclf.inference import NewsClassifier
from newsclf.labels import FacetPlan, plan_facets
from newsclf.leakage import check_label_leak
from newsclf.metrics import label_f1
from newsclf.model_card import model_card
from newsclf.near_copies import near_copy_groups
from newsclf.progress import Progress, silent
from newsclf.reading.archive_page import clean_article
from newsclf.schema import Article
from newsclf.splitting import Split, split_articles
from newsclf.topics import NO_TOPIC, TopicModel

_PACKAGES = ("newsclf", "numpy", "scikit-learn", "sentence-transformers", "torch", "bertopic", "skops", "safetensors")
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
        cleaned = _checked(articles)
    with clock.stage("split"):
        groups = near_copy_groups([article.content for article in cleaned], progress=progress)
        split = split_articles(cleaned, groups, config)
        train_side, test_side = [cleaned[i] for i in split.train], [cleaned[i] for i in split.test]
        plans, without = plan_facets(train_side, config)
    with clock.stage("load encoder"):
        encoder = encoder or load_encoder(config.encoder)
    with clock.stage("embed"):
        vectors, computed = _embed([*train_side, *test_side], encoder, config, progress)
        train_vectors, test_vectors = vectors[: len(train_side)], vectors[len(train_side) :]
    with clock.stage("fit heads"):
        vocabulary = fit_vocabulary(train_side)
        features = joined(word_features(train_side, vocabulary), train_vectors)
        heads = {
            plan.facet: fit_head(
                HeadData(
                    features=features[plan.rows],
                    targets=target_matrix([train_side[i] for i in plan.rows], plan.facet, plan.labels),
                    groups=groups[split.train][plan.rows],
                    labels=plan.labels,
                    word_columns=vocabulary.size,
                ),
                seed=config.seed,
                jobs=config.jobs,
                progress=progress,
            )
            for plan in plans
        }
    with clock.stage("fit topics"):
        topics = _fit_topics(train_side, train_vectors, config)
    with clock.stage("measure"):
        test_words = word_features(test_side, vocabulary)
        decided = {facet: head.decide(head.scores(test_words, test_vectors)) for facet, head in heads.items()}
        metrics = {
            "articles": _counts(articles, split, config),
            "facets": {
                plan.facet: _facet_figures(plan, train_side, test_side, decided=decided[plan.facet], config=config)
                for plan in plans
            },
            "facets_without_head": without,
            "topics": _topic_figures(topics, test_vectors),
        }
    manifest = _manifest(cleaned, config, encoder)
    manifest |= {"seconds": clock.seconds, "embedded": computed, "figures": _headline(metrics)}
    card = model_card(manifest, metrics)
    return NewsClassifier(encoder, Bundle(vocabulary, heads, topics, manifest, metrics, card))


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


def _checked(articles: Sequence[Article]) -> list[Article]:
    if len(articles) < MIN_ARTICLES:
        raise DataError(
            f"Found {len(articles)} articles; training needs at least {MIN_ARTICLES}, and some hundreds to be of use."
        )
    cleaned = [clean_article(article) for article in articles]
    blank = next((i for i, article in enumerate(cleaned) if not article.content.strip()), None)
    if blank is not None:
        raise DataError(f"Article {blank} ({cleaned[blank].id!r}) has neither title nor text; leave it out.")
    check_label_leak(cleaned)
    return cleaned


def _embed(
    articles: Sequence[Article], encoder: Encoder, config: TrainConfig, progress: Progress
) -> tuple[FloatMatrix, int]:
    cache = EmbeddingCache(config.cache_dir or default_cache_dir(), encoder)
    return embed([article.content for article in articles], encoder, cache=cache, progress=progress)


def _fit_topics(articles: Sequence[Article], vectors: FloatMatrix, config: TrainConfig) -> TopicModel:
    if not config.topics:
        return TopicModel((), np.zeros((0, vectors.shape[1]), dtype=np.float32), np.zeros(0))
    from newsclf.topic_fitting import fit_topics

    texts = [article.content for article in articles]
    return fit_topics(texts, vectors, seed=config.seed, min_size=config.topic_min_size)


def _counts(articles: Sequence[Article], split: Split, config: TrainConfig) -> dict[str, Any]:
    return {
        "read": len(articles),
        "split": split.strategy,
        "train": len(split.train),
        "test": len(split.test),
        "left_out": len(split.left_out),
        "near_copies": len(split.near_copies),
        "near_copies_handling": "dropped from training" if config.near_copies == "drop" else "kept in training",
    }


def _facet_figures(
    plan: FacetPlan, train: Sequence[Article], test: Sequence[Article], *, decided: BoolMatrix, config: TrainConfig
) -> dict[str, Any]:
    """Measure a head's (n, k) decisions beside two baselines, on the test articles labelled in its facet."""
    rows = labelled_rows(test, plan.facet, empty_labels=config.empty_labels)
    learned = [train[i] for i in plan.rows]
    measured = [test[i] for i in rows]
    answers = {
        "test": decided[rows],
        "majority": majority_baseline(learned, len(measured), facet=plan.facet, labels=plan.labels),
        "tfidf_linear_svc": tfidf_baseline(learned, measured, facet=plan.facet, labels=plan.labels, seed=config.seed),
    }
    figures = {
        name: asdict(measure(measured, answer, facet=plan.facet, labels=plan.labels))
        for name, answer in answers.items()
    }
    targets = target_matrix(measured, plan.facet, plan.labels)
    return figures | {"labels": _by_label(plan, targets, decided[rows]), "too_few": dict(plan.too_few)}


def _by_label(plan: FacetPlan, targets: BoolMatrix, predicted: BoolMatrix) -> dict[str, Any]:
    f1 = label_f1(targets, predicted)
    return {
        label: {"train": count, "test": int(targets[:, i].sum()), "f1": float(f1[i])}
        for i, (label, count) in enumerate(plan.counts.items())
    }


def _topic_figures(topics: TopicModel, test_vectors: FloatMatrix) -> dict[str, Any]:
    ids, _ = topics.assign(test_vectors)
    return {"found": len(topics.topics), "share_without_topic": float((ids == NO_TOPIC).mean())}


def _headline(metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {
        facet: {name: figures["test"][name] for name in ("micro_f1", "macro_f1")}
        for facet, figures in metrics["facets"].items()
    }


def _manifest(articles: Sequence[Article], config: TrainConfig, encoder: Encoder) -> dict[str, Any]:
    recipe = {name: value for name, value in asdict(config).items() if name not in _NOT_RECIPE}
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "packages": {name: version(name) for name in _PACKAGES},
        "config": json.loads(json.dumps(recipe)),
        "encoder": {"name": encoder.name, "fingerprint": encoder.fingerprint, "dim": encoder.dim},
        "data": {"articles": len(articles), "sha256": _data_hash(articles)},
    }


def _data_hash(articles: Sequence[Article]) -> str:
    """Hash what training sees of the articles, in their order."""
    digest = hashlib.sha256()
    for article in articles:
        labels = {facet: list(names) for facet, names in sorted(article.labels.items())}
        row = [article.title, article.text, labels, article.date, article.split]
        digest.update(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    return digest.hexdigest()
