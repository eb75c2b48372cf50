"""CSV with a header row; label lists are split on semicolons, or are lists in JSON."""

import csv
import io
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from newsclf.reading.position import Position
from newsclf.reading.records import EXCERPT_CHARS, Reject, RejectedRow, require_text_columns
from newsclf.reading.rows import Row, UnreadRow

# The csv module's own limit stops the run at 128 KB; columns are held to ours, a row at a time.
_CSV_LIMIT = 2**31 - 1
# A quote that is never closed swallows rows, and each search for its end reads them again.
_MAX_RETRIES = 100


def unread_csv(path: Path, position: Position) -> Iterator[UnreadRow]:
    """Yield each row that is not blank; names of columns are known in any case, with spaces around them.

    Raises
    ------
    DataError
        If the header row names neither a title nor a text column, or a column twice.
    """
    csv.field_size_limit(_CSV_LIMIT)
    # surrogateescape carries bytes that are not UTF-8 through to the row they stand in.
    with (
        path.open("rb") as stored,
        io.TextIOWrapper(stored, encoding="utf-8-sig", errors="surrogateescape", newline="") as stream,
    ):
        position.tell = stored.tell
        lines = _Lines(stream)
        header = next(csv.reader(lines), [])
        columns = [name.strip().lower() for name in header]
        require_text_columns(columns, file=str(path))
        read = partial(_read_row, file=str(path), names=_distinct(header), columns=columns)
        for row in _rows(lines, columns):
            if row != []:
                yield partial(read, row, line=lines.first, excerpt=lines.excerpt())


def csv_columns(path: Path) -> tuple[str, ...]:
    """Return the names that a file's rows have for their columns."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        return tuple(_distinct(next(csv.reader(stream), [])))


def _distinct(header: list[str]) -> list[str]:
    """Name columns without a name by their place, but for the first, so that none hides another."""
    return [name or f"column {place}" if name in header[:place] else name for place, name in enumerate(header)]


class _Lines:
    """Lines of a file that remember those of the row being read, and can be read again from its second line."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: list[str] = []
        self.first = 1
        self.row: list[str] = []
        self.ran_out = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines, None)
        if line is None:
            self.ran_out = True
            raise StopIteration
        self.row.append(line)
        return line

    def begin_row(self, *, again: bool = False) -> None:
        """Begin a row at the next line, or at the second line of the row before."""
        if again:
            self._again += reversed(self.row[1:])
            self.ran_out = False
        self.first += 1 if again else len(self.row)
        self.row = []

    def excerpt(self) -> str:
        """Return how the row begins."""
        return self.row[0][:EXCERPT_CHARS].rstrip("\r\n").encode("utf-8", "replace").decode("utf-8")


def _rows(lines: _Lines, columns: list[str]) -> Iterator[list[str] | None]:
    """Yield rows, None for one whose quote does not end where it should; it takes no other row with it."""
    retries = 0
    lines.begin_row()
    rows = csv.reader(lines)
    while (row := next(rows, None)) is not None:
        again = retries < _MAX_RETRIES and _lost_its_end(row, lines, columns)
        yield None if again else row
        lines.begin_row(again=again)
        if again:
            retries += 1
            rows = csv.reader(lines)


def _lost_its_end(row: list[str], lines: _Lines, columns: list[str]) -> bool:
    """Say whether a row runs over lines that are not its own: to the file's end, or to a quote of another row."""
    if lines.ran_out:
        return True
    return len(lines.row) > 1 and len(row) != len(columns) and not _is_well_quoted(lines.row)


def _is_well_quoted(lines: list[str]) -> bool:
    try:
        return bool(list(csv.reader(lines, strict=True)))
    except csv.Error:
        return False


def _read_row(
    row: list[str] | None, *, file: str, names: list[str], columns: list[str], line: int, excerpt: str
) -> Row | Reject:
    try:
        cells = _cells(row, columns)
    except RejectedRow as rejected:
        return Reject(file=file, line=line, reason=str(rejected), excerpt=excerpt)
    fields = None if names == columns else dict(zip(columns, cells, strict=True))
    return Row(dict(zip(names, cells, strict=True)), file=file, line=line, excerpt=excerpt, fields=fields)


def _cells(row: list[str] | None, columns: list[str]) -> list[str]:
    if row is None:
        raise RejectedRow("a quotation mark opens a cell and nothing closes it")
    if len(row) != len(columns):
        raise RejectedRow(f"{len(row)} columns where the header has {len(columns)}")
    for column, cell in zip(columns, row, strict=True):
        try:
            cell.encode("utf-8")
        except UnicodeEncodeError as error:
            byte = ord(cell[error.start]) & 0xFF
            raise RejectedRow(f"{column!r} is not UTF-8: byte 0x{byte:02x}; save the file as UTF-8") from error
    return row
