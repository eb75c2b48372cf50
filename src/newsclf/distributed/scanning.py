"""A first look at all files: how many rows there are, and what columns fit them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newsclf.distributed.blocks import RowFormat
from newsclf.distributed.cluster import import_ray
from newsclf.distributed.json_columns import merge_kinds
from newsclf.distributed.json_rows import JsonRows, scan_json_lines
from newsclf.distributed.parquet_rows import ParquetRows, merge_schemas, scan_parquet
from newsclf.distributed.source_files import SourceFiles
from newsclf.errors import DataError
from newsclf.reading.records import Reject


@dataclass(frozen=True, slots=True)
class Scan:
    """What is to be labelled.

    Parameters
    ----------
    files
        Those that can be read.
    rows
        In all of them, broken ones too; what labelling is held to at its end.
    format
        Reads them, with columns that fit them all.
    unreadable
        One reject for each file that cannot be read at all.
    """

    files: tuple[str, ...]
    rows: int
    format: RowFormat
    unreadable: tuple[Reject, ...]


def scan(source: SourceFiles, *, block_bytes: int) -> Scan:
    """Look at every file, each in a task of its own.

    Raises
    ------
    DataError
        If the only file cannot be read, or files do not go together.
    """
    ray = import_ray()
    look = ray.remote(_look)
    found: list[tuple[int, Any] | Reject] = ray.get([look.remote(source, path) for path in source.files])
    unreadable = tuple(item for item in found if isinstance(item, Reject))
    if len(source.files) == len(unreadable):
        raise DataError(unreadable[0].reason)
    read = {path: item for path, item in zip(source.files, found, strict=True) if not isinstance(item, Reject)}
    columns = [shape for _, shape in read.values()]
    return Scan(
        files=tuple(read),
        rows=sum(count for count, _ in read.values()),
        format=_format(source, columns, block_bytes),
        unreadable=unreadable,
    )


def _format(source: SourceFiles, columns: Sequence[Any], block_bytes: int) -> RowFormat:
    if source.is_parquet:
        return ParquetRows(source.filesystem, merge_schemas(columns))
    return JsonRows(source.filesystem, merge_kinds(columns), block_bytes)


def _look(source: SourceFiles, path: str) -> tuple[int, Any] | Reject:
    try:
        return scan_parquet(source.filesystem, path) if source.is_parquet else scan_json_lines(source.filesystem, path)
    except (DataError, OSError) as error:
        reason = str(error) if isinstance(error, DataError) else f"{path} cannot be read: {error}"
        return Reject(file=path, line=None, reason=reason, excerpt="")
