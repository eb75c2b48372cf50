"""CPU time of all that newsclf does beside encoding, by stage."""

import json
import statistics
import sys
from pathlib import Path

import pytest
from runner import HERE, call
from speed_bench import SpeedBench
from speed_peers.protocol import ONE_THREAD
from speed_peers.roster import NEWSCLF
from speed_tables import STAGES_LIMIT_MS

pytestmark = pytest.mark.speed


def test_stages_without_the_encoder(
    speed: SpeedBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lower_floors: bool
) -> None:
    for name, value in ONE_THREAD.items():
        monkeypatch.setenv(name, value)
    model, source = speed.trained(NEWSCLF) / "model", speed.short(speed.sizes.stages)
    runs = [run(model, source.path, tmp_path / "answer.json") for _ in range(speed.sizes.rounds)]
    ms = {stage: statistics.median(found[stage] for found in runs) for stage in runs[0]}
    figures = {
        "n": source.n,
        "runs": len(runs),
        "all_ms": round(ms.pop("all"), 3),
        "ms": [[stage, round(value, 3)] for stage, value in ms.items()],
        "limit_ms": STAGES_LIMIT_MS,
    }
    speed.record("stages", figures, split=f"250-word articles, {source.split}")

    speed.hold("speed_stages", {"limit_over_ms": STAGES_LIMIT_MS / figures["all_ms"]}, lower=lower_floors)


def run(model: Path, source: Path, answer: Path) -> dict[str, float]:
    """Return CPU milliseconds an article, by stage."""
    call([sys.executable, str(HERE / "speed_stages_worker.py"), str(model), str(source), str(answer)])
    found = json.loads(answer.read_text(encoding="utf-8"))
    return {stage: 1_000 * seconds / found["n"] for stage, seconds in found["seconds"].items()}
