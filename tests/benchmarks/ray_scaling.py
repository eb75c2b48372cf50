"""Two Ray workers over one, from files to files, each worker pinned to a core of its own.

``python tests/benchmarks/ray_scaling.py articles.jsonl --articles 5000 --rounds 3``. Prints one JSON line a run and one
with the ratio of the medians. Articles a second are given twice: of the whole run, with the start of cluster and
workers; and between the first labelled block and the last, which is what more articles tend to.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from ray_cluster import ray_cluster

from newsclf.distributed import Cluster, label_with_ray
from newsclf.inference import default_model_path


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


def measure(source: Path, model: Path, workers: int) -> dict[str, object]:
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
    options = parser.parse_args()
    print(json.dumps({"cores": len(os.sched_getaffinity(0)), "load_before": os.getloadavg()}), flush=True)  # noqa: T201
    rates: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "articles.jsonl")
        with options.source.open("rb") as lines:
            source.write_bytes(b"".join(itertools.islice(lines, options.articles)))
        # One and two in turn, so that what else the machine does falls on both.
        for _, workers in itertools.product(range(options.rounds), (1, 2)):
            found = measure(source, options.model or default_model_path(), workers)
            rates[workers].append(float(str(found["articles_per_s"])))
            print(json.dumps(found), flush=True)  # noqa: T201
    ratio = statistics.median(rates[2]) / statistics.median(rates[1])
    print(json.dumps({"two_over_one": round(ratio, 3), "rounds": options.rounds}))  # noqa: T201


if __name__ == "__main__":
    main()
