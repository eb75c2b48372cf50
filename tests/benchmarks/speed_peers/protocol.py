"""What every entry of the speed table is. Imports nothing that only one environment has."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

#: Keeps a process to one thread; what `newsclf.label_workers` gives its own.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What an entry is told.

    Parameters
    ----------
    folder
        Its own, where its trained model is kept.
    vectors
        Where newsclf's vectors of articles are kept.
    static_model
        model2vec's, distilled from all-MiniLM-L6-v2.
    workers
        Processes to share the work, where it has such an option.
    source
        What it is trained on, or will label.
    rows
        How many articles that holds.
    """

    folder: Path
    vectors: Path
    static_model: Path
    workers: int
    source: Path
    rows: int


class Labeller(Protocol):
    """Something that labels files.

    `reloads` says whether `label_file` loads everything once more, as long as `load` took.
    """

    reloads: bool

    def train(self) -> None:
        """Learn from the source, and keep what was learned in the folder."""

    def load(self) -> None:
        """Do all that need not be done again for another file."""

    def label_file(self, output: Path) -> None:
        """Read the source, label its articles, and write them with their labels, all as JSON lines."""


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Read JSON lines."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def contents(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return title and text of each article."""
    return [f"{row['title']}\n\n{row['text']}" if row["title"] else row["text"] for row in rows]


def write_rows(output: Path, rows: Sequence[dict[str, Any]], labels: Iterable[Sequence[str]]) -> None:
    """Write articles with the labels that they got."""
    with output.open("w", encoding="utf-8") as lines:
        for row, names in zip(rows, labels, strict=True):
            lines.write(json.dumps({**row, "themes": list(names)}, ensure_ascii=False) + "\n")
