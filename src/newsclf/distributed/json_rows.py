"""JSON lines as blocks of rows; the worker that labels a line also parses it."""

import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, cast

from newsclf.distributed.blocks import FileScan, origin, places
from newsclf.distributed.json_columns import Kinds, column, kinds_of
from newsclf.errors import DataError
from newsclf.json_text import whole_text
from newsclf.reading.jsonl import MAX_LINE_BYTES, bounded_lines, parsed_line, read_line
from newsclf.reading.records import Reject, RejectedRow
from newsclf.reading.rows import Row

_LINE = "\0line"


@dataclass(frozen=True, slots=True)
class JsonRows:
    """Files of JSON lines, with the kinds of values in their columns."""

    filesystem: Any
    kinds: Kinds
    block_bytes: int

    def blocks(self, path: str) -> Iterator[Any]:
        """Yield a file's lines as tables of about `block_bytes`."""
        rows: list[tuple[int, bytes, str | None]] = []
        size = 0
        for number, line, reason in _lines(self.filesystem, path):
            rows.append((number, line, reason))
            size += len(line)
            if size >= self.block_bytes:
                yield _table(path, rows)
                rows, size = [], 0
        if rows:
            yield _table(path, rows)

    def rows(self, block: Any) -> list[Row | Reject]:
        """Parse the lines of a block."""
        lines = block.column(_LINE).to_pylist()
        return [
            Reject(file, row, reason, "") if reason else read_line(line, file=file, line=row)
            for (file, row, reason), line in zip(places(block), lines, strict=True)
        ]

    def names(self) -> Sequence[str]:
        """Return the names of every column that any line of any file has."""
        return tuple(self.kinds)

    def columns(self, block: Any, rows: Sequence[Row | Reject]) -> dict[str, Any]:
        """Return every column that any line of any file has."""
        del block
        known = [
            None if isinstance(row, Reject) else {whole_text(name): value for name, value in row.record.items()}
            for row in rows
        ]
        return {name: column(known, name, kinds) for name, kinds in self.kinds.items()}


def scan_json_lines(filesystem: Any, path: str) -> FileScan:
    """Count a file's rows, and look at the kinds of values in their columns."""
    found: dict[str, set[str]] = {}
    count = size = 0
    for _, line, reason in _lines(filesystem, path):
        count += 1
        size += len(line)
        try:
            if not reason:
                kinds_of(parsed_line(line), found)
        except RejectedRow:
            continue  # its worker says so
    return FileScan(count, size, {name: frozenset(kinds) for name, kinds in found.items()})


def _lines(filesystem: Any, path: str) -> Iterator[tuple[int, bytes, str | None]]:
    """Yield number and content of lines that are not blank, or why one cannot be read."""
    number = 0
    with _opened(filesystem, path) as stream:
        try:
            for number, raw in bounded_lines(stream):
                if raw is None:
                    yield number, b"", f"the line is longer than {MAX_LINE_BYTES // 10**6} MB"
                elif raw.strip():
                    yield number, raw.rstrip(b"\r\n"), None
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            if not number:
                raise DataError(f"{path} cannot be read as gzip: {error}") from error
            yield number + 1, b"", f"the gzip file is damaged from here on: {error}"


def _opened(filesystem: Any, path: str) -> IO[bytes]:
    raw = io.BufferedReader(filesystem.open_input_stream(path, compression=None))
    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw) if path.lower().endswith(".gz") else raw)


def _table(path: str, rows: Sequence[tuple[int, bytes, str | None]]) -> Any:
    import pyarrow

    numbers, lines, reasons = zip(*rows, strict=True)
    return pyarrow.table({**origin(path, numbers, reasons), _LINE: pyarrow.array(lines, pyarrow.large_binary())})
