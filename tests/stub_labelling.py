"""A stub instead of a model, and the files that tests of labelling read and write.

The stub's labels follow from a row alone, and it is loaded in no time, so that tests of files, processes and kills can
start many. ``STUB_SECONDS_A_ROW`` slows it down, and a row whose title is "die" ends its process.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from newsclf.reading.records import Reject
from newsclf.reading.rows import Row, article_of

#: A process with this folder on its path, and so its workers too, has the stub instead of a model.
STUBBED = Path(__file__).parent / "labelling" / "stub"
SECONDS_A_ROW = float(os.environ.get("STUB_SECONDS_A_ROW", "0"))


class RowLabeller:
    """Labels by the number of characters, with the columns of a model of one facet."""

    columns = ("themes", "countries", "topic", "topic_id", "status", "truncated", "scores")

    def __init__(self, model: object) -> None:
        self.model = model

    def label(self, rows: Sequence[Row]) -> list[dict[str, Any] | Reject]:
        time.sleep(SECONDS_A_ROW * len(rows))
        return [self._label(row) for row in rows]

    def _label(self, row: Row) -> dict[str, Any] | Reject:
        article = article_of(row)
        if isinstance(article, Reject):
            return article
        if article.title == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        size = len(article.content)
        themes = ["Even"] if size % 2 == 0 else ["Odd", "Law; Order"]
        topic = "Long" if size > 40 else None
        return {
            "themes": themes,
            "countries": [],
            "topic": topic,
            "topic_id": topic and 7,
            "status": "ok" if topic else "none",
            "truncated": size > 100,
            "scores": {"themes": [1 / size] * len(themes), "countries": [], "topic": topic and 0.5},
        }


def stub_modules() -> dict[str, ModuleType]:
    """Return modules for the places where the model would be imported from."""
    inference, row_labelling = ModuleType("newsclf.inference"), ModuleType("newsclf.row_labelling")
    inference.load = lambda directory: directory  # type: ignore[attr-defined]
    row_labelling.RowLabeller = RowLabeller  # type: ignore[attr-defined]
    return {"newsclf.inference": inference, "newsclf.row_labelling": row_labelling}


def model_directory(folder: Path, content: str = "{}") -> Path:
    """Make what is a model directory as far as one can tell without loading it."""
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(content, encoding="utf-8")
    return folder


def numbered(count: int, **more: Any) -> list[dict[str, Any]]:
    """Return rows of lengths that differ."""
    return [{"id": f"n{i}", "text": f"Article {i} " + "x" * (i % 50), **more} for i in range(count)]


def written_lines(path: Path, rows: Sequence[dict[str, Any] | str]) -> Path:
    """Write JSON lines, strings as they are."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def children(parent: int | None = None) -> list[int]:
    """Return the processes that this one, or another, has started and that still run."""
    threads = Path(f"/proc/{parent or 'self'}/task").iterdir()
    return [int(pid) for thread in threads for pid in (thread / "children").read_text().split()]


def started(code: str, *arguments: str | Path, seconds_a_row: float = 0.0, **options: Any) -> "subprocess.Popen[bytes]":
    """Start Python code in a process group of its own, with the stub in it and in its workers."""
    path = os.pathsep.join([str(STUBBED), *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONPATH": path, "STUB_SECONDS_A_ROW": str(seconds_a_row)}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, start_new_session=True, **options)
