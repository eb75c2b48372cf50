"""Rows as their files have them, before they are articles."""

import json
import pickle
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclf import read_articles
from newsclf.reading import Reject, Row, read_rows
from newsclf.reading.records import cell_of_names, names_in_cell
from newsclf.reading.sources import RowSource


def test_rows_of_json_lines_have_every_column_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"words": {"n": 8}, "text": " Theme: Oil\\n\\nx"}\n{\n{"b": 1}\n', encoding="utf-8")

    first, damaged, third = read_rows(path)

    assert isinstance(first, Row)
    assert list(first.record.items()) == [("words", {"n": 8}), ("text", " Theme: Oil\n\nx")]
    assert (first.file, first.line) == (str(path), 1)
    assert isinstance(damaged, Reject)
    assert isinstance(third, Row)  # it parses; that it is no article shows only when it is made one
    assert third.record == {"b": 1}


def test_rows_of_csv_have_the_names_of_the_header_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Title , n,,\nDam,1,x,y\n", encoding="utf-8")

    (row,) = read_rows(tmp_path / "a.csv")

    assert isinstance(row, Row)
    assert row.record == {"Title ": "Dam", " n": "1", "": "x", "column 3": "y"}


def test_rows_of_parquet_have_columns_that_no_article_has(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [[1, 2]], "text": ["x"]}), tmp_path / "a.parquet")

    (row,) = read_rows(tmp_path / "a.parquet")

    assert isinstance(row, Row)
    assert row.record == {"n": [1, 2], "text": "x"}


def test_rows_are_found_without_being_parsed_and_parsed_in_another_process(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [str(i) for i in range(600)]}), tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("text\nDam\n", encoding="utf-8")
    (tmp_path / "c.jsonl").write_text('{"text": "x"}\n', encoding="utf-8")
    (tmp_path / "d.txt").write_text("Five Villages Fall\n\nThe dam broke.", encoding="utf-8")

    found = list(RowSource(tmp_path))
    sent = pickle.loads(pickle.dumps(found[300:]))

    assert [unread() for unread in sent] == list(read_rows(tmp_path))[300:]


def test_a_page_is_the_same_article_read_as_a_row_and_at_once(tmp_path: Path) -> None:
    page = "Dam\nBy Maria Halabi\nTheme: Oil\n\nBy dawn it broke.\n\nBy noon the town was gone."
    (tmp_path / "a.txt").write_text(page, encoding="utf-8")

    (row,) = read_rows(tmp_path)
    (article,) = read_articles(tmp_path)

    assert isinstance(row, Row)
    assert {name: row.record[name] for name in ("id", "title", "text", "author")} == {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "author": article.author,
    }
    assert (row.record["themes"], row.record["regions"]) == (["Oil"], None)


@pytest.mark.parametrize(
    ("names", "cell"),
    [
        (["Oil", "Law"], "Oil;Law"),
        ([], ""),
        (["a;b", "c"], '["a;b", "c"]'),
        (["[draft]"], '["[draft]"]'),
    ],
)
def test_names_are_joined_by_semicolons_where_that_can_be_read_back(names: list[str], cell: str) -> None:
    assert cell_of_names(names) == cell


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_names_come_back_from_a_cell(names: list[str]) -> None:
    assert names_in_cell(cell_of_names(names)) == names


@pytest.mark.parametrize("cell", ["[Oil]", "[1]", "[" * 100_000, json.dumps([["a"]])])
def test_a_cell_that_only_looks_like_json_is_split(cell: str) -> None:
    assert names_in_cell(cell) == [cell]


def test_batches_of_parquet_hold_fewer_rows_where_rows_are_long(tmp_path: Path) -> None:
    """A row that is sent to another process takes its batch along."""
    texts = [str(number) + "x" * 1_000_000 for number in range(20)]
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet", use_dictionary=False)

    found = list(RowSource(tmp_path / "a.parquet"))

    assert [row.record["text"] for unread in found if isinstance(row := unread(), Row)] == texts
    assert {len(pickle.dumps(unread)) // 10**6 for unread in found} <= {6, 7, 8}
    assert all(10**6 < unread.size < 1_100_000 for unread in found)


@pytest.mark.parametrize("group", [15, 300], ids=["many-row-groups", "one-row-group"])
def test_a_parquet_file_is_read_at_memory_that_does_not_grow_with_it(group: int, tmp_path: Path) -> None:
    drawn = random.Random(1)
    table = pa.table({"text": [drawn.randbytes(100_000).hex() for _ in range(300)]})  # 60 MB
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=group, use_dictionary=False, write_batch_size=8)
    del table
    before = pa.total_allocated_bytes()

    held = [pa.total_allocated_bytes() - before for _ in RowSource(tmp_path / "a.parquet")]

    assert len(held) == 300
    # Two batches of 8 MB, of which one is being made, and what is read ahead of a column.
    assert max(held) < 20_000_000
