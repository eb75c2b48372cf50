"""From topics, articles and their vectors to the page."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np

from newsclf.arrays import FloatMatrix, IntArray
from newsclf.errors import ConfigError, DataError
from newsclf.near_copies import near_copy_groups
from newsclf.schema import Article
from newsclf.topic_examples import representative_articles
from newsclf.topic_hierarchy import topic_tree
from newsclf.topic_keywords import with_distinct_names
from newsclf.topic_labels import count_labels, match_dossiers
from newsclf.topic_report.content import LabelShares, RecentChanges, TopicReport
from newsclf.topic_report.map_layout import choose_drawn, lay_out_map
from newsclf.topic_report.payload import MAX_DRAWN
from newsclf.topic_report.periods import AnyPeriod, choose_period, recent_changes, with_empty_periods
from newsclf.topic_report.writing import write_topic_report
from newsclf.topic_state import TopicState
from newsclf.topic_trends import count_by_period, period_of
from newsclf.topics import NO_TOPIC, TopicModel

# What stands for the title of an article without one.
_BEGINNING = 200


def write_report(
    state: TopicState,
    articles: Sequence[Article],
    vectors: FloatMatrix,
    path: Path | str,
    *,
    title: str = "Topics",
    period: AnyPeriod = "auto",
) -> None:
    """Write one HTML file about the topics of articles; see `build_report` and `write_topic_report`."""
    write_topic_report(build_report(state, articles, vectors, period=period), Path(path), title=title)


def build_report(
    state: TopicState,
    articles: Sequence[Article],
    vectors: FloatMatrix,
    *,
    period: AnyPeriod = "auto",
    seed: int = 0,
) -> TopicReport:
    """Assign articles to topics, and work out all that a report shows of them.

    Topics without one of these articles are left out, and sizes count these articles, not those that the topics were
    made from. Of more than 20,000 articles the map has as many, the same share of each topic (`choose_drawn`);
    everything else counts all. 100,000 articles of 300 words take at most a minute and a half, and 2 GB beside articles
    and vectors.

    Parameters
    ----------
    state
        Its model is all that is read.
    articles : length n
        Cleaned, as readers give them.
    vectors : (n, d) float32
        Unit rows, from the encoder that the topics were found with.
    period
        What is counted over time; ``"auto"`` is weeks for up to 78 of them, months for up to ten years, else years.
    seed
        For the map.

    Raises
    ------
    ConfigError
        If `period` is none of these.
    DataError
        If articles and vectors are not equally many, or vectors are not as long as the topics' centroids.
    """
    if period not in get_args(AnyPeriod):
        raise ConfigError(f"period is {period!r}; expected one of {', '.join(get_args(AnyPeriod))}.")
    _check_vectors(vectors, n=len(articles), dim=state.model.centroids.shape[1])
    article_topics = state.model.assign(vectors)[0]
    model = _found_among(with_distinct_names(state.model), article_topics)
    groups = near_copy_groups([article.content for article in articles])
    examples = representative_articles(model, vectors, article_topics, groups=groups)
    drawn = choose_drawn(article_topics, most=MAX_DRAWN)
    periods, counts, recent = _over_time(articles, article_topics, groups=groups, ids=model.ids, period=period)
    has_dossiers = any(article.dossiers for article in articles)
    return TopicReport(
        coordinates=lay_out_map(vectors[drawn], seed=seed),
        drawn=drawn,
        titles=tuple(article.title or article.text[:_BEGINNING] for article in articles),
        urls=tuple(article.url for article in articles),
        dates=tuple(article.date for article in articles),
        topic_ids=article_topics,
        topics=model.topics,
        representatives=tuple(examples[topic.id] for topic in model.topics),
        periods=periods,
        counts=counts,
        recent=recent,
        themes=_shares(articles, article_topics, ids=model.ids, facet="theme"),
        regions=_shares(articles, article_topics, ids=model.ids, facet="region"),
        linkage=topic_tree(model).joins if len(model.topics) > 1 else None,
        dossiers=match_dossiers(articles, article_topics, ids=model.ids) if has_dossiers else None,
    )


def _check_vectors(vectors: FloatMatrix, *, n: int, dim: int) -> None:
    if len(vectors) != n:
        raise DataError(f"There are {n} articles and {len(vectors)} vectors. Give one vector an article.")
    if vectors.ndim != 2 or vectors.shape[1] != dim:
        raise DataError(
            f"Vectors have shape {vectors.shape}, the topics' centroids {dim} columns. "
            "Embed the articles with the encoder that the topics were found with."
        )


def _found_among(model: TopicModel, article_topics: IntArray) -> TopicModel:
    """Return the topics that articles have, with the number of these as sizes.

    It is for reading and drawing; the anchors of merged topics, which assign texts, are not in it.
    """
    ids, sizes = np.unique(article_topics[article_topics != NO_TOPIC], return_counts=True)
    size = dict(zip(ids.tolist(), sizes.tolist(), strict=True))
    found = np.isin(model.ids, ids)
    topics = tuple(replace(topic, size=size[topic.id]) for topic in model.topics if topic.id in size)
    return TopicModel(topics, model.centroids[found], model.min_similarities[found])


def _over_time(
    articles: Sequence[Article], article_topics: IntArray, *, groups: IntArray, ids: IntArray, period: AnyPeriod
) -> tuple[tuple[str, ...], IntArray | None, RecentChanges | None]:
    """Return the names of periods, counts (t, p), and what changed of late; nothing where no article has a date."""
    period = choose_period(articles) if period == "auto" else period
    if not any(period_of(article.date, period) for article in articles):
        return (), None, None
    counts = with_empty_periods(count_by_period(articles, article_topics, ids=ids, period=period), period)
    return (
        counts.periods,
        counts.counts,
        recent_changes(articles, article_topics, groups=groups, ids=ids, period=period),
    )


def _shares(articles: Sequence[Article], article_topics: IntArray, *, ids: IntArray, facet: str) -> LabelShares | None:
    """Return shares of a facet's labels, 0 for topics of which no article is labelled; None without labels."""
    counted = count_labels(articles, article_topics, ids=ids, facet=facet)
    if not counted.labels:
        return None
    return LabelShares(names=counted.labels, shares=np.nan_to_num(counted.shares))
