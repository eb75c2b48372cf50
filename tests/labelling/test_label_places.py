"""No file of a run is another one, or the input."""

from pathlib import Path

import pytest
from stub_labelling import numbered, written_lines

from newsclf import DataError, label_file


@pytest.mark.parametrize(
    ("source", "output", "rejects"),
    [
        ("out.jsonl.part", "out.jsonl", None),
        ("out.jsonl.journal.json/in.jsonl", "out.jsonl", None),
        ("out.jsonl.rejects.jsonl", "out.jsonl", None),
        ("out.jsonl.rejects.jsonl.part", "out.jsonl", None),
        ("out.parquet.parts", "out.parquet", None),
        ("out.parquet.parts/in.jsonl", "out.parquet", None),
        ("in.jsonl", "out.jsonl", "in.jsonl"),
        ("news", "out.jsonl", "news/rejects.jsonl"),
        ("in.jsonl", "-", "in.jsonl"),
    ],
)
def test_a_file_that_is_or_is_within_or_holds_the_input_is_refused(
    source: str, output: str, rejects: str | None, stub: Path, tmp_path: Path
) -> None:
    given = tmp_path / source
    inside = given if given.suffix == ".jsonl" or given.name.endswith(".part") else given / "in.jsonl"
    inside.parent.mkdir(parents=True, exist_ok=True)
    content = written_lines(inside, numbered(3)).read_bytes()
    place = output if output == "-" else tmp_path / output

    with pytest.raises(DataError, match=r"is or is within the input .*, or holds it\. Give another"):
        label_file(stub, given, place, rejects=rejects and tmp_path / rejects)

    assert inside.read_bytes() == content
    assert not (tmp_path / output).exists()


@pytest.mark.parametrize("rejects", ["out.jsonl", "out.jsonl.part", "out.jsonl.journal.json", "out.jsonl.parts/x"])
def test_rejects_that_would_be_another_file_of_the_run_are_refused(rejects: str, stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", numbered(3))

    with pytest.raises(DataError, match=r"is the file of rejects, and .*they are in each other's way"):
        label_file(stub, source, tmp_path / "out.jsonl", rejects=tmp_path / "news" / ".." / rejects)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "model"]


@pytest.mark.parametrize("name", ["output", "rejects"])
def test_a_folder_where_a_file_should_be_is_refused_before_labelling(name: str, stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", numbered(3))
    (tmp_path / "taken.jsonl").mkdir()
    places = {"output": tmp_path / "out.jsonl", name: tmp_path / "taken.jsonl"}

    with pytest.raises(DataError, match=r"taken\.jsonl is a folder; give the name of a file to write"):
        label_file(stub, source, overwrite=True, **places)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "model", "taken.jsonl"]


def test_rejects_that_would_replace_a_device_are_refused(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", numbered(3))

    with pytest.raises(DataError, match=r"/dev/null is no regular file; give the name of a file to write"):
        label_file(stub, source, tmp_path / "out.jsonl", rejects="/dev/null", overwrite=True)

    assert Path("/dev/null").is_char_device()
