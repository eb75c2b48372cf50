"""What a report counts by, and what it compares."""

import numpy as np
import pytest

from newsclf import Article
from newsclf.topic_report.periods import choose_period, recent_changes, with_empty_periods
from newsclf.topic_trends import Period, count_by_period
from newsclf.topics import NO_TOPIC


def dated(*days: str) -> list[Article]:
    return [Article(title="news", date=day) for day in days]


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (("2015-01-05", "2016-06-30"), "week"),
        (("2015-01-05T10:30", "2015-01-05 later"), "week"),
        (("2015-01-05", "2016-07-10"), "month"),
        (("2015-01", "2015-02"), "month"),
        (("2015-01 or so", "2015-02"), "month"),
        (("1990-01-05", "2015-01-05"), "year"),
        (("2015", "2015"), "year"),
        (("", "some day"), "year"),
        (("1970-01-01", *["2015-03-01"] * 99, "2015-04-01"), "week"),
        ((*["2015-03-01"] * 8, "2015-04", "2015-04"), "month"),
    ],
    ids=[
        "18 months",
        "times",
        "19 months",
        "months",
        "half a month",
        "decades",
        "years",
        "none",
        "stray",
        "less exact",
    ],
)
def test_the_shortest_period_that_dates_say_and_a_chart_has_room_for_is_chosen(
    days: tuple[str, ...], period: Period
) -> None:
    assert choose_period(dated(*days)) == period


@pytest.mark.parametrize(
    ("days", "period", "names"),
    [
        (("2015-12-21", "2016-01-11"), "week", ("2015-W52", "2015-W53", "2016-W01", "2016-W02")),
        (("2015-11-30", "2016-01-11"), "month", ("2015-11", "2015-12", "2016-01")),
        (("0998", "1001"), "year", ("0998", "0999", "1000", "1001")),
        (("1", "2"), "year", ()),
    ],
    ids=["weeks", "months", "years", "none"],
)
def test_periods_without_an_article_are_put_in(days: tuple[str, ...], period: Period, names: tuple[str, ...]) -> None:
    counts = count_by_period(dated(*days), np.array([4, NO_TOPIC]), ids=np.array([4]), period=period)

    filled = with_empty_periods(counts, period)

    assert filled.periods == names
    if names:
        assert filled.counts.tolist() == [[1, *[0] * (len(names) - 1)]]
        assert filled.without_topic.tolist() == [*[0] * (len(names) - 1), 1]


def test_a_stray_date_puts_in_no_thousand_weeks() -> None:
    counts = count_by_period(dated("1970-01-01", "2015-01-05"), np.array([4, 4]), ids=np.array([4]), period="week")

    assert with_empty_periods(counts, "week").periods == ("1970-W01", "2015-W02")


def test_the_last_four_weeks_are_compared_with_all_before() -> None:
    days = ["2015-01-05", "2015-01-12", "2015-01-19", "2015-01-26", "2015-02-02", "2015-02-23", "2015-02-23", ""]
    topics = np.array([4, NO_TOPIC, 4, 4, 7, 4, NO_TOPIC, 7])

    recent = recent_changes(dated(*days), topics, groups=np.arange(8), ids=np.array([4, 7]), period="week")

    # Weeks 2 to 9, week 7 and 8 without an article: 2 to 5 against 6 to 9.
    assert recent is not None
    assert recent.recent == "the last 4 weeks"
    assert recent.reference_periods == ("2015-W02", "2015-W05")
    assert recent.recent_periods == ("2015-W06", "2015-W09")
    found = {c.id: (c.count, c.total, c.reference_count, c.reference_total) for c in recent.changes}
    assert found == {4: (1, 3, 3, 4), 7: (1, 3, 0, 4)}


def test_no_more_is_of_late_than_there_is_to_compare_with() -> None:
    articles = dated("2015-01-05", "2015-01-12", "2015-01-19")

    recent = recent_changes(articles, np.array([4, 4, 4]), groups=np.arange(3), ids=np.array([4]), period="week")

    assert recent is not None
    assert (recent.recent, recent.recent_periods) == ("the last week", ("2015-W04", "2015-W04"))


def test_near_copies_of_one_period_count_once() -> None:
    days = ["2015-01-05", "2015-01-06", "2015-01-12", "2015-01-13", "2015-01-14"]

    recent = recent_changes(
        dated(*days), np.full(5, 4), groups=np.array([0, 0, 0, 0, 1]), ids=np.array([4]), period="week"
    )

    assert recent is not None
    assert (recent.changes[0].reference_count, recent.changes[0].count) == (1, 2)


@pytest.mark.parametrize("days", [("2015-01-05", "2015-01-06"), ("", "2015")], ids=["one week", "no week"])
def test_fewer_than_two_periods_are_not_compared(days: tuple[str, ...]) -> None:
    articles = dated(*days)

    assert recent_changes(articles, np.array([4, 4]), groups=np.arange(2), ids=np.array([4]), period="week") is None
