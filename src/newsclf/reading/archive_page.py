"""The page layout of a news archive: title, byline, publisher and date, label lines, paragraphs, furniture.

The label lines (``Region:``, ``Theme:``, ``In-depth Report:``) are what a model is to predict. They are read
into labels and taken out of the text here, for training and for prediction alike.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from newsclf.reading.clean import drop_furniture, normalise_text, plain_line
from newsclf.reading.label_lines import take_label_lines
from newsclf.reading.masthead import Masthead, read_masthead
from newsclf.schema import Article

_RULE = re.compile(r"[=*_\s-]*")
# A paragraph's end, with the quotation marks behind it; titles may end in "?" and "!".
_PARAGRAPH_END = re.compile(r"[.,;:][\"'\u2019\u201d\u00bb)\]]*$")
_MAX_TITLE_CHARS = 250
_HEADER_LINES = 40


@dataclass(frozen=True, slots=True)
class Page:
    """An article page taken apart; what a page does not have is empty."""

    title: str
    text: str
    author: str
    source: str
    date: str
    labels: Mapping[str, tuple[str, ...]]


def parse_page(raw: str, *, title: str = "") -> Page:
    """Take a page apart into header fields, labels and clean text.

    Parameters
    ----------
    raw
        The page, as plain text or Markdown.
    title
        The title where it is known already; otherwise a first line that looks like one is taken.
    """
    title, title_labels = _clean_title(title)
    lines, labels = take_label_lines(normalise_text(raw).split("\n"))
    title, masthead, body = _take_header(lines, title=title, is_page=bool(labels))
    return Page(
        title=title,
        text=drop_furniture("\n".join(body)),
        author=masthead.author,
        source=masthead.source,
        date=masthead.date,
        labels={**title_labels, **labels},
    )


def clean_article(article: Article) -> Article:
    """Return an article without label lines and furniture in its text; one that was read is already so."""
    title, text = clean_text(article.title, article.text)
    return replace(article, title=title, text=text)


def clean_texts(given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Do the same with titles and texts."""
    return [clean_text(title, text) for title, text in given]


def clean_text(title: str, text: str) -> tuple[str, str]:
    """Return a title and a text without label lines and furniture."""
    lines, _ = take_label_lines(normalise_text(text).split("\n"))
    return _clean_title(title)[0], drop_furniture("\n".join(lines))


def _clean_title(title: str) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    lines, labels = take_label_lines(normalise_text(title).split("\n"))
    return " ".join(plain_line(" ".join(" ".join(lines).split())).split()), labels


def _take_header(lines: list[str], *, title: str, is_page: bool) -> tuple[str, Masthead, list[str]]:
    """Take title, byline and publication line from the top; what is left begins with the first paragraph."""
    masthead = Masthead()
    plains = [plain_line(line) for line in lines[: 2 * _HEADER_LINES]]
    filled = [index for index, plain in enumerate(plains[:_HEADER_LINES]) if plain and not _RULE.fullmatch(plain)]
    for place, index in enumerate(filled):
        if place == 0 and plains[index].casefold() == title.casefold():
            continue
        if not title and _is_title(lines, plains, index, is_page=is_page and place == 0):
            title = plains[index]
        elif found := read_masthead(plains[index]):
            masthead = masthead.joined(found)
        else:
            return title, masthead, lines[index:]
    return title, masthead, lines[_HEADER_LINES:]


def _is_title(lines: list[str], plains: list[str], index: int, *, is_page: bool) -> bool:
    """Say whether a line reads as a title: a heading, or short, on its own, no full stop, text after it."""
    plain = plains[index]
    following = [line for line in plains[index + 1 :] if line]
    if not following or len(plain) > _MAX_TITLE_CHARS:
        return False
    if lines[index].lstrip(" >").startswith("#"):
        return True
    found, after = read_masthead(plain), read_masthead(following[0])
    if found:
        # "Morning Briefing, March 15, 2016" above a publication line; "By Land and Sea" above a byline.
        return index == _first(plains) and after is not None and bool(after.author) == bool(found.author)
    stands_alone = is_page or not plains[index + 1] or bool(_RULE.fullmatch(plains[index + 1])) or after is not None
    return stands_alone and (index == _first(plains) or after is not None) and not _PARAGRAPH_END.search(plain)


def _first(plains: list[str]) -> int:
    return next(index for index, plain in enumerate(plains) if plain)
