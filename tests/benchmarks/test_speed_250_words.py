"""Articles of 250 words a second, from file to file: newsclf and what people pick instead."""

from collections.abc import Sequence
from typing import Any

import pytest
from peers.roster import Entry
from runner import NotRunError
from speed_bench import SpeedBench, timed_in_turn
from speed_figures import rate_figures, ratio_of
from speed_peers.roster import FAST, NEWSCLF, NEWSCLF_CASCADE, NEWSCLF_OPENVINO, NEWSCLF_STATIC, OURS, SHORT

pytestmark = pytest.mark.speed


def can_run(speed: SpeedBench, entry: Entry) -> bool:
    """Train an entry, or enter why it cannot run unless it once could."""
    try:
        speed.trained(entry)
    except NotRunError as error:
        key = f"short/{entry.name}"
        if speed.key(key) not in speed.book.read():
            speed.record(key, {"not_run": str(error)}, split="250-word articles")
        return False
    return True


def measure(speed: SpeedBench, entries: Sequence[Entry], part: str) -> dict[str, dict[str, Any]]:
    """Time entries in turn, and return their rows of the results."""
    slow, fast = speed.short(speed.sizes.slow), speed.short(speed.sizes.fast)
    files = {entry: fast if entry in FAST else slow for entry in entries if can_run(speed, entry)}
    timings = timed_in_turn(speed, list(files.items()))
    rows = {}
    for entry, source in files.items():
        found = rate_figures(timings[entry.name], newsclf=timings[NEWSCLF.name])
        rows[entry.name] = {"n": source.n, "how": entry.how, **found}
        speed.record(f"{part}/{entry.name}", rows[entry.name], split=f"250-word articles, {source.split}")
    return rows


def test_the_static_encoder_is_fifteen_times_as_fast_as_minilm(speed: SpeedBench, lower_floors: bool) -> None:
    rows = measure(speed, SHORT, "short")

    ratio = ratio_of(rows, NEWSCLF_STATIC.name, NEWSCLF.name)
    assert ratio is not None
    speed.hold("speed_250_words", {"static_over_minilm": ratio}, lower=lower_floors)


def test_what_embeds_less_or_faster_labels_faster(speed: SpeedBench) -> None:
    rows = measure(speed, OURS, "ours")

    for entry in (NEWSCLF_CASCADE, NEWSCLF_OPENVINO):
        assert speed.is_trial or rows[entry.name]["over_newsclf"] > 1
