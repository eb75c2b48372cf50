"""Topics over time: articles of each topic by period, and which topics rise against a reference."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Literal

import numpy as np

from newsclf.arrays import IntArray
from newsclf.errors import DataError
from newsclf.schema import Article
from newsclf.topics import NO_TOPIC

Period = Literal["week", "month", "year"]

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?=[T ]|$)")
# Articles of a topic that each side is pretended to have at the common rate. With 2, a topic of two articles in the
# period stays below z = 1.75 whatever the reference is (1.96 is the edge of a 95% interval); a test tries them.
_PRIOR_ARTICLES = 2.0


@dataclass(frozen=True, slots=True)
class TopicCounts:
    """Articles of each topic by period; every article is in exactly one of the numbers.

    Parameters
    ----------
    ids : (t,)
        The topic of each row.
    periods : length p
        Those with an article, ascending: ``"1987-W10"`` (ISO 8601 weeks), ``"1987-03"`` or ``"1987"``.
    counts : (t, p)
    without_topic : (p,)
        Articles of each period that belong to no topic.
    undated : (t,)
        Articles whose date is missing, or says less than the period: ``"1987-03"`` is in no week.
    undated_without_topic
        The same, of the articles that belong to no topic.
    """

    ids: IntArray
    periods: tuple[str, ...]
    counts: IntArray
    without_topic: IntArray
    undated: IntArray
    undated_without_topic: int

    @property
    def totals(self) -> IntArray:
        """All dated articles of each period, (p,), those without a topic too."""
        totals: IntArray = self.counts.sum(axis=0) + self.without_topic
        return totals


@dataclass(frozen=True, slots=True)
class TopicChange:
    """How much larger a topic's share of a period is than its share of the reference.

    Parameters
    ----------
    count, total
        Articles of the topic, and all articles, in the period.
    reference_count, reference_total
        The same in the reference.
    log_odds_ratio
        Of belonging to the topic, shrunk towards 0 where articles are few; positive where the topic rises.
    low, high
        Its interval.
    z
        The ratio over its standard error.
    """

    id: int
    count: int
    total: int
    reference_count: int
    reference_total: int
    log_odds_ratio: float
    low: float
    high: float
    z: float

    @property
    def is_rising(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.low > 0

    @property
    def is_falling(self) -> bool:
        """Whether the whole interval is below 0."""
        return self.high < 0


def period_of(day: str, period: Period) -> str | None:
    """Return the period that a date lies in; None where it is empty, no date, or says less than the period.

    A time behind the date is not read. Weeks are those of ISO 8601: 2016-01-01 is in ``"2015-W53"``.
    """
    match = _DATE.match(day)
    if match is None:
        return None
    year, month, day_of_month = match.groups()
    try:
        found = date(int(year), int(month or 1), int(day_of_month or 1))
    except ValueError:
        return None
    if period == "year":
        return year
    if period == "month":
        return f"{year}-{month}" if month else None
    iso = found.isocalendar()
    return f"{iso.year:04}-W{iso.week:02}" if day_of_month else None


def count_by_period(
    articles: Sequence[Article], article_topics: IntArray, *, ids: IntArray, period: Period
) -> TopicCounts:
    """Count articles by topic and period.

    Parameters
    ----------
    articles : length n
    article_topics : (n,)
        A topic's id or `NO_TOPIC`.
    ids : (t,)
        The topics to count.

    Raises
    ------
    DataError
        If an article has a topic that is not among `ids`.
    """
    # The last row is of the articles without a topic, the last column of those without a date.
    row = {topic_id: i for i, topic_id in enumerate([*ids.tolist(), NO_TOPIC])}
    strange = sorted(set(article_topics.tolist()) - set(row))
    if strange:
        raise DataError(f"Articles have topic {strange[0]}, which is not among the ids to count. Give all ids.")
    found = [period_of(article.date, period) for article in articles]
    periods = sorted({name for name in found if name is not None})
    column: dict[str | None, int] = {name: i for i, name in enumerate([*periods, None])}
    counts = np.zeros((len(row), len(column)), dtype=np.intp)
    np.add.at(counts, ([row[t] for t in article_topics.tolist()], [column[name] for name in found]), 1)
    return TopicCounts(ids, tuple(periods), counts[:-1, :-1], counts[-1, :-1], counts[:-1, -1], int(counts[-1, -1]))


def topic_changes(
    counts: TopicCounts, *, period: str, reference: Sequence[str] | None = None, confidence: float = 0.95
) -> tuple[TopicChange, ...]:
    """Compare a period with a reference, the topic that rises most surely first.

    The log-odds ratio with an informative prior and its z score (Monroe, Colaresi and Quinn 2008, "Fightin' Words",
    Political Analysis 16:4), with topics for words and articles for tokens. The prior is two articles of the topic at
    its rate in period and reference together, added to both sides; so a topic that has always been rare needs
    more than a stray article to rise. The standard error counts all four cells. Near-copies count as so many
    articles here: leave them out before.

    Parameters
    ----------
    reference
        Periods to compare with; None for all before `period`.
    confidence
        Of each interval. Of 40 topics that do not change, one is expected to rise by chance at 0.95.

    Raises
    ------
    DataError
        If a period is unknown, or the reference is empty or has the period in it.
    """
    before = [name for name in counts.periods if name < period] if reference is None else list(dict.fromkeys(reference))
    _check_periods(counts, period, before)
    now = counts.periods.index(period)
    then = [counts.periods.index(name) for name in before]
    total, reference_total = int(counts.totals[now]), int(counts.totals[then].sum())
    changes = [
        _change(
            int(topic_id),
            (int(row[now]), total),
            (int(row[then].sum()), reference_total),
            width=NormalDist().inv_cdf((1 + confidence) / 2),
        )
        for topic_id, row in zip(counts.ids, counts.counts, strict=True)
    ]
    return tuple(sorted(changes, key=lambda change: (-change.z, change.id)))


def _change(topic_id: int, now: tuple[int, int], then: tuple[int, int], *, width: float) -> TopicChange:
    # Half an article more on each side of the rate: a topic of all or of none of the articles has finite odds.
    rate = (now[0] + then[0] + 0.5) / (now[1] + then[1] + 1)
    others = _PRIOR_ARTICLES * (1 - rate) / rate
    cells = np.array(
        [[count + _PRIOR_ARTICLES, total - count + others] for count, total in (now, then)], dtype=np.float64
    )
    ratio = float(np.log(cells[0, 0] / cells[0, 1]) - np.log(cells[1, 0] / cells[1, 1]))
    error = float(np.sqrt((1 / cells).sum()))
    interval = (ratio - width * error, ratio + width * error)
    return TopicChange(topic_id, *now, *then, ratio, *interval, ratio / error)


def _check_periods(counts: TopicCounts, period: str, reference: Sequence[str]) -> None:
    unknown = [name for name in (period, *reference) if name not in counts.periods]
    if unknown:
        ends = f"{counts.periods[0]} to {counts.periods[-1]}" if counts.periods else "none, no article has a date"
        raise DataError(f"No article lies in the period {unknown[0]!r}. Periods with articles: {ends}.")
    if not reference:
        raise DataError(f"There is nothing before {period} to compare it with. Name periods as the reference.")
    if period in reference:
        raise DataError(f"The reference has {period} in it, the period to be compared. Leave it out.")
