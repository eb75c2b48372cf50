"""Parquet tables, read a batch of rows at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsclf.errors import DataError
from newsclf.reading.records import (
    TEXT_COLUMNS,
    Reject,
    RejectedRow,
    article_from_record,
    require_text_columns,
)
from newsclf.schema import FACET_COLUMNS, Article

_BATCH_ROWS = 1_000
_EXCERPT_CHARS = 120


def read_parquet(path: Path) -> Iterator[Article | Reject]:
    """Yield each row's article, or its reject with file and row number, counted from 1.

    Raises
    ------
    DataError
        If the file is not Parquet, or names neither a title nor a text column.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read as Parquet: {error}") from error
    row = 0
    with table:
        names = table.schema_arrow.names
        require_text_columns(names, file=str(path))
        columns = [name for name in (*TEXT_COLUMNS, *FACET_COLUMNS.values()) if name in names]
        try:
            for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
                for index in range(batch.num_rows):
                    row += 1
                    yield _read_row(batch, index, path=path, row=row)
        except (pyarrow.ArrowException, OSError) as error:
            yield Reject(str(path), row + 1, f"the Parquet file is damaged from here on: {error}", "")


def _read_row(batch: Any, index: int, *, path: Path, row: int) -> Article | Reject:
    record: dict[str, Any] = {}
    try:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            record[name] = _value(column, index, name=name)
        return article_from_record(record, default_id=f"{path.name}:{row}")
    except RejectedRow as rejected:
        excerpt = str(record.get("title") or record.get("text") or "")[:_EXCERPT_CHARS]
        return Reject(file=str(path), line=row, reason=str(rejected), excerpt=excerpt)


def _value(column: Any, index: int, *, name: str) -> Any:
    """Return a cell; text that is not UTF-8 and dates beyond Python's show only here."""
    try:
        return column[index].as_py()
    except (ValueError, OverflowError) as error:
        raise RejectedRow(f"{name!r} cannot be read: {error}") from error
