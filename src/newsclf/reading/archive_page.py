"""The page layout of a news archive: title, byline, publisher and date, label lines, paragraphs, furniture.

The label lines (``Region:``, ``Theme:``, ``In-depth Report:``) are what a model is to predict. They are read
into labels and taken out of the text here, for training and for prediction alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from newsclf.reading.clean import drop_furniture, normalise_text, plain_line, unmarked_line
from newsclf.schema import Article

_FACETS = {"r": "region", "t": "theme", "i": "dossier"}
_NAME = r"(?:regions?|themes?|in[\s\u2010-\u2015-]*depth\s+reports?)"
_LABEL_LINE = re.compile(rf"^{_NAME}\s*[:：]", re.IGNORECASE)
_LABEL_NAME = re.compile(rf"(?<![\w]){_NAME}\s*[:：]", re.IGNORECASE)
_LINK_TEXT = re.compile(r"\[([^\[\]]*)\]\(")
# Archives have labels with a comma inside; a plain list cannot be told from them without knowing the names.
_COMMA_NAMES = ("Culture, Society & History", "Culture, Society and History")
_COMMA_NAME = re.compile("|".join(re.escape(name) for name in _COMMA_NAMES), re.IGNORECASE)

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = "|".join(f"{name}|{name[:3]}|{name[:4]}" for name in _MONTHS)
_DATE = re.compile(
    rf"(?:(?P<m1>{_MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y1>\d{{4}})"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m2>{_MONTH})\.?,?\s+(?P<y2>\d{{4}})"
    rf"|(?P<y3>\d{{4}})-(?P<m3>\d{{2}})-(?P<d3>\d{{2}}))\s*$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^[Bb][Yy](?::\s*|\s+)(.{2,120})$")
_POSTED = re.compile(r"^(?:first\s+|originally\s+)?(?:published|posted|updated)(?:\s+on|\s+by)?\b:?\s*", re.IGNORECASE)
# Words that names of people and papers hold in lower case.
_NAME_WORDS = frozenset(
    [
        "and",
        "with",
        "of",
        "the",
        "for",
        "in",
        "on",
        "at",
        "de",
        "da",
        "del",
        "der",
        "di",
        "du",
        "la",
        "le",
        "van",
        "von",
        "bin",
        "ibn",
        "al",
        "el",
        "et",
        "y",
    ]
)

# A value longer than this, or a full sentence, is prose that happens to begin with "Region:".
_MAX_LABEL_LINE_CHARS = 400
_MAX_LABEL_WORDS = 8
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
    lines, labels = _take_label_lines(normalise_text(raw).split("\n"))
    title = plain_line(" ".join(normalise_text(title).split()))
    fields, body = _take_header(lines, title=title, is_page=bool(labels))
    return Page(text=drop_furniture("\n".join(body)), labels=labels, **fields)


def clean_article(article: Article) -> Article:
    """Return an article without label lines and furniture in its text; one that was read is already so."""
    lines, _ = _take_label_lines(normalise_text(article.text).split("\n"))
    return replace(article, title=plain_line(normalise_text(article.title)), text=drop_furniture("\n".join(lines)))


def _take_label_lines(lines: list[str]) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Split label lines from the rest, wherever on the page they stand."""
    kept: list[str] = []
    found: dict[str, list[str]] = {}
    index = 0
    while index < len(lines):
        plain = plain_line(lines[index])
        if not _is_label_line(plain):
            kept.append(lines[index])
            index += 1
            continue
        value, index = _with_following(lines, index)
        for facet, names in _read_labels(value):
            found.setdefault(facet, []).extend(names)
    return kept, {facet: tuple(dict.fromkeys(names)) for facet, names in found.items()}


def _is_label_line(plain: str) -> bool:
    if not _LABEL_LINE.match(plain) or len(plain) > _MAX_LABEL_LINE_CHARS:
        return False
    items = [item for value in _LABEL_NAME.split(plain) for item in re.split(r"[,;|]", value)]
    is_sentence = plain.endswith((".", "!", "?")) and len(plain.split()) > _MAX_LABEL_WORDS
    return not is_sentence and all(len(item.split()) <= _MAX_LABEL_WORDS for item in items)


def _with_following(lines: list[str], index: int) -> tuple[str, int]:
    """Return a label line with the lines that go on with its list, and the index after them."""
    value = unmarked_line(lines[index])
    index += 1
    while index < len(lines) and _goes_on(value, lines[index]):
        value += (", " if not value.rstrip().endswith((",", ":", "*", ";")) else " ") + unmarked_line(lines[index])
        index += 1
    return value, index


def _goes_on(value: str, line: str) -> bool:
    plain = plain_line(line)
    if not plain or _is_label_line(plain) or len(plain.split()) > 2 * _MAX_LABEL_WORDS:
        return False
    is_link_list = not re.sub(r"[\s,;|*-]", "", re.sub(r"!?\[[^\[\]]*\]\([^()]*\)", "", line))
    is_open = plain_line(value).endswith((":", ",", ";")) and not plain.endswith((".", "!", "?"))
    return is_link_list or is_open


def _read_labels(value: str) -> list[tuple[str, list[str]]]:
    """Read ``Region: [A](x), B Theme: C`` into facets and names."""
    names = list(_LABEL_NAME.finditer(value))
    ends = [match.start() for match in names[1:]] + [len(value)]
    return [
        (_FACETS[match.group()[0].lower()], _label_names(value[match.end() : end]))
        for match, end in zip(names, ends, strict=True)
    ]


def _label_names(value: str) -> list[str]:
    linked = _LINK_TEXT.findall(value)
    rest = re.sub(r"!?\[[^\[\]]*\]\([^()]*(?:\([^()]*\)[^()]*)*\)", "", value)
    whole = _COMMA_NAME.findall(rest)
    listed = re.split(r"[,;|]", _COMMA_NAME.sub("", rest))
    plain = (plain_line(name).strip(" .*_\t") for name in (*linked, *whole, *listed))
    return [" ".join(name.split()) for name in plain if name]


def _take_header(lines: list[str], *, title: str, is_page: bool) -> tuple[dict[str, str], list[str]]:
    """Take title, byline and publication line from the top; what is left begins with the first paragraph."""
    fields = {"title": title, "author": "", "source": "", "date": ""}
    lines = _without_title_line(lines, title) if title else lines
    if not title and (found := _title_line(lines, is_page=is_page)) is not None:
        fields["title"] = plain_line(lines[found])
        lines = lines[found + 1 :]
    for index, line in enumerate(lines[:_HEADER_LINES]):
        plain = plain_line(line)
        if plain and not (set(plain) <= set("=-*_ ") or _read_header_line(plain, fields)):
            return fields, lines[index:]
    return fields, lines[_HEADER_LINES:]


def _read_header_line(plain: str, fields: dict[str, str]) -> bool:
    """Read a byline or publication line into the fields; False where the line is neither."""
    byline = _BYLINE.match(plain)
    if byline and not fields["author"] and _is_name(byline.group(1)):
        fields["author"] = byline.group(1).strip()
        return True
    published = _DATE.search(plain)
    before = _POSTED.sub("", plain[: published.start()].strip(" ,|-\u2013\u2014")) if published else ""
    if published is None or fields["date"] or not _is_name(before):
        return False
    fields["date"], fields["source"] = _iso(published), before
    return bool(fields["date"])


def _is_name(text: str) -> bool:
    """Say whether every word is capitalised or one that names hold, and the end is no sentence's."""
    words = re.findall(r"[^\W\d_]+", text)
    return (
        len(words) <= 20
        and not text.endswith(("!", "?", ":"))
        and ". " not in re.sub(r"\b\w{1,4}\. ", "", text)
        and all(word[0].isupper() or word in _NAME_WORDS for word in words)
    )


def _iso(match: re.Match[str]) -> str:
    parts = {name[0]: value for name, value in match.groupdict().items() if value}
    month = parts["m"]
    number = int(month) if month.isdigit() else 1 + [name[:3] for name in _MONTHS].index(month[:3].title())
    try:
        return date(int(parts["y"]), number, int(parts["d"])).isoformat()
    except ValueError:
        return ""


def _title_line(lines: list[str], *, is_page: bool) -> int | None:
    """Return the index of the first line where it reads as a title: short, no full stop, text after it."""
    index = next((i for i, line in enumerate(lines) if plain_line(line)), None)
    if index is None or not any(plain_line(line) for line in lines[index + 1 :]):
        return None
    plain = plain_line(lines[index])
    probe = {"author": "", "date": "", "source": ""}
    if len(plain) > _MAX_TITLE_CHARS or _read_header_line(plain, probe):
        return None
    is_heading = lines[index].lstrip().startswith("#")
    stands_alone = is_page or not plain_line(lines[index + 1]) or _read_header_line(plain_line(lines[index + 1]), probe)
    return index if is_heading or (stands_alone and not plain.endswith((".", ",", ";", ":"))) else None


def _without_title_line(lines: list[str], title: str) -> list[str]:
    """Drop a first line that says the title again."""
    index = next((i for i, line in enumerate(lines) if plain_line(line)), None)
    if index is not None and plain_line(lines[index]).casefold() == title.casefold():
        return lines[:index] + lines[index + 1 :]
    return lines
