"""Parquet tables as blocks of rows; columns keep their types."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsclf.distributed.blocks import FileScan, origin, places
from newsclf.errors import DataError
from newsclf.reading.parquet import cell_value
from newsclf.reading.records import EXCERPT_CHARS, TEXT_COLUMNS, Reject, RejectedRow, require_text_columns
from newsclf.schema import FACET_COLUMNS

_BATCH_ROWS = 1_000
# The input's own columns travel under this prefix, for they may be called as ours are.
_OWN = "\0own "


@dataclass(frozen=True, slots=True)
class ParquetRows:
    """Parquet files, with the one schema that fits them all."""

    filesystem: Any
    schema: Any

    def blocks(self, path: str) -> Iterator[Any]:
        """Yield a file's rows; where it is damaged, the rows that are left without what they held."""
        import pyarrow
        import pyarrow.parquet

        with self.filesystem.open_input_file(path) as stream:
            table = pyarrow.parquet.ParquetFile(stream)
            row, total = 0, table.metadata.num_rows
            try:
                for batch in table.iter_batches(batch_size=_BATCH_ROWS):
                    yield self._block(path, row, batch)
                    row += batch.num_rows
            except (pyarrow.ArrowException, OSError) as error:
                reason = f"the Parquet file is damaged from here on: {error}"
                yield self._unread(path, range(row + 1, total + 1), reason)

    def records(self, block: Any) -> list[Mapping[str, Any] | Reject]:
        """Return the columns that make an article; what cannot be read becomes a reject."""
        names = [name for name in (*TEXT_COLUMNS, *FACET_COLUMNS.values()) if name in self.schema.names]
        cells = {name: block.column(_OWN + name) for name in names}
        return [
            Reject(file, row, reason, "") if reason else _record(cells, index, file=file, row=row)
            for index, (file, row, reason) in enumerate(places(block))
        ]

    def names(self) -> Sequence[str]:
        """Return the names of the columns of all files."""
        return tuple(self.schema.names)

    def columns(self, block: Any, records: Sequence[Mapping[str, Any] | Reject]) -> dict[str, Any]:
        """Return the columns as they are."""
        del records
        return {name: block.column(_OWN + name) for name in self.schema.names}

    def _block(self, path: str, start: int, batch: Any) -> Any:
        import pyarrow

        count = batch.num_rows
        own: dict[str, Any] = {}
        for field in self.schema:
            is_there = field.name in batch.schema.names
            column = batch.column(field.name) if is_there else pyarrow.nulls(count, field.type)
            try:
                own[_OWN + field.name] = column.cast(field.type)
            except pyarrow.ArrowException as error:
                reason = (
                    f"{field.name!r} is {field.type} in all files together, which cannot hold what is here: {error}"
                )
                return self._unread(path, range(start + 1, start + count + 1), reason)
        return pyarrow.table({**origin(path, range(start + 1, start + count + 1), [None] * count), **own})

    def _unread(self, path: str, rows: range, reason: str) -> Any:
        import pyarrow

        own = {_OWN + field.name: pyarrow.nulls(len(rows), field.type) for field in self.schema}
        return pyarrow.table({**origin(path, rows, [reason] * len(rows)), **own})


def scan_parquet(filesystem: Any, path: str) -> FileScan:
    """Read a file's number of rows, and its schema as what its columns hold.

    Raises
    ------
    DataError
        If it is not Parquet, lacks title and text, or names a column twice.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        with filesystem.open_input_file(path) as stream:
            table = pyarrow.parquet.ParquetFile(stream)
            schema, found = table.schema_arrow.remove_metadata(), table.metadata
            size = sum(found.row_group(i).total_byte_size for i in range(found.num_row_groups))
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read as Parquet: {error}") from error
    require_text_columns(schema.names, file=path)
    if twice := sorted({name for name in schema.names if schema.names.count(name) > 1}):
        raise DataError(f"{path} has the column {twice[0]!r} more than once; each name may stand once. Rename one.")
    return FileScan(found.num_rows, size, schema)


def merge_schemas(schemas: Sequence[Any]) -> Any:
    """Return the schema that every file's rows fit.

    Raises
    ------
    DataError
        If two files give a column types that have nothing in common.
    """
    import pyarrow

    try:
        return pyarrow.unify_schemas(schemas, promote_options="permissive")
    except pyarrow.ArrowException as error:
        raise DataError(f"The Parquet files have columns of one name and different types: {error}") from error


def _record(cells: Mapping[str, Any], index: int, *, file: str, row: int) -> Mapping[str, Any] | Reject:
    record: dict[str, Any] = {}
    try:
        for name, column in cells.items():
            record[name] = cell_value(column, index, name=name)
    except RejectedRow as rejected:
        excerpt = str(record.get("title") or record.get("text") or "")[:EXCERPT_CHARS]
        return Reject(file=file, line=row, reason=str(rejected), excerpt=excerpt)
    return record
