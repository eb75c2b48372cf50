"""The lines under a title that say who wrote an article, who published it, and when."""

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH_NUMBER = {name[:3].lower(): number for number, name in enumerate(_MONTHS.split("|"), start=1)}
_MONTH = "|".join(f"{name}|{name[:4]}|{name[:3]}" for name in _MONTHS.split("|"))
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_DATE = re.compile(
    rf"""(?<!\w)
    (?:(?P<m1>{_MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y1>\d{{4}})
      |(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?P<m2>{_MONTH})\.?,?\s+(?P<y2>\d{{4}})
      |(?P<y3>\d{{4}})[-/](?P<m3>\d{{1,2}})[-/](?P<d3>\d{{1,2}}))
    (?:(?:[,T]|\s+at\b|\s[|@\u2013\u2014-])?\s*\d{{1,2}}[:.]\d{{2}}(?::\d{{2}})?\s*(?:[ap]\.?m\b\.?)?(?:\s*[A-Z]{{1,4}})?)?
    \s*\.?$""",
    re.IGNORECASE | re.VERBOSE,
)
_YEAR = re.compile(r"\d{4}")
_DATE_MAX_CHARS = 200
# "The Sun" and "The Mail on Sunday" are papers: a weekday stands behind a comma, or alone.
_WEEKDAY_AT_END = re.compile(rf"(?:^|\s*[,;|\u2013\u2014-]\s*){_WEEKDAY}[.,]?$", re.IGNORECASE)
_BYLINE = re.compile(r"^by(?:\s*:\s*|\s+)(.{2,150})$", re.IGNORECASE)
_POSTED = re.compile(
    r"^(?:(?:first|originally|last)\s+)?(?:published|posted|updated|date|source|publisher)\b(?:\s+(?:on|by|in))?\s*:?\s*",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"^(?:source|publisher)\s*:\s*(.{2,80})$", re.IGNORECASE)
# Words that names of people and papers hold in lower case.
_NAME_WORDS = (
    "abu|al|and|at|bin|bint|d|da|das|de|del|della|der|di|do|dos|du|e|el|et|for|ibn|in|l|la|le|of|on|s|ten|ter|the|to|und"
    "|van|von|with|y|zu"
)
_NAME_WORD = re.compile(_NAME_WORDS)
# "Until March 15, 2016" names no publisher.
_NO_NAME = re.compile(rf"(?:{_NAME_WORDS}|after|before|by|from|since|till|until)", re.IGNORECASE)
# "By Friday" at the head of a paragraph is no byline.
_CALENDAR_WORD = re.compile(rf"(?:{_WEEKDAY}|{_MONTH}|early|late|morning|noon|evening|night|dawn|dusk)", re.IGNORECASE)
_NAME_MAX_WORDS = 20


@dataclass(frozen=True, slots=True)
class Masthead:
    """What one line says; what it does not say is empty."""

    author: str = ""
    source: str = ""
    date: str = ""

    def joined(self, other: "Masthead") -> "Masthead":
        """Return the fields of both: authors in a list, otherwise the first that is not empty."""
        authors = ", ".join(dict.fromkeys(author for author in (self.author, other.author) if author))
        return Masthead(author=authors, source=self.source or other.source, date=self.date or other.date)


def read_masthead(plain: str) -> Masthead | None:
    """Read a byline or publication line without its Markdown; None where the line is neither."""
    # Most lines are paragraphs, in which the pattern would look at every word.
    published = _DATE.search(plain) if _YEAR.search(plain, max(0, len(plain) - _DATE_MAX_CHARS)) else None
    iso = _iso(published) if published else ""
    before = _trimmed(plain[: published.start()] if published and iso else plain)
    byline = _BYLINE.match(before)
    if byline:
        return _read_byline(byline.group(1), iso=iso)
    source = _SOURCE.match(before)
    if not iso and not source:
        return None
    name = source.group(1) if source else _trimmed(_POSTED.sub("", before))
    return Masthead(source=name, date=iso) if _is_name(name) and not _NO_NAME.fullmatch(name) else None


def _trimmed(text: str) -> str:
    """Return what stands before a date without its separators and the weekday."""
    text = _WEEKDAY_AT_END.sub("", text.strip(" ,;|-\u2013\u2014"))
    return re.sub(r"\s+on$", "", text).strip(" ,;|-\u2013\u2014")


def _read_byline(names: str, *, iso: str) -> Masthead | None:
    """Read what follows ``By``; with a date behind it, the part after the first comma or bar is the publisher."""
    if re.search(r"\d", names) or not _is_name(names) or _is_calendar(names):
        return None
    author, source = names.strip(), ""
    if iso:
        author, *rest = re.split(r"\s*(?:[|,]|\s[\u2013\u2014-]\s)\s*", author, maxsplit=1)
        source = rest[0] if rest else ""
    return Masthead(author=author, source=source, date=iso)


def _is_calendar(text: str) -> bool:
    return all(_CALENDAR_WORD.fullmatch(word) or _NAME_WORD.fullmatch(word) for word in _words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def _is_name(text: str) -> bool:
    """Say whether every word is capitalised or one that names hold, and the end is no sentence's."""
    words = _words(text)
    return (
        len(words) <= _NAME_MAX_WORDS
        and not text.endswith(("!", "?", ":"))
        and ". " not in re.sub(r"\b\w{1,4}\. ", "", text)
        and all(word[0].isupper() or _NAME_WORD.fullmatch(word) for word in words)
    )


def _iso(match: re.Match[str]) -> str:
    parts = {name[0]: value for name, value in match.groupdict().items() if value}
    month = parts["m"]
    number = int(month) if month.isdigit() else _MONTH_NUMBER[month[:3].lower()]
    try:
        return date(int(parts["y"]), number, int(parts["d"])).isoformat()
    except ValueError:
        return ""
