"""Folders of saved pages: plain text, Markdown and HTML, one article a file."""

import errno
from pathlib import Path

import pytest

from newsclf import Article, DataError, read_articles
from newsclf.reading import Reject

FIRST = (
    "Government forces took five villages east of the river on Monday, and the army said that it would go on to the "
    "dam before the end of the week, whatever the winter brings."
)
SECOND = (
    "The rebels denied it, and said that fighting went on in the streets of the largest village, where two hundred "
    "families had stayed in their houses through the night."
)
TEXT = f"{FIRST}\n\n{SECOND}"
LABELS = {
    "region": ("Middle East & North Africa",),
    "theme": ("Terrorism", "US NATO War Agenda"),
    "dossier": ("SYRIA",),
}
MARKDOWN = f"""# Five Villages Fall

By [Maria Halabi](https://archive.example/maria)

Archive Daily, March 15, 2016

Region: [Middle East & North Africa](https://archive.example/mena)
Theme: [Terrorism](https://archive.example/t1), [US NATO War Agenda](https://archive.example/t2)
In-depth Report: [SYRIA](https://archive.example/syria)

{TEXT}

[Become a Member of Archive Daily](https://archive.example/member)

Articles by: [Maria Halabi](https://archive.example/maria)

**Disclaimer:** The contents of this article are of sole responsibility of the author.
"""
PLAIN = f"""Five Villages Fall
By Maria Halabi
Archive Daily, March 15, 2016
Region: Middle East & North Africa
Theme: Terrorism, US NATO War Agenda
In-depth Report: SYRIA

{TEXT}

Disclaimer: The contents of this article are of sole responsibility of the author.
"""
LINES = {
    "div": """<div>By <a href="/maria">Maria Halabi</a></div>
<div>Archive Daily, March 15, 2016</div>
<div>Region: <a href="/mena">Middle East &amp; North Africa</a></div>
<div>Theme: <a href="/t1">Terrorism</a>, <a href="/t2">US NATO War Agenda</a></div>
<div>In-depth Report: <a href="/syria">SYRIA</a></div>""",
    "line-breaks": """<p>By <a href="/maria">Maria Halabi</a><br>Archive Daily, March 15, 2016<br/>
Region: <a href="/mena">Middle East &amp; North Africa</a><br>
<b>Theme:</b> <a href="/t1">Terrorism</a>, <a href="/t2">US NATO War Agenda</a><br>
<i>In-depth Report</i>: <a href="/syria">SYRIA</a></p>""",
    "wrapped-source": """<p>By
<a href="/maria">Maria
Halabi</a></p><p>Archive Daily,
March 15, 2016</p><p>Region:
<a href="/mena">Middle East
&amp; North Africa</a></p><p>Theme:
<a href="/t1">Terrorism</a>,
<a href="/t2">US NATO War Agenda</a></p><p>In-depth
Report: <a href="/syria">SYRIA</a></p>""",
    "definition-list": """<p>By Maria Halabi</p><p>Archive Daily, March 15, 2016</p>
<dl><dt>Region:</dt><dd><a href="/mena">Middle East &amp; North Africa</a></dd>
<dt>Theme:</dt><dd><a href="/t1">Terrorism</a></dd><dd><a href="/t2">US NATO War Agenda</a></dd>
<dt>In-depth Report:</dt><dd><a href="/syria">SYRIA</a></dd></dl>""",
    "table": """<p>By Maria Halabi</p><p>Archive Daily, March 15, 2016</p>
<table><tr><td>Region:</td><td><a href="/mena">Middle East &amp; North Africa</a></td></tr>
<tr><td>Theme:</td><td><a href="/t1">Terrorism</a>, <a href="/t2">US NATO War Agenda</a></td></tr>
<tr><td>In-depth Report:</td><td><a href="/syria">SYRIA</a></td></tr></table>""",
    "list": """<p>By Maria Halabi</p><p>Archive Daily, March 15, 2016</p>
<ul><li>Region: <a href="/mena">Middle East &amp; North Africa</a></li>
<li>Theme: <a href="/t1">Terrorism</a>, <a href="/t2">US NATO War Agenda</a></li>
<li>In-depth Report: <a href="/syria">SYRIA</a></li></ul>""",
    "one-line": """<div>By Maria Halabi</div><div>Archive Daily, March 15, 2016</div>
<div><span>Region: <a href="/mena">Middle East &amp; North Africa</a></span>
<span>Theme: <a href="/t1">Terrorism</a>, <a href="/t2">US NATO War Agenda</a></span>
<span>In-depth&nbsp;Report: <a href="/syria">SYRIA</a></span></div>""",
}


def html(header: str) -> str:
    """Return a saved page of a site with menu, script, header lines, text and furniture."""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Five Villages Fall - Archive Daily</title>
<meta property="og:title" content="Five Villages Fall"><style>p {{ color: black }}</style></head><body>
<nav><a href="/">Home</a> <a href="/about">About</a></nav>
<article><h1>Five Villages Fall</h1>
{header}
<p>{FIRST}</p>
<!-- Theme: Oil -->
<p>{SECOND}</p>
<p><a href="/member">Become a Member of Archive Daily</a></p>
<p>Disclaimer: The contents of this article are of sole responsibility of the author.</p></article>
<script>var theme = "Theme: Oil";</script></body></html>"""


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# One page


@pytest.mark.parametrize(
    ("name", "content"), [("a.md", MARKDOWN), ("a.txt", PLAIN), ("a.txt", MARKDOWN)], ids=["markdown", "plain", "mixed"]
)
def test_text_page_is_read_whole(name: str, content: str, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / name, content))

    assert article == Article(
        id=name,
        title="Five Villages Fall",
        text=TEXT,
        author="Maria Halabi",
        source="Archive Daily",
        date="2016-03-15",
        labels=LABELS,
    )


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf" + MARKDOWN.encode(), MARKDOWN.replace("\n", "\r\n").encode()],
    ids=["byte-order-mark", "windows"],
)
def test_text_page_from_windows_is_the_same(content: bytes, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / "a.md", content))

    assert (article.title, article.text, article.labels) == ("Five Villages Fall", TEXT, LABELS)


@pytest.mark.parametrize("header", LINES.values(), ids=LINES)
def test_html_page_gives_header_and_labels(header: str, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / "a.html", html(header)))

    assert article.labels == LABELS
    assert (article.title, article.author) == ("Five Villages Fall", "Maria Halabi")
    assert (article.source, article.date) == ("Archive Daily", "2016-03-15")


@pytest.mark.parametrize("header", LINES.values(), ids=LINES)
def test_html_page_gives_its_paragraphs_and_nothing_else(header: str, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / "a.html", html(header)))

    assert [line for line in article.text.split("\n") if line] == [FIRST, SECOND]


def test_html_page_without_header_lines_has_no_labels(tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / "a.html", html("")))

    assert article.labels == {}


def test_html_page_names_its_address(tmp_path: Path) -> None:
    link = '<link rel="canonical" href="https://archive.example/five-villages">'
    content = html(LINES["div"]).replace("<style>", f"{link}<style>")

    (article,) = read_articles(write(tmp_path / "a.html", content))

    assert article.url == "https://archive.example/five-villages"


def test_html_page_in_another_encoding_is_read(tmp_path: Path) -> None:
    content = html(LINES["div"]).replace("utf-8", "iso-8859-1").replace("Maria Halabi", "María Halabi")

    (article,) = read_articles(write(tmp_path / "a.htm", content.encode("latin-1")))

    assert article.author == "María Halabi"


def test_label_links_around_blocks_are_read(tmp_path: Path) -> None:
    header = '<div>Theme: <a href="/t1"><div>Terrorism</div></a> <a href="/t2"><div>Oil</div></a></div>'

    (article,) = read_articles(write(tmp_path / "a.html", html(header)))

    assert article.labels == {"theme": ("Terrorism", "Oil")}


# Bad pages


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize("content", [b"", b" \n\t\n"], ids=["empty", "blank"])
def test_empty_page_is_rejected(name: str, content: bytes, tmp_path: Path) -> None:
    path = write(tmp_path / name, content)

    result = read_articles(path)

    assert (len(result), [(reject.file, reject.line) for reject in result.rejects]) == (0, [(str(path), None)])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", b"Donate now\n\nTheme: Oil\n", "no text and no title (after removing page furniture)"),
        ("a.txt", b"Barrage c\xe9d\xe9", "not UTF-8: byte 0xe9 at offset 9; save the page as UTF-8"),
        ("a.txt", "Dam breaks".encode("utf-16"), "not UTF-8: byte 0xff at offset 0; save the page as UTF-8"),
        ("a.txt", b"x" * 8_000_001, "the page has 8,000,001 bytes, over the limit of 8,000,000"),
        ("a.html", b"x" * 50_000_000, "the page has 50,000,000 bytes, over the limit of 8,000,000"),
    ],
    ids=["furniture-only", "latin-1", "utf-16", "too-long", "fifty-megabytes"],
)
def test_bad_page_is_rejected_with_its_reason(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, content)

    assert read_articles(path).rejects == (Reject(file=str(path), line=None, reason=reason, excerpt=""),)


@pytest.mark.parametrize(
    "content",
    [
        b"<html></html>",
        b"<html><body></body></html>",
        b"<!-- only a comment -->",
        b"\x00\x01\x02\xff\xfe",
        b"<" * 10_000,
        b"<div>" * 5_000 + b"deep" + b"</div>" * 5_000,
        b"<html><head><title></title></head><body><script>1</script></body></html>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>",
    ],
    ids=["no-body", "no-content", "comment", "binary", "brackets", "deep", "script", "entity"],
)
def test_hostile_html_is_an_article_or_a_reject(content: bytes, tmp_path: Path) -> None:
    result = read_articles(write(tmp_path / "a.html", content))

    assert len(result) + len(result.rejects) == 1


def test_page_that_the_disk_does_not_give_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reject would be for good, and another try may read it."""
    write(tmp_path / "a.txt", PLAIN)

    def refuse(path: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(DataError, match=r"a\.txt cannot be read: Input/output error\. Give the same command again"):
        read_articles(tmp_path)


# Folders


def test_folder_is_read_in_order_of_paths_with_paths_as_ids(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "2016/c.html", "2016/march/d.MD"):
        write(tmp_path / name, html(LINES["div"]) if name.endswith("html") else MARKDOWN)

    result = read_articles(tmp_path)

    assert [article.id for article in result] == ["2016/c.html", "2016/march/d.MD", "a.txt", "b.md"]


def test_bad_page_of_a_folder_stops_no_other(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", MARKDOWN)
    write(tmp_path / "b.txt", b"\xff")
    write(tmp_path / "c.txt", MARKDOWN)

    result = read_articles(str(tmp_path))

    assert [article.id for article in result] == ["a.txt", "c.txt"]
    assert [reject.file for reject in result.rejects] == [str(tmp_path / "b.txt")]


@pytest.mark.parametrize(
    "name", ["README", "README.md", "readme.txt", "Readme.html", "README.en.md", "2016/README.md", "README.jsonl"]
)
def test_readme_of_a_folder_is_left_out(name: str, tmp_path: Path) -> None:
    write(tmp_path / "a.md", MARKDOWN)
    write(tmp_path / name, MARKDOWN)

    assert [article.id for article in read_articles(tmp_path)] == ["a.md"]


@pytest.mark.parametrize("name", [".hidden.md", ".git/a.md", "2016/.cache/a.txt", ".DS_Store"])
def test_hidden_file_of_a_folder_is_left_out(name: str, tmp_path: Path) -> None:
    write(tmp_path / "a.md", MARKDOWN)
    write(tmp_path / name, MARKDOWN)

    result = read_articles(tmp_path)

    assert ([article.id for article in result], result.rejects, result.skipped_files) == (["a.md"], (), ())


def test_folder_below_a_hidden_one_is_read_when_it_is_named(tmp_path: Path) -> None:
    write(tmp_path / ".saved" / "pages" / "a.md", MARKDOWN)

    assert [article.id for article in read_articles(tmp_path / ".saved" / "pages")] == ["a.md"]


def test_files_in_other_formats_are_named_as_skipped(tmp_path: Path) -> None:
    write(tmp_path / "a.md", MARKDOWN)
    write(tmp_path / "b.pdf", b"%PDF-1.7")
    write(tmp_path / "c.json", b"{}")

    result = read_articles(tmp_path)

    assert len(result) == 1
    assert result.skipped_files == (str(tmp_path / "b.pdf"), str(tmp_path / "c.json"))


def test_tables_and_pages_of_one_folder_are_read_together(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", b'{"title": "Dam breaks"}\n')
    write(tmp_path / "b.csv", b"title\nRiver rises\n")
    write(tmp_path / "c.md", MARKDOWN)

    assert [article.title for article in read_articles(tmp_path)] == ["Dam breaks", "River rises", "Five Villages Fall"]


def test_empty_folder_has_no_articles(tmp_path: Path) -> None:
    assert len(read_articles(tmp_path)) == 0


def test_readme_that_is_named_itself_is_read(tmp_path: Path) -> None:
    assert len(read_articles(write(tmp_path / "README.md", MARKDOWN))) == 1


def test_articles_are_a_sequence(tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        write(tmp_path / name, MARKDOWN)

    result = read_articles(tmp_path)

    assert [article.id for article in result[1:]] == ["b.md", "c.md"]


# Paths


def test_path_that_does_not_exist_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"articles\.jsonl does not exist; give a file \(\.jsonl, .*\) or a folder"):
        read_articles(tmp_path / "articles.jsonl")


@pytest.mark.parametrize("name", ["a.pdf", "a.json", "a.xlsx", "a.gz", "a.csv.zip", "a", "jsonl"])
def test_unknown_format_is_a_data_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is in no format that can be read; expected one of \.jsonl, "):
        read_articles(write(tmp_path / name, MARKDOWN))
