"""From a topic state, articles and vectors to what is drawn."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dated_news import HOSTILE_NAME, news, state_of, vectors_of

from newsclf import Article
from newsclf.errors import ConfigError, DataError
from newsclf.topic_hierarchy import merge_topics
from newsclf.topic_report import build_report, building, write_report
from newsclf.topics import NO_TOPIC, TopicModel

# Below 31 articles the map is PCA, which is quick.
FEW = 10


def test_all_parts_of_a_report_are_worked_out() -> None:
    articles = news(FEW)

    report = build_report(state_of(articles), articles, vectors_of(articles), period="month")

    assert report.topic_ids.tolist() == [3] * FEW + [4] * FEW + [9] * FEW
    assert [(topic.id, topic.size) for topic in report.topics] == [(3, FEW), (4, FEW), (9, FEW)]
    assert report.titles[0] == articles[0].title
    assert report.urls == tuple(article.url for article in articles)
    assert report.coordinates.shape == (3 * FEW, 2)
    assert report.periods == ("2015-01", "2015-02", "2015-03", "2015-04", "2015-05")
    assert report.counts is not None
    assert report.counts.sum(axis=1).tolist() == [FEW, FEW, FEW]
    assert report.themes is not None
    assert report.themes.names == ("Energy", "Politics", "Weather")
    np.testing.assert_array_equal(report.themes.shares, np.eye(3))
    assert report.regions is not None
    # No article about storms is labelled with a region.
    np.testing.assert_array_equal(report.regions.shares, [[1], [1], [0]])
    assert report.linkage is not None
    assert report.linkage.shape == (2, 4)
    assert report.dossiers is not None
    # Every other article on oil is in the report, and no other.
    assert [(m.topic, m.dossier, m.shared, m.in_topic, m.in_dossier) for m in report.dossiers] == [
        (3, HOSTILE_NAME, FEW // 2, FEW, FEW // 2)
    ]


def test_representatives_show_a_near_copy_once() -> None:
    articles = news(FEW)
    copies = [replace(articles[0], id=f"copy {i}") for i in range(4)]
    state = state_of(articles)

    report = build_report(state, [*articles, *copies], vectors_of([*articles, *copies]))

    texts = [report.titles[i] for i in report.representatives[0]]
    assert len(texts) == 5
    assert len(set(texts)) == 5


def test_topics_without_an_article_are_left_out_and_sizes_count_what_is_given() -> None:
    articles = news(FEW)
    given = [*articles[:4], *articles[-3:]]

    report = build_report(state_of(articles), given, vectors_of(given))

    assert [(topic.id, topic.size) for topic in report.topics] == [(3, 4), (9, 3)]
    assert report.linkage is not None
    assert report.linkage[0, :2].tolist() == [0, 1]


def test_topics_of_one_name_are_told_apart() -> None:
    articles = news(FEW)
    state = state_of(articles)
    topics = tuple(replace(topic, name="Oil, price, opec") for topic in state.model.topics)

    report = build_report(replace(state, model=replace(state.model, topics=topics)), articles, vectors_of(articles))

    assert len({topic.name for topic in report.topics}) == 3


def test_articles_without_dates_labels_or_titles_leave_those_parts_out() -> None:
    articles = [Article(text=article.text) for article in news(FEW)]

    report = build_report(state_of(articles), articles, vectors_of(articles))

    assert (report.periods, report.counts, report.recent) == ((), None, None)
    assert (report.themes, report.regions, report.dossiers) == (None, None, None)
    assert report.titles[0] == articles[0].text[:200]


def test_a_model_without_topics_gives_a_page(tmp_path: Path) -> None:
    articles = news(FEW)
    none = TopicModel((), np.zeros((0, 64), dtype=np.float32), np.zeros(0))
    state = replace(state_of(articles), model=none)

    write_report(state, articles, vectors_of(articles), tmp_path / "report.html")

    assert "No topic was found" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert (build_report(state, articles, vectors_of(articles)).topic_ids == NO_TOPIC).all()


def test_no_article_at_all_gives_a_page(tmp_path: Path) -> None:
    write_report(state_of(news(FEW)), [], np.zeros((0, 64), dtype=np.float32), tmp_path / "report.html")

    assert "There are no articles to draw." in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_of_many_articles_only_the_drawn_have_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MAX_DRAWN", 6)
    articles = news(FEW)

    report = build_report(state_of(articles), articles, vectors_of(articles))

    # Even steps through 30 articles, topic by topic.
    assert report.on_map.tolist() == [0, 5, 11, 17, 23, 29]
    assert report.coordinates.shape == (6, 2)
    assert [topic.size for topic in report.topics] == [FEW, FEW, FEW]


def test_merged_topics_are_drawn_as_one() -> None:
    articles = news(FEW)
    state = state_of(articles)
    merged = replace(state, model=merge_topics(state.model, [[3, 9]], words=state.words))

    report = build_report(merged, articles, vectors_of(articles))

    assert [(topic.id, topic.size) for topic in report.topics] == [(4, FEW), (10, 2 * FEW)]


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((29, 64), "There are 30 articles and 29 vectors. Give one vector an article."),
        ((30, 63), r"Vectors have shape \(30, 63\), the topics' centroids 64 columns. Embed the articles"),
    ],
    ids=["fewer", "shorter"],
)
def test_vectors_that_do_not_fit_are_refused(shape: tuple[int, int], message: str) -> None:
    articles = news(FEW)

    with pytest.raises(DataError, match=message):
        build_report(state_of(articles), articles, np.ones(shape, dtype=np.float32))


def test_an_unknown_period_is_refused() -> None:
    articles = news(FEW)
    period: Any = "day"

    with pytest.raises(ConfigError, match="period is 'day'; expected one of auto, week, month, year"):
        build_report(state_of(articles), articles, vectors_of(articles), period=period)


def test_a_topic_of_the_last_weeks_rises() -> None:
    articles = news(FEW)
    late = [
        replace(article, date=f"2015-06-{3 * i + 1:02}", text=f"{article.text} {i} again {i}")
        for i, article in enumerate(articles[:9])
    ]
    state = state_of(articles)

    report = build_report(state, [*articles, *late], vectors_of([*articles, *late]), period="week")

    assert report.recent is not None
    assert report.recent.recent == "the last 4 weeks"
    assert [change.id for change in report.recent.changes if change.is_rising] == [3]
