"""Saved article pages: plain text, Markdown and HTML, one article a file."""

from pathlib import Path
from typing import Any

from newsclf.reading.archive_page import Page, parse_page
from newsclf.reading.records import MAX_FIELD_CHARS, Reject, RejectedRow
from newsclf.schema import Article

_EXCERPT_CHARS = 120
# Elements that begin on a line of their own, so that label lines can be told from paragraphs.
_BLOCKS = ("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "br")


def read_page(path: Path, *, name: str) -> Article | Reject:
    """Read one saved page.

    Parameters
    ----------
    name
        Becomes the article's id: the path below the folder that was read.
    """
    try:
        raw = _read_bytes(path)
        page, url = _parse_html(raw) if path.suffix.lower() in {".html", ".htm"} else (_parse_text(raw), "")
        if not page.title and not page.text:
            raise RejectedRow("no text and no title (after removing page furniture)")
    except RejectedRow as rejected:
        return Reject(file=str(path), line=None, reason=str(rejected), excerpt="")
    return Article(
        id=name,
        title=page.title,
        text=page.text,
        labels=page.labels,
        date=page.date,
        source=page.source,
        author=page.author,
        url=url,
    )


def _read_bytes(path: Path) -> bytes:
    size = path.stat().st_size
    if size > 4 * MAX_FIELD_CHARS:
        raise RejectedRow(f"the page has {size:,} bytes, over the limit of {4 * MAX_FIELD_CHARS:,}")
    return path.read_bytes()


def _parse_text(raw: bytes) -> Page:
    try:
        return parse_page(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        byte = raw[error.start]
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
    for element in tree.xpath("//script | //style | //noscript | //head"):
        element.drop_tree()
    for link in tree.iter("a"):
        link.text = "[" + (link.text or "")
        link.tail = "](link)" + (link.tail or "")
    for block in tree.iter(*_BLOCKS):
        block.text = "\n" + (block.text or "")
        block.tail = "\n" + (block.tail or "")
    lines = (" ".join(line.split()) for line in tree.text_content().split("\n"))
    return "\n\n".join(line for line in lines if line)
