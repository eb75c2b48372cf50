"""Two Ray workers over one, from files to files, each worker pinned to a core of its own.

``python tests/benchmarks/ray_scaling.py articles.jsonl --articles 5000 --rounds 3``. Prints one JSON line a run and one
with the ratio of the medians. Articles a second are given twice: of the whole run, with the start of cluster and
workers; and between the first labelled block and the last, which is what more articles tend to. ``--answer FILE``
takes the medians and their ratios.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from ray_cluster import ray_cluster

from newsclf.distributed import Cluster, label_with_ray
from newsclf.model_location import default_model_path


class _Clock:
    """Remembers when how many rows were done."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._seen: list[tuple[float, int]] = []

    def __call__(self, stage: str, done: int, total: int) -> None:
        if done and (not self._seen or done > self._seen[-1][1]):
            self._seen.append((time.perf_counter() - self._start, done))

    @property
    def steady_rate(self) -> float | None:
        (first, before), (last, after) = self._seen[0], self._seen[-1]
        return (after - before) / (last - first) if last > first else None


def measure(source: Path, model: Path, workers: int) -> dict[str, Any]:
    """Label a file with so many workers on a cluster of its own."""
    with tempfile.TemporaryDirectory() as folder, ray_cluster(cpus=workers) as running:
        clock = _Clock()
        report = label_with_ray(
            model,
            source,
            Path(folder, "out"),
            cluster=Cluster(address=running.address, workers=workers, pin=True),
            progress=clock,
        )
    rate = report.labelled / report.seconds
    return {
        "workers": workers,
        "articles": report.labelled,
        "seconds": report.seconds,
        "articles_per_s": round(rate, 2),
        "steady_articles_per_s": clock.steady_rate and round(clock.steady_rate, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="JSON lines")
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--answer", type=Path, default=None)
    options = parser.parse_args()
    print(json.dumps({"cores": len(os.sched_getaffinity(0)), "load_before": os.getloadavg()}), flush=True)  # noqa: T201
    runs: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "articles.jsonl")
        with options.source.open("rb") as lines:
            source.write_bytes(b"".join(itertools.islice(lines, options.articles)))
        # One and two in turn, so that what else the machine does falls on both.
        for _, workers in itertools.product(range(options.rounds), (1, 2)):
            runs[workers].append(measure(source, options.model or default_model_path(), workers))
            print(json.dumps(runs[workers][-1]), flush=True)  # noqa: T201
    answer = compared(runs[1], runs[2])
    print(json.dumps(answer))  # noqa: T201
    if options.answer:
        options.answer.write_text(json.dumps(answer), encoding="utf-8")


def compared(one: Sequence[Mapping[str, Any]], two: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the medians of runs with one and two workers, and their ratios."""
    whole = [statistics.median(run["articles_per_s"] for run in runs) for runs in (one, two)]
    steady = [[run["steady_articles_per_s"] for run in runs] for runs in (one, two)]
    is_steady = all(rate for rates in steady for rate in rates)
    ratio = statistics.median(steady[1]) / statistics.median(steady[0]) if is_steady else None
    return {
        "one": whole[0],
        "two": whole[1],
        "two_over_one": round(whole[1] / whole[0], 3),
        "steady_two_over_one": ratio and round(ratio, 3),
        "rounds": len(one),
    }


if __name__ == "__main__":
    main()
