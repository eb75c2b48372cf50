"""Threads that a worker has, and cores that it keeps to."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from newsclf.distributed.worker_setup import _claim_cores

# That no machine has, so that no other run claims them.
CORES = {90_001, 90_002, 90_003}


@pytest.fixture
def kept_to(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The cores that this process is told to keep to, one list each time."""
    found: list[list[int]] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: CORES)
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, cores: found.append(cores))
    return found


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="torch has one thread anyway where there is one core")
def test_a_worker_computes_with_as_many_threads_as_it_was_given() -> None:
    code = (
        "from newsclf.distributed.worker_setup import WorkerSetup, settle\n"
        "settle(WorkerSetup(threads=1, pin=False))\n"
        "import torch\n"
        "print(torch.get_num_threads())"
    )
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}

    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert found.stdout == "1\n"


def test_no_two_workers_have_a_core_and_one_that_ends_gives_its_cores_back(kept_to: list[list[int]]) -> None:
    first, second, third, none = (_claim_cores(1) for _ in range(4))
    assert first is not None
    assert second is not None
    assert third is not None
    second.close()
    again = _claim_cores(1)
    assert again is not None
    for claim in (first, third, again):
        claim.close()

    assert none is None
    assert kept_to == [[90_001], [90_002], [90_003], [90_002]]


def test_a_claim_opens_nothing_that_another_user_may_have_put_into_a_shared_folder(
    kept_to: list[list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "precious").write_text("precious", encoding="utf-8")
    for core in CORES:
        (tmp_path / f"newsclf-{os.getuid()}-core-{core}.lock").symlink_to(tmp_path / "precious")

    claim = _claim_cores(2)

    assert claim is not None
    claim.close()
    assert kept_to == [[90_001, 90_002]]
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "precious"
