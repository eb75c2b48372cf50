"""CSV with a header row; label lists are split on semicolons."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from newsclf.errors import DataError
from newsclf.reading.records import Reject, RejectedRow, article_from_record, require_text_columns
from newsclf.schema import Article

_EXCERPT_CHARS = 120
# The csv module's own limit stops the run at 128 KB; columns are held to ours, a row at a time.
_CSV_LIMIT = 2**31 - 1
# A quote that is never closed swallows rows, and each search for its end reads them again.
_MAX_RETRIES = 100


def read_csv(path: Path) -> Iterator[Article | Reject]:
    """Yield each row's article, or its reject with file and line.

    Raises
    ------
    DataError
        If the header row names neither a title nor a text column.
    """
    csv.field_size_limit(_CSV_LIMIT)
    # surrogateescape carries bytes that are not UTF-8 through to the row they stand in.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        lines = _Lines(stream)
        columns = [name.strip().lower() for name in next(csv.reader(lines), [])]
        require_text_columns(columns, file=str(path))
        if twice := sorted({name for name in columns if name and columns.count(name) > 1}):
            raise DataError(f"{path} has the column {twice[0]!r} more than once; each name may stand once. Rename one.")
        for row in _rows(lines, columns):
            if row == []:
                continue
            try:
                yield article_from_record(_record(row, columns), default_id=f"{path.name}:{lines.first}")
            except RejectedRow as rejected:
                yield Reject(file=str(path), line=lines.first, reason=str(rejected), excerpt=lines.excerpt())


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
        return self.row[0][:_EXCERPT_CHARS].rstrip("\r\n").encode("utf-8", "replace").decode("utf-8")


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


def _record(row: list[str] | None, columns: list[str]) -> dict[str, str]:
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
    return dict(zip(columns, row, strict=True))
