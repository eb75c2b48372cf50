"""Find labels that can still be read off the texts they are to be predicted from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsclf.errors import LabelLeakError
from newsclf.parallel import in_chunks
from newsclf.progress import Progress, silent
from newsclf.schema import Article
from newsclf.taxonomy import Taxonomy

# Words that head a list of labels on an archive's page, and words that do so elsewhere but are common in prose too.
_ARCHIVE_WORDS = r"regions?|themes?|in[\s\u2010-\u2015\u2212\ufe58\ufe63\uff0d-]*depth\s+reports?|dossiers?"
_OTHER_WORDS = r"topics?|tags?|categor(?:y|ies)|keywords?|subjects?|sections?|filed\s+under|labels?"
_HEADER = re.compile(
    rf"(?<!\w)(?:(?P<archive>{_ARCHIVE_WORDS})|(?P<other>{_OTHER_WORDS}))\W{{0,3}}[:：][^\w\n]{{0,6}}", re.IGNORECASE
)
# Any other short name and colon at the start of a line, with nothing but labels behind it.
_LINE = re.compile(r"^\W{0,3}(?P<name>\w[\w /&-]{0,30}?)\W{0,3}[:：]\W{0,3}(?P<value>.{1,300})$", re.MULTILINE)
_HTML_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_MAX_VALUE_CHARS = 300
# An item of a list of labels is at most so long; what is longer is prose.
_MAX_ITEM_WORDS = 8
# One line that reads "Weather: Europe" is chance; this many under one name are a header.
_MIN_ARTICLES_OF_UNSURE_NAME = 3
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Leak:
    """A header with a label of the article behind it; an unsure one could also be prose."""

    name: str
    shown: str
    is_sure: bool


def check_label_leak(
    articles: Sequence[Article], taxonomy: Taxonomy | None = None, *, jobs: int = 1, progress: Progress = silent
) -> None:
    """Stop where header lines still give the labels away.

    Reading removes the known header lines; this finds what it could not, such as a page whose lines were
    joined, or a header under another name. With a taxonomy, a label's other names give it away as well. `jobs`
    processes look, -1 for one a core.

    Raises
    ------
    LabelLeakError
        If a text holds a header word and colon with one of the article's own labels behind it, or if at
        least three articles have a line of another name with nothing but their own labels behind it.
    """
    sure: list[str] = []
    unsure: dict[str, list[str]] = {}
    labelled = [
        (Article(title=article.title, text=article.text, id=article.id), _names(article, taxonomy))
        for article in articles
    ]
    for leaks in in_chunks(_leaks_of_each, labelled, jobs=jobs, stage="look for labels in texts", progress=progress):
        if leak := next((leak for leak in leaks if leak.is_sure), None):
            sure.append(leak.shown)
            continue
        for leak in {leak.name: leak for leak in leaks}.values():
            unsure.setdefault(leak.name, []).append(leak.shown)
    shown = sure + [line for lines in unsure.values() if len(lines) >= _MIN_ARTICLES_OF_UNSURE_NAME for line in lines]
    if shown:
        raise LabelLeakError(
            f"{len(shown)} texts still show their own labels in a header, and a model would learn to read them there: "
            f"{'; '.join(shown[:_SHOWN])}. Remove these lines from the texts, or give each header a line of its own "
            "so that it can be recognised."
        )


def _leaks_of_each(articles: Sequence[tuple[Article, Sequence[str]]]) -> list[list[_Leak]]:
    return [list(_leaks(article, label_names)) for article, label_names in articles]


def _leaks(article: Article, label_names: Sequence[str]) -> Iterator[_Leak]:
    """Yield what an article shows of the names of its labels."""
    names = {_words(name) for name in label_names} - {()}
    if not names:
        return
    labels = sorted(names, key=len, reverse=True)
    content = _HTML_TAG.sub(" ", article.content)
    headers = [(match, value) for match, value in _headers(content) if _shows_label(value, labels)]
    is_joined = len({match.group().casefold() for match, _ in headers}) > 1
    for match, value in headers:
        is_sure = is_joined or _is_sure(content, match, value, labels)
        if is_sure or not match.group()[0].islower():
            yield _Leak(_name(match), f"{article.id}: {match.group().strip()} {value:.60}", is_sure)
    for match in _LINE.finditer(content):
        if _are_labels(match["value"], labels):
            yield _Leak(match["name"].casefold(), f"{article.id}: {match.group().strip():.80}", is_sure=False)


def _names(article: Article, taxonomy: Taxonomy | None) -> tuple[str, ...]:
    """Return the labels of an article, and what else the taxonomy calls them."""
    names: list[str] = []
    for facet, labels in article.labels.items():
        for label in labels:
            names.append(label)
            concept = taxonomy.resolve(facet, label) if taxonomy else None
            if concept is not None:
                names += [concept.name, *concept.aliases]
    return tuple(names)


def _headers(content: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each header word with what stands behind it, up to the next header or the end of the line."""
    matches = list(_HEADER.finditer(content))
    ends = [*(match.start() for match in matches[1:]), len(content)]
    for match, end in zip(matches, ends, strict=False):
        value = content[match.end() : min(end, match.end() + _MAX_VALUE_CHARS)]
        yield match, value.split("\n", 1)[0]


def _is_sure(content: str, match: re.Match[str], value: str, labels: Sequence[tuple[str, ...]]) -> bool:
    """Say whether a header is none by chance; "the theme: terrorism" and "Subject: Iran talks" are prose."""
    before = content[: match.start()].rpartition("\n")[2]
    begins_line = not re.search(r"\w", before)
    if match["archive"]:
        return begins_line or not match.group()[0].islower()
    return begins_line and _are_labels(value, labels)


def _name(match: re.Match[str]) -> str:
    return (match["archive"] or match["other"]).casefold()


def _shows_label(value: str, labels: Sequence[tuple[str, ...]]) -> bool:
    """Say whether a list that the value begins with holds a label."""
    for item in re.finditer(r"[^,;|]+", value):
        rest = value[item.start() :]
        if any(_begins_with(rest, label) for label in labels):
            return True
        if len(item.group().split()) > _MAX_ITEM_WORDS or _is_prose(item.group()):
            return False
    return False


def _begins_with(text: str, label: tuple[str, ...]) -> bool:
    """Say whether a text begins with a label that ends there: no sentence goes on behind it."""
    words = [word for word, _ in zip(re.finditer(r"\w+", text), range(len(label) + 1), strict=False)]
    if tuple(word.group().casefold() for word in words[: len(label)]) != label:
        return False
    if len(words) == len(label):
        return True
    following = words[-1]
    is_separated = re.search(r"[],;|/]", text[words[-2].end() : following.start()])
    return bool(is_separated) or not following.group()[0].islower() or text == text.lower()


def _is_prose(item: str) -> bool:
    return item != item.lower() and sum(word[0].islower() for word in re.findall(r"\w+", item)) > len(item.split()) / 2


def _are_labels(value: str, labels: Sequence[tuple[str, ...]]) -> bool:
    """Say whether a value is nothing but labels, whatever stands between them."""
    words = _words(value)
    while words:
        found = next((label for label in labels if words[: len(label)] == label), None)
        if found is None:
            return False
        words = words[len(found) :]
    return bool(_words(value))


def _words(text: str) -> tuple[str, ...]:
    """Fold case, punctuation and spaces, so that ``[War & Peace]`` and ``war  peace`` are equal."""
    return tuple(word.casefold() for word in re.findall(r"\w+", text))
