"""How time and memory of finding topics grow with the number of articles, from 1,000 to 300,000."""

import json
import sys
from pathlib import Path

import pytest
from recording import record
from runner import HERE, call
from topic_sets import TOPIC_SETS

from newsclf.encoders import load_encoder

pytestmark = pytest.mark.benchmark

_SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000)


@pytest.mark.parametrize("n", _SIZES)
def test_memory_stays_below_four_gigabytes(n: int, benchmark_data: Path, runs: Path) -> None:
    topic_set = TOPIC_SETS["reuters"](benchmark_data)
    case = topic_set.write_case(load_encoder(), runs)
    cost, clock = case / f"growth-{n}-cost.json", case / f"growth-{n}.json"
    worker = [sys.executable, str(HERE / "topic_growth_worker.py"), str(case), str(n), str(clock)]
    call([sys.executable, "-S", str(HERE / "launcher.py"), str(cost), *worker])
    found = json.loads(clock.read_text(encoding="utf-8"))
    peak = json.loads(cost.read_text(encoding="utf-8"))["peak_bytes"]
    seconds = {step: round(value, 2) for step, value in found["seconds"].items()}
    figures = {
        "n": n,
        "resampled": n > len(topic_set.texts),
        "topics": found["topics"],
        "route": found["route"],
        "seconds": seconds | {"all": round(sum(found["seconds"].values()), 2)},
        "peak_mb": round(peak / 1e6),
    }
    record(f"topics_growth/{n}", figures, data=topic_set.data, split=topic_set.cut)

    assert peak < 4e9 or n > 100_000
