"""CSV with a header row; label lists are split on semicolons."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from newsclf.reading.records import Reject, RejectedRow, article_from_record, require_text_columns
from newsclf.schema import Article

_EXCERPT_CHARS = 120


def read_csv(path: Path) -> Iterator[Article | Reject]:
    """Yield each row's article, or its reject with file and line.

    Raises
    ------
    DataError
        If the header row names neither a title nor a text column.
    """
    # The csv module's own limit stops the run at 128 KB; columns are held to ours, a row at a time.
    csv.field_size_limit(sys.maxsize)
    # surrogateescape carries bytes that are not UTF-8 through to the row they stand in.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        rows = csv.reader(stream)
        columns = [name.strip().lower() for name in next(rows, [])]
        require_text_columns(columns, file=str(path))
        line = rows.line_num + 1
        for row in rows:
            if row:
                yield _read_row(row, columns, path=path, line=line)
            line = rows.line_num + 1


def _read_row(row: list[str], columns: list[str], *, path: Path, line: int) -> Article | Reject:
    try:
        return article_from_record(_record(row, columns), default_id=f"{path.name}:{line}")
    except RejectedRow as rejected:
        excerpt = ",".join(cell[:_EXCERPT_CHARS] for cell in row)[:_EXCERPT_CHARS]
        shown = excerpt.encode("utf-8", "replace").decode("utf-8")
        return Reject(file=str(path), line=line, reason=str(rejected), excerpt=shown)


def _record(row: list[str], columns: list[str]) -> dict[str, str]:
    if len(row) != len(columns):
        raise RejectedRow(f"{len(row)} columns where the header has {len(columns)}")
    for column, cell in zip(columns, row, strict=True):
        try:
            cell.encode("utf-8")
        except UnicodeEncodeError as error:
            byte = ord(cell[error.start]) & 0xFF
            raise RejectedRow(f"{column!r} is not UTF-8: byte 0x{byte:02x}; save the file as UTF-8") from error
    return dict(zip(columns, row, strict=True))
