"""The R90 run: its size, its memory, and that a batch gives each text what it gets alone."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from batching import batch_differences
from recording import record

import newsclf

pytestmark = pytest.mark.benchmark

Measure = Callable[[str, str], Mapping[str, Any]]
_BATCH_ARTICLES = 5_000


def test_reuters_r90_is_the_standard_task_and_fits_in_three_gigabytes(measured: Measure) -> None:
    row = measured("reuters_r90", "newsclf")

    assert (row["train"], row["n"], row["labels"]) == (7_770, 3_019, 90)
    assert row["peak_mb"] < 3_000


def test_a_batch_gives_each_text_what_it_gets_alone(measured: Measure, benchmark_data: Path, runs: Path) -> None:
    measured("reuters_r90", "newsclf")
    model = newsclf.load(runs / "reuters_r90" / "newsclf" / "model")
    articles = newsclf.read_articles(benchmark_data / "reuters21578.jsonl.gz")
    unseen = [article for article in articles if article.split == "unused"][:_BATCH_ARTICLES]
    differ, gap = batch_differences(model, unseen)
    figures = {"n": len(unseen), "differ": differ, "largest_score_gap": gap}
    record("batch_of_one", figures, data="Reuters-21578", split="unused, against the R90 model")

    assert len(unseen) == _BATCH_ARTICLES
    assert differ <= _BATCH_ARTICLES // 1_000
    assert gap <= 1e-3
