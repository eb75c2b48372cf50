"""Memory while newsclf labels a million articles: its processes together, from beginning to end."""

import json
import sys
from itertools import accumulate
from pathlib import Path

import pytest
from memory_sampling import peak_until, watch
from runner import environment_of_commands
from speed_bench import SpeedBench
from speed_peers.roster import NEWSCLF_STATIC
from speed_tables import MEMORY_LIMIT_BYTES

pytestmark = pytest.mark.speed

_SHARES = (0.05, 0.25, 0.5, 1.0)


def test_memory_is_low_and_does_not_grow_with_the_file(speed: SpeedBench, tmp_path: Path, lower_floors: bool) -> None:
    model, source = speed.trained(NEWSCLF_STATIC) / "model", speed.short(speed.sizes.memory)
    output = tmp_path / "labelled.jsonl"
    script = Path(sys.executable).with_name("newsclf")
    command = [str(script), "label", str(source.path), "-o", str(output), "--model", str(model)]
    every = 0.1 if speed.is_trial else 1.0
    # The journal goes when all is done: what was seen last holds until the end.
    highest = accumulate(iter(lambda: rows_done(output), None), max)
    samples = watch(command, environment=environment_of_commands(), every=every, done=lambda: next(highest))
    source.path.unlink()
    output.unlink()
    peaks = {share: peak_until(samples, share * source.n) for share in _SHARES}
    figures = {
        "n": source.n,
        "samples": len(samples),
        "peak_mb": round(peaks[1.0] / 1e6),
        "peaks_mb": [[f"{share:.0%}", round(peak / 1e6)] for share, peak in peaks.items()],
        "early_over_late": round(peaks[0.25] / peaks[1.0], 3),
    }
    speed.record("memory", figures, split=f"250-word articles, static encoder, {source.split}")

    held = {"limit_over_peak": MEMORY_LIMIT_BYTES / peaks[1.0], "early_over_late": figures["early_over_late"]}
    speed.hold("speed_memory", held, lower=lower_floors)


def rows_done(output: Path) -> int:
    """Return how many rows the journal beside an output says are written."""
    journal = output.with_name(output.name + ".journal.json")
    try:
        return int(json.loads(journal.read_text(encoding="utf-8"))["rows"])
    except (OSError, ValueError):  # not begun, finished, or being replaced
        return 0
