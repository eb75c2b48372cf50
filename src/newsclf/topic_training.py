"""The part of training that looks for topics and says how good they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newsclf.arrays import FloatMatrix, IntArray
from newsclf.config import TrainConfig
from newsclf.encoders import Encoder
from newsclf.progress import Progress, silent
from newsclf.rescue_quality import Fit, rescue_quality
from newsclf.schema import Article
from newsclf.topic_fitting import FittedTopics, TopicOptions, fit_topics, name_topics, no_topics
from newsclf.topic_measures import Stability, share_without_topic, topic_diversity
from newsclf.topic_overview import topic_overview
from newsclf.topic_stability import SteadyTopics, steadiest

_STAGE = "fit topics"


@dataclass(frozen=True, slots=True)
class TrainedTopics:
    """Topics, and figures on the articles that they were learned from, as plain values."""

    fitted: FittedTopics
    figures: dict[str, Any]


def train_topics(
    articles: Sequence[Article],
    vectors: FloatMatrix,
    *,
    groups: IntArray,
    encoder: Encoder,
    config: TrainConfig,
    progress: Progress = silent,
) -> TrainedTopics:
    """Look for topics as the options say, once or several times, and measure them.

    Parameters
    ----------
    articles : length n
    vectors : (n, d) float32
        Unit rows.
    groups : (n,)
        Equal numbers for near-copies.
    encoder
        Says how alike two keywords are.
    """
    if config.topics == 0:
        fitted, stability = no_topics(vectors.shape[1]), None
    else:
        fitted, stability = _fit(articles, vectors, encoder, config, progress)
    figures = {"found": len(fitted.model.topics), "route": fitted.found.route, "stability": stability}
    if fitted.model.topics:
        overview = topic_overview(fitted.model, articles, vectors, groups=groups, empty_labels=config.empty_labels)
        figures |= _figures(articles, vectors, fitted) | {"topics": overview}
    return TrainedTopics(fitted, figures)


def _fit(
    articles: Sequence[Article], vectors: FloatMatrix, encoder: Encoder, config: TrainConfig, progress: Progress
) -> tuple[FittedTopics, dict[str, Any] | None]:
    options = TopicOptions(
        seed=config.seed,
        n_topics=None if config.topics == "auto" else config.topics,
        min_size=config.topic_min_size,
        outliers=config.topic_outliers,
    )
    if config.topic_runs == 1:
        progress(_STAGE, 0, 1)
        fitted = fit_topics(
            articles, vectors, options, word_vectors=encoder.encode, jobs=config.jobs, progress=progress
        )
        progress(_STAGE, 1, 1)
        return fitted, None
    steady = steadiest(vectors, options, runs=config.topic_runs, progress=progress)
    fitted = name_topics(
        articles, steady.found, steady.model, word_vectors=encoder.encode, jobs=config.jobs, progress=progress
    )
    return fitted, None if steady.seeds is None else _stability(steady, steady.seeds, runs=config.topic_runs)


def _stability(steady: SteadyTopics, seeds: Stability, *, runs: int) -> dict[str, Any]:
    alike = steady.bootstraps
    return {
        "seeds": runs,
        "kept_seed": steady.options.seed,
        "ari": seeds.ari,
        "lowest_ari": seeds.lowest_ari,
        "bootstraps": len(alike),
        "bootstrap_ari": sum(alike) / len(alike) if alike else None,
        "lowest_bootstrap_ari": min(alike, default=None),
    }


def _figures(articles: Sequence[Article], vectors: FloatMatrix, fitted: FittedTopics) -> dict[str, Any]:
    drawn = fitted.found.drawn
    ids, _ = fitted.model.assign(vectors)
    labels = [article.themes[0] if len(article.themes) == 1 else None for article in articles]
    quality = rescue_quality(
        vectors[drawn], fitted.found.clustered[drawn], ids[drawn], labels=[labels[i] for i in drawn.tolist()]
    )
    return {
        "diversity": topic_diversity([topic.keywords for topic in fitted.model.topics]),
        "train_share_without_topic": share_without_topic(ids),
        "clustered": _fit_figures(quality.members),
        "rescued": _fit_figures(quality.rescued) | {"share_of_left_out": quality.rescued_share},
    }


def _fit_figures(fit: Fit) -> dict[str, Any]:
    return {
        "articles": fit.articles,
        "similarity": fit.similarity,
        "margin": fit.margin,
        "label_agreement": fit.label_agreement,
    }
