"""A run that was ended is gone on with, or refused with a reason."""

import errno
import gzip
import importlib.metadata
import json
import os
import random
import resource
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stub_labelling import children, model_directory, numbered, started, written_lines

from newsclf import DataError, LabellingReport, UnfinishedError, label_file, labelling_task

ROWS = 600
AT_ONCE = 10
RUN = """
import sys, newsclf
report = newsclf.label_file(*sys.argv[1:4], workers=int(sys.argv[4]), rows_at_once=10)
print(report.labelled, report.rejected, report.resumed_from)
"""


def chunks_done(output: Path) -> int:
    journal = output.with_name(output.name + ".journal.json")
    try:
        return int(json.loads(journal.read_text(encoding="utf-8"))["chunks"])
    except (FileNotFoundError, ValueError):
        return 0


def killed_after(chunks: int, model: Path, source: Path, output: Path, *, workers: int) -> None:
    """Start the run and kill its whole process group once so many chunks are in the journal."""
    run = started(RUN, model, source, output, str(workers), seconds_a_row=0.002, stdout=subprocess.PIPE)
    with run:
        deadline = time.monotonic() + 30
        while chunks_done(output) < chunks and time.monotonic() < deadline:
            assert run.poll() is None, "the run ended before it could be killed"
            time.sleep(0.001)
        time.sleep(random.Random(chunks).uniform(0, 0.03))  # at any moment of the chunk after
        os.killpg(run.pid, signal.SIGKILL)


def finished(model: Path, source: Path, output: Path, *, workers: int = 1) -> list[int]:
    """Run to the end; return the rows labelled, rejected, and done by earlier runs."""
    run = started(RUN, model, source, output, str(workers), stdout=subprocess.PIPE)
    with run:
        printed, _ = run.communicate(timeout=60)
    assert run.returncode == 0
    return [int(word) for word in printed.split()]


@pytest.mark.parametrize(
    ("ending", "workers"), [("jsonl", 1), ("jsonl", 2), ("jsonl.gz", 2), ("csv", 1), ("parquet", 1), ("parquet", 2)]
)
def test_a_run_that_was_killed_again_and_again_writes_what_one_run_writes(
    ending: str, workers: int, tmp_path: Path
) -> None:
    rows: list[Any] = numbered(ROWS)
    for i in range(5, ROWS, 50):
        rows[i] = '{"text": 5}'
    source, model = written_lines(tmp_path / "in.jsonl", rows), model_directory(tmp_path / "model")
    whole, ended = tmp_path / f"whole.{ending}", tmp_path / f"ended.{ending}"
    assert finished(model, source, whole) == [588, 12, 0]

    for chunks in (3, 17, 40):
        killed_after(chunks, model, source, ended, workers=workers)
        assert not ended.exists()
    labelled, rejected, resumed = finished(model, source, ended, workers=workers)

    assert (labelled, rejected) == (588, 12)
    assert resumed >= 40 * AT_ONCE
    assert ended.read_bytes() == whole.read_bytes()
    kept = [path.with_name(path.name + ".rejects.jsonl").read_bytes() for path in (ended, whole)]
    assert kept[0] == kept[1]
    assert len(kept[0].splitlines()) == 12
    left = {path.name for path in tmp_path.iterdir() if path.name.startswith("ended")}
    assert left == {f"ended.{ending}", f"ended.{ending}.rejects.jsonl"}


def as_csv(path: Path) -> Path:
    lines = "".join(f'n{i},"Article {i}\n{"x" * (i % 50)}"\n\n' for i in range(ROWS))
    path.write_text("id,text\n" + lines, encoding="utf-8")
    return path


def as_parquet(path: Path) -> Path:
    pq.write_table(pa.Table.from_pylist(numbered(ROWS)), path, row_group_size=70)
    return path


def as_gzip(path: Path) -> Path:
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in numbered(ROWS)).encode()))
    return path


def as_folder(path: Path) -> Path:
    path.mkdir()
    for i in range(25):
        (path / f"{i:02d}.txt").write_text(f"Article {i}.\n\nOf page {i}.", encoding="utf-8")
    as_csv(path / "a.csv")
    (path / "b.csv").write_text("", encoding="utf-8")
    written_lines(path / "c.jsonl", numbered(50))
    return path


@pytest.mark.parametrize(
    ("write", "name"),
    [(as_csv, "in.csv"), (as_parquet, "in.parquet"), (as_gzip, "in.jsonl.gz"), (as_folder, "news")],
    ids=["csv", "parquet", "jsonl-gz", "folder"],
)
def test_every_input_is_gone_on_with_behind_the_rows_that_are_done(
    write: Callable[[Path], Path], name: str, tmp_path: Path
) -> None:
    source, model = write(tmp_path / name), model_directory(tmp_path / "model")
    finished(model, source, tmp_path / "whole.jsonl")

    killed_after(9, model, source, tmp_path / "ended.jsonl", workers=1)
    _, _, resumed = finished(model, source, tmp_path / "ended.jsonl")

    assert resumed >= 90
    assert (tmp_path / "ended.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


class Ended(Exception):  # noqa: N818 - it stands for whatever ends a run
    """Raised out of the progress callback, as Ctrl-C would be."""


def ended_run(model: Path, source: Path, output: Path, *, after: int = 20, **options: Any) -> None:
    def progress(rows: int, share: float | None) -> None:
        if rows >= after:
            raise Ended

    with pytest.raises(Ended):
        label_file(model, source, output, rows_at_once=AT_ONCE, workers=1, progress=progress, **options)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return written_lines(tmp_path / "in.jsonl", numbered(50))


def again(model: Path, source: Path, output: Path, **options: Any) -> LabellingReport:
    return label_file(model, source, output, rows_at_once=AT_ONCE, workers=1, **options)


def test_the_counts_of_a_run_that_went_on_are_of_all_rows(stub: Path, source: Path, tmp_path: Path) -> None:
    ended_run(stub, source, tmp_path / "out.jsonl")

    report = again(stub, source, tmp_path / "out.jsonl")

    assert (report.labelled, report.resumed_from) == (50, 20)
    # "Article 30 " and 30 of "x" are 41 characters; rows 30 to 49 have more than 40.
    assert report.statuses == {"ok": 20, "none": 30}
    assert report.articles_per_second == pytest.approx(30 / report.seconds)


def rewritten(path: Path) -> None:
    """Change a file, and neither its size nor the time that `ls` shows, as a copy that keeps times does."""
    seen = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Article", b"Chapter"))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param(
            lambda _, source: source.write_text('{"text": "a"}\n'), "the size or time of the input", id="input"
        ),
        pytest.param(lambda _, source: os.utime(source, (1, 1)), "the size or time of the input", id="time"),
        pytest.param(lambda _, source: rewritten(source), "the size or time of the input", id="content"),
        pytest.param(lambda model, _: model_directory(model, '{"other": 1}'), "the model", id="model"),
    ],
)
def test_a_change_of_what_the_output_depends_on_is_named(
    change: Callable[[Path, Path], object], named: str, stub: Path, source: Path, tmp_path: Path
) -> None:
    ended_run(stub, source, tmp_path / "out.jsonl")
    change(stub, source)
    written = (tmp_path / "out.jsonl.part").read_bytes()

    with pytest.raises(UnfinishedError, match=rf"ended after 20 rows.*has changed: {named}\. .*--restart"):
        again(stub, source, tmp_path / "out.jsonl")

    assert (tmp_path / "out.jsonl.part").read_bytes() == written


@pytest.mark.parametrize(
    ("package", "changed"),
    [("newsclf", "the version of newsclf"), ("torch", "what runs the encoder, or its version")],
)
def test_a_run_is_not_gone_on_with_by_another_version(
    package: str, changed: str, stub: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_run(stub, source, tmp_path / "out.jsonl")
    version = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99" if name == package else version(name))

    with pytest.raises(UnfinishedError, match=rf"has changed: {changed}\. "):
        again(stub, source, tmp_path / "out.jsonl")


def test_other_options_and_another_path_are_named(stub: Path, source: Path, tmp_path: Path) -> None:
    ended_run(stub, source, tmp_path / "out.jsonl")

    with pytest.raises(UnfinishedError, match="has changed: the option rows_at_once"):
        label_file(stub, source, tmp_path / "out.jsonl", rows_at_once=11)
    with pytest.raises(UnfinishedError, match="has changed: the option rejects"):
        again(stub, source, tmp_path / "out.jsonl", rejects=tmp_path / "elsewhere.jsonl")
    source.rename(tmp_path / "moved.jsonl")
    with pytest.raises(UnfinishedError, match="has changed: the path of the input"):
        again(stub, tmp_path / "moved.jsonl", tmp_path / "out.jsonl")


@pytest.mark.parametrize("output", ["out.jsonl", "out.parquet"])
def test_restart_begins_anew(output: str, stub: Path, source: Path, tmp_path: Path) -> None:
    ended_run(stub, source, tmp_path / output)
    written_lines(source, numbered(5))

    report = again(stub, source, tmp_path / output, restart=True)

    assert (report.labelled, report.resumed_from) == (5, 0)
    count = pq.read_table(tmp_path / output).num_rows if output == "out.parquet" else 0
    assert count == 5 or len((tmp_path / output).read_bytes().splitlines()) == 5


def test_an_output_that_is_there_is_replaced_only_if_asked_for(stub: Path, source: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("precious\n", encoding="utf-8")

    with pytest.raises(UnfinishedError, match=r"out\.jsonl exists\. Pass --overwrite"):
        again(stub, source, tmp_path / "out.jsonl")
    with pytest.raises(UnfinishedError, match=r"out\.jsonl exists\. Pass --overwrite"):
        again(stub, source, tmp_path / "out.jsonl", restart=True)
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == "precious\n"

    ended_run(stub, source, tmp_path / "out.jsonl", overwrite=True)
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == "precious\n"
    assert again(stub, source, tmp_path / "out.jsonl").resumed_from == 20
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 50


@pytest.mark.parametrize("renamed", ["out.jsonl.rejects.jsonl", "out.jsonl"])
@pytest.mark.parametrize("is_in_place", [False, True], ids=["before-the-rename", "after-the-rename"])
def test_a_kill_around_the_last_renames_loses_nothing(
    is_in_place: bool, renamed: str, stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = written_lines(tmp_path / "in.jsonl", ["{", *numbered(50)])
    replaced, output = os.replace, tmp_path / "out.jsonl"

    def replace(old: Path, new: Path) -> None:
        if new.name != renamed:
            replaced(old, new)
            return
        if is_in_place:
            replaced(old, new)
        raise Ended

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(Ended):
        again(stub, source, output)
    monkeypatch.setattr(os, "replace", replaced)

    report = again(stub, source, output)

    assert (report.labelled, report.rejected, report.resumed_from) == (50, 1, 51)
    assert len(output.read_bytes().splitlines()) == 50
    assert len((tmp_path / "out.jsonl.rejects.jsonl").read_bytes().splitlines()) == 1
    left = {path.name for path in tmp_path.iterdir() if path.name.startswith("out")}
    assert left == {"out.jsonl", "out.jsonl.rejects.jsonl"}


def test_a_second_run_on_the_same_output_is_refused_while_the_first_goes_on(
    stub: Path, source: Path, tmp_path: Path
) -> None:
    messages: Counter[str] = Counter()

    def progress(rows: int, share: float | None) -> None:
        with pytest.raises(UnfinishedError, match=r"another run is writing .*out\.jsonl\.") as caught:
            again(stub, source, tmp_path / "out.jsonl")
        messages[str(caught.value)[:15]] += 1

    report = again(stub, source, tmp_path / "out.jsonl", progress=progress)

    assert messages == {"another run is ": 5}
    assert report.labelled == 50
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 50


def test_a_damaged_journal_and_a_lost_part_are_errors_that_name_the_remedy(
    stub: Path, source: Path, tmp_path: Path
) -> None:
    ended_run(stub, source, tmp_path / "out.jsonl")
    (tmp_path / "out.jsonl.part").write_bytes(b"")
    with pytest.raises(UnfinishedError, match=r"out\.jsonl\.part is shorter .*--restart"):
        again(stub, source, tmp_path / "out.jsonl")

    (tmp_path / "out.jsonl.journal.json").write_text("{", encoding="utf-8")
    with pytest.raises(UnfinishedError, match=r"is damaged: .*--restart"):
        again(stub, source, tmp_path / "out.jsonl")


@pytest.mark.parametrize(
    "content",
    ["[]", "null", '{"made_from": []}', '{"made_from": {"a": 1}}', '{"made_from": {}, "rows": "x"}'],
)
def test_a_journal_with_other_types_is_damaged(content: str, stub: Path, source: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl.journal.json").write_text(content, encoding="utf-8")

    with pytest.raises(UnfinishedError, match=r"journal\.json is damaged: .*--restart"):
        again(stub, source, tmp_path / "out.jsonl")
    assert again(stub, source, tmp_path / "out.jsonl", restart=True).labelled == 50


def test_a_lost_file_of_rejects_is_an_error_that_names_the_remedy(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", ["{", *numbered(49)])
    ended_run(stub, source, tmp_path / "out.jsonl")
    (tmp_path / "out.jsonl.rejects.jsonl.part").unlink()

    with pytest.raises(UnfinishedError, match=r"out\.jsonl\.rejects\.jsonl\.part is missing\. Pass --restart"):
        again(stub, source, tmp_path / "out.jsonl")


def test_a_restart_that_is_refused_loses_nothing(stub: Path, source: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("precious\n", encoding="utf-8")
    ended_run(stub, source, tmp_path / "out.jsonl", overwrite=True)

    with pytest.raises(UnfinishedError, match=r"out\.jsonl exists\. Pass --overwrite"):
        again(stub, source, tmp_path / "out.jsonl", restart=True)

    assert again(stub, source, tmp_path / "out.jsonl").resumed_from == 20


def test_a_second_run_is_refused_until_the_output_of_the_first_is_at_its_place(
    stub: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced, output, refused = os.replace, tmp_path / "out.jsonl", 0

    def replace(old: Path, new: Path) -> None:
        nonlocal refused
        if new == output:
            for restart in (False, True):
                with pytest.raises(UnfinishedError, match="another run is writing"):
                    again(stub, source, output, restart=restart)
                refused += 1
        replaced(old, new)

    monkeypatch.setattr(os, "replace", replace)

    assert again(stub, source, output).labelled == 50
    assert (refused, len(output.read_bytes().splitlines())) == (2, 50)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "model", "out.jsonl"]


def test_named_rejects_are_replaced_only_if_asked_for_and_gone_on_with(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", ["{", *numbered(39), "{"])
    rejects = tmp_path / "notes.jsonl"
    rejects.write_text("precious\n", encoding="utf-8")

    with pytest.raises(UnfinishedError, match=r"notes\.jsonl exists\. Pass --overwrite"):
        again(stub, source, tmp_path / "out.jsonl", rejects=rejects)
    assert rejects.read_text(encoding="utf-8") == "precious\n"

    ended_run(stub, source, tmp_path / "out.jsonl", rejects=rejects, overwrite=True)
    assert again(stub, source, tmp_path / "out.jsonl", rejects=rejects).rejected == 2
    assert len(rejects.read_bytes().splitlines()) == 2


def test_the_same_files_by_other_paths_are_gone_on_with(
    stub: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended_run(stub, Path("in.jsonl"), Path("out.jsonl"))

    assert again(stub, source, tmp_path / "out.jsonl").resumed_from == 20


def test_an_error_midway_leaves_what_is_written_to_go_on_from(stub: Path, tmp_path: Path) -> None:
    rows = numbered(30)
    rows[25] |= {"status": 1, "input_status": 2}
    source = written_lines(tmp_path / "in.jsonl", rows)

    with pytest.raises(DataError, match=r"in\.jsonl:26 has a column 'status'"):
        again(stub, source, tmp_path / "out.jsonl")

    assert chunks_done(tmp_path / "out.jsonl") == 2


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_renames_are_on_the_disk_before_the_journal_goes(
    name: str, stub: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    replaced, synced, unlinked = os.replace, os.fsync, Path.unlink

    def replace(old: Path, new: Path) -> None:
        replaced(old, new)
        done.append(f"renamed {new.name}")

    def fsync(file: int) -> None:
        synced(file)
        done.append(f"synced {Path(f'/proc/self/fd/{file}').readlink().name}")

    def unlink(path: Path, missing_ok: bool = False) -> None:
        unlinked(path, missing_ok=missing_ok)
        done.append(f"removed {path.name}")

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "unlink", unlink)

    again(stub, source, tmp_path / name)

    folder, journal = f"synced {tmp_path.name}", f"renamed {name}.journal.json"
    end = done[done.index(f"renamed {name}") :]
    assert end[:3] == [f"renamed {name}", folder, f"removed {name}.journal.json"]
    # The journal of each of the five chunks, and that of the beginning and of the end.
    assert [done[i + 1] for i, what in enumerate(done) if what == journal] == [folder] * 7
    last = len(done) - 1 - done[::-1].index(journal)
    assert f"synced {name}.part" in done[:last]
    if name == "out.parquet":
        parts = [done[i + 1] for i, what in enumerate(done) if what.endswith("00.parquet") and "renamed" in what]
        assert parts == ["synced out.parquet.parts"]


def as_pages(path: Path) -> Path:
    path.mkdir()
    for i in range(ROWS // 10):
        (path / f"{i:03d}.txt").write_text(f"Article {i}.\n\n" + "x" * (i % 50) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("write", "name"),
    [(as_gzip, "in.jsonl.gz"), (as_csv, "in.csv"), (as_parquet, "in.parquet"), (as_pages, "pages")],
    ids=["jsonl-gz", "csv", "parquet", "pages"],
)
def test_long_rows_make_chunks_of_fewer_that_begin_where_they_would_have_begun(
    write: Callable[[Path], Path], name: str, stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelling_task, "_CHUNK_SIZE", 150)
    source = write(tmp_path / name)
    done: list[int] = []
    again(stub, source, tmp_path / "whole.jsonl", progress=lambda rows, _: done.append(rows))

    ended_run(stub, source, tmp_path / "out.jsonl", after=done[len(done) // 2])
    rest: list[int] = []
    again(stub, source, tmp_path / "out.jsonl", progress=lambda rows, _: rest.append(rows))

    assert len(done) > 1.3 * done[-1] / AT_ONCE
    assert rest == done[len(done) // 2 + 1 :]
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_chunk_ends_with_the_row_that_makes_it_large(stub: Path, tmp_path: Path) -> None:
    rows = [{"text": "x" * (4_000_000 if i in {1, 2} else 10)} for i in range(20)]
    done: list[int] = []

    again(
        stub, written_lines(tmp_path / "in.jsonl", rows), tmp_path / "out.jsonl", progress=lambda n, _: done.append(n)
    )

    # Of rows 0 to 2 the texts alone are 8,000,010 characters; then ten and seven.
    assert done == [3, 13, 20]


def test_a_file_that_the_disk_does_not_give_ends_the_run_which_goes_on_once_it_can_be_read(
    stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a reject it would be one row of the journal, and its rows would be lost for good."""
    folder, output = tmp_path / "news", tmp_path / "out.jsonl"
    folder.mkdir()
    for name in "abc":
        written_lines(folder / f"{name}.jsonl", [{"text": f"Article {name}{i}"} for i in range(20)])
    again(stub, folder, tmp_path / "whole.jsonl")
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "b.jsonl":
            raise OSError(errno.EIO, "Input/output error")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match=r"b\.jsonl cannot be read: Input/output error\. Give the same command again"):
        again(stub, folder, output)
    monkeypatch.setattr(Path, "open", opened)

    report = again(stub, folder, output)

    assert (report.labelled, report.rejected, report.resumed_from) == (60, 0, 20)
    assert output.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_full_disk_leaves_a_run_that_the_same_process_goes_on_with(stub: Path, tmp_path: Path) -> None:
    """What is left in the stream's buffer fails again as that is closed."""
    source = written_lines(tmp_path / "in.jsonl", [{"text": "x" * 200}] * 50)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            again(stub, source, tmp_path / "out.jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    report = again(stub, source, tmp_path / "out.jsonl")

    assert (report.labelled, report.resumed_from) == (50, 20)


def test_the_last_chunk_of_many_is_labelled_by_a_worker_as_those_before_it_were(
    stub: Path, source: Path, tmp_path: Path
) -> None:
    """One thread and many round differently."""

    def end(rows: int, share: float | None) -> None:
        if rows == 40:
            raise Ended

    with pytest.raises(Ended):
        label_file(stub, source, tmp_path / "out.jsonl", rows_at_once=AT_ONCE, workers=2, progress=end)
    seen: list[int] = []

    report = label_file(
        stub,
        source,
        tmp_path / "out.jsonl",
        rows_at_once=AT_ONCE,
        workers=2,
        progress=lambda *_: seen.append(len(children())),
    )

    assert (report.resumed_from, seen) == (40, [1])


def test_an_earlier_output_and_its_rejects_stay_until_the_new_ones_are_whole(stub: Path, tmp_path: Path) -> None:
    source = written_lines(tmp_path / "in.jsonl", ["{", *numbered(29)])
    output, rejects = tmp_path / "out.jsonl", tmp_path / "out.jsonl.rejects.jsonl"
    for path in (output, rejects):
        path.write_text("precious\n", encoding="utf-8")

    ended_run(stub, source, output, overwrite=True)
    assert [path.read_text(encoding="utf-8") for path in (output, rejects)] == ["precious\n"] * 2

    assert again(stub, source, output).rejected == 1
    assert json.loads(rejects.read_text(encoding="utf-8"))["line"] == 1
    left = {path.name for path in tmp_path.iterdir() if path.name.startswith("out")}
    assert left == {output.name, rejects.name}
