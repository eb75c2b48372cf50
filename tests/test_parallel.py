import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsclf import parallel
from newsclf.errors import DataError
from newsclf.free_memory import free_bytes
from newsclf.parallel import in_chunks, processes


def doubled(numbers: Sequence[int]) -> list[int]:
    return [2 * number for number in numbers]


def who(numbers: Sequence[int]) -> list[int]:
    return [os.getpid()] * len(numbers)


def refusing(numbers: Sequence[int]) -> list[int]:
    if 3_000 in numbers:
        raise DataError("3000 is not wanted")
    return list(numbers)


@pytest.mark.parametrize("n", [0, 1, 1_999, 4_321])
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_processes_find_comes_in_the_order_of_the_items(n: int, jobs: int) -> None:
    seen: list[tuple[str, int, int]] = []

    found = [*in_chunks(doubled, range(n), jobs=jobs, stage="double", progress=lambda *so_far: seen.append(so_far))]

    assert found == [2 * number for number in range(n)]
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[-1:] == ([("double", n, n)] if n else [])


def test_many_items_go_to_other_processes_and_few_do_not(plenty_of_memory: None) -> None:
    assert os.getpid() not in {*in_chunks(who, range(5_000), jobs=2, stage="ask")}
    assert {*in_chunks(who, range(5_000), jobs=1, stage="ask")} == {os.getpid()}
    assert {*in_chunks(who, range(1_000), jobs=2, stage="ask")} == {os.getpid()}


def test_an_error_in_a_process_is_that_of_its_work() -> None:
    with pytest.raises(DataError, match="3000 is not wanted"):
        list(in_chunks(refusing, range(5_000), jobs=2, stage="refuse"))


@pytest.mark.parametrize(
    ("jobs", "free", "expected"),
    [(-1, 1e12, 8), (3, 1e12, 3), (-1, 4e9, 2), (64, 4e9, 2), (3, 4e9, 2), (-1, 10, 1), (2, 0, 1)],
)
def test_there_are_no_more_processes_than_free_memory_holds(
    monkeypatch: pytest.MonkeyPatch, jobs: int, free: float, expected: int
) -> None:
    monkeypatch.setattr(parallel, "usable_cores", lambda: 8)
    monkeypatch.setattr(parallel, "free_bytes", lambda: int(free))

    # 0.3 GB of libraries and 0.7 GB of data each, in half of what is free.
    assert processes(jobs, bytes_each=700_000_000) == expected


@pytest.mark.parametrize(
    ("limit", "used", "statistics"),
    [
        ("memory.max", "memory.current", "inactive_file"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file"),
    ],
)
def test_the_memory_of_a_container_is_what_its_limit_leaves(
    tmp_path: Path, limit: str, used: str, statistics: str
) -> None:
    (tmp_path / limit).parent.mkdir(exist_ok=True)
    (tmp_path / used).write_text("3000000\n")
    (tmp_path / limit).with_name("memory.stat").write_text(f"anon 2000000\n{statistics} 400000\n")
    (tmp_path / limit).write_text("5000000\n")
    # Files that were read and may be dropped are no use of it.
    assert free_bytes(tmp_path) == 2_400_000

    (tmp_path / limit).write_text("2000000\n")
    assert free_bytes(tmp_path) == 0


def test_a_container_without_statistics_still_has_its_limit(tmp_path: Path) -> None:
    (tmp_path / "memory.current").write_text("3000000\n")
    (tmp_path / "memory.max").write_text("5000000\n")
    assert free_bytes(tmp_path) == 2_000_000

    (tmp_path / "memory.stat").write_text("anon 2000000\n")
    assert free_bytes(tmp_path) == 2_000_000


def test_without_a_limit_the_memory_is_that_of_the_machine(tmp_path: Path) -> None:
    of_machine = free_bytes(tmp_path)
    assert of_machine > 10_000_000

    (tmp_path / "memory.current").write_text("3000000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert free_bytes(tmp_path) > 10_000_000
