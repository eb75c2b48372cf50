"""The benchmark of topic models, end to end on some articles, and its figures against values worked out by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from recording import Book
from runner import NotRunError
from support import HashedWordEncoder
from topic_peers.protocol import NO_TOPIC, strongest
from topic_peers.roster import NEWSCLF, TOPIC_ENTRIES
from topic_runner import TopicBench
from topic_scoring import TopicAnswers, topic_figures
from topic_sets import TopicSet, make_topic_set
from topic_tables import topics_page

from newsclf import Article

PEERS = {entry.name: entry for entry in TOPIC_ENTRIES}
MARKS = "<!-- results: begin -->\n<!-- results: end -->\n<!-- unseen: begin -->\n<!-- unseen: end -->\n"


@pytest.fixture
def topic_set(corpus: Sequence[Article]) -> TopicSet:
    return make_topic_set(corpus, name="bbc", data="built-in", limit=100)


@pytest.fixture
def bench(tmp_path: Path) -> TopicBench:
    (tmp_path / "README.md").write_text(MARKS, encoding="utf-8")
    book = Book.below(tmp_path)
    return TopicBench(tmp_path / "runs", book, HashedWordEncoder(), seeds=2)


@pytest.mark.slow
def test_newsclf_and_a_model_that_is_told_how_many_topics_there_are(bench: TopicBench, topic_set: TopicSet) -> None:
    first = bench.measure(topic_set, NEWSCLF)
    second = bench.measure(topic_set, PEERS["nmf"])

    assert first["reloaded_as_before"] == first["alone_as_in_batch"] == first["fit_as_assigned"] == 1
    assert second["topics"] > 0
    assert {"npmi", "c_v", "diversity", "ami", "ari", "commit", "how"} <= second.keys()
    assert (second["without_topic"], second["n"], second["seeds"]) == (0, 100, 2)
    page = bench.book.topics.read_text(encoding="utf-8")
    assert "| built-in, 100 articles | topics |" in page
    assert "| BERTopic | not run |" in page
    assert bench.book.readme.read_text(encoding="utf-8").count("topics") == 0


def test_a_model_that_must_be_told_how_many_topics_there_are_waits_for_newsclf(
    bench: TopicBench, topic_set: TopicSet
) -> None:
    with pytest.raises(NotRunError, match="newsclf has not run on topics_bbc"):
        bench.measure(topic_set, PEERS["nmf"])


def test_a_model_without_its_environment_is_not_run(
    bench: TopicBench, topic_set: TopicSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSCLF_PEERS_PYTHON", raising=False)

    with pytest.raises(NotRunError, match="NEWSCLF_PEERS_PYTHON is not set"):
        bench.measure(topic_set, PEERS["keynmf"])


def test_a_set_is_drawn_from_articles_with_a_text_and_knows_single_labels() -> None:
    articles = [
        Article(title="Oil", text="Oil rose.", labels={"theme": ("Oil",)}),
        Article(title="No text", text="", labels={"theme": ("Oil",)}),
        Article(title="Both", text="Oil and war.", labels={"theme": ("Oil", "War")}),
        Article(title="None", text="Rain."),
    ]

    found = make_topic_set(articles, name="x", data="x")
    drawn = make_topic_set(articles, name="x", data="x", limit=2)

    assert found.texts == ("Oil\n\nOil rose.", "Both\n\nOil and war.", "None\n\nRain.")
    assert found.labels == ("Oil", None, None)
    assert len(drawn.texts) == 2
    assert drawn == make_topic_set(articles, name="x", data="x", limit=2)


def test_figures_are_means_over_fits_and_shares_of_the_first() -> None:
    topic_set = TopicSet("x", "x", "x", ("oil gas", "oil gas", "the vote", "the vote"), ("a", "a", "b", "b"))
    answers = TopicAnswers(
        ids=np.array([[0, 0, 1, 1], [0, 0, -1, -1]]),
        assigned=np.array([0, 0, 1, -1]),
        reloaded=np.array([0, 0, -1, -1]),
        rows=np.array([0, 3]),
        alone=np.array([1, -1]),
        keywords=[[["oil", "gas"], ["the", "vote"]], [["oil", "vote"]]],
        seconds=[9.0, 1.0],
        peak_bytes=5_000_000,
    )

    found = topic_figures(topic_set, answers)

    assert (found["topics"], found["without_topic"], found["diversity"]) == (1.5, 0.25, 1)
    # Articles without a topic are one cluster against the labels, and here the other label's.
    assert (found["ami"], found["nmi"]) == (1, 1)
    # By hand in test_topic_measures.py.
    assert (found["ari"], found["ari_with_topic"]) == (0.5714, 1)
    assert (found["fit_as_assigned"], found["reloaded_as_before"], found["alone_as_in_batch"]) == (0.75, 0.75, 0.5)
    assert (found["first_fit_seconds"], found["fit_seconds"], found["peak_mb"]) == (9, 1, 5)
    # 1 and 1 in the first fit, about -1 in the second; without "the", one topic of the first has a single word left.
    assert found["npmi"] == pytest.approx(0, abs=0.1)
    assert found["npmi_without_stop_words"] == pytest.approx(0, abs=0.1)


def test_an_article_has_the_topic_that_weighs_most_and_none_where_all_weigh_nothing() -> None:
    assert strongest(np.array([[0.1, 0.4], [0.0, 0.0], [0.3, 0.2]])).tolist() == [1, NO_TOPIC, 0]


def test_the_best_of_a_column_is_bold_whoever_has_it_and_a_missing_figure_is_a_dash() -> None:
    row = {"data": "BBC 2005", "n": 2_000, "topics": 20.0, "npmi": 0.1, "ami": None, "fit_seconds": 12.0}

    page = topics_page({"topics_bbc/newsclf": row, "topics_bbc/bertopic": row | {"npmi": 0.2, "fit_seconds": 3.25}})

    assert page is not None
    assert "| newsclf | 20 | – | 0.100 |" in page
    assert "| BERTopic | 20 | – | **0.200** |" in page
    assert "| **3.2** |" in page
    assert "| Turftopic S³ | not run |" in page


def test_without_results_there_is_no_page() -> None:
    assert topics_page({"bbc/newsclf": {"accuracy": [1, 1, 1]}}) is None
