"""What holds for whatever is read: no row vanishes, no label stays, cleaning twice is cleaning once."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclf import Article, LabelLeakError, read_articles
from newsclf.leakage import check_label_leak
from newsclf.reading.archive_page import clean_article, parse_page
from newsclf.reading.clean import drop_furniture, normalise_text, plain_line
from newsclf.reading.label_lines import is_label_line

REGIONS = ["Europe", "Middle East & North Africa", "Latin America & Caribbean", "Asia", "USA", "Sub-Saharan Africa"]
THEMES = ["Terrorism", "US NATO War Agenda", "Law and Justice", "Crimes against Humanity", "Oil and Energy"]
DOSSIERS = ["SYRIA", "IRAN: THE NEXT WAR?", "NATO'S WAR ON LIBYA"]
SENTENCES = [
    "Government forces took five villages on Monday, a spokesman said.",
    "“We held the bridge until the last day,” he said.",
    "Donations to the victims have passed ten million dollars.",
    "By Monday the river had fallen by a metre.",
    "Region: the whole of the north is without power, the ministry said.",
    "The theme of the talks was the dam.",
    "Disclaimers in small print do not protect a company, the court ruled.",
    "The hackers wanted forty bitcoin, the hospital said.",
    "Is there a way out? Nobody in the capital would say.",
    "3,000 people came; 12 were hurt.",
]
FURNITURE = [
    "Donate now",
    "[Become a Member of Archive Daily](https://archive.example/member)",
    "Please consider making a donation to keep our work going.",
    "**Disclaimer:** The contents of this article are of sole responsibility of the author.",
    "Articles by: [Maria Halabi](https://archive.example/maria)",
    "Bitcoin: 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "For media inquiries: press@archive.example",
]
# Markdown, header words and odd characters in any order: what a parser could trip over.
WORDS = ["Region:", "Theme:", "In-depth Report:", "By ", "Donate", "Disclaimer:", "March 15, 2016", "Europe", "the dam"]
MARKS = [*'*_[]()#>|\\:,;. \n\r\t"', "**", "](x)", "- ", "\n\n", "&amp;"]
CHARACTERS = [*"\u00a0\u200b\u0301\u2028\x85\ud800eÉ🙂"]
MARKUP = st.lists(st.sampled_from([*WORDS, *MARKS, *CHARACTERS]), max_size=40).map("".join)
TEXTS = st.one_of(st.text(max_size=200), MARKUP)
QUICK = settings(max_examples=200, deadline=None)


def names(of: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(of), min_size=1, max_size=4, unique=True)


@st.composite
def label_lines(draw: st.DrawFn, header: str, labels: Sequence[str]) -> str:
    """One header in one of the forms that pages have it in."""
    mark = draw(st.sampled_from(["", "*", "**", "***", "_", "__"]))
    before = draw(st.sampled_from(["", "> ", "- ", "* ", "  ", "\u00a0", "\ufeff", "### "]))
    header = draw(st.sampled_from([header, header.upper(), header.lower()]))
    inside = draw(st.booleans())
    name = f"{mark}{header}:{mark} " if inside else f"{mark}{header}{mark}: "
    linked = draw(st.booleans())
    values = [
        f"[{label}](https://archive.example/{number})" if linked else label for number, label in enumerate(labels)
    ]
    separators = [", ", "; ", " | ", ",\u00a0", *([" ", ",\n", "\n"] if linked else [])]
    return before + name + draw(st.sampled_from(separators)).join(values)


@st.composite
def pages(draw: st.DrawFn) -> tuple[str, dict[str, set[str]], list[str]]:
    """A page with its labels by facet and its paragraphs."""
    labels = {"region": draw(names(REGIONS)), "theme": draw(names(THEMES)), "dossier": draw(names(DOSSIERS))}
    headers = {
        "region": "Region",
        "theme": "Theme",
        "dossier": draw(st.sampled_from(["In-depth Report", "In\u2010Depth Report"])),
    }
    header = ["By [Maria Halabi](https://archive.example/maria)", "Archive Daily, March 15, 2016"]
    header += [draw(label_lines(headers[facet], labels[facet])) for facet in labels]
    paragraphs = draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5))
    body = list(paragraphs)
    for line in draw(st.lists(st.sampled_from(FURNITURE), max_size=4)):
        body.insert(draw(st.integers(0, len(body))), line)
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    top = gap.join(["# Five Villages Fall", *draw(st.permutations(header))])
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    page = "\n\n".join([top, *body]).replace("\n", ends)
    return page, {facet: set(found) for facet, found in labels.items()}, paragraphs


# Pages


@given(pages())
@QUICK
def test_page_in_any_form_gives_its_labels(page: tuple[str, dict[str, set[str]], list[str]]) -> None:
    raw, labels, _ = page

    assert {facet: set(found) for facet, found in parse_page(raw).labels.items()} == labels


@given(pages())
@QUICK
def test_page_in_any_form_gives_its_paragraphs_and_nothing_else(
    page: tuple[str, dict[str, set[str]], list[str]],
) -> None:
    raw, _, paragraphs = page

    parsed = parse_page(raw)

    assert (parsed.title, parsed.text) == ("Five Villages Fall", "\n\n".join(paragraphs))


@given(pages())
@QUICK
def test_page_in_any_form_gives_author_publisher_and_date(page: tuple[str, dict[str, set[str]], list[str]]) -> None:
    parsed = parse_page(page[0])

    assert (parsed.author, parsed.source, parsed.date) == ("Maria Halabi", "Archive Daily", "2016-03-15")


@given(pages())
@QUICK
def test_page_in_any_form_leaks_nothing(page: tuple[str, dict[str, set[str]], list[str]]) -> None:
    parsed = parse_page(page[0])

    check_label_leak([Article(title=parsed.title, text=parsed.text, labels=parsed.labels)])


@given(names(REGIONS), names(THEMES), st.lists(st.sampled_from(SENTENCES[:1]), min_size=1, max_size=3))
@QUICK
def test_page_joined_to_one_line_is_always_a_leak(regions: list[str], themes: list[str], body: list[str]) -> None:
    header = f"Archive Daily, March 15, 2016 Region: {', '.join(regions)} Theme: {', '.join(themes)}"
    article = Article(text=f"{header} {' '.join(body)}", labels={"region": tuple(regions), "theme": tuple(themes)})

    with pytest.raises(LabelLeakError, match="1 texts"):
        check_label_leak([article])


@given(TEXTS, st.sampled_from(["", "Five Villages Fall"]))
@QUICK
def test_no_label_line_is_left_of_any_text(text: str, title: str) -> None:
    parsed = parse_page(text, title=title)

    assert not [line for line in (parsed.title, *parsed.text.split("\n")) if is_label_line(line)]


@given(TEXTS, TEXTS)
@QUICK
def test_cleaning_twice_is_cleaning_once(title: str, text: str) -> None:
    once = clean_article(Article(title=title, text=text))

    assert clean_article(once) == once


@given(TEXTS, st.sampled_from(["", "Five Villages Fall"]))
@QUICK
def test_text_that_was_read_is_clean(text: str, title: str) -> None:
    parsed = parse_page(text, title=title)
    article = Article(title=parsed.title, text=parsed.text)

    assert clean_article(article) == article


@given(st.lists(st.sampled_from(SENTENCES), min_size=1))
@QUICK
def test_prose_is_left_as_it_is(sentences: list[str]) -> None:
    text = "\n\n".join(sentences)

    assert drop_furniture(text) == text


@given(TEXTS)
@QUICK
def test_normal_text_is_normal(text: str) -> None:
    assert normalise_text(normalise_text(text)) == normalise_text(text)


@given(TEXTS.map(normalise_text))
@QUICK
def test_plain_line_is_plain(text: str) -> None:
    for line in text.split("\n"):
        assert plain_line(plain_line(line)) == plain_line(line)


# Tables

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=3),
)
ROWS = st.dictionaries(
    st.sampled_from(["id", "title", "text", "date", "source", "url", "author", "split", "themes", "regions", "x"]),
    VALUES,
)


@given(lines=st.lists(st.one_of(ROWS.map(lambda row: json.dumps(row).encode()), st.binary(max_size=30)), max_size=8))
@QUICK
def test_every_line_is_an_article_or_a_reject(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("rows") / "a.jsonl"
    content = b"\n".join(lines)
    path.write_bytes(content)

    result = read_articles(path)

    filled = [number for number, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    assert len(result) + len(result.rejects) == len(filled)
    assert {reject.line for reject in result.rejects} <= set(filled)


@given(rows=st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=6))
@QUICK
def test_every_csv_row_is_an_article_or_a_reject(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["title", "text", "themes"], *rows])

    result = read_articles(path)

    assert len(result) + len(result.rejects) == len(rows)


@given(content=st.binary(max_size=200))
@QUICK
def test_csv_of_any_bytes_is_read_to_its_end(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    path.write_bytes(b"title,text\nfirst,row\n" + content.replace(b'"', b"") + b"\nlast,row\n")

    result = read_articles(path)

    assert (result[0].title, result[-1].title) == ("first", "last")


@given(content=st.binary(max_size=300), name=st.sampled_from(["a.txt", "a.md", "a.html"]))
@settings(max_examples=100, deadline=None)
def test_page_of_any_bytes_is_an_article_or_a_reject(
    content: bytes, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path: Path = tmp_path_factory.mktemp("pages") / name
    path.write_bytes(content)

    result = read_articles(path)

    assert len(result) + len(result.rejects) == 1


@given(themes=names(THEMES), regions=names(REGIONS))
@QUICK
def test_labels_are_the_same_from_json_lines_and_csv(
    themes: list[str], regions: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    row: dict[str, Any] = {"title": "Dam breaks", "themes": themes, "regions": regions}
    (folder / "a.jsonl").write_text(json.dumps(row))
    (folder / "b.csv").write_text(f"title,themes,regions\nDam breaks,{';'.join(themes)},{';'.join(regions)}\n")

    from_jsonl, from_csv = read_articles(folder)

    assert from_jsonl.labels == from_csv.labels == {"theme": tuple(themes), "region": tuple(regions)}
