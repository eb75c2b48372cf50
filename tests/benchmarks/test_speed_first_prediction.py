"""Seconds from nothing to the labels of one headline, in a fresh process."""

import json
import statistics
import sys
from pathlib import Path

import pytest
from peers.roster import Entry
from runner import HERE, NotRunError, call
from speed_bench import SpeedBench
from speed_peers.roster import COLD, NEWSCLF, NEWSCLF_OPENVINO, NEWSCLF_STATIC
from speed_tables import COLD_LIMITS

from newsclf.engine_choice import ENGINE_VARIABLE

pytestmark = pytest.mark.speed

_HEADLINE = "Central banks raise rates as oil prices climb after talks in Vienna collapse"


@pytest.mark.parametrize("entry", COLD, ids=lambda entry: entry.name)
def test_first_prediction(
    entry: Entry, speed: SpeedBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lower_floors: bool
) -> None:
    # As an installed package has it: what is imported has been compiled.
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    if entry is NEWSCLF_OPENVINO:
        monkeypatch.setenv(ENGINE_VARIABLE, "openvino")
    try:
        command = command_of(entry, speed)
    except NotRunError as error:
        pytest.skip(str(error))
    cost = tmp_path / "cost.json"
    seconds = []
    for _ in range(1 + speed.sizes.cold):
        call([sys.executable, "-S", str(HERE / "launcher.py"), str(cost), *command])
        seconds.append(json.loads(cost.read_text(encoding="utf-8"))["seconds"])
    kept = seconds[1:]  # the first brings the files into the disk cache
    figures = {
        "seconds": round(statistics.median(kept), 2),
        "all_seconds": [round(value, 2) for value in kept],
        "runs": len(kept),
        "limit": COLD_LIMITS.get(entry.name),
        "how": f"{Path(command[0]).name} {' '.join(command[1:3])}, disk cache warm" if is_ours(entry) else entry.how,
    }
    speed.record(f"first/{entry.name}", figures, split="one headline of our own")

    if figures["limit"]:
        held = {"limit_over_seconds": figures["limit"] / figures["seconds"]}
        speed.hold("speed_first_prediction", held, lower=lower_floors)


def is_ours(entry: Entry) -> bool:
    return entry in (NEWSCLF, NEWSCLF_STATIC, NEWSCLF_OPENVINO)


def command_of(entry: Entry, speed: SpeedBench) -> list[str]:
    """Return what labels the headline: newsclf's own command, or a script that loads a model and labels one line."""
    folder = speed.trained(entry)
    if is_ours(entry):
        script = Path(sys.executable).with_name("newsclf")
        return [str(script), "label", "--text", _HEADLINE, "--model", str(folder / "model")]
    return speed.label_command(entry, speed.headline(_HEADLINE))
