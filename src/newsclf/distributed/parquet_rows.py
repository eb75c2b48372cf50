"""Parquet tables as blocks of rows; columns keep their types."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsclf.distributed.blocks import FileScan, origin, places
from newsclf.errors import DataError
from newsclf.reading.parquet import cell_value, open_table, raise_if_of_disk, rows_at_once
from newsclf.reading.records import EXCERPT_CHARS, TEXT_COLUMNS, Reject, RejectedRow, require_text_columns
from newsclf.reading.rows import Row
from newsclf.schema import FACET_COLUMNS

# The input's own columns travel under this prefix, for they may be called as ours are.
_OWN = "\0own "


@dataclass(frozen=True, slots=True)
class ParquetRows:
    """Parquet files, with the one schema that fits them all."""

    filesystem: Any
    schema: Any

    def blocks(self, path: str) -> Iterator[Any]:
        """Yield a file's rows; where it is damaged, the rows that are left without what they held.

        It is damaged where it cannot be read a second time either.

        Raises
        ------
        OSError
            If the disk or the net fails, which says nothing about the file.
        """
        import pyarrow

        row, failed_at = 0, -1
        while True:
            with self.filesystem.open_input_file(path) as stream:
                table = open_table(stream)
                try:
                    for start, batch in _batches(table):
                        if start >= row:
                            yield self._block(path, start, batch)
                            row = start + batch.num_rows
                except (pyarrow.ArrowException, OSError) as error:
                    raise_if_of_disk(error)
                    if failed_at == row:
                        reason = f"the Parquet file is damaged from here on: {error}"
                        yield self._unread(path, range(row + 1, table.metadata.num_rows + 1), reason)
                        return
                    failed_at = row
                else:
                    return

    def rows(self, block: Any) -> list[Row | Reject]:
        """Return the columns that make an article; what cannot be read becomes a reject."""
        names = [name for name in (*TEXT_COLUMNS, *FACET_COLUMNS.values()) if name in self.schema.names]
        cells = {name: block.column(_OWN + name) for name in names}
        return [
            Reject(file, row, reason, "") if reason else _read_row(cells, index, file=file, row=row)
            for index, (file, row, reason) in enumerate(places(block))
        ]

    def names(self) -> Sequence[str]:
        """Return the names of the columns of all files."""
        return tuple(self.schema.names)

    def columns(self, block: Any, rows: Sequence[Row | Reject]) -> dict[str, Any]:
        """Return the columns as they are."""
        del rows
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
                if count > 1:  # one of them is to blame
                    single = [self._block(path, start + i, batch.slice(i, 1)) for i in range(count)]
                    return pyarrow.concat_tables(single).combine_chunks()
                reason = (
                    f"{field.name!r} is {field.type} in all files together, which cannot hold what is here: {error}"
                )
                return self._unread(path, range(start + 1, start + 2), reason)
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
    OSError
        If the disk or the net fails, which says nothing about the file.
    """
    schema, found = _schema_and_metadata(filesystem, path)
    size = sum(found.row_group(i).total_byte_size for i in range(found.num_row_groups))
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


def _schema_and_metadata(filesystem: Any, path: str, *, is_second_try: bool = False) -> tuple[Any, Any]:
    import pyarrow

    with filesystem.open_input_file(path) as stream:
        try:
            table = open_table(stream)
        except (pyarrow.ArrowException, OSError) as error:
            raise_if_of_disk(error)
            if is_second_try:
                raise DataError(f"{path} cannot be read as Parquet: {error}") from error
        else:
            return table.schema_arrow.remove_metadata(), table.metadata
    return _schema_and_metadata(filesystem, path, is_second_try=True)


def _batches(table: Any) -> Iterator[tuple[int, Any]]:
    """Yield batches of rows, each with the number of rows before it; they are the same ones every time."""
    start = 0
    for batch in table.iter_batches(batch_size=rows_at_once(table.metadata)):
        yield start, batch
        start += batch.num_rows


def _read_row(cells: Mapping[str, Any], index: int, *, file: str, row: int) -> Row | Reject:
    record: dict[str, Any] = {}
    try:
        for name, column in cells.items():
            record[name] = cell_value(column, index, name=name)
    except RejectedRow as rejected:
        excerpt = str(record.get("title") or record.get("text") or "")[:EXCERPT_CHARS]
        return Reject(file=file, line=row, reason=str(rejected), excerpt=excerpt)
    return Row(record, file=file, line=row)
