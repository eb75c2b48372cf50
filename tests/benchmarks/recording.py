"""Run a training as a user would, measure what it costs, and keep the result with what it was measured on."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results.json"
README = ROOT / "README.md"


@dataclass(frozen=True, slots=True)
class Run:
    """One finished training: the model directory, seconds of wall time, and peak memory in bytes."""

    model: Path
    seconds: float
    peak_bytes: int

    @property
    def metrics(self) -> dict[str, Any]:
        return json.loads((self.model / "metrics.json").read_text(encoding="utf-8"))

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.model / "manifest.json").read_text(encoding="utf-8"))


def run_training(options: Sequence[str | Path], *, folder: Path) -> Run:
    """Run train.py in a process of its own, with an empty embedding cache."""
    model = folder / "model"
    command = [sys.executable, str(ROOT / "train.py"), *map(str, options), "--output", str(model)]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--cache-dir", str(folder / "cache")], cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} failed"
    return Run(model, seconds, usage.ru_maxrss * 1024)


def record(name: str, figures: Mapping[str, Any], *, data: str, split: str) -> None:
    """Keep figures under a name in the results file, and draw the README's table anew."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    results[name] = {"data": data, "split": split, **figures, "commit": _commit(), "machine": _machine()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _draw("results", _table(results))
    _draw("unseen", _unseen_table(results))


def _draw(name: str, table: str) -> None:
    """Put a table between its marks in the README."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = README.read_text(encoding="utf-8").partition(begin)
    README.write_text(before + begin + "\n" + table + end + rest.partition(end)[2], encoding="utf-8")


def training_figures(run: Run, facet: str) -> dict[str, Any]:
    """Return what the table says of one facet of a run."""
    found = run.metrics["facets"][facet]
    return {
        "facet": facet,
        "train": run.metrics["articles"]["train"],
        "n": found["test"]["articles"],
        "labels": found["test"]["labels"],
        "newsclf": [found["test"]["micro_f1"], found["test"]["macro_f1"]],
        "tfidf_linear_svc": [found["tfidf_linear_svc"]["micro_f1"], found["tfidf_linear_svc"]["macro_f1"]],
        "majority": [found["majority"]["micro_f1"], found["majority"]["macro_f1"]],
        "topics": run.metrics["topics"]["found"],
        "seconds": round(run.seconds),
        "embed_seconds": round(run.manifest["seconds"]["embed"]),
        "peak_mb": round(run.peak_bytes / 1e6),
    }


def _table(results: Mapping[str, Any]) -> str:
    lines = [
        "| data, split, facet | train / test | labels | newsclf | TF-IDF + LinearSVC | majority | topics | s | MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in results.values():
        if "newsclf" not in row:
            continue
        pairs = [f"{row[name][0]:.3f} / {row[name][1]:.3f}" for name in ("newsclf", "tfidf_linear_svc", "majority")]
        lines.append(
            f"| {row['data']}, {row['split']}, {row['facet']} | {row['train']:,} / {row['n']:,} | {row['labels']} "
            f"| {' | '.join(pairs)} | {row['topics']} | {row['seconds']} | {row['peak_mb']:,} |"
        )
    return "\n".join(lines) + "\n"


def _unseen_table(results: Mapping[str, Any]) -> str:
    lines = ["| data | what | n | figures |", "|---|---|---|---|"]
    for name, row in results.items():
        if not name.startswith("unseen_"):
            continue
        shown = {key: value for key, value in row.items() if isinstance(value, float)} | row.get(
            "average_precision", {}
        )
        figures = ", ".join(f"{key.replace('_', ' ')} {value:.3f}" for key, value in shown.items())
        what = name.removeprefix("unseen_").partition("_")[2]
        lines.append(f"| {row['data']}, {row['split']} | {what} | {row['n']:,} | {figures} |")
    return "\n".join(lines) + "\n"


def _commit() -> str:
    answer = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or "unknown"


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
