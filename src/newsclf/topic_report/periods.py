"""Which periods a report counts in, and which of them are of late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import numpy as np

from newsclf.arrays import IntArray
from newsclf.schema import Article
from newsclf.topic_report.content import RecentChanges
from newsclf.topic_trends import Period, TopicCounts, count_by_period, period_of, topic_changes

#: ``"auto"`` is the shortest that the articles' dates say and that a chart has room for.
AnyPeriod = Literal["auto", "week", "month", "year"]

# Longest time between the first and last article, in days, that is still counted by the period: 78 weeks, 10 years.
_LONGEST: tuple[tuple[Period, int], ...] = (("week", 78 * 7), ("month", 3_653))
# A few dates that are mistyped, or less exact than the others, decide nothing.
_SHARE_LEFT_OUT = 0.01
_SHARE_EXACT = 0.9
# More periods than this have no place on a chart; then only those with an article stand there.
_MOST_PERIODS = 400
# How much is of late: periods, where there are as many to compare with.
_RECENT: dict[Period, int] = {"week": 4, "month": 3, "year": 1}


def choose_period(articles: Sequence[Article]) -> Period:
    """Return weeks for up to 78 of them, months for up to ten years, and years for more or for dates without months."""
    dated = [article.date for article in articles if period_of(article.date, "year")]
    for period, longest in _LONGEST:
        exact = [day for day in dated if period_of(day, period)]
        if len(exact) < _SHARE_EXACT * len(dated) or not exact:
            continue
        days = [date.fromisoformat(day[:10] if period == "week" else f"{day[:7]}-01").toordinal() for day in exact]
        first, last = np.quantile(days, [_SHARE_LEFT_OUT, 1 - _SHARE_LEFT_OUT], method="nearest")
        if last - first <= longest:
            return period
    return "year"


def with_empty_periods(counts: TopicCounts, period: Period) -> TopicCounts:
    """Put in the periods between the first and the last that have no article, up to 400 periods in all."""
    if not counts.periods:
        return counts
    names = _between(counts.periods[0], counts.periods[-1], period)
    if len(names) > _MOST_PERIODS:
        return counts
    known = [names.index(name) for name in counts.periods]
    filled = np.zeros((len(counts.ids), len(names)), dtype=np.intp)
    filled[:, known] = counts.counts
    without_topic = np.zeros(len(names), dtype=np.intp)
    without_topic[known] = counts.without_topic
    return replace(counts, periods=tuple(names), counts=filled, without_topic=without_topic)


def recent_changes(
    articles: Sequence[Article], article_topics: IntArray, *, groups: IntArray, ids: IntArray, period: Period
) -> RecentChanges | None:
    """Compare the last periods with all before; near-copies of one period count once.

    Parameters
    ----------
    articles : length n
    article_topics : (n,)
        A topic's id or `NO_TOPIC`.
    groups : (n,)
        Equal numbers for near-copies, as `near_copy_groups` gives them.
    ids : (t,)
        The topics to compare.

    Returns
    -------
    RecentChanges or None
        None where articles lie in fewer than two periods. The last four weeks, three months or year, but no more
        periods than there are to compare with.
    """
    kept = _once_a_period(articles, groups, period)
    counts = count_by_period([articles[i] for i in kept], article_topics[kept], ids=ids, period=period)
    counts = with_empty_periods(counts, period)
    n_recent = min(_RECENT[period], len(counts.periods) // 2)
    if n_recent == 0:
        return None
    before, since = counts.periods[:-n_recent], counts.periods[-n_recent:]
    halves = replace(
        counts,
        periods=("before", "since"),
        counts=_in_two(counts.counts, n_recent),
        without_topic=_in_two(counts.without_topic, n_recent),
    )
    return RecentChanges(
        recent=f"the last {period}" if n_recent == 1 else f"the last {n_recent} {period}s",
        recent_periods=(since[0], since[-1]),
        reference_periods=(before[0], before[-1]),
        changes=topic_changes(halves, period="since", reference=("before",)),
    )


def _once_a_period(articles: Sequence[Article], groups: IntArray, period: Period) -> list[int]:
    first = {(group, period_of(articles[i].date, period)): i for i, group in reversed(list(enumerate(groups.tolist())))}
    return sorted(first.values())


def _in_two(counts: IntArray, n_recent: int) -> IntArray:
    """Return (..., p) as (..., 2): the sum of all but the last n, and that of the last n."""
    return np.stack([counts[..., :-n_recent].sum(axis=-1), counts[..., -n_recent:].sum(axis=-1)], axis=-1)


def _between(first: str, last: str, period: Period) -> list[str]:
    """Return the names of periods from the first to the last."""
    if period == "year":
        return [f"{year:04}" for year in range(int(first), int(last) + 1)]
    if period == "month":
        start, end = (12 * int(name[:4]) + int(name[5:]) - 1 for name in (first, last))
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1)]
    monday, last_monday = (date.fromisocalendar(int(name[:4]), int(name[6:]), 1) for name in (first, last))
    weeks = ((monday + timedelta(weeks=i)).isocalendar() for i in range((last_monday - monday).days // 7 + 1))
    return [f"{week.year:04}-W{week.week:02}" for week in weeks]
