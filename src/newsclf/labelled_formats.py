"""Labelled rows as bytes of JSON lines, CSV or Parquet."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from newsclf.errors import DataError
from newsclf.json_text import as_json, plain
from newsclf.kept_columns import KeptColumns
from newsclf.reading.records import cell_of_names

#: The endings of a file that labels can be written to; a stream is JSON lines.
ENDINGS = (".jsonl.gz", ".jsonl", ".ndjson", ".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class OutputForm:
    """The form of the output, and what it takes from the input as a whole.

    Parameters
    ----------
    ending
        One of `ENDINGS`.
    columns
        The input's columns, where the output has one set of columns; else None.
    schema
        Their types, where the output is Parquet: a `pyarrow.Schema`.
    """

    ending: str
    columns: tuple[str, ...] | None = None
    schema: Any = None

    def pack(self, rows: Sequence[Mapping[str, Any]], *, kept: KeptColumns, is_first: bool) -> bytes:
        """Return n labelled rows as bytes that can stand behind those of the rows before them.

        Parquet is the exception: its bytes are a file of their own.

        Raises
        ------
        DataError
            If a value has not the type of its column in the rows before.
        """
        if self.ending == ".csv":
            return _csv(rows, kept.columns, with_header=is_first)
        if self.ending == ".parquet":
            from newsclf.parquet_tables import parquet_bytes

            return parquet_bytes(rows, self.schema, kept=kept)
        lines = "".join(as_json(row) + "\n" for row in rows).encode("utf-8", "backslashreplace")
        # Without the time of day: equal rows, equal bytes. An empty member says of an empty file that it is whole.
        is_packed = self.ending == ".jsonl.gz" and (lines or is_first)
        return gzip.compress(lines, mtime=0) if is_packed else lines


def ending_of(name: str) -> str:
    """Return the form that a file's name asks for, or raise DataError where it asks for none that there is."""
    found = next((ending for ending in ENDINGS if name.lower().endswith(ending)), None)
    if found is None:
        raise DataError(f"{name} names no format for labels; end it with one of {', '.join(ENDINGS)}.")
    return found


def _csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, with_header: bool) -> bytes:
    lines: list[str] = []
    # The csv module quotes a cell for a line end in it only where that is of its own; lines end in \n all the same.
    stream = SimpleNamespace(write=lambda line: lines.append(line.removesuffix("\r\n") + "\n"))
    writer = csv.writer(stream, lineterminator="\r\n")
    if with_header:
        writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return "".join(lines).encode("utf-8", "backslashreplace")


def _cell(value: Any) -> str:
    """Return a value as a cell: text as it is, names with semicolons, anything nested as JSON, nothing for None."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        return cell_of_names(value)
    return as_json(value) if isinstance(value, bool | list | tuple | dict) else str(plain(value))
