"""Keep results with what they were measured on, and draw the README's tables from them."""

import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from speed_tables import speed_page
from tables import README_GROUPS, heads_page, peer_tables, unseen_table
from topic_tables import topics_page

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Book:
    """The results file and the pages that show it."""

    results: Path = ROOT / "benchmarks" / "results.json"
    readme: Path = ROOT / "README.md"
    topics: Path = ROOT / "benchmarks" / "TOPICS.md"
    heads: Path = ROOT / "benchmarks" / "HEADS.md"
    speed: Path = ROOT / "benchmarks" / "SPEED.md"

    @classmethod
    def below(cls, folder: Path) -> "Book":
        """Return one whose files all lie in a folder, as those of a run that is not to be kept."""
        return cls(**{field.name: folder / field.default.name for field in fields(cls)})

    def read(self) -> dict[str, Any]:
        """Return every result by its key."""
        return json.loads(self.results.read_text(encoding="utf-8")) if self.results.is_file() else {}

    def record(self, name: str, figures: Mapping[str, Any], *, data: str, split: str) -> None:
        """Keep figures under a name, with commit, machine and command, and draw the tables anew."""
        origin = {"commit": _commit(), "machine": _machine(), "command": _command()}
        self.write(self.read() | {name: {"data": data, "split": split, **figures, **origin}})

    def write(self, results: Mapping[str, Any]) -> None:
        """Replace all results, and draw the tables anew."""
        self.results.parent.mkdir(exist_ok=True)
        self.results.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        page = self.readme.read_text(encoding="utf-8")
        for mark, table in (("results", peer_tables(results, README_GROUPS)), ("unseen", unseen_table(results))):
            begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
            before, _, rest = page.partition(begin)
            page = before + begin + "\n" + table + end + rest.partition(end)[2]
        self.readme.write_text(page, encoding="utf-8")
        self.heads.write_text(heads_page(results), encoding="utf-8")
        if topics := topics_page(results):
            self.topics.write_text(topics, encoding="utf-8")
        if speed := speed_page(results):
            self.speed.write_text(speed, encoding="utf-8")


def record(name: str, figures: Mapping[str, Any], *, data: str, split: str) -> None:
    """Keep figures in the repository's own results."""
    Book().record(name, figures, data=data, split=split)


def run_training(options: Sequence[str | Path], *, folder: Path) -> Path:
    """Run train.py in a process of its own, with an empty embedding cache, and return the model's folder."""
    model = folder / "model"
    command = [sys.executable, str(ROOT / "train.py"), *map(str, options), "--output", str(model)]
    subprocess.run([*command, "--cache-dir", str(folder / "cache")], cwd=ROOT, check=True)
    return model


def _commit() -> str:
    answer = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or "unknown"


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def _command() -> str:
    return shlex.join(["pytest", *sys.argv[1:]])
