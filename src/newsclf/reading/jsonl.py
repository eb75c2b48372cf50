"""JSON lines, plain or gzipped, read at bounded memory."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from newsclf.reading.records import Reject, RejectedRow, article_from_record
from newsclf.schema import Article

# A line of text columns at their longest, escaped, stays below this.
MAX_LINE_BYTES = 32_000_000
_EXCERPT_CHARS = 120


def read_jsonl(path: Path) -> Iterator[Article | Reject]:
    """Yield each line's article, or its reject with file and line."""
    opened = cast("IO[bytes]", gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb"))  # noqa: SIM115
    line = 0
    with opened as stream:
        try:
            for line, raw in _bounded_lines(stream):
                if raw is None:
                    reason = f"the line is longer than {MAX_LINE_BYTES // 10**6} MB"
                    yield Reject(file=str(path), line=line, reason=reason, excerpt="")
                elif raw.strip():
                    yield _read_line(raw.rstrip(b"\r\n"), path=path, line=line)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield Reject(str(path), line + 1, f"the gzip file is damaged from here on: {error}", "")


def _bounded_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield numbered lines, None for one that is too long to hold."""
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES):
        number += 1
        too_long = len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n")
        while too_long and raw and not raw.endswith(b"\n"):
            raw = stream.readline(MAX_LINE_BYTES)
        yield number, None if too_long else raw


def _read_line(raw: bytes, *, path: Path, line: int) -> Article | Reject:
    try:
        return article_from_record(_record(raw), default_id=f"{path.name}:{line}")
    except RejectedRow as rejected:
        excerpt = raw[: 4 * _EXCERPT_CHARS].decode("utf-8", "replace")[:_EXCERPT_CHARS]
        return Reject(file=str(path), line=line, reason=str(rejected), excerpt=excerpt)


def _record(raw: bytes) -> dict[str, Any]:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RejectedRow(f"not UTF-8: byte 0x{error.object[error.start]:02x} at column {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise RejectedRow(f"broken JSON: {error.msg} at column {error.colno}") from error
    except (RecursionError, ValueError) as error:
        raise RejectedRow(f"broken JSON: {error}") from error
    if not isinstance(record, dict):
        raise RejectedRow(f"the line is a JSON {type(record).__name__}, not an object")
    return record
