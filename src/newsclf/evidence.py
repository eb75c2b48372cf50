"""What in a text speaks for an answer."""

from newsclf.places import find_places
from newsclf.reading.clean import normalise_text, plain_line
from newsclf.schema import Article, PlaceMention


def place_evidence(text: str, article: Article) -> tuple[PlaceMention, ...]:
    """Return the places named in a text, with offsets into it as given.

    Parameters
    ----------
    article
        The text once cleaned: places in lines that did not stay, such as header lines, are no evidence.
    """
    kept = set(article.content.split("\n"))
    return tuple(mention for mention in find_places(text) if _line_at(text, mention.start) in kept)


def _line_at(text: str, position: int) -> str:
    """Return the line around a position as cleaning leaves it."""
    start, end = text.rfind("\n", 0, position) + 1, text.find("\n", position)
    return plain_line(normalise_text(text[start : end if end >= 0 else len(text)]))
