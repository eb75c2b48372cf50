"""Labelled rows as Parquet: types of the input kept, one file made of many."""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from newsclf.errors import DataError
from newsclf.kept_columns import KeptColumns
from newsclf.schema import FACET_COLUMNS

_NAMES = pa.list_(pa.string())
# Rows of a row group, at least: readers are slow on many small ones.
_GROUP_ROWS = 8_192


def stored_schema(path: Path) -> Any:
    """Return the schema of a Parquet file."""
    return pq.read_schema(path)


def inferred_schema(records: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Any:
    """Find types that hold the first rows of a table without types; text where they say nothing.

    Raises
    ------
    DataError
        If a column holds values of different types.
    """
    return pa.schema([(column, _inferred(column, [record.get(column) for record in records])) for column in columns])


def parquet_bytes(rows: Sequence[Mapping[str, Any]], schema: Any, *, kept: KeptColumns) -> bytes:
    """Return labelled rows as a Parquet file; `schema` has the types of the input's columns.

    Raises
    ------
    DataError
        If a value does not fit its column.
    """
    fields = [schema.field(i).with_name(kept.name(schema.field(i).name)) for i in range(len(schema.names))]
    added = [name for name in kept.columns if name not in {field.name for field in fields}]
    whole = pa.schema([*fields, *_added_fields(added)], metadata=None if kept.renamed else schema.metadata)
    arrays = [_array([row.get(field.name) for row in rows], field) for field in whole]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=whole), sink)
    return sink.getvalue()


def join_parquet(parts: Sequence[Path], target: Path) -> None:
    """Write one Parquet file with the rows of many, holding a few thousand rows at a time."""
    with pq.ParquetWriter(target, pq.read_schema(parts[0])) as writer:
        waiting: list[Any] = []
        for table in _tables(parts):
            waiting.append(table)
            if sum(part.num_rows for part in waiting) >= _GROUP_ROWS:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def _tables(parts: Sequence[Path]) -> Iterator[Any]:
    for part in parts:
        table = pq.read_table(part, partitioning=None)
        if table.num_rows:
            yield table


def _added_fields(columns: Sequence[str]) -> Iterator[Any]:
    """Yield the fields of the columns that labelling adds, of which ``scores`` mirrors those that hold names."""
    plain = {"topic": pa.string(), "topic_id": pa.int64(), "status": pa.string()}
    names = [column for column in columns if column not in plain and column != "scores"]
    scores = [*((name, pa.list_(pa.float64())) for name in names), ("topic", pa.float64())]
    for column in columns:
        yield pa.field(column, pa.struct(scores) if column == "scores" else plain.get(column, _NAMES))


def _array(values: list[Any], field: Any) -> Any:
    try:
        return pa.array(values, type=field.type)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"the column {field.name!r} is {field.type} in the first rows, and a later row has another type: {error}. "
            f"Write to .jsonl, where each row keeps its own types."
        ) from error


def _inferred(column: str, values: list[Any]) -> Any:
    try:
        found = pa.array(values).type
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"the column {column!r} holds values of different types, which Parquet cannot: {error}. "
            f"Write to .jsonl, where each row keeps its own types."
        ) from error
    return _filled(found, _NAMES if column in FACET_COLUMNS.values() else pa.string())


def _filled(found: Any, fallback: Any) -> Any:
    """Return a type with another for whatever was empty in every row."""
    if pa.types.is_null(found):
        return fallback
    if pa.types.is_list(found):
        return pa.list_(_filled(found.value_type, pa.string()))
    if pa.types.is_struct(found):
        fields = [found.field(i) for i in range(found.num_fields)]
        return pa.struct([(field.name, _filled(field.type, pa.string())) for field in fields])
    return found
