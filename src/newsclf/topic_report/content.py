"""What a report of topics shows, as plain arrays, and the checks that they fit together."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import is_valid_linkage

from newsclf.arrays import FloatArray, IntArray
from newsclf.errors import DataError
from newsclf.topic_labels import DossierMatch
from newsclf.topic_trends import TopicChange
from newsclf.topics import NO_TOPIC, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelShares:
    """How often each label of a facet stands on the articles of each topic.

    Parameters
    ----------
    names : length k
        As people read them.
    shares : (t, k), 0..1
        Row i belongs to ``topics[i]``. An article may have several labels: rows need not add up to 1.
    """

    names: tuple[str, ...]
    shares: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentChanges:
    """How topics changed of late.

    Parameters
    ----------
    recent
        As it reads behind "in": ``"the last 4 weeks"``.
    recent_periods, reference_periods
        The first and the last of either side.
    changes : length t
        One for each topic, in any order.
    """

    recent: str
    recent_periods: tuple[str, str]
    reference_periods: tuple[str, str]
    changes: tuple[TopicChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicReport:
    """Everything that is drawn. What is absent is said in a sentence on the page.

    Parameters
    ----------
    coordinates : (m, 2)
        Where articles stand on the map, in any unit; see `lay_out_map`.
    titles : length n
        Plain text; markup in them is shown, never obeyed.
    topic_ids : (n,) int
        Ids of `topics`, or `NO_TOPIC`.
    topics : length t
        Ids may have gaps; the order is free. Sizes may count articles that are not on the map.
    representatives : length t
        For each topic, the indices of articles that show what it is about, the best first.
    drawn : (m,) int
        The articles that `coordinates` are of, in rising order; None for all.
    urls, dates : length n, or empty
        Empty strings where an article has none. Only http and https addresses become links.
    periods : length p
        Names of weeks, months or years, the earliest first; empty without dates.
    counts : (t, p)
        Articles of each topic in each period.
    themes, regions
        None where the articles have no such labels.
    linkage : (t - 1, 4)
        As `scipy.cluster.hierarchy.linkage` returns it, over `topics` in their order; None without a hierarchy.
    dossiers
        For each topic that shares articles with an in-depth report the one it is nearest to; None where the articles
        carry none.
    recent
        None where there are no two periods to compare.

    Raises
    ------
    DataError
        If lengths or shapes do not fit, a number is not finite, or an id or index names nothing.
    """

    coordinates: FloatArray
    titles: tuple[str, ...]
    topic_ids: IntArray
    topics: tuple[Topic, ...]
    representatives: tuple[tuple[int, ...], ...]
    drawn: IntArray | None = None
    urls: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    counts: FloatArray | IntArray | None = None
    themes: LabelShares | None = None
    regions: LabelShares | None = None
    linkage: FloatArray | None = None
    dossiers: tuple[DossierMatch, ...] | None = None
    recent: RecentChanges | None = None

    @property
    def on_map(self) -> IntArray:
        """The articles that are on the map, (m,)."""
        return np.arange(len(self.titles)) if self.drawn is None else self.drawn

    def __post_init__(self) -> None:
        n, t = len(self.titles), len(self.topics)
        _check_shape("coordinates", self.coordinates, (len(self.on_map), 2))
        _check_drawn(self.on_map, n_articles=n)
        _check_shape("topic_ids", self.topic_ids, (n,))
        for name, values in (("urls", self.urls), ("dates", self.dates)):
            if len(values) not in (0, n):
                raise DataError(f"{name} has {len(values)} entries; expected one for each of {n} titles, or none.")
        if self.counts is not None:
            _check_shape("counts", self.counts, (t, len(self.periods)))
        for name, labels in (("themes", self.themes), ("regions", self.regions)):
            if labels is not None:
                _check_shape(f"shares of {name}", labels.shares, (t, len(labels.names)))
        _check_ids(self.topics, self.topic_ids)
        _check_matches(self)
        _check_representatives(self.representatives, n_articles=n, n_topics=t)
        if self.linkage is not None and t > 1:
            _check_shape("linkage", self.linkage, (t - 1, 4))
            if not is_valid_linkage(self.linkage):
                raise DataError("linkage is none of scipy's; expected what scipy.cluster.hierarchy.linkage returns.")


def _check_shape(name: str, array: FloatArray | IntArray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise DataError(f"{name} has shape {array.shape}; expected {shape}.")
    if not np.isfinite(array).all():
        raise DataError(f"{name} has values that are not finite; expected numbers only.")


def _check_ids(topics: tuple[Topic, ...], topic_ids: IntArray) -> None:
    ids = [topic.id for topic in topics]
    if len(set(ids)) < len(ids):
        raise DataError(f"topics share ids: {sorted(ids)}; expected an id of its own for each.")
    unknown = set(topic_ids.tolist()) - {*ids, NO_TOPIC}
    if unknown:
        raise DataError(f"topic_ids has {sorted(unknown)}, which no topic has; expected ids of topics, or {NO_TOPIC}.")


def _check_drawn(drawn: IntArray, *, n_articles: int) -> None:
    inside = bool(((drawn >= 0) & (drawn < n_articles)).all())
    if drawn.ndim != 1 or not inside or not bool((np.diff(drawn) > 0).all()):
        raise DataError(f"drawn is not a list of articles; expected rising indices below {n_articles}.")


def _check_matches(report: TopicReport) -> None:
    ids = sorted(topic.id for topic in report.topics)
    matched = sorted(match.topic for match in report.dossiers or ())
    if len(set(matched)) < len(matched) or not set(matched) <= set(ids):
        raise DataError(f"dossiers are of the topics {matched}; expected one or none for each of {ids}.")
    if report.recent is not None:
        changed = sorted(change.id for change in report.recent.changes)
        if changed != ids:
            raise DataError(f"recent has changes of the topics {changed}; expected one for each of {ids}.")


def _check_representatives(representatives: tuple[tuple[int, ...], ...], *, n_articles: int, n_topics: int) -> None:
    if len(representatives) != n_topics:
        raise DataError(
            f"representatives has {len(representatives)} entries; expected one for each of {n_topics} topics."
        )
    outside = sorted({i for indices in representatives for i in indices if not 0 <= i < n_articles})
    if outside:
        raise DataError(f"representatives names articles {outside}; expected indices below {n_articles}.")
