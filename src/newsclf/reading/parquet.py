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
        with pyarrow.parquet.ParquetFile(path) as table:
            names = table.schema_arrow.names
            require_text_columns(names, file=str(path))
            columns = [name for name in (*TEXT_COLUMNS, *FACET_COLUMNS.values()) if name in names]
            row = 0
            for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
                for record in batch.to_pylist():
                    row += 1
                    yield _read_row(record, path=path, row=row)
    except pyarrow.ArrowException as error:
        raise DataError(f"{path} cannot be read as Parquet: {error}") from error


def _read_row(record: dict[str, Any], *, path: Path, row: int) -> Article | Reject:
    try:
        return article_from_record(record, default_id=f"{path.name}:{row}")
    except RejectedRow as rejected:
        excerpt = str(record.get("title") or record.get("text") or "")[:_EXCERPT_CHARS]
        return Reject(file=str(path), line=row, reason=str(rejected), excerpt=excerpt)
