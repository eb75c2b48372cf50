"""Benchmarks run only when asked for: `pytest tests/benchmarks`."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if any("benchmarks" in argument for argument in config.invocation_params.args):
        return
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    config.hook.pytest_deselected(items=here)
    items[:] = [item for item in items if item not in here]


@pytest.fixture(scope="session")
def benchmark_data() -> Path:
    folder = Path(os.environ.get("NEWSCLF_BENCHMARK_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "reuters21578.jsonl.gz").is_file():
        pytest.skip(f"no real news at {folder}; set NEWSCLF_BENCHMARK_DATA to the folder that holds it")
    return folder
