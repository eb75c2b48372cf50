"""JSON lines, plain or gzipped, read at bounded memory."""

import gzip
import json
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

from newsclf.errors import DataError
from newsclf.reading.position import Position
from newsclf.reading.records import EXCERPT_CHARS, Reject, RejectedRow
from newsclf.reading.rows import Row, UnreadRow

# A line of text columns at their longest, escaped, stays below this.
MAX_LINE_BYTES = 32_000_000


def unread_jsonl(path: Path, position: Position) -> Iterator[UnreadRow]:
    """Yield each line that is not blank."""
    with path.open("rb") as stored:
        position.tell = stored.tell
        is_packed = path.suffix.lower() == ".gz"
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=stored) if is_packed else stored)
        yield from unread_lines(stream, file=str(path))


def unread_lines(stream: IO[bytes], *, file: str) -> Iterator[UnreadRow]:
    """Yield each line of an open stream that is not blank; what is damaged from a line on is one reject."""
    line = 0
    try:
        for line, raw in bounded_lines(stream):
            if raw is None:
                reason = f"the line is longer than {MAX_LINE_BYTES // 10**6} MB"
                yield UnreadRow(partial(Reject, file=file, line=line, reason=reason, excerpt=""), size=0)
            elif not raw.isspace():
                yield UnreadRow(partial(read_line, raw, file=file, line=line), size=len(raw))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        if not line:
            raise DataError(f"{file} cannot be read as gzip: {error}") from error
        yield UnreadRow(partial(Reject, file, line + 1, f"the gzip file is damaged from here on: {error}", ""), size=0)


def bounded_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield numbered lines, None for one that is too long to hold."""
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES):
        number += 1
        too_long = len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n")
        while too_long and raw and not raw.endswith(b"\n"):
            raw = stream.readline(MAX_LINE_BYTES)
        yield number, None if too_long else raw


def read_line(raw: bytes, *, file: str, line: int) -> Row | Reject:
    """Parse a line."""
    raw = raw.rstrip(b"\r\n")
    excerpt = raw[: 4 * EXCERPT_CHARS].decode("utf-8", "replace")[:EXCERPT_CHARS]
    try:
        return Row(parsed_line(raw), file=file, line=line, excerpt=excerpt)
    except RejectedRow as rejected:
        return Reject(file=file, line=line, reason=str(rejected), excerpt=excerpt)


def parsed_line(raw: bytes) -> dict[str, Any]:
    """Return the object of a line, or raise RejectedRow with why there is none."""
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
