"""How seconds and memory of training and labelling grow with the number of articles."""

import json
import shutil
import sys
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

import pytest
from memory_sampling import watch
from peers.roster import Entry
from runner import HERE, environment_of_commands
from speed_articles import ArticleFile, grown, write_articles
from speed_bench import SpeedBench
from speed_figures import growth_exponent
from speed_peers.roster import NEWSCLF, NEWSCLF_STATIC
from speed_tables import EXPONENT_LIMIT, MEMORY_LIMIT_BYTES, TRAINING_KB_LIMIT

from newsclf.config import DEFAULT_ENCODER, STATIC_ENCODER

pytestmark = pytest.mark.speed

ENCODERS = {NEWSCLF: DEFAULT_ENCODER, NEWSCLF_STATIC: STATIC_ENCODER}
# Not of training itself: the encoder is loaded and vectors are made before.
_APART = ("load encoder", "embed")


@pytest.mark.parametrize("entry", ENCODERS, ids=lambda entry: entry.name)
def test_seconds_grow_no_faster_than_articles(
    entry: Entry, speed: SpeedBench, tmp_path: Path, lower_floors: bool
) -> None:
    sizes = speed.sizes.growth
    cache = speed.runs / "growth-vectors" / entry.name
    shutil.rmtree(cache, ignore_errors=True)
    files = [training_file(speed, n) for n in sizes]
    trained = [train(ENCODERS[entry], source.path, cache, tmp_path / "answer.json") for source in files]
    stages = [stage for stage in trained[0]["stages"] if stage not in _APART]
    seconds = {stage: [found["stages"][stage] for found in trained] for stage in stages}
    seconds["training, vectors given"] = [sum(column) for column in zip(*seconds.values(), strict=True)]
    seconds["loading or making the encoder"] = [found["load"] for found in trained]
    # Each size embeds what the one before had not.
    seconds["embedding"] = list(accumulate(found["embed"] for found in trained))
    parts = (seconds[part] for part in ("training, vectors given", "loading or making the encoder", "embedding"))
    seconds["training"] = [sum(column) for column in zip(*parts, strict=True)]
    labelled = [speed.timed(entry, speed.short(n)) for n in sizes]
    seconds["labelling"] = [timing.seconds for timing in labelled]
    held_mb = [round(timing.peak_bytes / 1e6) for timing in labelled]
    training_bytes = [found["peak_bytes"] for found in trained]
    training_kb = (training_bytes[-1] - training_bytes[-2]) / (sizes[-1] - sizes[-2]) / 1e3
    exponents = {what: exponent(sizes, column) for what, column in seconds.items()}
    figures = {
        "sizes": list(sizes),
        "runs": 1,
        "different": files[-1].different,
        "embedded_in_training": [found["embedded_in_training"] for found in trained],
        "topics": [found["topics"] for found in trained],
        "seconds": [[what, [round(value, 2) for value in column]] for what, column in seconds.items()],
        "exponents": exponents,
        "peak_mb": [
            ["training", [round(peak / 1e6) for peak in training_bytes]],
            ["labelling", held_mb],
        ],
        # With vectors given or not, the worse.
        "training_exponent": max(exponents["training"], exponents["training, vectors given"]),
        "training_kb": round(training_kb, 1),
        "labelling_exponent": exponents["labelling"],
        "labelling_peak_mb": max(held_mb),
        "labelling_early_over_late": round(held_mb[-2] / held_mb[-1], 3),
    }
    speed.record(f"growth/{entry.name}", figures, split="250-word articles, from there on with words shuffled")

    held = {
        "limit_over_training": EXPONENT_LIMIT / figures["training_exponent"],
        # Of a trial's few articles, the difference may be none.
        "limit_over_training_kb": TRAINING_KB_LIMIT / max(training_kb, 1.0),
        "limit_over_labelling": EXPONENT_LIMIT / figures["labelling_exponent"],
        "limit_over_labelling_peak": MEMORY_LIMIT_BYTES / 1e6 / max(held_mb),
        "labelling_early_over_late": figures["labelling_early_over_late"],
    }
    speed.hold("speed_growth", held, lower=lower_floors)


def exponent(sizes: tuple[int, ...], seconds: list[float]) -> float:
    return round(growth_exponent(sizes, [max(value, 0.001) for value in seconds]), 3)


def training_file(speed: SpeedBench, n: int) -> ArticleFile:
    """Write n labelled articles, the first of which are those of the smaller files."""
    articles = speed.short_articles()
    file = speed.runs / "articles" / f"growth-{n}.jsonl"
    written = write_articles(file, list(islice(grown(articles, n), n)), n, labelled=True)
    return ArticleFile(written.path, n, min(n, len(articles)))


def train(encoder: str, source: Path, cache: Path, answer: Path) -> dict[str, Any]:
    """Train in a process of its own, whose memory is watched."""
    command = [sys.executable, str(HERE / "speed_growth_worker.py"), str(source), encoder, str(cache), str(answer)]
    samples = watch(command, environment=environment_of_commands(), every=0.5)
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return {**found, "peak_bytes": max(sample.bytes for sample in samples)}
