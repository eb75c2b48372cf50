"""newsclf's topics and other topic models on the same articles; `benchmarks/TOPICS.md` is drawn as each ends."""

from functools import lru_cache
from pathlib import Path

import pytest
from floors import hold_floors
from recording import Book
from runner import NotRunError
from topic_peers.roster import NEWSCLF, TOLD_LABELS, TOPIC_ENTRIES
from topic_runner import TopicBench
from topic_sets import TOPIC_SETS, TopicSet

from newsclf.encoders import load_encoder

pytestmark = pytest.mark.benchmark

ENTRIES = {entry.name: entry for entry in TOPIC_ENTRIES}
CASES = [pytest.param(name, peer, id=f"{name}-{peer}") for name in TOPIC_SETS for peer in ENTRIES]


@lru_cache(maxsize=1)
def build(name: str, folder: Path) -> TopicSet:
    return TOPIC_SETS[name](folder)


@pytest.mark.parametrize(("name", "peer"), CASES)
def test_topics(name: str, peer: str, benchmark_data: Path, runs: Path, lower_floors: bool) -> None:
    bench = TopicBench(runs, Book(), load_encoder())
    try:
        row = bench.measure(build(name, benchmark_data), ENTRIES[peer])
    except NotRunError as error:
        pytest.skip(str(error))

    if peer.startswith(NEWSCLF.name):
        figures = {figure: value for figure, value in row.items() if isinstance(value, float)}
        told = "_told" if ENTRIES[peer] in TOLD_LABELS else ""
        hold_floors(f"topics_{name}{told}", figures | {"with_topic": 1 - row["without_topic"]}, lower=lower_floors)
        assert row["reloaded_as_before"] == 1
        assert row["alone_as_in_batch"] >= 0.999


@pytest.mark.parametrize("name", TOPIC_SETS)
@pytest.mark.parametrize("figure", ["npmi", "diversity"])
def test_keywords_are_not_below_those_of_plain_bertopic(name: str, figure: str) -> None:
    results = Book().read()
    rows = [results.get(f"topics_{name}/{peer}") for peer in (NEWSCLF.name, "bertopic")]
    if not all(rows):
        pytest.skip(f"newsclf and BERTopic have not both run on {name}")

    assert rows[0][figure] >= rows[1][figure]
