"""The lines of a CSV file, of which a row takes one or more, at bounded memory and bounded work."""

import re
from collections.abc import Iterator
from typing import TextIO

from newsclf.reading.records import EXCERPT_CHARS, MAX_FIELD_CHARS

#: Longest row, in characters: four columns at their longest.
MAX_ROW_CHARS = 4 * MAX_FIELD_CHARS
# A line that is passed over is read in pieces of so many characters.
_PIECE_CHARS = 65_536
# What of a line belongs to a quoted cell that a line before has opened; a doubled quote does not close it.
_STILL_QUOTED = re.compile(r'[^"]*+(?:""[^"]*+)*+')


class CsvLines:
    """Lines for the csv module, which end early where those read so far cannot be one row; `lost` then says why.

    The lines behind the first of a row that is lost are read again. However many are lost, no line is read more often
    than there are columns, plus two: a row that is lost begins with a line that leaves a cell open. An earlier row that
    runs over this line closes a cell on it, and is lost itself once it has closed more than there are columns.

    Parameters
    ----------
    stream
        Opened with ``newline=""``.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._again: list[str] = []
        self._chars = 0
        self._closed = 0
        #: Of the header, once that is known.
        self.columns: int | None = None
        #: The number of the row's first line, counted from 1, and the lines of the row read so far.
        self.first = 1
        self.row: list[str] = []
        self.lost = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._read()
        if line:
            self.row.append(line)
            self._chars += len(line)
        self.lost = self._why_lost(line)
        if self.lost or not line:
            raise StopIteration
        return line

    def begin_row(self) -> None:
        """Begin a row: behind the row before, or where that was lost at its second line."""
        if self.lost:
            self._again += reversed(self.row[1:])
        self.first += 1 if self.lost else len(self.row)
        self.row, self.lost = [], ""
        self._chars = self._closed = 0

    def excerpt(self) -> str:
        """Return how the row begins."""
        return self.row[0][:EXCERPT_CHARS].rstrip("\r\n").encode("utf-8", "replace").decode("utf-8")

    def _read(self) -> str:
        """Return the next line; of one that is too long only what shows that it is."""
        line = piece = self._stream.readline(MAX_ROW_CHARS + 1)
        if len(line) > MAX_ROW_CHARS:
            while piece and not piece.endswith(("\n", "\r")):
                piece = self._stream.readline(_PIECE_CHARS)
        return line

    def _why_lost(self, line: str) -> str:
        """Say why the lines so far cannot be a row."""
        if self._chars > MAX_ROW_CHARS:
            return f"the row has more than {MAX_ROW_CHARS:,} characters; a quotation mark may be open"
        if not line:
            return "a quotation mark opens a cell and nothing closes it" if self.row else ""
        # The csv module asks for a second line only where a quoted cell is open.
        return self._why_no_cell(line) if len(self.row) > 1 else ""

    def _why_no_cell(self, line: str) -> str:
        """Say why a line cannot be where the cell that is open goes on or ends."""
        end = _STILL_QUOTED.match(line).end()  # type: ignore[union-attr]  # it matches an empty string too
        if end == len(line):
            return ""
        self._closed += 1
        if line[end + 1 : end + 2] not in {",", "\r", "\n", ""}:
            return "a quotation mark opens a cell, and text follows the one that closes it on a later line"
        if self.columns is not None and self._closed > self.columns:
            return f"more cells that run over lines than the {self.columns} columns of the header"
        return ""
