"""Reuters R90 out of Reuters-21578, with the options of its fixed protocol."""

import gzip
import json
from pathlib import Path


def r90_options(benchmark_data: Path, *, folder: Path) -> list[str | Path]:
    """Write R90: topics with a document on both sides of the ModApte split, documents that carry one."""
    with gzip.open(benchmark_data / "reuters21578.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [row for row in map(json.loads, stream) if row["split"] in {"train", "test"}]
    sides = [{t for row in rows if row["split"] == side for t in row["themes"]} for side in ("train", "test")]
    topics = sides[0] & sides[1]
    with (folder / "r90.jsonl").open("w", encoding="utf-8") as out:
        for row in rows:
            themes = [theme for theme in row["themes"] if theme in topics]
            if themes:
                kept = {key: row[key] for key in ("id", "title", "text", "date", "split")}
                out.write(json.dumps({**kept, "themes": themes}) + "\n")
    return ["--data", folder / "r90.jsonl", "--min-label-count", "1", "--near-copies", "keep", "--taxonomy", "none"]
