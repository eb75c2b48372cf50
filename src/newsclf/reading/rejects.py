"""Keep the rows that could not be read where their owner can look at them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from newsclf.reading.records import Reject


def write_rejects(rejects: Sequence[Reject], path: Path) -> None:
    """Write JSON lines with file, line, reason and excerpt; remove an older file where there are none."""
    if not rejects:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(reject), ensure_ascii=False) + "\n" for reject in rejects)
    path.write_text("".join(lines), encoding="utf-8")
