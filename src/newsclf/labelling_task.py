"""What a run of labelling does between its files: rows found, cut into chunks, and labelled in their order."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from newsclf.chunk_labelling import ChunkLabeller, LabelledChunk
from newsclf.cores import usable_cores
from newsclf.label_journal import Journal
from newsclf.labelled_formats import OutputForm
from newsclf.reading.delimited import csv_columns
from newsclf.reading.jsonl import unread_lines
from newsclf.reading.rows import Row, UnreadRow, article_of
from newsclf.reading.sources import RowSource
from newsclf.schema import Article

# Bytes or characters of rows that end a chunk: 256 rows of 30 KB, ten times the text of an article.
_CHUNK_SIZE = 8_000_000


@dataclass(frozen=True, slots=True)
class LabellingTask:
    """What is to be labelled, by which model, and for which form of output.

    Parameters
    ----------
    source
        None for standard input.
    is_live
        Whether rows are labelled as they arrive, instead of in chunks of `rows_at_once`, or fewer where they are long.
    """

    model: Path
    source: RowSource | None
    ending: str
    rows_at_once: int
    is_live: bool

    def labelled(self, before: Journal, workers: int | None) -> Generator[LabelledChunk, None, None]:
        """Label what the journal does not have yet, in chunks that begin where they would have begun."""
        rows = iter(self.source or _standard_input())
        if self.is_live:
            from newsclf.arriving_rows import arriving_chunks

            chunks: Iterator[Sequence[UnreadRow]] = arriving_chunks(rows, most=self.rows_at_once, size=_CHUNK_SIZE)
            form = OutputForm(self.ending)
            count = workers or 1
        else:
            first = next(_chunks(rows, self.rows_at_once), [])
            form = self._form(first)
            chunks = _chunks(islice(chain(first, rows), before.rows, None), self.rows_at_once)
            # One chunk alone starts no process; the last one of many is labelled where they were, and as they were.
            ahead = list(islice(chunks, 2))
            chunks = chain(ahead, chunks)
            count = (workers or usable_cores()) if before.chunks or len(ahead) > 1 else 1
        done = before.chunks
        for chunk in self._answers(chunks, form, first=done, workers=count):
            done += 1
            yield chunk
        if not done:  # no row at all: what a file without rows begins with
            yield ChunkLabeller(self.model, form).label(0, [])

    def _answers(
        self, chunks: Iterator[Sequence[UnreadRow]], form: OutputForm, *, first: int, workers: int
    ) -> Iterator[LabelledChunk]:
        if workers > 1:
            from newsclf.label_workers import LabelWorkers

            yield from LabelWorkers(self.model, form, count=workers).label(chunks, first=first)
            return
        labeller = None
        for chunk in chunks:
            if chunk:
                labeller = labeller or ChunkLabeller(self.model, form)
                yield labeller.label(first, chunk)
                first += 1

    def _form(self, first: Sequence[UnreadRow]) -> OutputForm:
        """Return the form of the output; a table has the columns of the input's first rows."""
        if self.ending not in {".csv", ".parquet"}:
            return OutputForm(self.ending)
        if self.source is not None and self.source.ending == ".parquet":
            from newsclf.parquet_tables import stored_schema

            schema = stored_schema(self.source.path)
            return OutputForm(self.ending, tuple(schema.names), schema)
        if self.source is not None and self.source.ending == ".csv":
            columns = csv_columns(self.source.path)
            return OutputForm(self.ending, columns, self._text_schema(columns))
        rows = (unread() for unread in first)
        # A row that will be rejected has no say in the columns and their types.
        records = [row.record for row in rows if isinstance(row, Row) and isinstance(article_of(row), Article)]
        columns = tuple(dict.fromkeys(name for record in records for name in record))
        if self.ending == ".csv":
            return OutputForm(self.ending, columns)
        from newsclf.parquet_tables import inferred_schema

        return OutputForm(self.ending, columns, inferred_schema(records, columns))

    def _text_schema(self, columns: Sequence[str]) -> Any:
        if self.ending != ".parquet":
            return None
        from newsclf.parquet_tables import text_schema

        return text_schema(columns)


def _standard_input() -> Iterator[UnreadRow]:
    with open(0, "rb", closefd=False) as stream:
        yield from unread_lines(stream, file="standard input")


def _chunks(rows: Iterator[UnreadRow], most: int) -> Iterator[Sequence[UnreadRow]]:
    """Cut rows into chunks; where one ends depends on its own rows alone, and so not on where a run goes on."""
    chunk: list[UnreadRow] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += row.size
        if len(chunk) == most or size >= _CHUNK_SIZE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
