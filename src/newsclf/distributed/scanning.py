"""A first look at all files: how many rows there are, and what columns fit them."""

from dataclasses import dataclass
from typing import Any

from newsclf.distributed.blocks import FileScan, RowFormat
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
    size
        Bytes of all rows, not compressed.
    columns
        What fits them all: kinds of values for JSON lines, a schema for Parquet.
    unreadable
        One reject for each file that is none of its format.
    """

    files: tuple[str, ...]
    rows: int
    size: int
    columns: Any
    unreadable: tuple[Reject, ...]


def scan(source: SourceFiles) -> Scan:
    """Look at every file, each in a task of its own.

    Raises
    ------
    DataError
        If the only file is none of its format, a disk or a net fails again and again, or files do not go together.
    """
    ray = import_ray()
    look = ray.remote(retry_exceptions=[OSError])(_look)
    try:
        found: list[FileScan | Reject] = ray.get([look.remote(source, path) for path in source.files])
    except OSError as error:  # Ray's error is one, too, whose own text is a traceback
        raise DataError(f"{getattr(error, 'cause', error)}. Mend that, and give the same command again.") from error
    unreadable = tuple(item for item in found if isinstance(item, Reject))
    if len(source.files) == len(unreadable):
        raise DataError(unreadable[0].reason)
    read = {path: item for path, item in zip(source.files, found, strict=True) if not isinstance(item, Reject)}
    columns = [item.columns for item in read.values()]
    return Scan(
        files=tuple(read),
        rows=sum(item.rows for item in read.values()),
        size=sum(item.size for item in read.values()),
        columns=merge_schemas(columns) if source.is_parquet else merge_kinds(columns),
        unreadable=unreadable,
    )


def row_format(source: SourceFiles, scanned: Scan, *, block_bytes: int) -> RowFormat:
    """Return what reads the files, for readers and workers."""
    if source.is_parquet:
        return ParquetRows(source.filesystem, scanned.columns)
    return JsonRows(source.filesystem, scanned.columns, block_bytes)


def _look(source: SourceFiles, path: str) -> FileScan | Reject:
    try:
        return scan_parquet(source.filesystem, path) if source.is_parquet else scan_json_lines(source.filesystem, path)
    except DataError as error:
        return Reject(file=path, line=None, reason=str(error), excerpt="")
    except OSError as error:
        raise OSError(f"{path} cannot be read: {error}") from error
