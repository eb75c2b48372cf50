import gzip
import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.fs import LocalFileSystem
from ray_cluster import RayCluster, ray_cluster
from support import ROOT

from newsclf import BundleError, ClusterError, ConfigError, DataError, load
from newsclf.distributed import Cluster, RayEncoder, label_with_ray, labelling
from newsclf.distributed.blocks import EXCERPT, REASON, RowFormat
from newsclf.distributed.cluster import connected
from newsclf.distributed.json_rows import JsonRows
from newsclf.distributed.ray_encoder import piece_size
from newsclf.distributed.scanning import Scan, row_format, scan
from newsclf.distributed.source_files import SourceFiles, find_files
from newsclf.embedding import embed
from newsclf.encoders import load_encoder
from newsclf.reading.records import Reject
from newsclf.reading.rows import Row
from newsclf.row_labelling import RowLabeller

pytest.importorskip("ray", reason="Ray is an extra: pip install 'newsclf[ray]'")

MODEL = ROOT / "models" / "default"
LINES = (ROOT / "data" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
ANSWERS = ["themes", "regions", "countries", "topic", "topic_id", "status"]

pytestmark = [
    # Ray Data copies its options, old names and all, and each copy says that they are old.
    pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning:ray.data.context"),
    # Of a driver's sockets and log files some are left to the end of the process.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    with ray_cluster(cpus=2) as running:
        yield running


@pytest.fixture(scope="module")
def labeller() -> RowLabeller:
    return RowLabeller(load(MODEL))


@dataclass(frozen=True, slots=True)
class FailingOnce(JsonRows):
    """Lines that cannot be read the first time."""

    flag: Path

    def rows(self, block: Any) -> list[Row | Reject]:
        if not self.flag.exists():
            self.flag.touch()
            raise OSError("the disk is busy")
        return JsonRows.rows(self, block)


@dataclass(frozen=True, slots=True)
class BusyOnce:
    """A filesystem that fails the first time."""

    flag: Path

    def open_input_stream(self, path: str, *, compression: None) -> pa.NativeFile:
        if not self.flag.exists():
            self.flag.touch()
            raise OSError("the disk is busy")
        return LocalFileSystem().open_input_stream(path, compression=compression)


def rows_of(output: Path) -> list[dict[str, Any]]:
    """Return the rows of an output, in the order that they had in the input."""
    return sorted(pq.read_table(output).to_pylist(), key=lambda row: (row["source_file"], row["source_row"]))


def rejects_of(output: Path) -> list[dict[str, Any]]:
    lines = [line for path in sorted((output / "_rejects").iterdir()) for line in path.read_text().split("\n") if line]
    return sorted(map(json.loads, lines), key=lambda row: (row["file"], row["line"] or 0))


def assert_same_answers(rows: list[dict[str, Any]], labeller: RowLabeller) -> None:
    """Compare with what one machine says of the same rows."""
    own = ["id", "title", "text", "date"]
    alone = labeller.label([Row({name: row.get(name) for name in own}, "x", 1) for row in rows])
    for row, answer in zip(rows, alone, strict=True):
        assert not isinstance(answer, Reject)
        assert {name: row[name] for name in ANSWERS} == {name: answer[name] for name in ANSWERS}
        assert set(row["scores"]) == set(answer["scores"])
        for name, values in answer["scores"].items():
            assert row["scores"][name] == pytest.approx(values, abs=1e-5)


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_each_row_is_written_once(
    cluster: RayCluster, labeller: RowLabeller, tmp_path: Path
) -> None:
    records = [json.loads(line) for line in LINES[:160]]
    (tmp_path / "in").mkdir()
    for part, start in enumerate((0, 80)):
        own = [record | {"number": start + i} for i, record in enumerate(records[start : start + 80])]
        pq.write_table(pa.Table.from_pylist(own), tmp_path / "in" / f"{part}.parquet", row_group_size=30)
    killed: list[tuple[int, int]] = []
    seen: set[int] = set()

    def kill_one(stage: str, done: int, total: int) -> None:
        workers = cluster.workers()
        seen.update(workers)
        if 0 < done < total // 2 and not killed:
            os.kill(workers[0], signal.SIGKILL)
            killed.append((workers[0], done))

    report = label_with_ray(
        MODEL,
        tmp_path / "in",
        tmp_path / "out",
        cluster=Cluster(address=cluster.address, workers=2, pin=True),
        block_bytes=2_500,
        progress=kill_one,
    )

    assert len(killed) == 1
    assert len(seen) == 3  # the two, and the one that took the place of the killed one
    rows = rows_of(tmp_path / "out")
    assert (report.labelled, report.rejected) == (160, 0)
    assert report.renamed == {"themes": "input_themes", "regions": "input_regions"}
    assert [row["number"] for row in rows] == list(range(160))
    assert [row["source_row"] for row in rows] == [*range(1, 81), *range(1, 81)]
    assert [row["input_themes"] for row in rows] == [record["themes"] for record in records]
    assert_same_answers(rows, labeller)
    assert json.loads((tmp_path / "out" / "_report.json").read_text())["statuses"] == report.statuses


@pytest.mark.slow
def test_json_lines_keep_their_columns_and_broken_ones_are_rejects_though_a_worker_fails_once(
    cluster: RayCluster, labeller: RowLabeller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(source: SourceFiles, scanned: Scan, *, block_bytes: int) -> RowFormat:
        rows = row_format(source, scanned, block_bytes=block_bytes)
        return FailingOnce(**{f.name: getattr(rows, f.name) for f in fields(rows)}, flag=tmp_path / "failed")

    monkeypatch.setattr(labelling, "row_format", failing)
    (tmp_path / "in").mkdir()
    plain, zipped = tmp_path / "in" / "a.jsonl", tmp_path / "in" / "b.jsonl.gz"
    odd = {"id": 7, "title": "Bank raises rates", "text": "It rose \ud800.", "status": "mine", "n": 1.5, "o": {"a": []}}
    odd["truncated"] = True  # the input's own, for this model reads all
    plain.write_text("\n".join([*LINES[:9], "", '{"title": ', "[1]", '{"o": 2, "n": 3}', json.dumps(odd)]))
    with gzip.open(zipped, "wb") as stream:
        stream.write("\n".join(LINES[9:30]).encode() + b"\n\xff\n")
    zipped.write_bytes(zipped.read_bytes()[:-4])
    (tmp_path / "in" / "notes.log").write_text("not an article")

    report = label_with_ray(
        MODEL, tmp_path / "in", tmp_path / "out", cluster=Cluster(address=cluster.address), block_bytes=3_000
    )

    rows = rows_of(tmp_path / "out")
    assert (tmp_path / "failed").exists()
    assert (report.labelled, report.rejected, report.truncated, report.parts) == (31, 5, 0, 1)
    assert report.renamed == {"themes": "input_themes", "regions": "input_regions", "status": "input_status"}
    assert report.passed_over == 1
    assert [(row["source_file"], row["source_row"]) for row in rows] == [
        *((str(plain), line) for line in [*range(1, 10), 14]),
        *((str(zipped), line) for line in range(1, 22)),
    ]
    assert [row["title"] for row in rows[:9]] == [json.loads(line)["title"] for line in LINES[:9]]
    assert {name: rows[9][name] for name in ("id", "text", "input_status", "n", "o")} == {
        "id": "7", "text": "It rose ?.", "input_status": "mine", "n": 1.5, "o": '{"a": []}'
    }  # fmt: skip
    assert_same_answers(rows, labeller)
    assert [
        (Path(r["file"]).name, r["line"], r["reason"].split(":")[0], r["excerpt"]) for r in rejects_of(tmp_path / "out")
    ] == [
        ("a.jsonl", 11, "broken JSON", '{"title": '),
        ("a.jsonl", 12, "the line is a JSON list, not an object", "[1]"),
        ("a.jsonl", 13, "no text and no title (after removing page furniture)", '{"o": 2, "n": 3}'),
        ("b.jsonl.gz", 22, "not UTF-8", "\ufffd"),
        ("b.jsonl.gz", 23, "the gzip file is damaged from here on", ""),
    ]


@pytest.mark.slow
def test_a_file_that_cannot_be_read_ends_the_run_and_one_that_is_no_gzip_is_a_reject(
    cluster: RayCluster, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_text(LINES[0])
    (folder / "b.jsonl.gz").write_text("not packed")
    (folder / "c.jsonl").write_text(LINES[1])
    source = find_files(folder)

    with connected(Cluster(address=cluster.address)):
        found = scan(source)
        late = scan(replace(source, filesystem=BusyOnce(tmp_path / "failed")))
        (folder / "a.jsonl").unlink()
        with pytest.raises(
            DataError, match=r"^\S+/a\.jsonl cannot be read: .*No such file.* Mend that, and give the same"
        ):
            scan(source)

    assert (tmp_path / "failed").exists()
    assert late == found
    assert (found.files, found.rows) == ((str(folder / "a.jsonl"), str(folder / "c.jsonl")), 2)
    assert [reject.file for reject in found.unreadable] == [str(folder / "b.jsonl.gz")]


@pytest.mark.slow
def test_auto_is_the_cluster_that_was_started_last_and_texts_not_read_to_their_end_are_counted(
    cluster: RayCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(MODEL, tmp_path / "model")
    manifest = json.loads((MODEL / "manifest.json").read_text())
    short = load_encoder("all-MiniLM-L6-v2", 1)
    manifest["encoder"] |= {"max_windows": 1, "fingerprint": short.fingerprint}
    (tmp_path / "model" / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps({"text": "The bank rose. " * n}) for n in (1, 1_000, 2)))
    monkeypatch.setenv("RAY_TMPDIR", cluster.folder)
    workers: set[int] = set()

    report = label_with_ray(
        tmp_path / "model",
        tmp_path / "in.jsonl",
        tmp_path / "out",
        cluster=Cluster(address="auto"),
        progress=lambda *_: workers.update(cluster.workers()),
    )

    assert len(workers) == 2
    assert (report.labelled, report.truncated) == (3, 1)
    assert [row["truncated"] for row in rows_of(tmp_path / "out")] == [False, True, False]


@pytest.mark.slow
def test_shared_out_texts_have_the_vectors_of_one_machine(cluster: RayCluster) -> None:
    texts = [json.loads(line)["text"] for line in LINES[:70]]
    alone = load_encoder("all-MiniLM-L6-v2")

    with RayEncoder("all-MiniLM-L6-v2", Cluster(address=cluster.address, workers=2)) as encoder:
        shared = encoder.encode(texts)
        here, _ = embed([texts[0], texts[1], texts[0]], encoder)
    after = encoder.encode(texts[:2])

    assert (encoder.fingerprint, encoder.dim, shared.dtype) == (alone.fingerprint, 384, np.float32)
    np.testing.assert_allclose(shared, alone.encode(texts), atol=1e-5)
    np.testing.assert_allclose(here, shared[[0, 1, 0]], atol=1e-5)
    np.testing.assert_allclose(after, shared[:2], atol=1e-5)


@pytest.mark.parametrize(("texts", "workers", "size"), [(1_024, 2, 32), (1_024, 64, 4), (100, 64, 1), (40, 1, 10)])
def test_each_worker_gets_several_pieces_of_the_texts(texts: int, workers: int, size: int) -> None:
    assert piece_size(texts, workers) == size


@pytest.mark.slow
def test_a_model_that_no_worker_can_load_ends_the_run_and_leaves_nothing(cluster: RayCluster, tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path / "model")
    manifest = json.loads((MODEL / "manifest.json").read_text())
    manifest["encoder"]["name"] = "/nowhere"
    (tmp_path / "model" / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "in.jsonl").write_text(LINES[0])

    with pytest.raises(ClusterError, match=r"^Ray gave the work up: .*EncoderError: No encoder at '/nowhere'"):
        label_with_ray(
            tmp_path / "model",
            tmp_path / "in.jsonl",
            tmp_path / "out",
            cluster=Cluster(address=cluster.address, workers=1),
        )

    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "model"]


@pytest.mark.slow
def test_more_workers_than_cpus_are_refused_in_place_of_waited_for(cluster: RayCluster, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(LINES[0])
    too_many = Cluster(address=cluster.address, workers=2, threads_per_worker=2)

    with pytest.raises(ConfigError, match="2 workers of 2 threads need more than the 2 CPUs"):
        label_with_ray(MODEL, tmp_path / "in.jsonl", tmp_path / "out", cluster=too_many)


def test_a_cluster_out_of_reach_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    (tmp_path / "in.jsonl").write_text(LINES[0])

    def refuse(**options: object) -> None:
        raise ConnectionError("nobody answers")

    monkeypatch.setattr(ray, "init", refuse)

    with pytest.raises(ClusterError, match=r"No Ray cluster at 192\.0\.2\.9:6379: nobody answers"):
        label_with_ray(MODEL, tmp_path / "in.jsonl", tmp_path / "out", cluster=Cluster(address="192.0.2.9:6379"))


def test_a_folder_that_is_no_model_and_an_output_that_is_taken_are_refused_before_anything_starts(
    tmp_path: Path,
) -> None:
    (tmp_path / "in.jsonl").write_text(LINES[0])

    with pytest.raises(BundleError, match="not a model directory"):
        label_with_ray(tmp_path, tmp_path / "in.jsonl", tmp_path / "out")
    with pytest.raises(DataError, match="exists already"):
        label_with_ray(MODEL, tmp_path / "in.jsonl", tmp_path)


def test_a_part_that_is_written_again_has_its_rows_once(tmp_path: Path) -> None:
    from newsclf.distributed.part_sink import PartSink

    (tmp_path / "_rejects").mkdir()
    columns = {"source_file": ["a"] * 3, "source_row": [1, 2, 3], "status": ["ok", "ok", None]}
    columns |= {"truncated": [True, False, None]}
    marks = {REASON: [None, None, "no text"], EXCERPT: pa.array([None, None, "x \u2028"], pa.string())}
    block = pa.table(columns | marks)
    sink = PartSink(LocalFileSystem(), str(tmp_path), rows_per_part=10)

    first = sink.write([block.slice(0, 2), block.slice(2, 0), block.slice(2)], SimpleNamespace(task_idx=4))
    again = sink.write([block], SimpleNamespace(task_idx=4))

    assert first == again
    assert (first.statuses, first.rejected, first.truncated) == ({"ok": 2}, 1, 1)
    assert pq.read_table(tmp_path).to_pydict() == {
        "source_file": ["a", "a"],
        "source_row": [1, 2],
        "status": ["ok"] * 2,
        "truncated": [True, False],
    }
    assert rejects_of(tmp_path) == [{"file": "a", "line": 3, "reason": "no text", "excerpt": "x \u2028"}]
