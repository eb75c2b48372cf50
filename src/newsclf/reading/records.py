"""From one row of any table to one article, or the reason why not."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, overload

from newsclf.errors import DataError
from newsclf.reading.archive_page import parse_page
from newsclf.reading.clean import normalise_text
from newsclf.schema import FACET_COLUMNS, Article

#: Longest value a column may have, in characters: some 350,000 words, far over any article.
MAX_FIELD_CHARS = 2_000_000
#: Characters of a reject that are kept, to find it again by.
EXCERPT_CHARS = 120
#: Longest name of a label, in characters; what is longer is a text in the wrong column.
MAX_LABEL_CHARS = 500

TEXT_COLUMNS = ("id", "title", "text", "date", "source", "url", "author", "split")


class RejectedRow(Exception):  # noqa: N818 - control flow inside the reader, never seen by its user
    """Why a row cannot become an article."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read: where it is, why, and how it begins."""

    file: str
    line: int | None
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class ReadResult(Sequence[Article]):
    """The articles read, in order, with the rows that were not and why."""

    articles: tuple[Article, ...]
    rejects: tuple[Reject, ...] = ()
    skipped_files: tuple[str, ...] = field(default=())

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Article]: ...
    def __getitem__(self, index: int | slice) -> Article | Sequence[Article]:
        return self.articles[index]

    def __len__(self) -> int:
        return len(self.articles)

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles)


def article_from_record(record: Mapping[str, Any], *, default_id: str) -> Article:
    """Build an article from a row, cleaned; the row's own columns win over what its text's header says.

    Raises
    ------
    RejectedRow
        If a column has the wrong type or size, or nothing is left once the page furniture is gone.
    """
    fields = {name: _text(record, name) for name in TEXT_COLUMNS}
    labels = {facet: names for facet, column in FACET_COLUMNS.items() if (names := _labels(record, column)) is not None}
    page = parse_page(fields["text"], title=fields["title"])
    if not page.title and not page.text:
        raise RejectedRow("no text and no title (after removing page furniture)")
    return Article(
        id=fields["id"] or default_id,
        title=page.title,
        text=page.text,
        labels={**page.labels, **labels},
        date=_iso_date(fields["date"]) or page.date,
        source=fields["source"] or page.source,
        url=fields["url"],
        author=fields["author"] or page.author,
        split=fields["split"],
    )


def require_text_columns(columns: Sequence[str], *, file: str) -> None:
    """Raise DataError unless a table can hold articles at all, each column under a name of its own."""
    if "title" not in columns and "text" not in columns:
        found = ", ".join(map(repr, columns[:10])) or "none"
        raise DataError(f"{file} has the columns {found}; at least one of 'title' and 'text' is needed. Rename yours.")
    if twice := sorted({name for name in columns if name and columns.count(name) > 1}):
        raise DataError(f"{file} has the column {twice[0]!r} more than once; each name may stand once. Rename one.")


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if isinstance(value, date | datetime | int) and not isinstance(value, bool) and name in {"id", "date"}:
        return value.isoformat() if isinstance(value, date) else str(value)
    if not isinstance(value, str):
        raise RejectedRow(f"{name!r} is {type(value).__name__}, not a string")
    if len(value) > MAX_FIELD_CHARS:
        raise RejectedRow(f"{name!r} has {len(value):,} characters, over the limit of {MAX_FIELD_CHARS:,}")
    # Title and text are brought to one form as a page is taken apart.
    return value.strip() if name in {"title", "text"} else normalise_text(value).strip()


def _labels(record: Mapping[str, Any], column: str) -> tuple[str, ...] | None:
    """Return a column's labels, or None where the row does not say."""
    value = record.get(column)
    if isinstance(value, str):
        value = names_in_cell(value) if value.strip() else None
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        raise RejectedRow(f"{column!r} is {type(value).__name__}, not a list of strings")
    names = (_label(name, column) for name in value)
    return tuple(dict.fromkeys(name for name in names if name))


def names_in_cell(cell: str) -> list[str]:
    """Return the names in a cell: words with semicolons between them, or a list in JSON; see `cell_of_names`."""
    if cell.lstrip().startswith("["):
        with suppress(ValueError, RecursionError):
            names = json.loads(cell)
            if all(isinstance(name, str) for name in names):
                return list(names)
    return cell.split(";")


def cell_of_names(names: Sequence[str]) -> str:
    """Return a cell that `names_in_cell` reads: with semicolons, or JSON where a name holds one or looks like JSON."""
    joined = ";".join(names)
    is_plain = joined.count(";") < max(len(names), 1) and not joined.lstrip().startswith("[")
    return joined if is_plain else json.dumps(names, ensure_ascii=False)


def _label(name: object, column: str) -> str:
    if not isinstance(name, str):
        raise RejectedRow(f"{column!r} holds {name!r:.40}, which is not a string")
    if len(name) > MAX_LABEL_CHARS:
        raise RejectedRow(f"{column!r} holds a label of {len(name):,} characters, over the limit of {MAX_LABEL_CHARS}")
    return " ".join(normalise_text(name).split())


def _iso_date(value: str) -> str:
    """Return the calendar date a column begins with; a column that holds something else is an error."""
    if not value:
        return ""
    match = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=$|[T\s])", value)
    try:
        return date.fromisoformat(match.group()).isoformat() if match else _bad_date(value)
    except ValueError:
        return _bad_date(value)


def _bad_date(value: str) -> str:
    raise RejectedRow(f"'date' is {value!r:.40}; expected ISO 8601 such as '2015-03-09'")
