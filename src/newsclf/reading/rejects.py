"""Keep the rows that could not be read where their owner can look at them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from newsclf.reading.records import Reject

#: Folder for them within an output that is a folder itself.
REJECTS_FOLDER = "_rejects"


def write_rejects(rejects: Sequence[Reject], path: Path) -> None:
    """Write JSON lines with file, line, reason and excerpt; without any, an older file of rejects becomes empty."""
    if not rejects and not path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(reject_lines(rejects))


def reject_lines(rejects: Iterable[Reject]) -> bytes:
    """Return rejects as JSON lines with file, line, reason and excerpt."""
    lines = (json.dumps(asdict(reject), ensure_ascii=False) + "\n" for reject in rejects)
    return "".join(lines).encode("utf-8", "backslashreplace")
