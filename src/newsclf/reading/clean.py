"""Plain text out of Markdown, and out of a page what is on it but not part of the article."""

import re
import unicodedata
from collections.abc import Iterator

from newsclf.reading.furniture import goes_on, is_furniture

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END = re.compile("\r\n?|\u0085|\u2028")
# Runs of spaces say nothing, and patterns that look for what follows them would read them over and over.
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_TARGET = r"(?:\((?:<[^<>]*>|[^()\s]*(?:\([^()]*\)[^()\s]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)|\[[^\[\]]*\])"
_LINK = re.compile(r"!?\[([^\[\]]*)\]" + _TARGET)
#: What follows a link's text, up to the end of its address.
LINK_TAIL = re.compile(r"\]" + _TARGET)
_EMPHASIS = re.compile(
    r"(?<!\\)(?:(\*{1,3})(?=\S)([^*]+?)(?<=[^\s\\])\1|(?<!\w)(_{1,3})(?=\S)([^_]+?)(?<=[^\s\\])\3(?!\w))"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~:-])")
_LINE_MARKS = re.compile(r"^(?:\s|[>|]|#{1,6}(?=\s)|[*\u2022\u00b7+-](?=\s|[*\[|])|\*{1,3}(?=\S))+")
# Most lines have none of these, and are plain as they are.
_MARK = re.compile(r"[\[*_\\]|^\s*[>|#\u2022\u00b7+-]|\|\s*$")
# Marks within marks, as in bold within italics; more is not Markdown that a person wrote.
_MAX_NESTING = 4


def normalise_text(text: str) -> str:
    """Bring line ends, spaces and composed characters to one form; replace what UTF-8 cannot hold."""
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text.encode("utf-8", "replace").decode("utf-8")))
    text = _SPACES.sub(" ", text.replace("\u2029", "\n\n"))
    return unicodedata.normalize("NFC", text)


def unmarked_line(line: str) -> str:
    """Return a line without emphasis, list and quote marks; its links stay."""
    for _ in range(_MAX_NESTING):
        previous, line = line, _EMPHASIS.sub(r"\2\4", line)
        if previous == line:
            break
    return _LINE_MARKS.sub("", _ESCAPE.sub(r"\1", line)).strip().removesuffix("|").rstrip()


def plain_line(line: str) -> str:
    """Return a line without its Markdown: links as their text, no emphasis, no list or quote marks."""
    if not _MARK.search(line):
        return line.strip()
    for _ in range(_MAX_NESTING):
        previous, line = line, unmarked_line(_LINK.sub(r"\1", line))
        if previous == line:
            break
    return line


def drop_furniture(text: str) -> str:
    """Remove the furniture's lines with those that go on with them; turn Markdown links into their text."""
    kept = "\n".join(_article_lines(text))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _article_lines(text: str) -> Iterator[str]:
    dropped: list[str] = []
    for line in text.split("\n"):
        plain = plain_line(line)
        if plain and (is_furniture(plain) or goes_on(dropped, plain)):
            dropped.append(plain)
            continue
        is_heading_of_next = not plain and len(dropped) == 1 and dropped[0].endswith(":")
        if not is_heading_of_next:
            dropped = []
        yield plain
