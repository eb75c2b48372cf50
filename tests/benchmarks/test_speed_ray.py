"""Two Ray workers over one, each pinned to a core of its own."""

import json
import os
import sys
from pathlib import Path

import pytest
from peers.roster import Entry
from runner import HERE, call
from speed_bench import SpeedBench
from speed_peers.roster import NEWSCLF, NEWSCLF_STATIC

pytestmark = pytest.mark.speed


@pytest.mark.parametrize("entry", [NEWSCLF, NEWSCLF_STATIC], ids=lambda entry: entry.name)
def test_two_ray_workers_label_nearly_twice_as_fast_as_one(
    entry: Entry, speed: SpeedBench, tmp_path: Path, lower_floors: bool
) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("two workers need two cores")
    n = speed.sizes.ray_minilm if entry is NEWSCLF else speed.sizes.ray_static
    model, source, answer = speed.trained(entry) / "model", speed.short(n), tmp_path / "answer.json"
    options = ["--model", str(model), "--articles", str(n), "--rounds", str(speed.sizes.rounds)]
    call([sys.executable, str(HERE / "ray_scaling.py"), str(source.path), *options, "--answer", str(answer)])
    found = json.loads(answer.read_text(encoding="utf-8"))
    figures = {"n": source.n, **found}
    speed.record(f"ray/{entry.name}", figures, split=f"250-word articles, {source.split}")

    if entry is NEWSCLF:
        speed.hold("speed_ray", {"two_over_one": found["two_over_one"]}, lower=lower_floors)
