import gzip
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ray_cluster import RayCluster, ray_cluster
from support import ROOT

from newsclf import BundleError, ClusterError, ConfigError, DataError, MissingExtraError, load
from newsclf.distributed import Cluster, RayEncoder, embed_with_ray, label_with_ray
from newsclf.encoders import load_encoder
from newsclf.reading.records import Reject
from newsclf.row_labelling import Row, RowLabeller

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


def rows_of(output: Path) -> list[dict[str, Any]]:
    """Return the rows of an output, in the order that they had in the input."""
    return sorted(pq.read_table(output).to_pylist(), key=lambda row: (row["source_file"], row["source_row"]))


def rejects_of(output: Path) -> list[dict[str, Any]]:
    lines = [line for path in sorted((output / "_rejects").iterdir()) for line in path.read_text().splitlines()]
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
    assert [row["number"] for row in rows] == list(range(160))
    assert [row["source_row"] for row in rows] == [*range(1, 81), *range(1, 81)]
    assert [row["input_themes"] for row in rows] == [record["themes"] for record in records]
    assert_same_answers(rows, labeller)
    assert json.loads((tmp_path / "out" / "_report.json").read_text())["by_status"] == report.by_status


@pytest.mark.slow
def test_json_lines_keep_their_columns_and_broken_ones_are_rejects(
    cluster: RayCluster, labeller: RowLabeller, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    plain, zipped = tmp_path / "in" / "a.jsonl", tmp_path / "in" / "b.jsonl.gz"
    odd = {"id": 7, "title": "Bank raises rates", "text": "It rose \ud800.", "status": "mine", "n": 1.5, "o": {"a": []}}
    plain.write_text("\n".join([*LINES[:9], "", '{"title": ', "[1]", '{"o": 2, "n": 3}', json.dumps(odd)]))
    with gzip.open(zipped, "wb") as stream:
        stream.write("\n".join(LINES[9:30]).encode() + b"\n\xff\n")
    zipped.write_bytes(zipped.read_bytes()[:-4])
    (tmp_path / "in" / "notes.txt").write_text("not an article")

    report = label_with_ray(
        MODEL, tmp_path / "in", tmp_path / "out", cluster=Cluster(address=cluster.address), block_bytes=3_000
    )

    rows = rows_of(tmp_path / "out")
    assert (report.labelled, report.rejected, report.parts) == (31, 5, 1)
    assert report.skipped_files == (str(tmp_path / "in" / "notes.txt"),)
    assert [(row["source_file"], row["source_row"]) for row in rows] == [
        *((str(plain), line) for line in [*range(1, 10), 14]),
        *((str(zipped), line) for line in range(1, 22)),
    ]
    assert [row["title"] for row in rows[:9]] == [json.loads(line)["title"] for line in LINES[:9]]
    assert {name: rows[9][name] for name in ("id", "text", "input_status", "n", "o")} == {
        "id": "7", "text": "It rose ?.", "input_status": "mine", "n": 1.5, "o": '{"a": []}'
    }  # fmt: skip
    assert_same_answers(rows, labeller)
    assert [(Path(r["file"]).name, r["line"], r["reason"]) for r in rejects_of(tmp_path / "out")] == [
        ("a.jsonl", 11, "broken JSON: Expecting value at column 11"),
        ("a.jsonl", 12, "the line is a JSON list, not an object"),
        ("a.jsonl", 13, "no text and no title (after removing page furniture)"),
        ("b.jsonl.gz", 22, "not UTF-8: byte 0xff at column 1"),
        ("b.jsonl.gz", 23, "the gzip file is damaged from here on: Compressed file ended before the end-of-stream marker was reached"),
    ]  # fmt: skip


@pytest.mark.slow
def test_shared_out_texts_have_the_vectors_of_one_machine(cluster: RayCluster) -> None:
    texts = [json.loads(line)["text"] for line in LINES[:70]]
    alone = load_encoder("all-MiniLM-L6-v2")

    with RayEncoder("all-MiniLM-L6-v2", Cluster(address=cluster.address, workers=2)) as encoder:
        shared = encoder.encode(texts)
    after = encoder.encode(texts[:3])

    assert (encoder.fingerprint, encoder.dim, shared.dtype) == (alone.fingerprint, 384, np.float32)
    np.testing.assert_allclose(shared, alone.encode(texts), atol=1e-5)
    np.testing.assert_allclose(after, shared[:3], atol=1e-5)
