import io
import json
import os
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
from newsclf.reading.rows import Row
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
        merge_kinds([{str(i): frozenset({"int"})} for i in range(1_001)])


def test_a_file_of_too_many_names_ends_the_run_and_is_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"title": "a", f"name {i}": i}) + "\n" for i in range(3_000)))

    scanned = scan_json_lines(DISK, str(path))

    assert (scanned.rows, len(scanned.columns)) == (3_000, 1_001)  # as many as show that there are too many
    with pytest.raises(DataError, match="more than 1,000 different names"):
        merge_kinds([{"title": frozenset({"string"})}, scanned.columns])


def test_json_lines_are_cut_into_blocks_that_know_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"title": "a"}\n\n{"title": "b", "n": 1}\r\nnot json\n{"title": "c"}')

    scanned = scan_json_lines(DISK, str(path))
    rows = JsonRows(DISK, scanned.columns, block_bytes=20)
    blocks = list(rows.blocks(str(path)))
    read = [row for block in blocks for row in rows.rows(block)]

    assert scanned == FileScan(4, 14 + 22 + 8 + 14, {"title": {"string"}, "n": {"int"}})
    assert [block.column(ROW).to_pylist() for block in blocks] == [[1, 3], [4, 5]]
    assert blocks[0].column(FILE).to_pylist() == [str(path)] * 2
    assert read == [
        Row({"title": "a"}, str(path), 1, excerpt='{"title": "a"}'),
        Row({"title": "b", "n": 1}, str(path), 3, excerpt='{"title": "b", "n": 1}'),
        Reject(str(path), 4, "broken JSON: Expecting value at column 1", "not json"),
        Row({"title": "c"}, str(path), 5, excerpt='{"title": "c"}'),
    ]
    assert rows.columns(blocks[1], read[2:])["title"].to_pylist() == [None, "c"]


def test_a_column_whose_name_has_half_a_character_pair_keeps_its_values(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(r'{"title": "a", "n\ud800": 1}')

    rows = JsonRows(DISK, scan_json_lines(DISK, str(path)).columns, block_bytes=1_000)
    (block,) = rows.blocks(str(path))

    assert {name: array.to_pylist() for name, array in rows.columns(block, rows.rows(block)).items()} == {
        "title": ["a"],
        "n?": [1],
    }


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
    assert rows.rows(block) == [Row({"title": "a"}, source.files[0], 1)]


def test_rows_behind_damage_in_a_parquet_file_are_rejects_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"title": [f"title {i}" for i in range(3_000)]})
    pq.write_table(table, path, row_group_size=1_024, compression="none", use_dictionary=False)
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    raw = bytearray(path.read_bytes())
    raw[start : start + 60] = b"\xff" * 60
    path.write_bytes(raw)

    rows = ParquetRows(DISK, table.schema)
    blocks = list(rows.blocks(str(path)))

    numbers = [number for block in blocks for number in block.column(ROW).to_pylist()]
    reasons = [reason for block in blocks for reason in block.column(REASON).to_pylist()]
    assert numbers == list(range(1, 3_001))
    assert reasons[:1_024] == [None] * 1_024
    assert all("damaged from here on" in reason for reason in reasons[1_024:])


class FailingFile(io.FileIO):
    """A file that cannot be read in its first half while there are errors left."""

    def __init__(self, path: str, errors: list[OSError]) -> None:
        super().__init__(path)
        self._errors = errors

    def read(self, size: int | None = -1) -> bytes:
        if self._errors and 4 < self.tell() < Path(str(self.name)).stat().st_size // 2:
            raise self._errors.pop()
        return super().read(size) or b""


class Failing:
    """A filesystem that fails once."""

    def __init__(self, error: OSError) -> None:
        self._errors = [error]

    def open_input_file(self, path: str) -> pa.NativeFile:
        return pa.PythonFile(FailingFile(path, self._errors), mode="r")


def test_a_net_that_fails_once_costs_no_rows_and_what_the_system_says_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    titles = [f"title {i}" for i in range(3_000)]
    pq.write_table(pa.table({"title": titles}), path, row_group_size=500, compression="none", use_dictionary=False)
    schema = pq.read_schema(path)

    blocks = list(ParquetRows(Failing(OSError("the net is busy")), schema).blocks(str(path)))

    assert [row for block in blocks for row in block.column(ROW).to_pylist()] == list(range(1, 3_001))
    assert {reason for block in blocks for reason in block.column(REASON).to_pylist()} == {None}
    with pytest.raises(OSError, match="Input/output error"):
        list(ParquetRows(Failing(OSError(5, "Input/output error")), schema).blocks(str(path)))
    with pytest.raises(FileNotFoundError):
        scan_parquet(DISK, str(tmp_path / "gone.parquet"))


def test_a_parquet_file_is_read_at_constant_memory_a_few_large_rows_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    group = pa.table({"title": [os.urandom(500_000).hex() for _ in range(40)]})
    pages = {"compression": "none", "use_dictionary": False, "write_batch_size": 1}  # of a row each
    with pq.ParquetWriter(path, group.schema, **pages) as writer:
        for _ in range(2):  # of 40 MB
            writer.write_table(group)
    del group
    before = pa.total_allocated_bytes()

    held, most_rows = [], 0
    for block in ParquetRows(DISK, pq.read_schema(path)).blocks(str(path)):
        held.append(pa.total_allocated_bytes() - before)
        most_rows = max(most_rows, block.num_rows)

    assert most_rows == 7  # a batch has 8 MB at most, and a row a little over one
    assert max(held) < 25_000_000  # less than a row group


def test_an_output_in_the_input_is_refused_for_the_next_run_would_label_it_again(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.jsonl").write_text('{"title": "a"}')

    for output in (tmp_path / "news" / "labelled", (tmp_path / "news" / "labelled").as_uri()):
        with pytest.raises(DataError, match=r"labelled, the output, is or is within the input .*give another output"):
            label_with_ray(ROOT / "models" / "default", tmp_path / "news", output)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "holds no articles"),
        ({"a.csv": ""}, "holds no articles"),
        ({"a.jsonl": "", "b.parquet": ""}, "holds both Parquet and JSON lines"),
        ({"a.jsonl": "", "b.csv": "", "c.html": ""}, r"holds 2 files that only the engine local reads, .*b\.csv"),
    ],
    ids=["empty", "other formats", "both formats", "formats of the local engine"],
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
    assert found.passed_over == 2


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


def test_a_value_that_the_type_of_all_files_cannot_hold_costs_its_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"title": ["a", "b", "c"], "n": [1, 2**60 + 1, 3]}), path)
    rows = ParquetRows(DISK, pa.schema([("title", pa.string()), ("n", pa.float64())]))

    (block,) = rows.blocks(str(path))

    first, second, third = rows.rows(block)
    assert isinstance(second, Reject)
    assert (second.line, second.reason[:36]) == (2, "'n' is double in all files together,")
    assert (first, third) == (Row({"title": "a"}, str(path), 1), Row({"title": "c"}, str(path), 3))
    assert block.column(ROW).to_pylist() == [1, 2, 3]
    assert rows.columns(block, [])["n"].to_pylist() == [1.0, None, 3.0]


def test_a_missing_ray_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in.jsonl").write_text('{"title": "a"}\n')
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'newsclf\[ray\]'"):
        label_with_ray(ROOT / "models" / "default", tmp_path / "in.jsonl", tmp_path / "out", cluster=Cluster())
