"""Parquet tables, read a batch of rows at a time."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from newsclf.errors import DataError
from newsclf.reading.position import Position
from newsclf.reading.records import EXCERPT_CHARS, TEXT_COLUMNS, Reject, RejectedRow, require_text_columns
from newsclf.reading.rows import Row, UnreadRow
from newsclf.schema import FACET_COLUMNS

# A row that is sent to another process takes its batch along, once for all that are sent together.
_BATCH_ROWS = 256
_BATCH_BYTES = 8_000_000
# Bytes of a column that are read at once; else pyarrow holds all row groups, or a whole one of them.
_BUFFER_BYTES = 1 << 20


def unread_parquet(path: Path, position: Position, *, only_articles: bool) -> Iterator[UnreadRow]:
    """Yield each row, numbered from 1.

    Raises
    ------
    DataError
        If the file is not Parquet, or names neither a title nor a text column.
    """
    import pyarrow

    row = 0
    with open_parquet(path) as table:
        size, total = path.stat().st_size, max(table.metadata.num_rows, 1)
        position.tell = lambda: size * row // total
        names = table.schema_arrow.names
        require_text_columns(names, file=str(path))
        wanted = [name for name in (*TEXT_COLUMNS, *FACET_COLUMNS.values()) if name in names]
        try:
            columns = wanted if only_articles else None
            for batch in table.iter_batches(batch_size=rows_at_once(table.metadata), columns=columns):
                for index in range(batch.num_rows):
                    row += 1
                    unread = partial(_read_row, batch, index, file=str(path), row=row)
                    yield UnreadRow(unread, size=batch.nbytes // batch.num_rows)
        except (pyarrow.ArrowException, OSError) as error:
            raise_if_of_disk(error)
            reason = f"the Parquet file is damaged from here on: {error}"
            yield UnreadRow(partial(Reject, str(path), row + 1, reason, ""), size=0)


def open_parquet(path: Path) -> Any:
    """Open a Parquet file, or raise DataError where it is none, and OSError where the disk does not give it."""
    import pyarrow

    try:
        return open_table(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise_if_of_disk(error)
        raise DataError(f"{path} cannot be read as Parquet: {error}") from error


def open_table(place: Any) -> Any:
    """Open a path or stream of pyarrow's as a table that is read a piece at a time."""
    import pyarrow.parquet

    return pyarrow.parquet.ParquetFile(place, pre_buffer=False, buffer_size=_BUFFER_BYTES)


def raise_if_of_disk(error: Exception) -> None:
    """Raise what the operating system said; pyarrow gives what a file's bytes say, and what a net says, no number."""
    if isinstance(error, OSError) and error.errno is not None:
        raise error


def rows_at_once(metadata: Any) -> int:
    """Return how many rows a batch may have, by the average row of the row group that has the largest ones."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    largest = max((group.total_byte_size // group.num_rows for group in groups if group.num_rows), default=0)
    return min(_BATCH_ROWS, max(_BATCH_BYTES // max(largest, 1), 1))


def _read_row(batch: Any, index: int, *, file: str, row: int) -> Row | Reject:
    record: dict[str, Any] = {}
    try:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            record[name] = cell_value(column, index, name=name)
    except RejectedRow as rejected:
        excerpt = str(record.get("title") or record.get("text") or "")[:EXCERPT_CHARS]
        return Reject(file=file, line=row, reason=str(rejected), excerpt=excerpt)
    return Row(record, file=file, line=row)


def cell_value(column: Any, index: int, *, name: str) -> Any:
    """Return a cell; text that is not UTF-8 and dates beyond Python's show only here."""
    try:
        return column[index].as_py()
    except (ValueError, OverflowError) as error:
        raise RejectedRow(f"{name!r} cannot be read: {error}") from error
