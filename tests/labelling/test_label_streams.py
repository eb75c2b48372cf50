"""Standard input and output, by real pipes."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from subprocess import PIPE
from typing import IO

import pytest
from stub_labelling import model_directory, numbered, started, written_lines

from newsclf.arriving_rows import arriving_chunks
from newsclf.reading.records import Reject
from newsclf.reading.rows import UnreadRow

COMMAND = "from newsclf.cli import main; main()"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return model_directory(tmp_path / "model")


def piped(*arguments: str | Path, given: bytes | None = None) -> tuple[int, bytes, str]:
    pipe = subprocess.PIPE
    with started(COMMAND, "label", *arguments, stdin=pipe, stdout=pipe, stderr=pipe) as run:
        output, errors = run.communicate(given, timeout=30)
    return run.returncode, output, errors.decode()


def as_lines(rows: list[dict[str, str]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.mark.parametrize("arguments", [("-", "-o", "-"), ("-",), ("-", "--workers", "2")], ids=" ".join)
def test_lines_in_are_lines_out_in_order(arguments: tuple[str, ...], model: Path) -> None:
    code, output, errors = piped(*arguments, "--model", model, given=as_lines(numbered(2_000)))

    assert code == 0, errors
    assert [json.loads(line)["id"] for line in output.splitlines()] == [f"n{i}" for i in range(2_000)]
    assert "2,000" in errors
    assert "standard output" in errors


@pytest.mark.parametrize("workers", ["1", "2"])
def test_each_line_is_answered_before_the_next_one_comes(workers: str, model: Path) -> None:
    pipe = subprocess.PIPE
    with started(COMMAND, "label", "-", "--model", model, "--workers", workers, stdin=pipe, stdout=pipe) as run:
        given, answers = opened(run.stdin), opened(run.stdout)
        seen = []
        for row in numbered(5):
            given.write(as_lines([row]))
            given.flush()
            seen.append(json.loads(answers.readline())["id"])
            time.sleep(0.06)
        given.close()
        rest = answers.read()

    assert seen == ["n0", "n1", "n2", "n3", "n4"]
    assert (rest, run.returncode) == (b"", 0)


def opened(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def test_rejects_of_a_stream_are_counted_with_their_reasons_or_kept(model: Path, tmp_path: Path) -> None:
    given = b'{"text": "abc"}\n{"text": 5}\n{\n{"text": 6}\n'

    code, output, errors = piped("-", "--model", model, given=given)
    assert (code, len(output.splitlines())) == (0, 1)
    assert "rejected 3 rows; --rejects FILE keeps them" in errors
    assert "2: 'text' is int, not a string" in errors

    code, output, errors = piped("-", "--model", model, "--rejects", tmp_path / "kept.jsonl", given=given)
    kept = [json.loads(line) for line in (tmp_path / "kept.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(reject["file"], reject["line"]) for reject in kept] == [("standard input", n) for n in (2, 3, 4)]


def test_a_stream_can_go_to_a_file_and_a_file_to_a_stream(model: Path, tmp_path: Path) -> None:
    code, output, errors = piped("-", "-o", tmp_path / "out.csv", "--model", model, given=as_lines(numbered(600)))
    assert code == 0, errors
    assert len((tmp_path / "out.csv").read_bytes().splitlines()) == 601

    code, output, errors = piped(tmp_path / "out.csv", "--model", model)
    assert code == 0, errors
    rows = [json.loads(line) for line in output.splitlines()]
    assert [row["id"] for row in rows] == [f"n{i}" for i in range(600)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "out.csv"]


def test_a_stream_of_nothing_is_said_to_be_empty(model: Path) -> None:
    code, output, errors = piped("-", "--model", model, given=b"")

    assert (code, output) == (0, b"")
    assert "The input holds no rows; the output is empty" in errors


def test_a_reader_that_goes_away_ends_the_run_without_a_traceback(model: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", [{"text": "x" * 2_000}] * 3_000)
    pipe = subprocess.PIPE
    with started(COMMAND, "label", source, "--model", model, stdout=pipe, stderr=pipe) as run:
        opened(run.stdout).readline()
        opened(run.stdout).close()
        errors = opened(run.stderr).read().decode()

    assert run.returncode == 1
    assert errors == ""


def test_what_was_labelled_of_a_stream_stays_and_is_said_where_a_worker_dies(model: Path, tmp_path: Path) -> None:
    given = as_lines([*numbered(2_000), {"title": "die"}])

    code, _, errors = piped("-", "-o", tmp_path / "out.jsonl", "--model", model, "--workers", "2", given=given)

    assert code == 2
    part = tmp_path / "out.jsonl.part"
    assert f"What was labelled so far is in {part}; standard input cannot be read twice" in errors
    assert [json.loads(line)["id"] for line in part.read_bytes().splitlines()[:2]] == ["n0", "n1"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "out.jsonl.part"]


@pytest.mark.parametrize("is_stream", [True, False], ids=["stream", "file"])
def test_what_ctrl_c_leaves_is_said(is_stream: bool, model: Path, tmp_path: Path) -> None:
    source, output, pipe = written_lines(tmp_path / "in.jsonl", numbered(3_000)), tmp_path / "out.jsonl", PIPE
    arguments = ["label", "-" if is_stream else source, "-o", output, "--model", model, "--workers", "1"]
    with source.open("rb") as given:
        run = started(COMMAND, *arguments, stdin=given, stderr=pipe, seconds_a_row=0.002)
    with run:
        deadline = time.monotonic() + 30
        part = tmp_path / "out.jsonl.part"
        while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        errors = opened(run.stderr).read().decode()

    assert run.returncode == 130
    assert part.exists()
    said = f"is in {part}; standard input cannot be read twice" if is_stream else "the same command goes on from here"
    assert said in errors


def test_what_arrives_is_cut_by_its_size_too() -> None:
    rows = [UnreadRow(partial(Reject, "stream", i, "no text", ""), 40) for i in range(7)]

    chunks = [chunk for chunk in arriving_chunks(iter(rows), most=7, size=100) if chunk]

    assert [row for chunk in chunks for row in chunk] == rows
    assert max(map(len, chunks)) <= 3


def test_no_more_than_two_chunks_are_held_by_their_size() -> None:
    found = 0

    def rows() -> Iterator[UnreadRow]:
        nonlocal found
        for i in range(100):
            found += 1
            yield UnreadRow(partial(Reject, "stream", i, "no text", ""), 40)

    first = next(chunks := arriving_chunks(rows(), most=100, size=100))
    time.sleep(0.2)  # for a reader that does not wait

    # Three rows of 40 reach 100; one more is in the reader's hand.
    assert found <= len(first) + 3 + 1
    assert len(first) + sum(map(len, chunks)) == found == 100


def test_an_error_of_a_stream_comes_behind_the_rows_before_it() -> None:
    def rows() -> Iterator[UnreadRow]:
        yield UnreadRow(partial(Reject, "stream", 1, "no text", ""), 40)
        raise OSError("the pipe is broken")

    seen: list[UnreadRow] = []
    with pytest.raises(OSError, match="the pipe is broken"):
        seen.extend(chain.from_iterable(arriving_chunks(rows(), most=10, size=100)))

    assert len(seen) == 1


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_a_stream_does_not_replace_what_is_left_of_a_file(name: str, model: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", [*numbered(600), {"title": "die"}])
    code, _, errors = piped(source, "-o", tmp_path / name, "--model", model, "--workers", "2")
    assert code == 2, errors
    left = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    code, _, errors = piped("-", "-o", tmp_path / name, "--model", model, "--overwrite", given=as_lines(numbered(5)))

    assert code == 2
    assert "ended after 512 rows, and since then this has changed: the path of the input" in errors
    assert "pass --restart to begin anew" in errors
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == left

    code, _, errors = piped("-", "-o", tmp_path / name, "--model", model, "--restart", given=as_lines(numbered(5)))
    assert code == 0, errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "model", name]
