"""Find labels that can still be read off the texts they are to be predicted from."""

import re
from collections.abc import Iterator, Sequence

from newsclf.errors import LabelLeakError
from newsclf.schema import Article

# Words that head a list of labels on a page, wherever in the text they stand.
_HEADER_WORDS = (
    r"regions?|themes?|in[\s\u2010-\u2015-]*depth\s+reports?|dossiers?|topics?|tags?|categor(?:y|ies)|keywords?"
    r"|subjects?|sections?|filed\s+under|labels?"
)
_ANYWHERE = re.compile(rf"(?<!\w)(?P<name>{_HEADER_WORDS})\W{{0,3}}[:：]\W{{0,3}}", re.IGNORECASE)
# Any other short name and colon at the start of a line, with nothing but labels behind it.
_LINE = re.compile(r"^\W{0,3}(?P<name>\w[\w /&-]{0,30}?)\W{0,3}[:：]\W{0,3}(?P<value>.{1,300})$", re.MULTILINE)
# One line that reads "Weather: Europe" is chance; this many under one name are a header.
_MIN_ARTICLES_OF_UNKNOWN_NAME = 3
_SHOWN = 3


def check_label_leak(articles: Sequence[Article]) -> None:
    """Stop where header lines still give the labels away.

    Reading removes the known header lines; this finds what it could not, such as a page whose lines were
    joined, or a header under another name.

    Raises
    ------
    LabelLeakError
        If a text holds a header word and colon with one of the article's own labels behind it, or if at
        least three articles have a line of another name with nothing but their own labels behind it.
    """
    known: list[str] = []
    unknown: dict[str, list[str]] = {}
    for article in articles:
        labels = [_normal(label) for names in article.labels.values() for label in names]
        if not labels:
            continue
        known += _known_headers(article, labels)
        for name, line in _unknown_headers(article, labels):
            unknown.setdefault(name, []).append(line)
    leaks = known + [
        line for lines in unknown.values() if len(lines) >= _MIN_ARTICLES_OF_UNKNOWN_NAME for line in lines
    ]
    if leaks:
        shown = "; ".join(leaks[:_SHOWN])
        raise LabelLeakError(
            f"{len(leaks)} texts still show their own labels in a header, and a model would learn to read them there: "
            f"{shown}. Remove these lines from the texts, or give each header a line of its own so that it can "
            f"be recognised."
        )


def _known_headers(article: Article, labels: Sequence[str]) -> Iterator[str]:
    """Yield at most one leak of an article: a header word with a label directly behind it, or in its list."""
    for match in _ANYWHERE.finditer(article.content):
        line = article.content[match.end() :].split("\n", 1)[0]
        head = _normal(line)
        if any(_begins_with(head, label) for label in labels) or _all_labels(line, labels):
            yield f"{article.id}: {match.group().strip() + ' ' + line:.80}"
            return


def _unknown_headers(article: Article, labels: Sequence[str]) -> Iterator[tuple[str, str]]:
    for match in _LINE.finditer(article.content):
        if _all_labels(match["value"], labels):
            yield match["name"].casefold(), f"{article.id}: {match.group().strip():.80}"
            return


def _begins_with(text: str, label: str) -> bool:
    return text == label or text.startswith(label + " ")


def _all_labels(value: str, labels: Sequence[str]) -> bool:
    items = [item for part in re.split(r"[,;|]", value) if (item := _normal(part))]
    return bool(items) and all(item in labels for item in items)


def _normal(text: str) -> str:
    """Fold case, punctuation and spaces, so that ``[War & Peace]`` and ``war  peace`` are equal."""
    return " ".join(re.findall(r"\w+", text.casefold()))
