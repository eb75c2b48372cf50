"""Find the rows of a file, or of all files below a folder, one after the other."""

import errno
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePath

from newsclf.errors import DataError
from newsclf.reading.delimited import unread_csv
from newsclf.reading.jsonl import unread_jsonl
from newsclf.reading.pages import read_page
from newsclf.reading.parquet import unread_parquet
from newsclf.reading.position import Position
from newsclf.reading.records import Reject
from newsclf.reading.rejects import REJECTS_FOLDER
from newsclf.reading.rows import UnreadRow
from newsclf.reading.unreadable import unreadable

_TABLES: dict[str, Callable[..., Iterator[UnreadRow]]] = {
    ".jsonl": unread_jsonl,
    ".jsonl.gz": unread_jsonl,
    ".ndjson": unread_jsonl,
    ".csv": unread_csv,
    ".parquet": unread_parquet,
}
_PAGES = (".txt", ".md", ".html", ".htm")
_FORMATS = ", ".join([*_TABLES, *_PAGES])


class RowSource:
    """The rows of a file, or of all files below a folder, in the order of their paths.

    Iterating finds one row after the other and parses none: call it for that.

    Parameters
    ----------
    path
        As for `newsclf.read_articles`.
    only_articles
        Whether to pass over columns that no article has, where a format can.

    Raises
    ------
    DataError
        If the path does not exist, or a file may not be read; and while iterating, as `newsclf.read_articles`.
    """

    def __init__(self, path: str | Path, *, only_articles: bool = False) -> None:
        self.path = Path(path)
        if not self.path.exists():
            raise DataError(f"{self.path} does not exist; give a file ({_FORMATS}) or a folder of such files.")
        self.files, self.skipped_files = _files_below(self.path) if self.path.is_dir() else ([self.path], ())
        _check_allowed(self.files)
        self._only_articles = only_articles
        self._position = Position()
        self._sizes = {file: file.stat().st_size for file in self.files}
        self._bytes = sum(self._sizes.values())

    def __iter__(self) -> Iterator[UnreadRow]:
        self._position = Position()
        for file in self.files:
            yield from self._rows_or_reject(file)
            self._position.end_file(self._sizes[file])

    @property
    def share_read(self) -> float:
        """How much of the files has been read, in 0..1, by their bytes."""
        return min(self._position.done / self._bytes, 1.0) if self._bytes else 1.0

    @property
    def ending(self) -> str:
        """The format of the one file, or an empty string for a folder."""
        return "" if self.path.is_dir() else format_of(self.path)

    def _rows_or_reject(self, file: Path) -> Iterator[UnreadRow]:
        """Find a file's rows; one of a folder whose bytes are no such file is a reject, and the others are read."""
        try:
            yield from self._rows(file)
        except OSError as error:
            raise unreadable(file, error) from error
        except DataError as error:
            if file == self.path:
                raise
            yield UnreadRow(partial(Reject, file=str(file), line=None, reason=str(error), excerpt=""), size=0)

    def _rows(self, file: Path) -> Iterator[UnreadRow]:
        ending = format_of(file)
        if not ending:
            raise DataError(f"{file} is in no format that can be read; expected one of {_FORMATS}.")
        if ending == ".parquet":
            yield from unread_parquet(file, self._position, only_articles=self._only_articles)
        elif ending in _TABLES:
            yield from _TABLES[ending](file, self._position)
        else:
            name = file.relative_to(self.path).as_posix() if file != self.path else file.name
            yield UnreadRow(partial(read_page, file, name=name), size=file.stat().st_size)


def is_hidden(file: PurePath) -> bool:
    """Say whether a file, by its path below the folder that is read, is none of the input's: hidden, or of rejects."""
    return any(part.startswith(".") for part in file.parts) or REJECTS_FOLDER in file.parts[:-1]


def is_readme(file: PurePath) -> bool:
    """Say whether a file is about the others."""
    return file.name.split(".")[0].upper() == "README"


def _files_below(root: Path) -> tuple[list[Path], tuple[str, ...]]:
    visible = [file for file in sorted(root.rglob("*")) if file.is_file() and not is_hidden(file.relative_to(root))]
    readable = [file for file in visible if format_of(file) and not is_readme(file)]
    kept = set(readable)
    return readable, tuple(str(file) for file in visible if file not in kept)


def _check_allowed(files: list[Path]) -> None:
    """Raise DataError for a file that may not be read, before hours go into those before it."""
    for file in files:
        if not os.access(file, os.R_OK):
            raise unreadable(file, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def format_of(file: PurePath) -> str:
    """Return the ending of a file's name that says how it is read; an empty string where it is not."""
    name = file.name.lower()
    return next((ending for ending in (*_TABLES, *_PAGES) if name.endswith(ending)), "")
