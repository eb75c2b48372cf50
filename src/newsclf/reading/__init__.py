"""Read articles from JSON lines, CSV, Parquet, and folders of saved pages."""

import logging
from collections.abc import Iterator
from pathlib import Path

from newsclf.reading.records import ReadResult, Reject
from newsclf.reading.rows import Row, article_of
from newsclf.reading.sources import RowSource
from newsclf.schema import Article

__all__ = ["ReadResult", "Reject", "Row", "read_articles", "read_rows"]

_LOGGER = logging.getLogger(__name__)


def read_articles(path: str | Path) -> ReadResult:
    """Read every article of a file, or of all files below a folder.

    Parameters
    ----------
    path
        JSON lines (``.jsonl``, ``.jsonl.gz``), ``.csv``, ``.parquet``, a saved page (``.txt``, ``.md``,
        ``.html``), or a folder of any of these. In a folder, hidden files, files called README, and folders called
        ``_rejects``, as outputs of `label_with_ray` hold, are left out; files in other formats are named in
        ``skipped_files``.

    Returns
    -------
    ReadResult
        A sequence of the articles, files in order of their paths; rows that could not be read are in
        ``rejects``, each with file, line and reason.

    Raises
    ------
    DataError
        If the path does not exist, has another format, or a table lacks both a title and a text column; of a
        folder, if the disk does not give one of its files.
    """
    source = RowSource(path, only_articles=True)
    articles: list[Article] = []
    rejects: list[Reject] = []
    for unread in source:
        row = unread()
        item = row if isinstance(row, Reject) else article_of(row)
        if isinstance(item, Reject):
            rejects.append(item)
        else:
            articles.append(item)
    if rejects:
        total = len(rejects) + len(articles)
        _LOGGER.warning("%d of %d rows of %s were rejected", len(rejects), total, source.path)
    return ReadResult(tuple(articles), tuple(rejects), source.skipped_files)


def read_rows(path: str | Path) -> Iterator[Row | Reject]:
    """Yield the rows of a file, or of all files below a folder, one by one, with the file's columns as they are.

    A row of a page has the columns of an article, None for labels that it does not name. A row that cannot be
    parsed is a reject; one that parses may still hold no article, which `article_of` says. See `read_articles`.
    """
    return (unread() for unread in RowSource(path))
