"""Saved article pages: plain text, Markdown and HTML, one article a file."""

import re
from pathlib import Path
from typing import Any

from newsclf.reading.archive_page import Page, parse_page
from newsclf.reading.records import MAX_FIELD_CHARS, Reject, RejectedRow
from newsclf.reading.rows import Row
from newsclf.reading.unreadable import unreadable
from newsclf.schema import FACET_COLUMNS

# Elements that begin on a line of their own, so that label lines can be told from paragraphs.
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption"}
    | {"figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"}
    | {"pre", "section", "table", "tr", "ul"}
)
_CELLS = frozenset({"td", "th"})
# A link around a block, whose marks have come to stand on lines of their own.
_WIDE_LINK = re.compile(r"\[\s*([^\[\]\n]*?)\s*\]\(link\)")
_NOT_TEXT = "//script | //style | //noscript | //template | //head | //comment() | //processing-instruction()"


def read_page(path: Path, *, name: str) -> Row | Reject:
    """Read one saved page as a row with the columns of an article; labels that it does not name are None.

    Parameters
    ----------
    name
        Becomes the article's id: the path below the folder that was read.

    Raises
    ------
    DataError
        If the disk does not give it.
    """
    try:
        page, url = _read(path)
    except RejectedRow as rejected:
        return Reject(file=str(path), line=None, reason=str(rejected), excerpt="")
    record = {
        "id": name,
        "title": page.title,
        "text": page.text,
        "url": url,
        "author": page.author,
        "date": page.date,
        "source": page.source,
        **{column: _listed(page.labels.get(facet)) for facet, column in FACET_COLUMNS.items()},
    }
    return Row(record, file=str(path), line=None, is_page=True)


def _listed(names: tuple[str, ...] | None) -> list[str] | None:
    return None if names is None else list(names)


def _read(path: Path) -> tuple[Page, str]:
    raw = _read_bytes(path)
    page, url = _parse_html(raw) if path.suffix.lower() in {".html", ".htm"} else (_parse_text(raw), "")
    if not page.title and not page.text:
        raise RejectedRow("no text and no title (after removing page furniture)")
    return page, url


def _read_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > 4 * MAX_FIELD_CHARS:
            raise RejectedRow(f"the page has {size:,} bytes, over the limit of {4 * MAX_FIELD_CHARS:,}")
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def _parse_text(raw: bytes) -> Page:
    try:
        return parse_page(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise RejectedRow(f"not UTF-8: byte 0x{byte:02x} at offset {error.start}; save the page as UTF-8") from error


def _parse_html(raw: bytes) -> tuple[Page, str]:
    """Take body and metadata from trafilatura, labels and header from the whole page's lines.

    trafilatura drops link lists as navigation, and the label lines of an archive are link lists.
    """
    import trafilatura
    from trafilatura.utils import load_html

    tree = load_html(raw)
    if tree is None:
        raise RejectedRow("not HTML: no element was found")
    found = trafilatura.bare_extraction(tree, with_metadata=True, include_comments=False, include_tables=False)
    meta: dict[str, Any] = found.as_dict() if found is not None else {}
    whole = parse_page(_lines_of(load_html(raw)))
    title = meta.get("title") or whole.title
    body = parse_page(meta.get("text") or "", title=title)
    page = Page(
        title=body.title,
        text=body.text or whole.text,
        author=whole.author or body.author or meta.get("author") or "",
        source=whole.source or body.source or meta.get("sitename") or "",
        date=whole.date or body.date or meta.get("date") or "",
        labels={**body.labels, **whole.labels},
    )
    return page, meta.get("url") or ""


def _lines_of(tree: Any) -> str:
    """Return a page's text with a line for each block, and links in Markdown form."""
    for element in tree.xpath(_NOT_TEXT):
        element.drop_tree()
    for element in tree.iter("*"):
        # In HTML a line break of the source is a space.
        element.text, element.tail = _one_line(element.text), _one_line(element.tail)
        if element.tag == "a":
            element.text, element.tail = "[" + element.text, "](link)" + element.tail
        elif element.tag in _BLOCKS:
            element.text, element.tail = "\n" + element.text, "\n" + element.tail
        elif element.tag in _CELLS:
            element.tail = " " + element.tail
    text = _WIDE_LINK.sub(r"[\1](link)", tree.text_content())
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n\n".join(line for line in lines if line)


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
