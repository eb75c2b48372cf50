"""Labelled rows as Parquet: types of the input kept, one file made of many."""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from newsclf.errors import DataError
from newsclf.json_text import as_json, whole_text
from newsclf.kept_columns import KeptColumns
from newsclf.label_types import label_types
from newsclf.schema import FACET_COLUMNS

# What says that values do not fit a column; the last one is of lists nested too deep.
_UNFIT = (pa.ArrowException, TypeError, ValueError, OverflowError, RecursionError)
_NAMES = pa.list_(pa.string())
# Rows of a row group, at least, for readers are slow on many small ones; or bytes, where rows are long.
_GROUP_ROWS = 8_192
_GROUP_BYTES = 64_000_000


def stored_schema(path: Path) -> Any:
    """Return the schema of a Parquet file."""
    return pq.read_schema(path)


def inferred_schema(records: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Any:
    """Find types that hold the first rows of a table without types; text where they say nothing, and for objects.

    Objects are text, as JSON, because a struct would have to know the names in those of all rows.

    Raises
    ------
    DataError
        If a column holds values of different types.
    """
    return pa.schema(
        [(whole_text(column), _inferred(column, [record.get(column) for record in records])) for column in columns]
    )


def text_schema(columns: Sequence[str]) -> Any:
    """Return the schema of a table that has nothing but text."""
    return pa.schema([(column, pa.string()) for column in columns])


def parquet_bytes(rows: Sequence[Mapping[str, Any]], schema: Any, *, kept: KeptColumns) -> bytes:
    """Return labelled rows as a Parquet file; `schema` has the types of the input's columns.

    Raises
    ------
    DataError
        If a value does not fit its column.
    """
    count = len(schema.names)
    fields = [schema.field(i).with_name(whole_text(kept.columns[i])) for i in range(count)]
    added = [pa.field(name, kind) for name, kind in label_types(kept.columns[count:]).items()]
    whole = pa.schema([*fields, *added], metadata=None if kept.renamed else schema.metadata)
    arrays = [_array([row.get(name) for row in rows], whole.field(i)) for i, name in enumerate(kept.columns)]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=whole), sink)
    return sink.getvalue()


def join_parquet(parts: Sequence[Path], target: Path) -> None:
    """Write one Parquet file with the rows of many, holding a few thousand rows at a time, or fewer long ones."""
    with pq.ParquetWriter(target, pq.read_schema(parts[0])) as writer:
        waiting: list[Any] = []
        rows = size = 0
        for table in _tables(parts):
            waiting.append(table)
            rows += table.num_rows
            size += table.nbytes
            if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
                writer.write_table(pa.concat_tables(waiting))
                waiting, rows, size = [], 0, 0
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def _tables(parts: Sequence[Path]) -> Iterator[Any]:
    for part in parts:
        table = pq.read_table(part, partitioning=None)
        if table.num_rows:
            yield table


def _array(values: list[Any], field: Any) -> Any:
    try:
        if _is_of_text(field.type):
            is_text = pa.types.is_string(field.type)
            values = [_storable(value, has_objects=is_text) for value in values]
        return pa.array(values, type=field.type)
    except _UNFIT as error:
        raise DataError(
            f"the column {field.name!r} is {field.type} in the first rows, and a later row has another type: {error}. "
            f"Write to .jsonl, where each row keeps its own types."
        ) from error


def _inferred(column: str, values: list[Any]) -> Any:
    try:
        has_objects = any(map(_holds_object, values))
        found = pa.array([_storable(value, has_objects=has_objects) for value in values]).type
    except _UNFIT as error:
        raise DataError(
            f"the column {column!r} holds values of different types, or lists nested too deep, which Parquet cannot: "
            f"{error}. Write to .jsonl, where each row keeps its own types."
        ) from error
    return _filled(found, _NAMES if column in FACET_COLUMNS.values() else pa.string())


def _filled(found: Any, fallback: Any) -> Any:
    """Return a type with another for whatever was empty in every row."""
    if pa.types.is_null(found):
        return fallback
    if pa.types.is_list(found):
        return pa.list_(_filled(found.value_type, pa.string()))
    return found


def _is_of_text(kind: Any) -> bool:
    """Say whether a type is text or lists of it; only a table without types has objects or broken text for it."""
    return _is_of_text(kind.value_type) if pa.types.is_list(kind) else pa.types.is_string(kind)


def _storable(value: Any, *, has_objects: bool) -> Any:
    """Return a value of JSON as Parquet has it: text that UTF-8 can write, and in a column with objects JSON."""
    if isinstance(value, str):
        return whole_text(value)
    if has_objects and isinstance(value, list | dict):
        return whole_text(as_json(value))
    return [_storable(item, has_objects=False) for item in value] if isinstance(value, list) else value


def _holds_object(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_object, value)))
