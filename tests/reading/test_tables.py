"""JSON lines, CSV and Parquet: what is read, what is rejected, and where it stood."""

import csv
import errno
import gzip
import json
import logging
import os
import re
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsclf import Article, DataError, read_articles
from newsclf.reading import Reject, csv_lines, jsonl, records
from newsclf.reading.delimited import unread_csv
from newsclf.reading.position import Position
from newsclf.reading.sources import RowSource

GOOD = {"title": "Dam breaks", "text": "The dam above the town broke on Monday."}
GOOD_LINE = json.dumps(GOOD).encode()
FULL = {
    "id": "a-1",
    "title": "Dam breaks",
    "text": "The dam above the town broke on Monday.",
    "date": "2016-03-15",
    "source": "Archive Daily",
    "url": "https://archive.example/dam",
    "author": "Maria Halabi",
    "split": "test",
    "themes": ["Oil", "Law and Justice"],
    "regions": ["Europe"],
    "dossiers": [],
}
FULL_ARTICLE = Article(
    id="a-1",
    title="Dam breaks",
    text="The dam above the town broke on Monday.",
    date="2016-03-15",
    source="Archive Daily",
    url="https://archive.example/dam",
    author="Maria Halabi",
    split="test",
    labels={"theme": ("Oil", "Law and Justice"), "region": ("Europe",), "dossier": ()},
)


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any] | bytes]) -> Path:
    """Write objects as JSON, and bytes as they are, one a line."""
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    content = b"\n".join(lines) + b"\n"
    path.write_bytes(gzip.compress(content) if path.suffix.lower() == ".gz" else content)
    return path


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write rows as CSV, lists joined by semicolons."""
    rows = [{name: ";".join(v) if isinstance(v, list) else v for name, v in row.items()} for row in rows]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_parquet(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row)
    pq.write_table(pa.table({name: [row.get(name) for row in rows] for name in names}), path)
    return path


Writer = Callable[[Path, Iterable[Mapping[str, Any]]], Path]
TABLES: list[Any] = [
    pytest.param(write_jsonl, "a.jsonl", id="jsonl"),
    pytest.param(write_jsonl, "a.jsonl.gz", id="jsonl-gz"),
    pytest.param(write_csv, "a.csv", id="csv"),
    pytest.param(write_parquet, "a.parquet", id="parquet"),
]
BAD_ROWS: list[Any] = [
    pytest.param({**GOOD, "themes": ["Oil", 5]}, "'themes' holds 5, which is not a string", id="number-as-label"),
    pytest.param({**GOOD, "themes": [None]}, "'themes' holds None, which is not a string", id="null-as-label"),
    pytest.param(
        {**GOOD, "regions": [["Asia"]]}, "'regions' holds ['Asia'], which is not a string", id="list-as-label"
    ),
    pytest.param({**GOOD, "themes": 5}, "'themes' is int, not a list of strings", id="number-as-labels"),
    pytest.param({**GOOD, "themes": {"Oil": 1}}, "'themes' is dict, not a list of strings", id="object-as-labels"),
    pytest.param({**GOOD, "dossiers": False}, "'dossiers' is bool, not a list of strings", id="bool-as-labels"),
    pytest.param({**GOOD, "themes": ["x" * 501]}, "'themes' holds a label of 501 characters", id="text-as-label"),
    pytest.param({**GOOD, "text": 5}, "'text' is int, not a string", id="number-as-text"),
    pytest.param({**GOOD, "text": ["a", "b"]}, "'text' is list, not a string", id="list-as-text"),
    pytest.param({**GOOD, "title": True}, "'title' is bool, not a string", id="bool-as-title"),
    pytest.param({**GOOD, "url": {"href": "x"}}, "'url' is dict, not a string", id="object-as-url"),
    pytest.param({**GOOD, "id": 1.5}, "'id' is float, not a string", id="fraction-as-id"),
    pytest.param(
        {**GOOD, "date": "March 15, 2016"}, "'date' is 'March 15, 2016'; expected ISO 8601", id="date-in-words"
    ),
    pytest.param({**GOOD, "date": "2016-02-30"}, "'date' is '2016-02-30'; expected ISO 8601", id="no-such-day"),
    pytest.param({**GOOD, "date": "2016-03-155"}, "'date' is '2016-03-155'; expected ISO 8601", id="no-date"),
    pytest.param({**GOOD, "date": "15.03.2016"}, "'date' is '15.03.2016'; expected ISO 8601", id="day-first"),
    pytest.param({**GOOD, "date": 20160315}, "'date' is '20160315'; expected ISO 8601", id="date-as-number"),
    pytest.param({"title": "", "text": " \n\t"}, "no text and no title", id="blank"),
    pytest.param({"title": None, "text": None}, "no text and no title", id="nulls"),
    pytest.param({"themes": ["Oil"]}, "no text and no title", id="labels-only"),
    pytest.param({"text": "Theme: Oil\n\nDonate now"}, "no text and no title", id="furniture-only"),
    pytest.param({"title": "\u200b", "text": "\ufeff"}, "no text and no title", id="invisible"),
]


# What every table gives


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_every_column_is_read(write: Writer, name: str, tmp_path: Path) -> None:
    # The empty list has no form in CSV.
    row = {k: v for k, v in FULL.items() if k != "dossiers"} if write is write_csv else FULL
    labels = {facet: names for facet, names in FULL_ARTICLE.labels.items() if names or write is not write_csv}

    (article,) = read_articles(write(tmp_path / name, [row]))

    assert article.labels == labels
    assert (article.title, article.text, article.id) == (FULL_ARTICLE.title, FULL_ARTICLE.text, "a-1")
    assert (article.date, article.source, article.url) == ("2016-03-15", "Archive Daily", "https://archive.example/dam")
    assert (article.author, article.split) == ("Maria Halabi", "test")


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_rows_stay_in_order(write: Writer, name: str, tmp_path: Path) -> None:
    rows = [{"title": f"Title {number}", "text": "Text."} for number in range(2_500)]

    result = read_articles(write(tmp_path / name, rows))

    assert [article.title for article in result] == [row["title"] for row in rows]


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_missing_columns_leave_their_facets_absent(write: Writer, name: str, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / name, [{**GOOD, "themes": ["Oil"]}]))

    assert article.labels == {"theme": ("Oil",)}


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_null_labels_leave_their_facet_absent(write: Writer, name: str, tmp_path: Path) -> None:
    first, second = read_articles(write(tmp_path / name, [{**GOOD, "themes": ["Oil"]}, {**GOOD, "themes": None}]))

    assert (first.labels, second.labels) == ({"theme": ("Oil",)}, {})


@pytest.mark.parametrize(("write", "name"), [table for table in TABLES if table.id != "csv"])
def test_empty_list_says_that_no_label_applies(write: Writer, name: str, tmp_path: Path) -> None:
    rows = [{**GOOD, "themes": ["Oil"]}, {**GOOD, "themes": []}]

    _, article = read_articles(write(tmp_path / name, rows))

    assert article.labels == {"theme": ()}


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_labels_lose_outer_and_double_spaces_and_repetitions(write: Writer, name: str, tmp_path: Path) -> None:
    (article,) = read_articles(
        write(tmp_path / name, [{**GOOD, "themes": [" Oil ", "Law  and\u00a0Justice", "Oil", " "]}])
    )

    assert article.themes == ("Oil", "Law and Justice")


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_labels_are_composed_so_that_equal_names_are_equal(write: Writer, name: str, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / name, [{**GOOD, "regions": ["Ame\u0301rique", "Am\u00e9rique\u200b"]}]))

    assert article.regions == ("Am\u00e9rique",)


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_row_without_an_id_is_named_by_file_and_line(write: Writer, name: str, tmp_path: Path) -> None:
    result = read_articles(write(tmp_path / name, [GOOD, GOOD]))

    # In CSV the header row is line 1; Parquet has rows, not lines.
    assert [article.id for article in result] == (
        [f"{name}:2", f"{name}:3"] if name == "a.csv" else [f"{name}:1", f"{name}:2"]
    )


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_title_alone_is_an_article(write: Writer, name: str, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / name, [{"title": "Dam breaks"}]))

    assert (article.title, article.text) == ("Dam breaks", "")


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_text_alone_is_an_article(write: Writer, name: str, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / name, [{"text": "The dam above the town broke on Monday."}]))

    assert (article.title, article.text) == ("", "The dam above the town broke on Monday.")


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_header_and_furniture_within_a_text_column_are_read_and_taken_out(
    write: Writer, name: str, tmp_path: Path
) -> None:
    text = (
        "Dam breaks\nBy Maria Halabi\nArchive Daily, March 15, 2016\nRegion: [Europe](a)\nTheme: [Oil](b)\n\n"
        "The dam above the town broke on Monday.\n\n[Become a Member](c)"
    )

    (article,) = read_articles(write(tmp_path / name, [{"title": "Dam breaks", "text": text}]))

    assert article == Article(
        id=article.id,
        title="Dam breaks",
        text="The dam above the town broke on Monday.",
        labels={"region": ("Europe",), "theme": ("Oil",)},
        author="Maria Halabi",
        source="Archive Daily",
        date="2016-03-15",
    )


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_columns_win_over_the_header_within_the_text(write: Writer, name: str, tmp_path: Path) -> None:
    text = (
        "By John Doe\nRiver Post, March 1, 2016\nTheme: Water\nRegion: Asia\n\nThe dam above the town broke on Monday."
    )

    (article,) = read_articles(write(tmp_path / name, [{**FULL, "text": text, "dossiers": ["DAMS"]}]))

    assert article.text == "The dam above the town broke on Monday."
    assert (article.author, article.source, article.date) == ("Maria Halabi", "Archive Daily", "2016-03-15")
    assert article.labels == {"theme": ("Oil", "Law and Justice"), "region": ("Europe",), "dossier": ("DAMS",)}


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_time_of_day_is_cut_off_the_date(write: Writer, name: str, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / name, [{**GOOD, "date": "2016-03-15T10:30:00+01:00"}]))

    assert article.date == "2016-03-15"


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_number_is_an_id_and_other_columns_are_left_out(write: Writer, name: str, tmp_path: Path) -> None:
    (article,) = read_articles(write(tmp_path / name, [{**GOOD, "id": 7, "words": 8, "note": "unused"}]))

    assert article.id == "7"


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_text_of_the_longest_length_is_read_and_a_longer_one_rejected(write: Writer, name: str, tmp_path: Path) -> None:
    longest = "x" * records.MAX_FIELD_CHARS

    result = read_articles(write(tmp_path / name, [{"text": longest}, {"text": longest + "x"}, {"text": "Short."}]))

    assert [len(article.text) for article in result] == [2_000_000, 6]
    assert [reject.reason for reject in result.rejects] == [
        "'text' has 2,000,001 characters, over the limit of 2,000,000"
    ]


@pytest.mark.parametrize(("write", "name"), TABLES)
def test_table_without_title_and_text_says_so_or_rejects_each_row(write: Writer, name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, [{"headline": "Dam breaks", "body": "The dam broke."}])

    if write is write_jsonl:  # JSON lines have no columns, only rows.
        assert len(read_articles(path).rejects) == 1
    else:
        with pytest.raises(DataError, match=r"has the columns 'headline', 'body'; at least one of 'title' and 'text'"):
            read_articles(path)


# Rejects


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS)
def test_bad_row_of_json_lines_is_rejected_with_its_reason_and_the_others_read(
    row: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [GOOD, row, GOOD])

    result = read_articles(path)

    assert [article.id for article in result] == ["a.jsonl:1", "a.jsonl:3"]
    assert [(reject.file, reject.line) for reject in result.rejects] == [(str(path), 2)]
    assert result.rejects[0].reason.startswith(reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"title": "Dam breaks"', "broken JSON: Expecting ',' delimiter at column 23"),
        (b'{"title": "Dam breaks" "text": "x"}', "broken JSON: Expecting ',' delimiter"),
        (b"{'title': 'Dam breaks'}", "broken JSON: Expecting property name enclosed in double quotes"),
        (b'{"title": "Dam\x01breaks"}', "broken JSON: Invalid control character"),
        (b"Dam breaks", "broken JSON: Expecting value at column 1"),
        (b'{"title": "Dam breaks"} {"title": "Dam holds"}', "broken JSON: Extra data"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "broken JSON: "),
        (b"[" * 200_000, "broken JSON: "),
        (b'["Dam breaks", "text"]', "the line is a JSON list, not an object"),
        (b'"Dam breaks"', "the line is a JSON str, not an object"),
        (b"5", "the line is a JSON int, not an object"),
        (b"null", "the line is a JSON NoneType, not an object"),
        (b"true", "the line is a JSON bool, not an object"),
        (b"NaN", "the line is a JSON float, not an object"),
        (b'{"title": "Barrage c\xe9d\xe9"}', "not UTF-8: byte 0xe9 at column 21"),
        (b"\x00\x01\x02\xff", "not UTF-8: byte 0xff"),
    ],
    ids=[
        "cut-off", "no-comma", "single-quotes", "control-character", "no-json", "two-objects", "long-number",
        "deep-nesting", "list", "string", "number", "null", "bool", "nan", "latin-1", "binary",
    ],
)  # fmt: skip
def test_bad_line_is_rejected_with_its_reason_and_the_others_read(line: bytes, reason: str, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [GOOD_LINE, line, GOOD_LINE])

    result = read_articles(path)

    assert [article.id for article in result] == ["a.jsonl:1", "a.jsonl:3"]
    assert [(reject.file, reject.line) for reject in result.rejects] == [(str(path), 2)]
    assert result.rejects[0].reason.startswith(reason)


def test_reject_shows_how_its_line_begins(tmp_path: Path) -> None:
    (reject,) = read_articles(write_jsonl(tmp_path / "a.jsonl", [b'{"title": "Dam\xe9 breaks' + b"!" * 500])).rejects

    assert reject.excerpt == '{"title": "Dam\ufffd breaks' + "!" * 98
    assert len(reject.excerpt) == 120


def test_line_longer_than_memory_should_hold_is_rejected_and_the_next_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 1_000)
    path = write_jsonl(tmp_path / "a.jsonl", [GOOD, b"x" * 3_500, GOOD])

    result = read_articles(path)

    assert [article.id for article in result] == ["a.jsonl:1", "a.jsonl:3"]
    assert [reject.line for reject in result.rejects] == [2]


def test_field_of_fifty_megabytes_is_rejected_in_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(GOOD_LINE + b'\n{"text": "' + b"x" * 50_000_000 + b'"}\n' + GOOD_LINE)

    result = read_articles(path)

    assert len(result) == 2
    assert [(reject.line, reject.reason) for reject in result.rejects] == [(2, "the line is longer than 32 MB")]


def test_field_of_fifty_megabytes_is_rejected_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,text\na,b\nc," + "x" * 50_000_000 + "\ne,f\n")

    result = read_articles(path)

    assert [article.title for article in result] == ["a", "e"]
    assert [(reject.line, len(reject.excerpt)) for reject in result.rejects] == [(3, 120)]
    assert result.rejects[0].reason.startswith("the row has more than 8,000,000 characters")


def test_blank_lines_are_neither_articles_nor_rejects(tmp_path: Path) -> None:
    result = read_articles(write_jsonl(tmp_path / "a.jsonl", [b"", GOOD_LINE, b"  \t", b"\r", GOOD_LINE, b""]))

    assert [article.id for article in result] == ["a.jsonl:2", "a.jsonl:5"]
    assert result.rejects == ()


def test_windows_line_ends_and_byte_order_mark_are_read_in_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD_LINE + b"\r\n" + GOOD_LINE + b"\r\n")

    assert len(read_articles(path)) == 2


def test_last_line_without_a_line_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(GOOD_LINE + b"\n" + GOOD_LINE)

    assert len(read_articles(path)) == 2


def test_empty_file_of_json_lines_has_no_articles(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.touch()

    assert len(read_articles(path)) == 0


def test_file_in_utf_16_is_rejected_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"title": "Dam"}\n{"title": "River"}\n'.encode("utf-16"))

    result = read_articles(path)

    assert len(result) == 0
    assert len(result.rejects) >= 2


def test_half_of_a_surrogate_pair_does_not_stay_in_any_field(tmp_path: Path) -> None:
    row = b'{"id": "a\\ud800", "title": "b\\ud800", "text": "c\\udfff", "source": "d\\ud800", "themes": ["e\\ud800"]}'

    (article,) = read_articles(write_jsonl(tmp_path / "a.jsonl", [row]))

    assert (article.id, article.title, article.text, article.source, article.themes) == (
        "a?",
        "b?",
        "c?",
        "d?",
        ("e?",),
    )


def test_label_string_of_json_lines_is_split_on_semicolons(tmp_path: Path) -> None:
    rows = [{**GOOD, "themes": "Oil; Law and Justice"}, {**GOOD, "themes": " "}]

    first, second = read_articles(write_jsonl(tmp_path / "a.jsonl", rows))

    assert (first.labels, second.labels) == ({"theme": ("Oil", "Law and Justice")}, {})


def test_rejects_are_counted_once_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [GOOD, b"x", b"y"])

    with caplog.at_level(logging.WARNING):
        read_articles(path)

    assert [record.getMessage() for record in caplog.records] == [f"2 of 3 rows of {path} were rejected"]


# gzip


@pytest.mark.parametrize("name", ["a.jsonl.gz", "A.JSONL.GZ"])
def test_gzip_is_known_by_its_ending_in_any_case(name: str, tmp_path: Path) -> None:
    assert len(read_articles(write_jsonl(tmp_path / name, [GOOD]))) == 1


def test_rows_before_the_cut_of_a_gzip_file_are_read(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl.gz", [{"title": f"{number:x}" * 40} for number in range(5_000)])
    path.write_bytes(path.read_bytes()[:-2_000])

    result = read_articles(path)

    assert 1_000 < len(result) < 5_000
    assert [(reject.file, reject.line) for reject in result.rejects] == [(str(path), len(result) + 1)]
    assert result.rejects[0].reason.startswith("the gzip file is damaged from here on")


def test_gzip_file_with_a_wrong_checksum_is_read_and_reported(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl.gz", [GOOD, GOOD])
    content = bytearray(path.read_bytes())
    content[-8] ^= 0xFF
    path.write_bytes(content)

    result = read_articles(path)

    assert len(result) == 2
    assert [reject.line for reject in result.rejects] == [3]


@pytest.mark.parametrize("content", [GOOD_LINE, b"\x1f\x8b\x08\x00garbage that is no deflate stream", b"\x1f"])
def test_file_that_is_no_gzip_is_an_error_and_in_a_folder_one_reject(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(content)

    with pytest.raises(DataError, match=r"a\.jsonl\.gz cannot be read as gzip"):
        read_articles(path)
    result = read_articles(tmp_path)

    assert (len(result), [reject.line for reject in result.rejects]) == (0, [None])


# CSV


def test_csv_columns_are_known_in_any_order_and_case(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Themes, TEXT ,title\nOil;Water,The dam broke.,Dam breaks\n")

    (article,) = read_articles(path)

    assert (article.title, article.text, article.themes) == ("Dam breaks", "The dam broke.", ("Oil", "Water"))


def test_csv_cell_may_hold_commas_quotes_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\n"Dam, broken","He said ""go"".\n\nThey went."\nRiver,High.\n')

    first, second = read_articles(path)

    assert (first.title, first.text) == ("Dam, broken", 'He said "go".\n\nThey went.')
    assert (second.title, second.id) == ("River", "a.csv:5")


def test_csv_from_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbftitle,text\r\nDam,Broke.\r\nRiver,High.\r\n")

    assert [article.title for article in read_articles(path)] == ["Dam", "River"]


@pytest.mark.parametrize("cell", ["", " ", '""'], ids=["empty", "space", "quoted"])
def test_empty_csv_cell_leaves_its_facet_absent(cell: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"title,themes,regions\nDam,{cell},Europe\n")

    (article,) = read_articles(path)

    assert article.labels == {"region": ("Europe",)}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"only one", "1 columns where the header has 3"),
        (b"a,b,c,d", "4 columns where the header has 3"),
        (b'a,"b\nand more"', "2 columns where the header has 3"),
        (b"Barrage c\xe9d\xe9,x,", "'title' is not UTF-8: byte 0xe9; save the file as UTF-8"),
        (b"a,b,15 March", "'date' is '15 March'; expected ISO 8601"),
        (b" ,,", "no text and no title"),
    ],
    ids=["too-few", "too-many", "two-lines-too-few", "latin-1", "bad-date", "blank"],
)
def test_bad_csv_row_is_rejected_with_its_reason_and_the_others_read(row: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"title,text,date\nDam,Broke.,\n" + row + b"\nRiver,High.,2016-03-15\n")

    result = read_articles(path)

    assert [article.title for article in result] == ["Dam", "River"]
    assert [(reject.file, reject.line) for reject in result.rejects] == [(str(path), 3)]
    assert result.rejects[0].reason.startswith(reason)


def test_csv_reject_shows_how_its_row_begins(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"title,text\nc\xe9d\xe9\n")

    (reject,) = read_articles(path).rejects

    assert reject == Reject(str(path), 2, "1 columns where the header has 2", "c?d?")


def test_quote_that_is_never_closed_takes_no_other_csv_row_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\nDam,"Broke on Monday.\nRiver,High.\nBridge,Closed.\n')

    result = read_articles(path)

    assert [(article.title, article.id) for article in result] == [("River", "a.csv:3"), ("Bridge", "a.csv:4")]
    assert [(reject.line, reject.excerpt) for reject in result.rejects] == [(2, 'Dam,"Broke on Monday.')]
    assert result.rejects[0].reason == "a quotation mark opens a cell and nothing closes it"


def test_quote_that_is_closed_by_another_row_takes_no_other_csv_row_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\nDam,"Broke on Monday.\nRiver,High.\nBridge,"Closed, again."\nPort,Open.\n')

    result = read_articles(path)

    assert [article.title for article in result] == ["River", "Bridge", "Port"]
    assert [reject.line for reject in result.rejects] == [2]


def test_quotes_of_two_csv_rows_do_not_merge_the_rows_between_though_the_columns_fit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\nDam,"Broke on Monday.\nRiver,High.\nBridge,"Closed again.\nPort,Open.\n')

    result = read_articles(path)

    assert [(article.title, article.id) for article in result] == [("River", "a.csv:3"), ("Port", "a.csv:5")]
    assert [(reject.line, reject.reason) for reject in result.rejects] == [
        (2, "a quotation mark opens a cell, and text follows the one that closes it on a later line"),
        (4, "a quotation mark opens a cell and nothing closes it"),
    ]


def test_quotes_within_a_csv_cell_are_read_beside_a_cell_of_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\n"He said "go" now","They ""went"".\n\n"""\nRiver,High.\n')

    first, second = read_articles(path)

    assert (first.title, first.text) == ('He said go" now"', 'They "went".\n\n"')
    assert (second.title, second.id) == ("River", "a.csv:5")


def test_every_csv_row_may_have_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f'Dam {number},"Broke.\nRiver {number},High.\n' for number in range(300))
    path.write_text("title,text\n" + rows)

    result = read_articles(path)

    assert [article.title for article in result] == [f"River {number}" for number in range(300)]
    assert [reject.line for reject in result.rejects] == list(range(2, 602, 2))


def test_lines_of_csv_rows_without_an_end_are_read_again_a_few_times_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A row of one such line, or of many, leaves a cell open at its end.
    path = tmp_path / "a.csv"
    path.write_text("title,text,note\n" + '5",y,"z\n' * 2_000)
    read, count = csv_lines.CsvLines.__next__, 0

    def counted(lines: csv_lines.CsvLines) -> str:
        nonlocal count
        count += 1
        return read(lines)

    monkeypatch.setattr(csv_lines.CsvLines, "__next__", counted)

    result = read_articles(path)

    assert [reject.line for reject in result.rejects] == list(range(2, 2_002))
    assert count < 2_000 * (3 + 2)


def test_a_csv_row_is_looked_for_no_further_than_a_row_may_be_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_lines, "MAX_ROW_CHARS", 5_000)
    path = tmp_path / "a.csv"
    line = "River," + "High. " * 20 + "\n"
    path.write_text('title,text\nDam,"Broke.\n' + line * 50_000 + "Long," + "x" * 5_000_000 + "\nPort,Open.\n")

    tracemalloc.start()
    unread = unread_csv(path, Position())
    first, titles, rejected = next(unread)(), Counter[str](), []
    for row in (found() for found in unread):
        if isinstance(row, Reject):
            rejected.append(row.line)
        else:
            titles[row.record["title"]] += 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(first, Reject)
    assert first.reason == "the row has more than 5,000 characters; a quotation mark may be open"
    assert (titles, rejected) == ({"River": 50_000, "Port": 1}, [50_003])
    assert peak < 1_000_000  # of 11 MB


def test_a_csv_header_without_an_end_is_a_data_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,"text\nDam,Broke.\n')

    with pytest.raises(DataError, match=r"has no header row: a quotation mark opens a cell and nothing closes it\."):
        read_articles(path)


def test_quote_left_open_in_the_last_csv_row_is_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\nDam,Broke.\nRiver,"Hi')

    result = read_articles(path)

    assert [article.title for article in result] == ["Dam"]
    assert [reject.line for reject in result.rejects] == [3]


def test_blank_csv_lines_are_neither_articles_nor_rejects(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,text\n\nDam,Broke.\n\n\nRiver,High.\n\n")

    result = read_articles(path)

    assert [article.id for article in result] == ["a.csv:3", "a.csv:6"]
    assert result.rejects == ()


@pytest.mark.parametrize("content", [b"", b"\n", b"a;b\n1;2\n"])
def test_csv_without_a_usable_header_is_a_data_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    with pytest.raises(DataError, match="at least one of 'title' and 'text' is needed"):
        read_articles(path)


@pytest.mark.parametrize(("encoding", "byte"), [("latin-1", "0xf6"), ("utf-16-le", "0xf6"), ("utf-16", "0xff")])
def test_a_csv_header_that_is_not_utf_8_is_a_data_error_that_names_the_byte(
    encoding: str, byte: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes("title,größe\nDam,1\n".encode(encoding))

    with pytest.raises(DataError, match=rf"a\.csv has a header row that is not UTF-8: byte {byte}; save the file as"):
        read_articles(tmp_path / "a.csv")


def test_csv_with_a_header_only_has_no_articles(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,text\n")

    assert len(read_articles(path)) == 0


# Parquet


@pytest.mark.parametrize(
    "column",
    [
        pa.array([date(2016, 3, 15)]),
        pa.array([datetime(2016, 3, 15, 10, 30, tzinfo=UTC)]),
        pa.array([1_458_037_800_000_000_001], pa.timestamp("ns", "UTC")),
        pa.array(["2016-03-15"], pa.large_string()),
        pa.array(["2016-03-15"]).dictionary_encode(),
    ],
    ids=["date", "timestamp", "nanoseconds", "large-string", "dictionary"],
)
def test_parquet_dates_of_any_type_are_read(column: pa.Array, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"title": ["Dam"], "date": column}), path)

    (article,) = read_articles(path)

    assert article.date == "2016-03-15"


@pytest.mark.parametrize(
    ("name", "column", "reason"),
    [
        ("text", pa.array([1, 2, 3]), "'text' is int, not a string"),
        ("text", pa.array([b"a", b"b", b"c"]), "'text' is bytes, not a string"),
        ("themes", pa.array([[1], [2], [3]]), "'themes' holds 1, which is not a string"),
        ("themes", pa.array([{"a": "b"}] * 3), "'themes' is dict, not a list of strings"),
    ],
    ids=["numbers", "bytes", "number-labels", "structs"],
)
def test_parquet_column_of_the_wrong_type_rejects_each_row(
    name: str, column: pa.Array, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"title": ["a", "b", "c"], name: column}), path)

    result = read_articles(path)

    assert (len(result), [reject.line for reject in result.rejects]) == (0, [1, 2, 3])
    assert result.rejects[0] == Reject(str(path), 1, reason, "a")


def test_parquet_text_that_is_not_utf_8_is_rejected_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = pa.array([b"The dam broke.", b"Le barrage a c\xe9d\xe9.", b"The river rose."]).view(pa.string())
    pq.write_table(pa.table({"text": texts}), path)

    result = read_articles(path)

    assert [article.text for article in result] == ["The dam broke.", "The river rose."]
    assert [reject.line for reject in result.rejects] == [2]
    assert result.rejects[0].reason.startswith("'text' cannot be read: 'utf-8' codec can't decode byte 0xe9")


def test_parquet_date_beyond_the_calendar_is_rejected_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    dates = pa.array([0, 10**12, 0], pa.timestamp("s"))
    pq.write_table(pa.table({"title": ["a", "b", "c"], "date": dates}), path)

    result = read_articles(path)

    assert [article.date for article in result] == ["1970-01-01", "1970-01-01"]
    assert [reject.line for reject in result.rejects] == [2]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"title,text\n1,2\n"], ids=["empty", "magic-only", "csv"])
def test_file_that_is_no_parquet_is_a_data_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)

    with pytest.raises(DataError, match=r"a\.parquet cannot be read as Parquet"):
        read_articles(path)


def test_damage_within_a_parquet_file_is_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    titles = [f"{number:x}" * 40 for number in range(5_000)]
    pq.write_table(pa.table({"title": titles}), path, row_group_size=1_000, compression="zstd")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    path.write_bytes(content)

    result = read_articles(path)

    assert 0 < len(result) < 5_000
    assert [reject.line for reject in result.rejects] == [len(result) + 1]
    assert result.rejects[0].reason.startswith("the Parquet file is damaged from here on")


def test_a_disk_that_fails_within_a_parquet_file_is_an_error_and_no_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(pa.table({"title": ["Ferry sinks"] * 3}), tmp_path / "a.parquet")
    batches = pq.ParquetFile.iter_batches

    def fail(table: pq.ParquetFile, **options: Any) -> Iterator[Any]:
        yield next(batches(table, **options))
        raise OSError(errno.ESTALE, "Stale file handle")

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", fail)

    with pytest.raises(DataError, match=r"a\.parquet cannot be read: Stale file handle\. Give the same command again"):
        read_articles(tmp_path)


@pytest.mark.parametrize("name", ["b.csv", "b.jsonl", "b.jsonl.gz", "b.parquet"])
def test_a_file_of_a_folder_that_the_disk_does_not_give_is_an_error(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_jsonl(tmp_path / "a.jsonl", [GOOD])
    (tmp_path / name).write_text("", encoding="utf-8")
    opened, table = Path.open, pq.ParquetFile

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == name:
            raise OSError(errno.EIO, "Input/output error")
        return opened(path, *arguments, **options) if path.suffix != ".parquet" else table(path, **options)

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(pq, "ParquetFile", refuse)

    with pytest.raises(DataError, match=rf"{re.escape(name)} cannot be read: Input/output error\. Give the same"):
        read_articles(tmp_path)


def test_a_file_that_may_not_be_read_is_an_error_before_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        write_jsonl(tmp_path / f"{name}.jsonl", [GOOD])
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "b.jsonl" and access(path, mode))

    with pytest.raises(DataError, match=r"b\.jsonl cannot be read: Permission denied\."):
        RowSource(tmp_path)


def test_a_file_of_a_folder_that_cannot_be_read_at_all_is_a_reject_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("", encoding="utf-8")
    (tmp_path / "b.parquet").write_bytes(b"no table")
    (tmp_path / "c.jsonl").write_text('{"title": "Ferry sinks"}\n', encoding="utf-8")

    found = read_articles(tmp_path)

    assert [article.title for article in found] == ["Ferry sinks"]
    assert [Path(reject.file).name for reject in found.rejects] == ["a.csv", "b.parquet"]


def test_a_column_that_stands_twice_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,themes,title\nx,y,z\n", encoding="utf-8")

    with pytest.raises(DataError, match="has the column 'title' more than once"):
        read_articles(tmp_path / "a.csv")
