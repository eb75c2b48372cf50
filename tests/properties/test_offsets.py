"""What holds for offsets into any text as given: in order, within it, around the words that were read and no others."""

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from newsclf import Article
from newsclf.given_text import read_given
from newsclf.reading.archive_page import parse_page
from newsclf.reading.clean import LINK_TAIL
from newsclf.sentences import split_sentences

WORDS = ["Region: ", "Theme: Sport\n", "By A. Writer\n", "Donate now\n", "It rained. ", "“Why?” ", "U.S. ", "No. "]
MARKS = ["**", "_", "# ", "> ", "- ", "\\*", "[", "](x)", "[Kenya](https://x.org/It)", "&amp;", "(", ")", ".", '"']
CHARACTERS = ["\n\n", "\r\n", "\u2028", "\u00a0", "\u00ad", "\u0301", "É", "한", "\ud800", "🙂"]
PIECES = [*WORDS, *MARKS, *CHARACTERS]


def letters(text: str) -> str:
    """Return letters and digits without accents."""
    return "".join(character for character in unicodedata.normalize("NFD", text) if character.isalnum())


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join))
def test_offsets_hold_the_words_of_the_sentence_in_order(text: str) -> None:
    page = parse_page(text)
    article = Article(title=page.title, text=page.text)
    sentences = [sentence.text for sentence in split_sentences(article)]
    last = 0

    for sentence, span in zip(sentences, read_given(text, article).locate(sentences), strict=True):
        if span is not None:
            assert last <= span[0] < span[1] <= len(text)
            last = span[1]
            found = "\n".join(LINK_TAIL.sub("", line) for line in re.split("[\n\r\u2028]", text[slice(*span)]))
            assert letters(found) == letters(LINK_TAIL.sub("", sentence))
