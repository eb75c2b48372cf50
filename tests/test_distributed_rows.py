import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.fs import LocalFileSystem
from support import ROOT

from newsclf import DataError, MissingExtraError
from newsclf.distributed import Cluster, label_with_ray
from newsclf.distributed.blocks import FILE, REASON, ROW, FileScan
from newsclf.distributed.json_columns import column, kinds_of, merge_kinds
from newsclf.distributed.json_rows import JsonRows, scan_json_lines
from newsclf.distributed.label_worker import label_columns, output_columns
from newsclf.distributed.output_folder import output_folder
from newsclf.distributed.parquet_rows import ParquetRows, merge_schemas, scan_parquet
from newsclf.distributed.source_files import find_files
from newsclf.reading.records import Reject
from newsclf.reading.sources import RowSource

DISK = LocalFileSystem()


@pytest.mark.parametrize(
    ("values", "arrow_type", "expected"),
    [
        ([1, None, 2], pa.int64(), [1, None, 2]),
        ([1, 2.5], pa.float64(), [1.0, 2.5]),
        ([2**60, 1], pa.int64(), [2**60, 1]),
        ([2**60, 2.5], pa.string(), [str(2**60), "2.5"]),
        ([2**70], pa.string(), [str(2**70)]),
        ([True, None], pa.bool_(), [True, None]),
        ([True, 1], pa.string(), ["true", "1"]),
        (["a", "\ud800"], pa.string(), ["a", "?"]),
        (["a", 1, {"b": []}], pa.string(), ["a", "1", '{"b": []}']),
        ([["a", None], [], None], pa.list_(pa.string()), [["a", None], [], None]),
        ([["a"], [1]], pa.string(), ['["a"]', "[1]"]),
        ([None, None], pa.string(), [None, None]),
    ],
    ids=lambda value: str(value) if not isinstance(value, list) else "",
)
def test_a_column_has_the_type_that_holds_all_its_values(
    values: list[Any], arrow_type: pa.DataType, expected: list[Any]
) -> None:
    found: dict[str, set[str]] = {}
    for value in values:
        kinds_of({"x": value}, found)

    array = column([*({"x": value} for value in values), None, {}], "x", frozenset(found["x"]))

    assert array.type == arrow_type
    assert array.to_pylist() == [*expected, None, None]


def test_columns_of_several_files_are_joined_and_too_many_are_refused() -> None:
    assert merge_kinds([{"a": frozenset({"int"})}, {"b": frozenset(), "a": frozenset({"float"})}]) == {
        "a": {"int", "float"},
        "b": set(),
    }
    with pytest.raises(DataError, match="more than 1,000 different names"):
        kinds_of({str(i): 1 for i in range(1_001)}, {})


def test_json_lines_are_cut_into_blocks_that_know_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"title": "a"}\n\n{"title": "b", "n": 1}\r\nnot json\n{"title": "c"}')

    scanned = scan_json_lines(DISK, str(path))
    rows = JsonRows(DISK, scanned.columns, block_bytes=20)
    blocks = list(rows.blocks(str(path)))
    records = [record for block in blocks for record in rows.records(block)]

    assert scanned == FileScan(4, 14 + 22 + 8 + 14, {"title": {"string"}, "n": {"int"}})
    assert [block.column(ROW).to_pylist() for block in blocks] == [[1, 3], [4, 5]]
    assert blocks[0].column(FILE).to_pylist() == [str(path)] * 2
    assert records[:2] == [{"title": "a"}, {"title": "b", "n": 1}]
    assert isinstance(records[2], Reject)
    assert (records[2].line, records[2].excerpt) == (4, "not json")
    assert rows.columns(blocks[1], records[2:])["title"].to_pylist() == [None, "c"]


def test_parquet_files_of_different_columns_get_one_schema(tmp_path: Path) -> None:
    pq.write_table(pa.table({"title": ["a"], "n": [1]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"title": ["b"], "n": [2.5], "x": ["y"]}), tmp_path / "2.parquet")
    source = find_files(tmp_path)

    scans = [scan_parquet(DISK, path) for path in source.files]
    rows = ParquetRows(DISK, merge_schemas([scanned.columns for scanned in scans]))
    (block,) = rows.blocks(source.files[0])

    assert [scanned.rows for scanned in scans] == [1, 1]
    assert {name: array.to_pylist() for name, array in rows.columns(block, []).items()} == {
        "title": ["a"],
        "n": [1.0],
        "x": [None],
    }
    assert rows.records(block) == [{"title": "a"}]


def test_rows_behind_damage_in_a_parquet_file_are_rejects_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"title": [f"title {i}" for i in range(3_000)]})
    pq.write_table(table, path, row_group_size=1_000, compression="none", use_dictionary=False)
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    raw = bytearray(path.read_bytes())
    raw[start : start + 60] = b"\xff" * 60
    path.write_bytes(raw)

    rows = ParquetRows(DISK, table.schema)
    blocks = list(rows.blocks(str(path)))

    numbers = [number for block in blocks for number in block.column(ROW).to_pylist()]
    reasons = [reason for block in blocks for reason in block.column(REASON).to_pylist()]
    assert numbers == list(range(1, 3_001))
    assert reasons[:1_000] == [None] * 1_000
    assert all("damaged from here on" in reason for reason in reasons[1_000:])


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "holds no articles"),
        ({"a.csv": ""}, "holds no articles"),
        ({"a.jsonl": "", "b.parquet": ""}, "holds both Parquet and JSON lines"),
    ],
    ids=["empty", "other formats", "both formats"],
)
def test_folders_that_cannot_be_labelled_are_refused(files: dict[str, str], reason: str, tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    with pytest.raises(DataError, match=reason):
        find_files(tmp_path)


def test_both_engines_read_the_same_files_and_neither_hidden_ones_nor_earlier_rejects(tmp_path: Path) -> None:
    for folder in ("_rejects", ".git", "_old"):
        (tmp_path / folder).mkdir()
    read = ["_a.jsonl", "_old/_rejects", "_old/b.jsonl", "c.jsonl"]
    for name in (*read, ".d.jsonl", ".git/e.jsonl", "_rejects/f.jsonl", "README.jsonl", "notes.rtf"):
        (tmp_path / name).write_text("")

    found, local = find_files(tmp_path), RowSource(tmp_path)

    read.remove("_old/_rejects")  # it has no format
    assert found.files == tuple(str(tmp_path / name) for name in read)
    assert [str(file) for file in local.files] == list(found.files)
    assert found.skipped == (str(tmp_path / "_old" / "_rejects"), str(tmp_path / "notes.rtf"))


def test_label_columns_have_the_same_types_whatever_a_block_holds() -> None:
    names = ["themes", "countries", "topic", "topic_id", "status", "scores"]
    full = {
        "themes": ["Economy"],
        "countries": [],
        "topic": "Bank",
        "topic_id": 3,
        "status": "ok",
        "scores": {"themes": [0.9], "countries": [], "topic": 0.5},
    }

    filled = label_columns(names, [full, None])
    empty = label_columns(names, [None, None])

    assert {name: array.type for name, array in filled.items()} == {name: array.type for name, array in empty.items()}
    assert {name: array.to_pylist()[0] for name, array in filled.items()} == full
    assert all(array.to_pylist() == [None, None] for array in empty.values())


def test_an_output_is_at_its_place_only_once_it_is_whole(tmp_path: Path) -> None:
    place = tmp_path / "out"
    with output_folder(place) as folder:
        folder.write_report({"labelled": 1})
        assert not place.exists()
    assert json.loads((place / "_report.json").read_text()) == {"labelled": 1}

    with pytest.raises(ZeroDivisionError), output_folder(tmp_path / "other"):
        _ = 1 / 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_place_that_is_taken_meanwhile_costs_no_work(tmp_path: Path) -> None:
    place = tmp_path / "out"

    def run() -> None:
        with output_folder(place) as folder:
            folder.write_report({"labelled": 1})
            place.mkdir()
            (place / "other").touch()

    with pytest.raises(DataError, match=r"out was taken while the run went on.*What was labelled is in ") as caught:
        run()

    kept = Path(str(caught.value).rpartition(" is in ")[2].removesuffix("."))
    assert json.loads((kept / "_report.json").read_text()) == {"labelled": 1}


def test_columns_of_both_engines_are_renamed_by_one_rule() -> None:
    kept = output_columns(["themes", "topic", "status"], ["text", "Status", "source_row", "themes of old"])

    assert kept.columns == (
        "text", "input_Status", "input_source_row", "themes of old", FILE, ROW, "themes", "topic", "status"
    )  # fmt: skip
    with pytest.raises(DataError, match="a column 'themes', which labelling adds, and 'input_themes'"):
        output_columns(["themes", "topic"], ["text", "themes", "input_themes"])


def test_values_that_the_type_of_all_files_cannot_hold_are_rejects_that_say_so(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"title": ["a", "b"], "n": [1, 2**60 + 1]}), path)
    rows = ParquetRows(DISK, pa.schema([("title", pa.string()), ("n", pa.float64())]))

    (block,) = rows.blocks(str(path))

    assert block.column(ROW).to_pylist() == [1, 2]
    assert all("'n' is double in all files together" in reason for reason in block.column(REASON).to_pylist())


def test_a_missing_ray_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in.jsonl").write_text('{"title": "a"}\n')
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'newsclf\[ray\]'"):
        label_with_ray(ROOT / "models" / "default", tmp_path / "in.jsonl", tmp_path / "out", cluster=Cluster())
