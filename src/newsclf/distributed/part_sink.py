"""Writes labelled rows as parts of a Parquet table, and rejects as JSON lines. Imports Ray."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ray.data import Datasink

from newsclf.distributed.blocks import EXCERPT, FILE, REASON, ROW
from newsclf.reading.records import Reject
from newsclf.reading.rejects import REJECTS_FOLDER, reject_lines


@dataclass(frozen=True, slots=True)
class PartWritten:
    """What one task has written: files, labelled rows by status, rejects, texts that were not read to their end."""

    files: tuple[str, ...]
    statuses: Counter[str]
    rejected: int
    truncated: int


class PartSink(Datasink[PartWritten]):  # type: ignore[misc]  # Ray has no types where it is not installed
    """Writes each task's rows into a file named by the task's number.

    Ray gives a task that it runs again the same number and the same rows, so what a killed one left is written over.
    `write_parquet` names its files alike, but writes neither rejects nor says what it has written.
    """

    def __init__(self, filesystem: Any, folder: str, *, rows_per_part: int) -> None:
        self._filesystem = filesystem
        self._folder = folder
        self._rows_per_part = rows_per_part
        self.written: tuple[PartWritten, ...] = ()

    @property
    def min_rows_per_write(self) -> int:
        """Rows that Ray gathers for a part; the last has fewer."""
        return self._rows_per_part

    def write(self, blocks: Iterable[Any], ctx: Any) -> PartWritten:
        """Write a task's blocks."""
        import pyarrow
        import pyarrow.compute
        import pyarrow.parquet

        filled = [block for block in blocks if block.num_rows]
        if not filled:
            return PartWritten((), Counter(), 0, 0)
        table = pyarrow.concat_tables(filled)
        is_labelled = pyarrow.compute.is_null(table.column(REASON))
        labelled = table.filter(is_labelled).drop_columns([REASON, EXCERPT])
        rejects = table.filter(pyarrow.compute.invert(is_labelled)).select([FILE, ROW, REASON, EXCERPT])
        files = []
        if labelled.num_rows:
            files.append(f"{self._folder}/part-{ctx.task_idx:06d}.parquet")
            pyarrow.parquet.write_table(labelled, files[-1], filesystem=self._filesystem)
        if rejects.num_rows:
            files.append(f"{self._folder}/{REJECTS_FOLDER}/part-{ctx.task_idx:06d}.jsonl")
            self._write_rejects(rejects, files[-1])
        statuses = Counter(labelled.column("status").to_pylist())
        truncated = labelled.column("truncated").to_pylist().count(True) if "truncated" in labelled.schema.names else 0
        return PartWritten(tuple(files), statuses, rejects.num_rows, truncated)

    def on_write_complete(self, write_result: Any) -> None:
        """Keep what each task says that it has written."""
        self.written = tuple(write_result.write_returns)

    def _write_rejects(self, rejects: Any, path: str) -> None:
        rows = zip(*(column.to_pylist() for column in rejects.columns), strict=True)
        found = (Reject(file, line, reason, excerpt or "") for file, line, reason, excerpt in rows)
        with self._filesystem.open_output_stream(path) as stream:
            stream.write(reject_lines(found))
