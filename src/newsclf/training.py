"""The recipe of training, read from top to bottom."""

import hashlib
import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from newsclf.arrays import IntArray
from newsclf.bundle import Bundle
from newsclf.cascade import SecondStage
from newsclf.cascade_fitting import answers_by_stage, cascade_figures, fit_second_stage
from newsclf.config import TrainConfig
from newsclf.encoders import Encoder, StoredEncoder, load_encoder, static_encoder_of
from newsclf.familiarity import fit_familiarity
from newsclf.features import Vocabulary
from newsclf.finetuning import fine_tune, hold_out, tuning_data
from newsclf.fitting import LearningSide, check_articles, configured_taxonomy, fit_heads, learn_words, read_sides
from newsclf.heads import Head
from newsclf.inference import NewsClassifier
from newsclf.labels import FacetPlan, plan_facets
from newsclf.measuring import article_counts, headline_figures, held_out_figures, held_out_topic_figures
from newsclf.model_card import model_card
from newsclf.near_copies import group_sketches, sketch_texts
from newsclf.places import country_codes, names_hash
from newsclf.progress import Progress, silent
from newsclf.schema import Article
from newsclf.splitting import Split, split_articles
from newsclf.static_encoder import StaticEncoder
from newsclf.topic_state import TopicState
from newsclf.topic_training import train_topics

_LOGGER = logging.getLogger(__name__)

_PACKAGES = ("newsclf", "numpy", "scikit-learn", "sentence-transformers", "torch", "bertopic", "safetensors")
#: Goes up with every change to features, heads, cuts or topics that changes what a model answers.
RECIPE_VERSION = 5
# Options that say where and how to run, and change no result.
_NOT_RECIPE = ("cache_dir", "jobs")
# These change none either while fine-tuning is off.
_FINETUNE_OPTIONS = ("finetune", "finetune_tokens")
# Nor does this option while it is 0.
_CASCADE_OPTION = "cascade"


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
        At least 5; of each, header lines with labels and page furniture are removed first.
    config
        Every option; None for the defaults.
    encoder
        Stands in for the one that `config.encoder` names. The first stage of a cascade is made of the named one all
        the same.
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
        If the encoder cannot be loaded, or is to be made into a static one and is no BERT.
    ConfigError
        If an encoder is to be fine-tuned that is no transformer.
    """
    config = config or TrainConfig()
    clock = _Clock()
    with clock.stage("check"):
        taxonomy = configured_taxonomy(config)
        resolved = check_articles(articles, taxonomy, jobs=config.jobs, progress=progress)
        cleaned = resolved.articles
    with clock.stage("split"):
        split, groups, test_groups = _split(cleaned, config, progress)
        train_side, test_side = [cleaned[i] for i in split.train], [cleaned[i] for i in split.test]
        plans, without = plan_facets(train_side, test_side, config)
    with clock.stage("load encoder"):
        base = encoder or load_encoder(config.encoder, config.max_windows)
        own = _made_in_training(base, config)
    unseen = np.ones(len(train_side), dtype=bool)
    if config.finetune:
        with clock.stage("fine-tune encoder"):
            unseen = hold_out(plans, groups[split.train], seed=config.seed)
            own = fine_tune(base, tuning_data(train_side, plans, seen=~unseen), config, progress=progress)
    encoder = own or base
    with clock.stage("embed"):
        sides = train_side, test_side
        # Vectors of a tuned encoder would never be asked for again.
        read = read_sides(*sides, encoder, config, is_cached=not config.finetune, progress=progress)
        second = read_sides(*sides, base, config, progress=progress) if config.cascade else None
        truncated = (second or read).truncated
    if truncated:
        of = len(train_side) + len(test_side)
        _LOGGER.warning("%d of %d articles are longer than what the encoder reads of them", truncated, of)
    with clock.stage("fit heads"):
        side = LearningSide(train_side, read.train, groups[split.train], taxonomy, encoder, unseen)
        slow = replace(side, vectors=second.train, encoder=base) if second else None
        vocabulary, heads, stage = _fit_stages(side, slow, plans, config, progress)
        familiarity = fit_familiarity(read.train, seed=config.seed)
    with clock.stage("fit topics"):
        topics = train_topics(
            train_side, read.train, groups=groups[split.train], encoder=encoder, config=config, progress=progress
        )
        state = TopicState.start(topics.fitted.model, topics.fitted.words)
    manifest = _manifest(cleaned, config, encoder, base)
    bundle = Bundle(vocabulary, taxonomy, heads, familiarity, state, manifest, {}, "", own, stage)
    with clock.stage("measure"):
        progress("measure", 0, 1)
        answers = answers_by_stage(bundle, test_side, read, second, jobs=config.jobs)
        counts = article_counts(split, config, truncated=truncated)
        metrics = {
            "articles": counts,
            **held_out_figures(plans, train_side, test_side, answers=answers.model, groups=test_groups, config=config),
            **cascade_figures(answers, plans, test_side, config),
            "facets_without_head": without,
            "labels_not_in_taxonomy": resolved.unknown,
            "topics": topics.figures | held_out_topic_figures(topics.fitted.model, read.test),
        }
        progress("measure", 1, 1)
    manifest |= {"seconds": clock.seconds, "embedded": (second or read).computed, "figures": headline_figures(metrics)}
    bundle = replace(bundle, manifest=manifest, metrics=metrics, card=model_card(manifest, metrics))
    return NewsClassifier(encoder, bundle, base if config.cascade else None)


def _split(articles: Sequence[Article], config: TrainConfig, progress: Progress) -> tuple[Split, IntArray, IntArray]:
    """Divide n articles; return the groups of near-copies among all, (n,), and among those on the test side alone.

    The latter are those that `evaluate` finds: no chain through training articles joins them.
    """
    sketches = sketch_texts([article.content for article in articles], jobs=config.jobs, progress=progress)
    groups = group_sketches(sketches)
    split = split_articles(articles, groups, config)
    return split, groups, group_sketches(sketches[split.test])


def _made_in_training(base: Encoder, config: TrainConfig) -> StoredEncoder | None:
    """Return the encoder that becomes part of the model: a static one."""
    if config.cascade:
        return static_encoder_of(config.encoder, config.max_windows)
    return base if isinstance(base, StaticEncoder) else None


def _fit_stages(
    side: LearningSide,
    slow: LearningSide | None,
    plans: Sequence[FacetPlan],
    config: TrainConfig,
    progress: Progress,
) -> tuple[Vocabulary, dict[str, Head], SecondStage | None]:
    """Fit heads, and those of the second stage of a cascade, with whose encoder's vectors `slow` is the same side.

    What they see of the articles is given up at the end: it is the largest part of training's memory.
    """
    words = learn_words(side, jobs=config.jobs, progress=progress)
    fitted = fit_heads(side, words, plans, config, progress=progress)
    stage = fit_second_stage(slow, words, fitted, plans, config, progress=progress) if slow else None
    return words.vocabulary, {facet: found.head for facet, found in fitted.items()}, stage


class _Clock:
    """Seconds of wall time by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)


def _manifest(articles: Sequence[Article], config: TrainConfig, encoder: Encoder, base: Encoder) -> dict[str, Any]:
    """Say what a model is made from and with.

    `base` is what `encoder` was fine-tuned from, or the same, or the second encoder of a cascade.
    """
    named = {"name": base.name, "fingerprint": base.fingerprint}
    tuned_from = {"base": named} if config.finetune else {}
    second = {"second_encoder": {**named, "dim": base.dim}} if config.cascade else {}
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "packages": {name: version(name) for name in _PACKAGES},
        "config": _recipe(config),
        "encoder": {
            "name": encoder.name,
            "fingerprint": encoder.fingerprint,
            "dim": encoder.dim,
            "max_windows": config.max_windows,
            **tuned_from,
        },
        **second,
        "data": {"articles": len(articles), "sha256": data_hash(articles)},
        "countries": list(country_codes()),
        "recipe": recipe_hash(config, base.fingerprint),
    }


def _recipe(config: TrainConfig) -> dict[str, Any]:
    """Return the options that change a result, as plain JSON values."""
    off = [*_FINETUNE_OPTIONS] if not config.finetune else []
    off += [_CASCADE_OPTION] if not config.cascade else []
    chosen = {name: value for name, value in asdict(config).items() if name not in {*_NOT_RECIPE, *off}}
    return dict(json.loads(json.dumps(chosen)))


def recipe_hash(config: TrainConfig, encoder_fingerprint: str) -> str:
    """Hash what a model depends on beside its data: options, taxonomy, place names, encoder, `RECIPE_VERSION`."""
    taxonomy = configured_taxonomy(config)
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
