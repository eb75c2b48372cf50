"""What goes from readers to workers and on to the writers: tables of rows that know where they come from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from newsclf.reading.records import Reject
from newsclf.reading.rows import Row

#: Where a row stands: its file, and its line or row, counted from 1.
FILE, ROW = "source_file", "source_row"
#: Why a row is no article and how it begins; a reader knows the reason of what it cannot read. No input has the names.
REASON, EXCERPT = "\0reason", "\0excerpt"


@dataclass(frozen=True, slots=True)
class FileScan:
    """A file's number of rows, broken ones too, their bytes, not compressed, and what its columns hold."""

    rows: int
    size: int
    columns: Any


class RowFormat(Protocol):
    """How one format is read, cut into blocks, and taken apart by a worker."""

    def blocks(self, path: str) -> Iterator[Any]:
        """Yield the rows of a file as Arrow tables with `FILE`, `ROW` and `REASON`, the same ones every time."""

    def rows(self, block: Any) -> list[Row | Reject]:
        """Return what a block's n rows say, in order."""

    def names(self) -> Sequence[str]:
        """Return the names of the input's columns."""

    def columns(self, block: Any, rows: Sequence[Row | Reject]) -> dict[str, Any]:
        """Return the input's columns as Arrow arrays of length n."""


def origin(path: str, rows: Sequence[int], reasons: Sequence[str | None]) -> dict[str, Any]:
    """Return the columns that say where n rows come from."""
    import pyarrow

    return {
        FILE: pyarrow.array([path] * len(rows), pyarrow.string()),
        ROW: pyarrow.array(rows, pyarrow.int64()),
        REASON: pyarrow.array(reasons, pyarrow.string()),
    }


def places(block: Any) -> list[tuple[str, int, str | None]]:
    """Return file, row and reason of a block's rows."""
    return list(zip(*(block.column(name).to_pylist() for name in (FILE, ROW, REASON)), strict=True))
