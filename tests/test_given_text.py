"""Where what a model read stands in the text as it was given."""

import unicodedata

import pytest

from newsclf import Article
from newsclf.given_text import read_given
from newsclf.reading.archive_page import clean_article, parse_page


def slices(text: str, *sentences: str) -> list[str | None]:
    """Return what stands where the sentences are found in a page."""
    page = parse_page(text)
    found = read_given(text, Article(title=page.title, text=page.text)).locate(sentences)
    return [None if span is None else text[slice(*span)] for span in found]


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("It rained. Polls opened in Kenya. It ended.", "Polls opened in Kenya.", "Polls opened in Kenya."),
        ("It rained.\r\nPolls opened\r\nin Kenya.", "Polls opened\nin Kenya.", "Polls opened\r\nin Kenya."),
        ("It rained. Polls\u00a0 opened.", "Polls opened.", "Polls\u00a0 opened."),
        ("“Nobody came,” he said. “Why?”", "“Why?”", "“Why?”"),
        ("(It rained.) Polls opened…", "(It rained.)", "(It rained.)"),
        ("> Polls **opened** in *Kenya*.", "Polls opened in Kenya.", "Polls **opened** in *Kenya*."),
        ("“**N**obody came.” It rained.", "“Nobody came.”", "“**N**obody came.”"),
        ("The go\u00advernment fell. It rained.", "The government fell.", "The go\u00advernment fell."),
        ("The [head](https://x.org/said) said. So.", "The head said.", "The [head](https://x.org/said) said."),
        ("It rained in [Kenya](https://x.org/a_(b)). So.", "It rained in Kenya.", "It rained in [Kenya](https://x.org/a_(b))."),
        ("It rained in [Kenya][ref]. So.", "It rained in Kenya.", "It rained in [Kenya][ref]."),
    ],
    ids=["literal", "crlf", "blanks", "quotes", "brackets", "marks", "part", "hyphen", "link", "end", "reference"],
)  # fmt: skip
def test_a_sentence_is_found_with_its_marks(text: str, sentence: str, expected: str) -> None:
    assert slices(text, sentence) == [expected]


def test_accents_written_apart_are_found_and_belong_to_their_letters() -> None:
    text = unicodedata.normalize("NFD", "It rained. Polls opened in a café. Élan ended")

    assert slices(text, "Polls opened in a café.", "Élan ended") == [
        unicodedata.normalize("NFD", "Polls opened in a café."),
        unicodedata.normalize("NFD", "Élan ended"),
    ]


def test_each_of_two_equal_sentences_has_its_own_place() -> None:
    text = "It rained. Polls opened. It rained."

    article = Article(text=text)
    found = read_given(text, article).locate(["It rained.", "Polls opened.", "It rained."])

    assert found == [(0, 10), (11, 24), (25, 35)]


def test_a_sentence_is_not_found_within_a_word() -> None:
    assert slices("Nobody can know. No.", "No.") == ["No."]
    assert slices("Nobody can know.", "No") == [None]


def test_what_is_not_there_is_not_found() -> None:
    assert slices("Polls opened in Kenya.", "Polls closed in Kenya.") == [None]


def test_header_lines_and_furniture_hold_no_sentence() -> None:
    text = "# Vote\n\nBy A. Writer\n\nTheme: Sport\n\nPolls opened.\n\nPlease donate to The Example.\n\nIt rained.\n"

    assert slices(text, "Vote", "Polls opened.", "It rained.") == ["Vote", "Polls opened.", "It rained."]
    assert slices(text, "Sport") == [None]
    assert slices(text, "Please donate to The Example.") == [None]
    assert slices(text, "Polls opened. It rained.") == [None]


def test_a_letter_counts_as_read_unless_cleaning_took_its_line_or_address_out() -> None:
    text = "# Vote\n\nTheme: Kenya\n\nPolls in [Nairobi](https://x.org/Nairobi) opened.\n"
    page = parse_page(text)
    given = read_given(text, Article(title=page.title, text=page.text))

    assert given.reads(text.index("Vote"))
    assert given.reads(text.index("Nairobi"))
    assert not given.reads(text.rindex("Nairobi"))
    assert not given.reads(text.index("Kenya"))
    assert not given.reads(text.index("#"))
    assert not given.reads(len(text))


def test_an_article_is_read_as_title_and_text() -> None:
    given = Article(title="**Vote**  today", text="Region: Oceania\n\nPolls opened.")

    found = read_given(given.content, clean_article(given)).locate(["Vote today", "Polls opened."])

    assert [span and given.content[slice(*span)] for span in found] == ["Vote**  today", "Polls opened."]
