"""What goes into labelling in every format, and what comes out of it."""

import csv
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stub_labelling import RowLabeller, numbered, written_lines

from newsclf import DataError, label_file, parquet_tables, read_articles
from newsclf.kept_columns import KeptColumns
from newsclf.reading import Row, read_rows

COLUMNS = RowLabeller.columns
ODD = {"themes": ["Odd", "Law; Order"], "countries": [], "topic": None, "topic_id": None, "status": "none"}


def as_jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    return written_lines(path, rows)


def as_gzip(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return path


def as_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    content = path.read_bytes()
    return [json.loads(line) for line in (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()]


def cells_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def table_rows_of(path: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(path).to_pylist())


Writer = Callable[[Path, list[dict[str, Any]]], Path]
Reader = Callable[[Path], list[dict[str, Any]]]
INPUTS = [
    pytest.param(as_jsonl, "in.jsonl", id="from-jsonl"),
    pytest.param(as_gzip, "in.jsonl.gz", id="from-jsonl-gz"),
    pytest.param(as_csv, "in.csv", id="from-csv"),
    pytest.param(as_parquet, "in.parquet", id="from-parquet"),
]
OUTPUTS = [
    pytest.param("out.jsonl", lines_of, id="to-jsonl"),
    pytest.param("out.jsonl.gz", lines_of, id="to-jsonl-gz"),
    pytest.param("out.csv", cells_of, id="to-csv"),
    pytest.param("out.parquet", table_rows_of, id="to-parquet"),
]


def test_a_file_that_is_no_gzip_is_an_error_and_in_a_folder_a_reject(stub: Path, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    written_lines(folder / "a.jsonl.gz", numbered(3))
    written_lines(folder / "b.jsonl", numbered(3))

    with pytest.raises(DataError, match=r"a\.jsonl\.gz cannot be read as gzip: Not a gzipped file"):
        label_file(stub, folder / "a.jsonl.gz", tmp_path / "out.jsonl")
    report = label_file(stub, folder, tmp_path / "out.jsonl")

    assert (report.labelled, report.rejected) == (3, 1)


@pytest.mark.parametrize("ending", ["jsonl", "txt"])
def test_a_file_of_a_folder_that_goes_away_before_it_is_read_is_an_error(
    ending: str, stub: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.{ending}").write_text('{"text": "Five villages fell."}\n' * 2, encoding="utf-8")

    def progress(rows: int, share: float | None) -> None:
        (folder / f"a.{ending}").unlink(missing_ok=True)  # it was read, and is missed by nobody
        (folder / f"c.{ending}").unlink(missing_ok=True)

    with pytest.raises(DataError, match=rf"c\.{ending} was there when the run began and is gone now"):
        label_file(stub, folder, tmp_path / "out.jsonl", rows_at_once=1, workers=1, progress=progress)


@pytest.mark.parametrize(("write", "source"), INPUTS)
@pytest.mark.parametrize(("output", "read"), OUTPUTS)
def test_rows_come_out_in_order_with_their_columns_before_the_new_ones(
    write: Writer, source: str, output: str, read: Reader, stub: Path, tmp_path: Path
) -> None:
    rows = [{"note": f"Note, {i}", **row, "url": ""} for i, row in enumerate(numbered(20))]

    report = label_file(stub, write(tmp_path / source, rows), tmp_path / output, rows_at_once=6, workers=1)

    found = read(tmp_path / output)
    assert [{name: row[name] for name in rows[0]} for row in found] == rows
    assert [list(row) for row in found] == [["note", "id", "text", "url", *COLUMNS]] * 20
    # "Article 1 x" has 11 characters, "Article 0" has 9 once its space is gone, "Article 2 xx" 12.
    names = [row["themes"] for row in found[:3]]
    odd, even = ('["Odd", "Law; Order"]', "Even") if output == "out.csv" else (["Odd", "Law; Order"], ["Even"])
    assert names == [odd, odd, even]
    assert (report.labelled, report.rejected, report.resumed_from) == (20, 0, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([source, output, "model"])


def test_a_label_with_a_semicolon_survives_csv(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", [{"text": "abc"}, {"text": "abcd"}])

    label_file(stub, source, tmp_path / "out.csv")

    assert [article.themes for article in read_articles(tmp_path / "out.csv")] == [("Odd", "Law; Order"), ("Even",)]


def test_csv_has_scores_as_json_and_nothing_for_none(stub: Path, tmp_path: Path) -> None:
    label_file(stub, written_lines(tmp_path / "in.jsonl", [{"text": "abcd", "n": None}]), tmp_path / "out.csv")

    (row,) = cells_of(tmp_path / "out.csv")
    assert (row["n"], row["topic"], row["topic_id"], row["countries"]) == ("", "", "", "")
    assert json.loads(row["scores"]) == {"themes": [0.25], "countries": [], "topic": None}


def test_json_lines_keep_the_columns_of_each_row_and_values_of_any_kind(stub: Path, tmp_path: Path) -> None:
    rows = [
        {"text": "abc", "nested": {"a": [1, None, {"b": 1.5}]}},
        {"x": True, "text": "abcd \u2028 \ud800", "big": 12345678901234567890},
    ]

    label_file(stub, written_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl")

    found = lines_of(tmp_path / "out.jsonl")
    assert [{name: row[name] for name in rows[i]} for i, row in enumerate(found)] == rows
    assert list(found[1]) == ["x", "text", "big", *COLUMNS]
    assert {name: found[0][name] for name in ODD} == ODD
    assert found[0]["scores"] == {"themes": [1 / 3, 1 / 3], "countries": [], "topic": None}


def test_parquet_keeps_the_types_of_its_columns_nested_ones_too(stub: Path, tmp_path: Path) -> None:
    schema = pa.schema(
        [
            pa.field("text", pa.large_string(), nullable=False),
            ("at", pa.timestamp("ns", "UTC")),
            ("price", pa.decimal128(9, 2)),
            ("raw", pa.binary()),
            ("places", pa.list_(pa.struct([("name", pa.string()), ("weight", pa.float32())]))),
            ("kind", pa.dictionary(pa.int8(), pa.string())),
            ("counts", pa.map_(pa.string(), pa.int16())),
        ]
    )
    rows = [
        {
            "text": f"Text {i}",
            "at": datetime(2026, 11, 27, tzinfo=UTC),
            "price": Decimal("1.50"),
            "raw": b"\xff",
            "places": [{"name": "Aleppo", "weight": 0.5}],
            "kind": "wire",
            "counts": [("a", i)],
        }
        for i in range(5)
    ]
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(table, tmp_path / "in.parquet")

    label_file(stub, tmp_path / "in.parquet", tmp_path / "out.parquet", rows_at_once=2, workers=1)

    found = pq.read_table(tmp_path / "out.parquet")
    assert found.select(schema.names).equals(table)
    assert found.schema.field("themes").type == pa.list_(pa.string())
    assert found.schema.field("topic_id").type == pa.int64()
    numbers = pa.list_(pa.float64())
    assert found.schema.field("scores").type == pa.struct(
        [("themes", numbers), ("countries", numbers), ("topic", pa.float64())]
    )


def test_values_that_json_does_not_know_become_text(stub: Path, tmp_path: Path) -> None:
    row = {"text": "abc", "at": datetime(2026, 11, 27, tzinfo=UTC), "price": Decimal("1.50"), "raw": b"\xff"}
    as_parquet(tmp_path / "in.parquet", [row])

    for output in ("out.jsonl", "out.csv"):
        label_file(stub, tmp_path / "in.parquet", tmp_path / output)

    expected = {"text": "abc", "at": "2026-11-27T00:00:00+00:00", "price": "1.50", "raw": "/w=="}
    assert {name: lines_of(tmp_path / "out.jsonl")[0][name] for name in row} == expected
    assert {name: cells_of(tmp_path / "out.csv")[0][name] for name in row} == expected


def test_columns_that_are_called_like_new_ones_are_kept_under_another_name(stub: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("Themes,TEXT ,themes of old,\nOil;Gas,abc,x,y\n", encoding="utf-8")

    report = label_file(stub, tmp_path / "in.csv", tmp_path / "out.csv")

    (row,) = cells_of(tmp_path / "out.csv")
    assert list(row) == ["input_Themes", "TEXT ", "themes of old", "", *COLUMNS]
    assert (row["input_Themes"], row["TEXT "], row[""]) == ("Oil;Gas", "abc", "y")
    assert report.renamed == {"Themes": "input_Themes"}


@pytest.mark.parametrize("output", ["out.jsonl", "out.csv", "out.parquet"])
def test_a_column_whose_other_name_is_taken_too_is_an_error(output: str, stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", [{"text": "abc", "themes": ["Oil"], "input_themes": "x"}])

    with pytest.raises(DataError, match="a column 'themes', which labelling adds, and 'input_themes'"):
        label_file(stub, source, tmp_path / output)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "model"]


@pytest.mark.parametrize("output", ["out.csv", "out.parquet"])
def test_a_column_that_no_first_row_has_is_an_error_where_the_output_is_a_table(
    output: str, stub: Path, tmp_path: Path
) -> None:
    rows = [{"text": "a", "x": "1"}, {"text": "b", "y": "2"}, {"text": "c"}, {"text": "d", "late": "3"}]
    source = written_lines(tmp_path / "in.jsonl", rows)

    with pytest.raises(DataError, match=r"in\.jsonl:4 has the column 'late', which none of the first rows has.*jsonl"):
        label_file(stub, source, tmp_path / output, rows_at_once=3, workers=1)

    label_file(stub, written_lines(source, rows[:3]), tmp_path / "other.csv")
    assert [(row["x"], row["y"]) for row in cells_of(tmp_path / "other.csv")] == [("1", ""), ("", "2"), ("", "")]


def test_a_value_of_another_type_is_an_error_in_parquet(stub: Path, tmp_path: Path) -> None:
    source = written_lines(
        tmp_path / "in.jsonl", [{"text": "a", "n": 1}, {"text": "b", "n": 2}, {"text": "c", "n": "x"}]
    )

    with pytest.raises(DataError, match="column 'n' is int64 in the first rows, and a later row has another type"):
        label_file(stub, source, tmp_path / "out.parquet", rows_at_once=2, workers=1)


def test_lists_nested_too_deep_for_parquet_are_an_error_that_names_the_column() -> None:
    nested: list[Any] = []
    for _ in range(5_000):
        nested = [nested]
    schema, kept = pa.schema([("n", pa.list_(pa.string()))]), KeptColumns(COLUMNS, ("n",))

    with pytest.raises(DataError, match=r"'n' holds .* lists nested too deep, which Parquet cannot.* Write to \.jsonl"):
        parquet_tables.inferred_schema([{"n": nested}], ["n"])
    with pytest.raises(DataError, match=r"'n' is list<.*> in the first rows.* Write to \.jsonl"):
        parquet_tables.parquet_bytes([{"n": nested}], schema, kept=kept)


def test_a_row_group_ends_where_its_rows_are_large(stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_tables, "_GROUP_BYTES", 25_000)
    source = written_lines(tmp_path / "in.jsonl", [{"text": "x" * 1_000}] * 100)

    label_file(stub, source, tmp_path / "out.parquet", rows_at_once=10, workers=1)

    found = pq.ParquetFile(tmp_path / "out.parquet").metadata
    # Ten rows are a little more than 10,000 bytes, so that three parts reach the limit.
    assert [found.row_group(i).num_rows for i in range(found.num_row_groups)] == [30, 30, 30, 10]


def test_parquet_of_json_lines_has_text_where_the_first_rows_say_nothing(stub: Path, tmp_path: Path) -> None:
    rows = [{"text": "a", "n": None, "m": [], "themes": None}, {"text": "b", "n": "x", "m": ["y"], "themes": ["Oil"]}]

    label_file(stub, written_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.parquet", rows_at_once=1, workers=1)

    found = table_rows_of(tmp_path / "out.parquet")
    assert [(row["n"], row["m"], row["input_themes"]) for row in found] == [(None, [], None), ("x", ["y"], ["Oil"])]


def test_objects_of_json_lines_are_json_in_parquet(stub: Path, tmp_path: Path) -> None:
    rows = [
        {"text": "a", "meta": {}, "places": [{"name": "Aleppo"}], "note": None},
        {"text": "b", "meta": {"n": 1}, "places": [], "note": None},
        {"text": "c", "meta": {"n": 1, "late": {"x": [2]}}, "places": None, "note": {"y": "\ud800"}},
    ]

    label_file(stub, written_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.parquet", rows_at_once=2, workers=1)

    found = table_rows_of(tmp_path / "out.parquet")
    assert [row["meta"] for row in found] == ["{}", '{"n": 1}', '{"n": 1, "late": {"x": [2]}}']
    assert [row["note"] for row in found] == [None, None, '{"y": "?"}']
    assert [row["places"] for row in found] == ['[{"name": "Aleppo"}]', "[]", None]


def test_halves_of_character_pairs_become_question_marks_in_parquet(stub: Path, tmp_path: Path) -> None:
    rows = [{"text": "abc \ud800", "tags": ["\udfff"], "n\ud800": 1}, {"text": "abc", "tags": ["x\ud800"]}]

    label_file(stub, written_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.parquet", rows_at_once=1, workers=1)

    found = table_rows_of(tmp_path / "out.parquet")
    assert [(row["text"], row["tags"], row["n?"]) for row in found] == [("abc ?", ["?"], 1), ("abc", ["x?"], None)]


def test_texts_that_are_cut_short_are_marked_in_every_format(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", [{"text": "x" * 101}, {"text": "x" * 100}])

    for output in ("out.jsonl", "out.csv", "out.parquet"):
        assert label_file(stub, source, tmp_path / output).truncated == 1

    assert [row["truncated"] for row in lines_of(tmp_path / "out.jsonl")] == [True, False]
    assert [row["truncated"] for row in cells_of(tmp_path / "out.csv")] == ["true", "false"]
    assert [row["truncated"] for row in table_rows_of(tmp_path / "out.parquet")] == [True, False]


@pytest.mark.parametrize("text", ["a\rb", "\r", "a\r\nb\r", "a\nb"], ids=ascii)
def test_line_ends_within_a_cell_survive_csv(text: str, stub: Path, tmp_path: Path) -> None:
    rows = [{"text": "abc", "note": text}, {"text": "abcd", "note": "plain"}]

    label_file(stub, written_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.csv")

    assert [row["note"] for row in cells_of(tmp_path / "out.csv")] == [text, "plain"]
    assert [row.record["note"] for row in read_rows(tmp_path / "out.csv") if isinstance(row, Row)] == [text, "plain"]
    assert (tmp_path / "out.csv").read_bytes().startswith((",".join(["text", "note", *COLUMNS]) + "\n").encode())


def test_numbers_that_json_does_not_know_become_null(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", ['{"text": "abc", "n": NaN, "m": [-Infinity, {"x": 1e999}, 1.5]}'])

    label_file(stub, source, tmp_path / "out.jsonl")

    (row,) = lines_of(tmp_path / "out.jsonl")
    assert (row["n"], row["m"], row["text"]) == (None, [None, {"x": None}, 1.5], "abc")


@pytest.mark.parametrize(("output", "read"), [("out.csv", cells_of), ("out.parquet", table_rows_of)], ids=str)
def test_a_csv_file_has_the_columns_of_its_header_whatever_its_first_rows_are(
    output: str, read: Reader, stub: Path, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_text("Title,text,themes\n,,x\n,,\nA,abc,\n", encoding="utf-8")

    report = label_file(stub, tmp_path / "in.csv", tmp_path / output, rows_at_once=2, workers=1)

    (row,) = read(tmp_path / output)
    assert (report.rejected, row["Title"], row["text"], row["input_themes"]) == (2, "A", "abc", "")


def test_a_csv_file_with_nothing_but_a_header_keeps_it(stub: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("title,text,\n", encoding="utf-8")

    label_file(stub, tmp_path / "in.csv", tmp_path / "out.csv")
    label_file(stub, tmp_path / "in.csv", tmp_path / "out.parquet")

    names = ["title", "text", "", *COLUMNS]
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == ",".join(names) + "\n"
    assert pq.read_schema(tmp_path / "out.parquet").names == names


def test_saved_pages_have_the_columns_of_an_article(stub: Path, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    page = "Five Villages Fall\nBy Maria Halabi\nArchive Daily, March 15, 2016\nTheme: Oil\n\nThe dam broke on Monday."
    (folder / "a.txt").write_text(page, encoding="utf-8")
    written_lines(folder / "b.jsonl", [{"text": "abc"}])
    (folder / "c.pdf").write_bytes(b"")

    report = label_file(stub, folder, tmp_path / "out.jsonl")

    first, second = lines_of(tmp_path / "out.jsonl")
    assert list(first) == [
        "id", "title", "text", "url", "author", "date", "source", "input_themes", "regions", "dossiers", *COLUMNS
    ]  # fmt: skip
    assert (first["id"], first["title"], first["input_themes"]) == ("a.txt", "Five Villages Fall", ["Oil"])
    assert (first["text"], first["regions"]) == ("The dam broke on Monday.", None)
    assert second["text"] == "abc"
    assert report.passed_over == 1


def test_rejects_go_to_a_file_of_their_own_with_the_lines_of_the_input(stub: Path, tmp_path: Path) -> None:
    rows = ["{", {"text": "abc"}, "", {"text": 5}, "[1]", {"title": ""}, {"text": "abcd"}, "{"]
    source = written_lines(tmp_path / "in.jsonl", rows)

    report = label_file(stub, source, tmp_path / "out.jsonl", rows_at_once=2, workers=1)

    assert [row["text"] for row in lines_of(tmp_path / "out.jsonl")] == ["abc", "abcd"]
    rejects = lines_of(tmp_path / "out.jsonl.rejects.jsonl")
    assert [(reject["file"], reject["line"]) for reject in rejects] == [(str(source), n) for n in (1, 4, 5, 6, 8)]
    assert rejects[1] == {
        "file": str(source),
        "line": 4,
        "reason": "'text' is int, not a string",
        "excerpt": '{"text": 5}',
    }
    assert (report.labelled, report.rejected, sum(report.reasons.values())) == (2, 5, 5)
    assert report.reasons["no text and no title (after removing page furniture)"] == 1


def test_a_gzip_file_that_is_damaged_midway_gives_its_rows_and_one_reject(stub: Path, tmp_path: Path) -> None:
    rows = [{"id": str(i), "text": f"{i * 7919:x}" * 9} for i in range(3_000)]
    source = as_gzip(tmp_path / "in.jsonl.gz", rows)
    source.write_bytes(source.read_bytes()[:-3_000])

    report = label_file(stub, source, tmp_path / "out.jsonl")

    found = lines_of(tmp_path / "out.jsonl")
    assert 500 < len(found) < 3_000
    assert [row["id"] for row in found] == [str(i) for i in range(len(found))]
    (reject,) = lines_of(tmp_path / "out.jsonl.rejects.jsonl")
    assert reject["line"] == len(found) + 1
    assert (report.labelled, report.rejected) == (len(found), 1)


@pytest.mark.parametrize(
    ("output", "content"),
    [
        ("out.jsonl", b""),
        ("out.jsonl.gz", gzip.compress(b"", mtime=0)),
        ("out.csv", (",".join(COLUMNS) + "\n").encode()),
    ],
    ids=["jsonl", "jsonl-gz", "csv"],
)
def test_nothing_in_is_nothing_out(output: str, content: bytes, stub: Path, tmp_path: Path) -> None:
    report = label_file(stub, written_lines(tmp_path / "in.jsonl", []), tmp_path / output)

    assert (tmp_path / output).read_bytes() == content
    assert (report.labelled, report.rejected) == (0, 0)


def test_a_table_without_rows_keeps_its_columns_in_parquet(stub: Path, tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string()), "n": pa.array([], pa.int8())}), tmp_path / "in.parquet")

    label_file(stub, tmp_path / "in.parquet", tmp_path / "out.parquet")

    found = pq.read_table(tmp_path / "out.parquet")
    assert (found.num_rows, found.schema.names) == (0, ["text", "n", *COLUMNS])


def test_an_older_file_of_rejects_does_not_stay_where_it_may_be_replaced(stub: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.jsonl").write_text("old\n", encoding="utf-8")

    label_file(
        stub,
        written_lines(tmp_path / "in.jsonl", numbered(2)),
        tmp_path / "out.jsonl",
        rejects=tmp_path / "kept.jsonl",
        overwrite=True,
    )

    assert (tmp_path / "kept.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("source", "output", "message"),
    [
        ("in.jsonl", "out.xlsx", "names no format for labels; end it with one of"),
        ("in.jsonl", "in.jsonl", "is or is within the input"),
        (".", "out.jsonl", "is or is within the input"),
        ("none.jsonl", "out.jsonl", "does not exist; give a file"),
        ("bad.csv", "out.jsonl", "at least one of 'title' and 'text' is needed"),
    ],
)
def test_what_cannot_be_labelled_is_an_error_that_leaves_nothing(
    source: str, output: str, message: str, stub: Path, tmp_path: Path
) -> None:
    written_lines(tmp_path / "in.jsonl", numbered(2))
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())

    with pytest.raises(DataError, match=message):
        label_file(stub, tmp_path / source, tmp_path / output)

    assert sorted(path.name for path in tmp_path.iterdir()) == before
