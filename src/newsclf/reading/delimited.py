"""CSV with a header row; label lists are split on semicolons, or are lists in JSON."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from newsclf.errors import DataError
from newsclf.reading.csv_lines import CsvLines
from newsclf.reading.position import Position
from newsclf.reading.records import Reject, RejectedRow, require_text_columns
from newsclf.reading.rows import Row, UnreadRow

# The csv module's own limit stops the run at 128 KB; columns are held to ours, a row at a time.
_CSV_LIMIT = 2**31 - 1


def unread_csv(path: Path, position: Position) -> Iterator[UnreadRow]:
    """Yield each row that is not blank; names of columns are known in any case, with spaces around them.

    A quotation mark that opens a cell by mistake makes its row a reject, and the next line begins a row of its own. The
    mistake shows where nothing closes the cell within `csv_lines.MAX_ROW_CHARS`, or where text follows the mark that
    closes it on a later line. Where that mark ends a cell, it does not show: the lines up to there are one row, and a
    reject only if it has not as many columns as the header.

    Raises
    ------
    DataError
        If the header row names neither a title nor a text column, or a column twice, is not UTF-8, or never ends.
    """
    csv.field_size_limit(_CSV_LIMIT)
    # surrogateescape carries bytes that are not UTF-8 through to the row they stand in.
    with (
        path.open("rb") as stored,
        io.TextIOWrapper(stored, encoding="utf-8-sig", errors="surrogateescape", newline="") as stream,
    ):
        position.tell = stored.tell
        lines = CsvLines(stream)
        header = next(csv.reader(lines), [])
        if lines.lost:
            raise DataError(f"{path} has no header row: {lines.lost}. Begin it with the names of the columns.")
        if reason := next(filter(None, map(_why_not_utf8, header)), ""):
            raise DataError(f"{path} has a header row that is {reason}.")
        columns = [name.strip().lower() for name in header]
        require_text_columns(columns, file=str(path))
        lines.columns = len(columns)
        read = partial(_read_row, file=str(path), names=_distinct(header), columns=columns)
        for row in _rows(lines):
            if row != []:
                unread = partial(read, row, line=lines.first, excerpt=lines.excerpt())
                yield UnreadRow(unread, size=sum(map(len, row)))


def csv_columns(path: Path) -> tuple[str, ...]:
    """Return the names that a file's rows have for their columns."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        return tuple(_distinct(next(csv.reader(stream), [])))


def _distinct(header: list[str]) -> list[str]:
    """Name columns without a name by their place, but for the first, so that none hides another."""
    return [name or f"column {place}" if name in header[:place] else name for place, name in enumerate(header)]


def _rows(lines: CsvLines) -> Iterator[list[str] | str]:
    """Yield rows, or why one is none; it takes no other row with it."""
    rows = csv.reader(lines)
    while True:
        lines.begin_row()
        row = next(rows, [])
        if not lines.row:
            return
        if lines.lost:
            rows = csv.reader(lines)
        yield lines.lost or row


def _read_row(
    row: list[str] | str, *, file: str, names: list[str], columns: list[str], line: int, excerpt: str
) -> Row | Reject:
    try:
        cells = _cells(row, columns)
    except RejectedRow as rejected:
        return Reject(file=file, line=line, reason=str(rejected), excerpt=excerpt)
    fields = None if names == columns else dict(zip(columns, cells, strict=True))
    return Row(dict(zip(names, cells, strict=True)), file=file, line=line, excerpt=excerpt, fields=fields)


def _cells(row: list[str] | str, columns: list[str]) -> list[str]:
    if isinstance(row, str):
        raise RejectedRow(row)
    if len(row) != len(columns):
        raise RejectedRow(f"{len(row)} columns where the header has {len(columns)}")
    for column, cell in zip(columns, row, strict=True):
        if reason := _why_not_utf8(cell):
            raise RejectedRow(f"{column!r} is {reason}")
    return row


def _why_not_utf8(cell: str) -> str:
    """Name the byte that was carried through because it is not UTF-8; say nothing where there is none."""
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError as error:
        return f"not UTF-8: byte 0x{ord(cell[error.start]) & 0xFF:02x}; save the file as UTF-8"
    return ""
