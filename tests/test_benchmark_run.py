"""The benchmark runner, end to end on a few dozen articles, and its figures against values worked out by hand."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from few_shot import DRAWS, few_shot
from measuring_peers import Bench
from news_tasks import TASKS
from peers.roster import ENTRIES, peers_of
from recording import Book
from runner import PEERS_PYTHON, NotRunError
from scoring import Answers, estimate_of_draws, is_right, score
from tables import peer_tables
from tasks import Fold, Task, make_task

from newsclf import Article

REGIONS = ("USA", "Europe", "Middle East & North Africa")
PEERS = {entry.name: entry for entry in ENTRIES}
README = (
    "# Results\n<!-- results: begin -->\nold\n<!-- results: end -->\n<!-- unseen: begin -->\n<!-- unseen: end -->\n"
)


@pytest.fixture(scope="module")
def task(corpus: Sequence[Article]) -> Task:
    """Regions of the built-in corpus: 60 articles to learn from, 30 to measure on."""
    kept = [article for article in corpus if set(article.regions) & set(REGIONS)][:90]
    fold = Fold(np.arange(60), np.arange(60, 90))
    words = {"name": "reuters_regions", "data": "built-in", "split": "first 60", "facet": "region"}
    return make_task(kept, [fold], labels=REGIONS, taxonomy="builtin", **words)


def new_bench(folder: Path) -> Bench:
    (folder / "README.md").write_text(README, encoding="utf-8")
    return Bench(folder / "runs", Book.below(folder))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return new_bench(tmp_path)


@pytest.fixture(scope="module")
def measured(task: Task, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Three peers have run, started by a process that holds 1.6 GB."""
    bench = new_bench(tmp_path_factory.mktemp("bench"))
    held = np.ones(200_000_000)
    for name in ("tfidf_svc", "tfidf_svc_cuts", "places"):
        bench.measure(task, PEERS[name])
    del held
    return bench


def test_peers_are_run_and_scored(measured: Bench) -> None:
    rows = measured.book.read()

    assert set(rows) == {"reuters_regions/tfidf_svc", "reuters_regions/tfidf_svc_cuts", "reuters_regions/places"}
    for row in rows.values():
        assert (row["train"], row["n"], row["labels"], row["folds"]) == (60, 30, 3, 1)
        value, low, high = row["micro_f1"]
        assert 0 <= low <= value <= high <= 1
        assert row["fit_seconds"] < 30
        assert row["articles_per_second"] > 1
        assert {"commit", "machine", "command", "how"} <= row.keys()
    assert rows["reuters_regions/places"]["micro_f1"][1] > 0.5


def test_the_peak_of_a_peer_is_its_own_and_not_that_of_the_process_that_starts_it(measured: Bench) -> None:
    assert all(20 < row["peak_mb"] < 800 for row in measured.book.read().values())


def test_the_page_shows_what_was_found_between_its_marks(measured: Bench) -> None:
    page = measured.book.readme.read_text(encoding="utf-8")

    value = measured.book.read()["reuters_regions/places"]["micro_f1"][0]
    line = next(line for line in page.splitlines() if line.startswith("| the place list alone"))
    assert line.startswith(f"| the place list alone | **{value:.3f}** ±")
    assert page.startswith("# Results\n<!-- results: begin -->\n| Regions | Reuters, micro F1 |")
    assert "old" not in page
    assert "runs, " in page
    assert "are still to be made; tasks without any: reuters_r90, reuters_r10, reuters_all" in page


def test_a_peer_without_its_environment_is_not_run_and_the_table_says_why(
    task: Task, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PEERS_PYTHON, raising=False)

    with pytest.raises(NotRunError, match=f"{PEERS_PYTHON} is not set"):
        bench.measure(task, PEERS["fasttext"])

    page = bench.book.readme.read_text(encoding="utf-8")
    assert "| fastText | not run |" in page
    assert f"Not run: {PEERS_PYTHON} is not set" in page


def test_what_an_earlier_run_found_stays_where_a_peer_cannot_run(
    task: Task, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PEERS_PYTHON, "/nowhere/python")
    earlier = {"reuters_regions/fasttext": {"fit_seconds": 1.0, "micro_f1": [0.5, 0.4, 0.6]}}
    bench.book.write(earlier)

    with pytest.raises(NotRunError, match="names /nowhere/python, which does not exist"):
        bench.measure(task, PEERS["fasttext"])

    assert bench.book.read() == earlier


TARGETS = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], dtype=bool)
DECIDED = np.array([[1, 0], [0, 1], [0, 1], [1, 0]], dtype=bool)


def test_accuracy_is_the_share_of_best_scored_labels() -> None:
    scores = np.array([[0.2, 0.1], [0.3, 0.4], [0.0, 0.1]])

    assert is_right(TARGETS[:3], scores).tolist() == [True, False, True]


def test_a_system_differs_by_nothing_from_itself(task: Task) -> None:
    rows = np.concatenate([fold.test for fold in task.folds])
    answers = Answers((task.targets[rows],), (task.targets[rows].astype(float),))

    found = score(task, answers, other=answers)["micro_f1"]

    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert score(task, answers)["micro_f1"].value == 1


def test_draws_have_the_interval_of_students_t() -> None:
    found = estimate_of_draws([0.1, 0.2, 0.3])

    # t(0.975, 2 degrees of freedom) = 4.3027, standard error 0.1 / sqrt(3)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.2 - 0.24841, 0.2 + 0.24841), abs=1e-4)
    assert estimate_of_draws([0.4]).low == 0.4


def test_one_draw_is_compared_with_the_same_draw_of_the_other(task: Task) -> None:
    drawn = few_shot(task, size=2)
    tested = drawn.folds[0].test
    true, none = drawn.targets[tested], np.zeros((len(tested), 3), dtype=bool)
    mine = Answers((true,), (true.astype(float),))
    other = Answers((true, *[none] * (DRAWS - 1)), (true.astype(float), *[none.astype(float)] * (DRAWS - 1)))

    assert score(drawn, mine, other=other)["micro_f1"].value == 0
    assert score(drawn, other)["micro_f1"].value == pytest.approx(1 / DRAWS)


def test_a_draw_has_so_many_articles_a_label_and_none_to_measure_on(task: Task) -> None:
    drawn = few_shot(task, size=2)

    assert len(drawn.folds) == DRAWS
    assert len({tuple(fold.train) for fold in drawn.folds}) > 1
    for fold in drawn.folds:
        assert len(fold.train) == 2 * 3
        assert (task.targets[fold.train].sum(axis=0) >= 2).all()
        assert not set(fold.train) & set(fold.test)
        assert fold.test.tolist() == drawn.folds[0].test.tolist()


def _row(value: float, *, low: float = -0.2, high: float = -0.1) -> dict[str, object]:
    figures = {"micro_f1": [value, value - 0.01, value + 0.01]}
    return {**figures, "fit_seconds": 10 * value, "difference_to_newsclf": {"micro_f1": [0, low, high]}}


def test_the_best_of_a_column_is_bold_even_where_it_is_a_peer() -> None:
    page = peer_tables(
        {
            "wcep_regions/newsclf": {"micro_f1": [0.9, 0.88, 0.92]},
            "wcep_regions/places": _row(0.92, low=0.01, high=0.03),
            "wcep_regions/tfidf_svc": _row(0.89, low=-0.02, high=0.01),
        }
    )

    assert "| **0.920** ±.010 |" in page
    assert "| 0.900 ±.020 |" in page
    assert "| 0.890 ±.010 ≈ |" in page


def test_a_published_figure_stands_beside_with_its_source_and_wins_where_it_is_best() -> None:
    page = peer_tables({"reuters_r90/newsclf": _row(0.88)})

    assert "[MAGNET (BiLSTM and graph attention), published](https://arxiv.org/abs/2003.11644) | **0.899** |" in page
    assert "| newsclf | 0.880 ±.010 |" in page


def test_newsclf_takes_part_first_in_every_task_and_the_place_list_only_in_regions() -> None:
    for task in TASKS:
        names = [entry.name for entry in peers_of(task)]

        assert names[0] == "newsclf"
        assert ("places" in names) == task.endswith("_regions")
        assert ("setfit" in names) <= task.startswith("few_shot_")


def test_a_book_below_a_folder_touches_no_file_of_the_repository(tmp_path: Path) -> None:
    book = Book.below(tmp_path)

    places = [getattr(book, field.name) for field in fields(Book)]
    assert sorted(place.name for place in places) == ["HEADS.md", "README.md", "SPEED.md", "TOPICS.md", "results.json"]
    assert {place.parent for place in places} == {tmp_path}
