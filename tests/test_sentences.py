import pytest

from newsclf import Article
from newsclf.sentences import split_sentences, without


def texts(article: Article) -> list[str]:
    return [sentence.text for sentence in split_sentences(article)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Dooley left. He was ill.", ["Mr. Dooley left.", "He was ill."]),
        ("Gen. J. R. Smith spoke. Nobody came.", ["Gen. J. R. Smith spoke.", "Nobody came."]),
        ("The U.S. Army left on Jan. 5, 2012. It rained.", ["The U.S. Army left on Jan. 5, 2012.", "It rained."]),
        ("It rose 0.1% to $3.5 bn. It fell.", ["It rose 0.1% to $3.5 bn.", "It fell."]),
        ("“Why?” she asked. “Nobody came,” he said.", ["“Why?” she asked.", "“Nobody came,” he said."]),
        ("This line is\nwrapped here. It ends.", ["This line is\nwrapped here.", "It ends."]),
        ("A heading\n\nA paragraph.\n\n***\n\nAnother.", ["A heading", "A paragraph.", "Another."]),
        ("THE ARMY LEFT 110 KM EAST. GEN. PEREZ STAYED.", ["THE ARMY LEFT 110 KM EAST.", "GEN. PEREZ STAYED."]),
        ("", []),
    ],
    ids=["title", "initials", "date", "decimals", "quotes", "wrapped", "paragraphs", "capitals", "empty"],
)
def test_text_is_split_into_its_sentences(text: str, expected: list[str]) -> None:
    assert texts(Article(text=text)) == expected


def test_the_title_is_a_sentence_of_its_own() -> None:
    assert texts(Article(title="Vote Today. Or Not", text="Polls opened. It rained.")) == [
        "Vote Today. Or Not",
        "Polls opened.",
        "It rained.",
    ]


def test_each_sentence_stands_where_it_says() -> None:
    text = "Café 🙂 opened.\n\n“Nobody came,” he said.  It rained."

    found = split_sentences(Article(text=text))

    assert [text[sentence.start : sentence.end] for sentence in found] == [sentence.text for sentence in found]
    assert len(found) == 3


def test_sentences_are_taken_out_of_title_and_text() -> None:
    article = Article(title="Vote", text="Polls opened. It rained. It ended.")
    title, polls, rain, end = split_sentences(article)

    assert without(article, [rain]) == Article(title="Vote", text="Polls opened.  It ended.")
    assert without(article, [title, polls]) == Article(title="", text="It rained. It ended.")
    assert without(article, [title, polls, rain, end]) == Article(title="", text="")
