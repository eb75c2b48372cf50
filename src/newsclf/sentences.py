"""The sentences of an article, and the article without some of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sentencex import get_sentence_boundaries

from newsclf.schema import Article


@dataclass(frozen=True, slots=True)
class Sentence:
    """A cleaned article's title, or what stands at ``text[start:end]`` of its text."""

    text: str
    start: int
    end: int
    is_title: bool = False


def split_sentences(article: Article) -> list[Sentence]:
    """Return the title, if there is one, and the sentences of the text; marks without a letter are none.

    Parameters
    ----------
    article
        Cleaned: the splitter has been seen to fail on odd blanks, which cleaning replaces.
    """
    found = [Sentence(article.title, 0, len(article.title), is_title=True)]
    for boundary in get_sentence_boundaries("en", article.text):
        text: str = boundary["text"]
        start: int = boundary["start_index"] + len(text) - len(text.lstrip())
        found.append(Sentence(text.strip(), start, start + len(text.strip())))
    return [sentence for sentence in found if any(character.isalnum() for character in sentence.text)]


def without(article: Article, sentences: Iterable[Sentence]) -> Article:
    """Return an article less some of its sentences; title and text may both be empty then."""
    title, text = article.title, article.text
    for sentence in sorted(sentences, key=lambda sentence: -sentence.start):
        if sentence.is_title:
            title = ""
        else:
            text = text[: sentence.start] + text[sentence.end :]
    return replace(article, title=title, text=text.strip())
