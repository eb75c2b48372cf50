"""Benchmarks run only when asked for: `pytest tests/benchmarks`."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from floors import LOWER_FLAG
from measuring_peers import Bench
from news_tasks import build_task
from peers.roster import ENTRIES
from recording import ROOT, Book
from runner import NotRunError
from speed_bench import SpeedBench
from speed_sizes import chosen_sizes, is_trial

Measure = Callable[[str, str], Mapping[str, Any]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(LOWER_FLAG, action="store_true", help="write lower floors where newsclf does not reach its own")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    if any("benchmarks" in argument for argument in config.invocation_params.args):
        # They take hours on a machine that does nothing else: only where they are named.
        is_named = "speed" in f"{config.option.markexpr} {config.option.keyword}"
        here = [] if is_named else [item for item in here if item.get_closest_marker("speed")]
    config.hook.pytest_deselected(items=here)
    items[:] = [item for item in items if item not in here]


@pytest.fixture(scope="session")
def benchmark_data() -> Path:
    folder = Path(os.environ.get("NEWSCLF_BENCHMARK_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "reuters21578.jsonl.gz").is_file():
        pytest.skip(f"no real news at {folder}; set NEWSCLF_BENCHMARK_DATA to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def runs() -> Path:
    """Where peers' answers are kept, so that one peer can be run again and still be compared."""
    return ROOT / "benchmarks" / "runs"


@pytest.fixture(scope="session")
def measured(benchmark_data: Path, runs: Path) -> Measure:
    """Run a peer on a task, by their names, once a session."""
    bench, known = Bench(runs, Book()), dict[tuple[str, str], Mapping[str, Any]]()
    entries = {entry.name: entry for entry in ENTRIES}

    def measure(task: str, peer: str) -> Mapping[str, Any]:
        if (task, peer) not in known:
            try:
                known[task, peer] = bench.measure(build_task(task, benchmark_data), entries[peer])
            except NotRunError as error:
                pytest.skip(str(error))
        return known[task, peer]

    return measure


@pytest.fixture(scope="session")
def speed(benchmark_data: Path, runs: Path) -> SpeedBench:
    """What measures speed; in a trial, on a few articles and into a results file of its own."""
    folder = runs / ("speed-trial" if is_trial() else "speed")
    folder.mkdir(parents=True, exist_ok=True)
    book = Book()
    if is_trial():
        book = Book.below(folder)
        book.readme.write_text("", encoding="utf-8")
    return SpeedBench(benchmark_data, folder, runs / "static-model", book, chosen_sizes(), is_trial=is_trial())


@pytest.fixture(scope="session")
def lower_floors(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption(LOWER_FLAG, default=False))
