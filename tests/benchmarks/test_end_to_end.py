"""The whole main job on real news: figures, seconds and memory, as `train.py` gives them."""

from pathlib import Path

import pytest
from batching import batch_differences
from r90 import r90_options
from recording import Run, record, run_training, training_figures

import newsclf

pytestmark = pytest.mark.benchmark

_BATCH_ARTICLES = 5_000


@pytest.fixture(scope="module")
def r90(benchmark_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("r90")
    return run_training(r90_options(benchmark_data, folder=folder), folder=folder)


def test_reuters_r90_reaches_the_first_floor(r90: Run) -> None:
    figures = training_figures(r90, "theme")
    record("reuters_r90", figures, data="Reuters-21578 R90", split="ModApte")

    assert (figures["train"], figures["n"], figures["labels"]) == (7_770, 3_019, 90)
    assert figures["newsclf"][0] >= 0.87
    assert figures["peak_mb"] < 3_000


def test_a_batch_gives_each_text_what_it_gets_alone(r90: Run, benchmark_data: Path) -> None:
    model = newsclf.load(r90.model)
    articles = newsclf.read_articles(benchmark_data / "reuters21578.jsonl.gz")
    unseen = [article for article in articles if article.split == "unused"][:_BATCH_ARTICLES]
    differ, gap = batch_differences(model, unseen)
    record(
        "batch_of_one",
        {"n": len(unseen), "differ": differ, "largest_score_gap": gap},
        data="Reuters-21578",
        split="unused, against the R90 model",
    )
    assert len(unseen) == _BATCH_ARTICLES
    assert differ <= _BATCH_ARTICLES // 1_000
    assert gap <= 1e-3


def test_reuters_as_it_is(benchmark_data: Path, tmp_path: Path) -> None:
    run = run_training(["--data", benchmark_data / "reuters21578.jsonl.gz"], folder=tmp_path)

    for facet in ("theme", "region"):
        figures = training_figures(run, facet)
        record(f"reuters_{facet}", figures, data="Reuters-21578", split="train/test as given")
        assert figures["newsclf"][0] > figures["tfidf_linear_svc"][0]


def test_wcep_by_date(benchmark_data: Path, tmp_path: Path) -> None:
    run = run_training(["--data", benchmark_data / "wcep-2025.jsonl.gz", "--split", "date"], folder=tmp_path)

    for facet in ("theme", "region"):
        figures = training_figures(run, facet)
        record(f"wcep_{facet}", figures, data="WCEP 2025", split="latest fifth by date")
        assert figures["newsclf"][0] > figures["tfidf_linear_svc"][0]
