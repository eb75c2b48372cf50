"""Read articles from JSON lines, CSV, Parquet, and folders of saved pages."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from newsclf.errors import DataError
from newsclf.reading.delimited import read_csv
from newsclf.reading.jsonl import read_jsonl
from newsclf.reading.pages import read_page
from newsclf.reading.parquet import read_parquet
from newsclf.reading.records import ReadResult, Reject
from newsclf.schema import Article

__all__ = ["ReadResult", "Reject", "read_articles"]

_LOGGER = logging.getLogger(__name__)
_TABLES: dict[str, Callable[[Path], Iterator[Article | Reject]]] = {
    ".jsonl": read_jsonl,
    ".jsonl.gz": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_csv,
    ".parquet": read_parquet,
}
_PAGES = (".txt", ".md", ".html", ".htm")
_FORMATS = ", ".join([*_TABLES, *_PAGES])


def read_articles(path: str | Path) -> ReadResult:
    """Read every article of a file, or of all files below a folder.

    Parameters
    ----------
    path
        JSON lines (``.jsonl``, ``.jsonl.gz``), ``.csv``, ``.parquet``, a saved page (``.txt``, ``.md``,
        ``.html``), or a folder of any of these. In a folder, hidden files and files called README are left
        out; files in other formats are named in ``skipped_files``.

    Returns
    -------
    ReadResult
        A sequence of the articles, files in order of their paths; rows that could not be read are in
        ``rejects``, each with file, line and reason.

    Raises
    ------
    DataError
        If the path does not exist, has another format, or a table lacks both a title and a text column.
    """
    root = Path(path)
    if not root.exists():
        raise DataError(f"{root} does not exist; give a file ({_FORMATS}) or a folder of such files.")
    files, skipped = _files_below(root) if root.is_dir() else ([root], ())
    articles: list[Article] = []
    rejects: list[Reject] = []
    for file in files:
        for item in _read_or_reject(file, root=root):
            if isinstance(item, Reject):
                rejects.append(item)
            else:
                articles.append(item)
    if rejects:
        _LOGGER.warning("%d of %d rows of %s were rejected", len(rejects), len(rejects) + len(articles), root)
    return ReadResult(tuple(articles), tuple(rejects), skipped)


def _files_below(root: Path) -> tuple[list[Path], tuple[str, ...]]:
    visible = [
        file
        for file in sorted(root.rglob("*"))
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(root).parts)
    ]
    readable = [file for file in visible if _format(file) and file.name.split(".")[0].upper() != "README"]
    kept = set(readable)
    return readable, tuple(str(file) for file in visible if file not in kept)


def _format(file: Path) -> str:
    name = file.name.lower()
    return next((ending for ending in (*_TABLES, *_PAGES) if name.endswith(ending)), "")


def _read_or_reject(file: Path, *, root: Path) -> Iterator[Article | Reject]:
    """Read a file; one of a folder that cannot be read at all becomes a reject, and the others are read."""
    try:
        yield from _read_file(file, root=root)
    except (DataError, OSError) as error:
        reason = str(error) if isinstance(error, DataError) else f"{file} cannot be read: {error.strerror}"
        if file == root:
            raise DataError(reason) from error
        yield Reject(file=str(file), line=None, reason=reason, excerpt="")


def _read_file(file: Path, *, root: Path) -> Iterator[Article | Reject]:
    ending = _format(file)
    if not ending:
        raise DataError(f"{file} is in no format that can be read; expected one of {_FORMATS}.")
    if ending in _TABLES:
        yield from _TABLES[ending](file)
    else:
        yield read_page(file, name=file.relative_to(root).as_posix() if file != root else file.name)
