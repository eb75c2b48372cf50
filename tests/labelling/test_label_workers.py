"""Several processes: answers in order, a bounded number of rows under way, and what happens when one dies."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from stub_labelling import children, numbered, started, written_lines

from newsclf import DataError, WorkerError, label_file, labelling_task
from newsclf.reading import sources
from newsclf.reading.rows import UnreadRow


def ids_of(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]


def test_answers_of_several_processes_are_in_the_order_of_the_input(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", numbered(500))

    report = label_file(stub, source, tmp_path / "many.jsonl", workers=3, rows_at_once=7)
    label_file(stub, source, tmp_path / "one.jsonl", workers=1)

    assert report.labelled == 500
    assert ids_of(tmp_path / "many.jsonl") == [f"n{i}" for i in range(500)]
    assert (tmp_path / "many.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()
    assert children() == []


@pytest.mark.parametrize(("rows", "workers"), [(20, None), (20, 3), (60, 1)])
def test_one_chunk_or_one_worker_starts_no_process(rows: int, workers: int | None, stub: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    source = written_lines(tmp_path / "in.jsonl", numbered(rows))

    label_file(
        stub,
        source,
        tmp_path / "out.jsonl",
        workers=workers,
        rows_at_once=20,
        progress=lambda *_: seen.extend(children()),
    )

    assert seen == []


@pytest.mark.parametrize("workers", [1, 3])
def test_no_more_rows_are_read_than_are_under_way(
    workers: int, stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ahead = 0
    read = sources.RowSource.__iter__

    def counted(source: sources.RowSource) -> "object":
        nonlocal found
        for row in read(source):
            found += 1
            yield row

    def progress(rows: int, share: float | None) -> None:
        nonlocal ahead
        ahead = max(ahead, found - rows)

    monkeypatch.setattr(labelling_task.RowSource, "__iter__", counted)
    source = written_lines(tmp_path / "in.jsonl", numbered(1_000))

    label_file(stub, source, tmp_path / "out.jsonl", workers=workers, rows_at_once=10, progress=progress)

    assert found == 1_000
    # Two chunks for each worker, of which one has just been written.
    assert ahead <= (2 * workers - 1) * 10


def test_the_share_read_grows_to_one(stub: Path, tmp_path: Path) -> None:
    shares: list[float | None] = []
    rows = [{"text": "x" * 4_000} for _ in range(100)]
    source = written_lines(tmp_path / "in.jsonl", rows)

    label_file(stub, source, tmp_path / "out.jsonl", workers=1, rows_at_once=10, progress=lambda _, s: shares.append(s))

    assert shares == sorted(shares)  # type: ignore[type-var]
    assert 0.2 < (shares[3] or 0) < 0.8
    assert shares[-1] == 1.0


def test_a_worker_that_dies_is_an_error_that_the_same_command_goes_on_from(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", numbered(400))
    done = 0

    def progress(rows: int, share: float | None) -> None:
        nonlocal done
        done = rows
        if rows == 50:
            for pid in children():
                os.kill(pid, signal.SIGKILL)

    with pytest.raises(
        WorkerError, match=r"was ended by signal 9 and gave no answer\..* the same command goes on from here"
    ):
        label_file(stub, source, tmp_path / "out.jsonl", workers=2, rows_at_once=10, progress=progress)
    assert children() == []

    report = label_file(stub, source, tmp_path / "out.jsonl", workers=2, rows_at_once=10)

    assert 50 <= report.resumed_from == done
    assert ids_of(tmp_path / "out.jsonl") == [f"n{i}" for i in range(400)]


def test_a_row_that_kills_its_worker_does_not_take_the_rows_before_it(stub: Path, tmp_path: Path) -> None:
    rows = numbered(100)
    rows[70]["title"] = "die"
    source = written_lines(tmp_path / "in.jsonl", rows)

    with pytest.raises(WorkerError, match="was ended by signal 9"):
        label_file(stub, source, tmp_path / "out.jsonl", workers=2, rows_at_once=10)

    assert ids_of(tmp_path / "out.jsonl.part") == [f"n{i}" for i in range(70)]


def test_an_error_in_a_worker_is_raised_as_it_is(stub: Path, tmp_path: Path) -> None:
    rows = numbered(100)
    rows[70] |= {"status": 1, "input_status": 2}
    source = written_lines(tmp_path / "in.jsonl", rows)

    with pytest.raises(DataError, match=r"in\.jsonl:71 has a column 'status'"):
        label_file(stub, source, tmp_path / "out.jsonl", workers=2, rows_at_once=10)

    assert children() == []


def test_workers_have_one_math_thread_each_and_end_with_a_parent_that_is_killed(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", numbered(2_000))
    code = "import sys, newsclf; newsclf.label_file(*sys.argv[1:4], workers=2, rows_at_once=10)"
    with started(code, stub, source, tmp_path / "out.jsonl", seconds_a_row=0.002) as run:
        deadline = time.monotonic() + 20
        pids: list[int] = []
        while len(pids) < 2 and time.monotonic() < deadline:
            pids = children(run.pid)
            time.sleep(0.01)
        time.sleep(0.1)  # until they run their own program, not yet a copy of their parent
        settings = [Path(f"/proc/{pid}/environ").read_bytes() for pid in pids]
        run.send_signal(signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() and is_running(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.01)

    assert len(settings) == 2
    assert all(b"OMP_NUM_THREADS=1" in environment for environment in settings)
    assert not any(is_running(pid) for pid in pids)


def test_ctrl_c_while_the_workers_start_ends_everything_without_a_traceback(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", numbered(2_000))
    arguments = ["label", source, "-o", tmp_path / "out.jsonl", "--model", stub, "--workers", "2"]
    code = "from newsclf.cli import main; main()"
    with started(code, *arguments, seconds_a_row=0.01, stderr=subprocess.PIPE) as run:
        deadline = time.monotonic() + 20
        while not any(map(catches_ctrl_c, pids := children(run.pid))) and time.monotonic() < deadline:
            time.sleep(0.001)
        os.killpg(run.pid, signal.SIGINT)
        _, errors = run.communicate(timeout=20)

    assert (run.returncode, len(errors.splitlines())) == (130, 1), errors
    assert pids
    assert not any(is_running(pid) for pid in pids)


def catches_ctrl_c(pid: int) -> bool:
    """Say whether a process is Python that has just started, before the program that it runs says otherwise."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    caught = int(status.split("SigCgt:")[1].split()[0], 16)
    return bool(caught & 1 << signal.SIGINT - 1)


def test_workers_have_a_process_group_of_their_own_which_ctrl_c_does_not_reach(stub: Path, tmp_path: Path) -> None:
    groups: set[int] = set()
    source = written_lines(tmp_path / "in.jsonl", numbered(100))

    label_file(
        stub,
        source,
        tmp_path / "out.jsonl",
        workers=2,
        rows_at_once=10,
        progress=lambda *_: groups.update(map(os.getpgid, children())),
    )

    assert groups
    assert os.getpgid(0) not in groups


def is_running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_rows_that_were_found_are_sent_unread(stub: Path, tmp_path: Path) -> None:
    """What costs time, parsing and cleaning, is done by the workers."""
    source = sources.RowSource(written_lines(tmp_path / "in.jsonl", ['{"text": 1}', "{"]))

    found: list[UnreadRow] = list(source)

    assert [row.read.args for row in found] == [(b'{"text": 1}\n',), (b"{\n",)]  # type: ignore[attr-defined]
    assert [row.size for row in found] == [12, 2]
