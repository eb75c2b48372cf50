"""A row as its file has it, and the article that it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from newsclf.reading.records import EXCERPT_CHARS, TEXT_COLUMNS, Reject, RejectedRow, article_from_record
from newsclf.schema import FACET_COLUMNS, Article


@dataclass(frozen=True, slots=True)
class Row:
    """A row as its file has it, with the file's name and the number of its line or row, counted from 1.

    Parameters
    ----------
    record
        Column to value, in the file's order and under the file's names.
    line
        None where the row is a file of its own.
    excerpt
        How the row begins, for its reject; empty for what its title or text says.
    fields
        The record under the names that articles have, where the file writes them in another way.
    is_page
        Whether the record is of a saved page, and so has been cleaned.
    """

    record: Mapping[str, Any]
    file: str
    line: int | None
    excerpt: str = ""
    fields: Mapping[str, Any] | None = None
    is_page: bool = False


class UnreadRow(NamedTuple):
    """A row that was found but not parsed: cheap to skip, and to send to another process.

    It is a tuple for its speed: a dataclass takes twice the time to be sent.

    Parameters
    ----------
    read
        Parses it.
    size
        How much it holds, in bytes or characters, about; the same each time that the same file is read.
    """

    read: Callable[[], Row | Reject]
    size: int

    def __call__(self) -> Row | Reject:
        """Parse it."""
        return self.read()


def article_of(row: Row) -> Article | Reject:
    """Build a row's article, or say why it is none."""
    record = row.record if row.fields is None else row.fields
    if row.is_page:
        return _article_of_page(record)
    try:
        return article_from_record(record, default_id=f"{Path(row.file).name}:{row.line}")
    except RejectedRow as rejected:
        excerpt = row.excerpt or str(record.get("title") or record.get("text") or "")[:EXCERPT_CHARS]
        return Reject(file=row.file, line=row.line, reason=str(rejected), excerpt=excerpt)


def _article_of_page(record: Mapping[str, Any]) -> Article:
    """Build an article without taking its text apart a second time."""
    labels = {facet: tuple(record[name]) for facet, name in FACET_COLUMNS.items() if record[name] is not None}
    return Article(labels=labels, **{name: record[name] for name in TEXT_COLUMNS if name in record})
