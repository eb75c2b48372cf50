from itertools import product

import numpy as np
import pytest

from newsclf import Article, DataError
from newsclf.topic_trends import Period, TopicCounts, count_by_period, period_of, topic_changes
from newsclf.topics import NO_TOPIC

IDS = np.array([4, 9])


@pytest.mark.parametrize(
    ("day", "week", "month", "year"),
    [
        ("2015-03-09", "2015-W11", "2015-03", "2015"),
        ("2016-01-01", "2015-W53", "2016-01", "2016"),  # a Friday
        ("2018-12-31", "2019-W01", "2018-12", "2018"),  # a Monday
        ("2015-03-09T23:59:00+02:00", "2015-W11", "2015-03", "2015"),
        ("2015-03", None, "2015-03", "2015"),
        ("2015", None, None, "2015"),
        ("2015-02-30", None, None, None),
        ("2015-13", None, None, None),
        ("March 9, 2015", None, None, None),
        ("20150309", None, None, None),
        ("0000-01-01", None, None, None),
        ("", None, None, None),
    ],
)
def test_a_date_lies_in_the_periods_that_it_says(day: str, week: str, month: str, year: str) -> None:
    assert [period_of(day, period) for period in ("week", "month", "year")] == [week, month, year]


def counted(period: Period) -> TopicCounts:
    days = ["1987-03-02", "1987-03-08", "1987-03-09", "1987-04", "", "1987-03-09", ""]
    topics = np.array([4, 9, 4, 4, 9, NO_TOPIC, NO_TOPIC])
    return count_by_period([Article(title="x", date=day) for day in days], topics, ids=IDS, period=period)


def test_weeks_run_from_monday_to_sunday_and_a_month_is_in_none() -> None:
    counts = counted("week")

    assert counts.periods == ("1987-W10", "1987-W11")
    assert counts.counts.tolist() == [[1, 1], [1, 0]]
    assert counts.without_topic.tolist() == [0, 1]
    assert counts.undated.tolist() == [1, 1]
    assert counts.undated_without_topic == 1
    assert counts.totals.tolist() == [2, 2]


def test_months_count_what_weeks_cannot() -> None:
    counts = counted("month")

    assert counts.periods == ("1987-03", "1987-04")
    assert counts.counts.tolist() == [[2, 1], [1, 0]]
    assert counts.undated.tolist() == [0, 1]


@pytest.mark.parametrize("period", ["week", "month", "year"])
def test_every_article_is_counted_once(period: Period) -> None:
    counts = counted(period)

    assert counts.totals.sum() + counts.undated.sum() + counts.undated_without_topic == 7


def test_no_articles_give_no_periods() -> None:
    counts = count_by_period([], np.array([], dtype=np.intp), ids=IDS, period="week")

    assert counts.periods == ()
    assert counts.counts.shape == (2, 0)


def test_a_topic_that_was_not_asked_for_is_not_dropped_silently() -> None:
    with pytest.raises(DataError, match="Articles have topic 5, which is not among the ids"):
        count_by_period([Article(title="x")], np.array([5]), ids=IDS, period="week")


def two_periods(now: tuple[int, int], then: tuple[int, int]) -> TopicCounts:
    """Counts of one topic and totals in two years."""
    counts = np.array([[then[0], now[0]]])
    return TopicCounts(
        np.array([4]), ("2014", "2015"), counts, np.array([then[1], now[1]]) - counts[0], np.array([0]), 0
    )


def test_the_score_of_a_change_is_as_worked_out_by_hand() -> None:
    (change,) = topic_changes(two_periods((6, 10), (2, 10)), period="2015")

    # The rate is 8.5 in 21; two articles at that rate bring 2 * 12.5 / 8.5 = 50 / 17 others. The odds are
    # 8 to 118 / 17 and 4 to 186 / 17, their ratio 372 / 118; the cells' inverses add up to 0.610466.
    assert change.log_odds_ratio == pytest.approx(1.148209, abs=1e-6)
    assert change.z == pytest.approx(1.148209 / 0.781323, abs=1e-5)
    assert change.low == pytest.approx(1.148209 - 1.959964 * 0.781323, abs=1e-5)
    assert change.high == pytest.approx(1.148209 + 1.959964 * 0.781323, abs=1e-5)
    assert (change.count, change.total, change.reference_count, change.reference_total) == (6, 10, 2, 10)
    assert not change.is_rising


def test_two_articles_never_make_a_topic_rise() -> None:
    totals = (2, 3, 5, 20, 100, 1_000, 100_000)
    befores = (0, 1, 2, 3, 5, 10, 50, 500)
    for total, reference_total, before in product(totals, (1, 2, 10, 100, 10_000, 10**7), befores):
        if before <= reference_total:
            counts = two_periods((2, total), (before, reference_total))
            (change,) = topic_changes(counts, period="2015")
            assert not change.is_rising, change
            assert change.z < 1.75, change


def test_a_clear_rise_and_a_clear_fall_are_found_and_sorted() -> None:
    counts = TopicCounts(
        ids=np.array([0, 1, 2]),
        periods=("2013", "2014", "2015"),
        counts=np.array([[20, 20, 1], [5, 5, 5], [1, 1, 20]]),
        without_topic=np.array([74, 74, 74]),
        undated=np.zeros(3, dtype=np.intp),
        undated_without_topic=0,
    )

    changes = topic_changes(counts, period="2015")

    assert [change.id for change in changes] == [2, 1, 0]
    assert [change.is_rising for change in changes] == [True, False, False]
    assert [change.is_falling for change in changes] == [False, False, True]
    assert changes[0].reference_total == 200
    assert topic_changes(counts, period="2015", reference=["2013"])[0].reference_total == 100


def test_a_topic_of_all_articles_or_of_none_has_a_finite_score() -> None:
    for counts in (two_periods((5, 5), (50, 50)), two_periods((0, 5), (0, 50))):
        (change,) = topic_changes(counts, period="2015")
        assert np.isfinite([change.log_odds_ratio, change.low, change.high]).all()
        assert abs(change.z) < 1


@pytest.mark.parametrize(
    ("period", "reference", "message"),
    [
        ("2016", None, r"No article lies in the period '2016'\. Periods with articles: 2014 to 2015"),
        ("2014", None, "There is nothing before 2014 to compare it with"),
        ("2015", ["2014", "2015"], "The reference has 2015 in it"),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(period: str, reference: list[str] | None, message: str) -> None:
    with pytest.raises(DataError, match=message):
        topic_changes(two_periods((1, 5), (1, 5)), period=period, reference=reference)
