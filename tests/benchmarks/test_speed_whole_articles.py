"""AllSides articles as they are: the whole pipeline beside its encoder alone, and beside what a user would write."""

import pytest
from speed_bench import SpeedBench, timed_in_turn
from speed_figures import rate_figures, ratio_of
from speed_peers.roster import BARE_PROCESSES, BARE_THREADS, NEWSCLF, PLAIN_WINDOWS, WHOLE

pytestmark = pytest.mark.speed


def test_the_pipeline_costs_little_beside_its_encoder_and_beats_plain_sentence_transformers(
    speed: SpeedBench, lower_floors: bool
) -> None:
    source = speed.whole(speed.sizes.whole)
    timings = timed_in_turn(speed, [(entry, source) for entry in WHOLE])
    rows = {}
    for entry in WHOLE:
        found = rate_figures(timings[entry.name], newsclf=timings[NEWSCLF.name])
        rows[entry.name] = {"n": source.n, "how": entry.how, **found}
        speed.record(f"whole/{entry.name}", rows[entry.name], split=f"articles as they are, {source.split}")

    over_encoder = ratio_of(rows, NEWSCLF.name, BARE_PROCESSES.name, BARE_THREADS.name)
    over_plain = ratio_of(rows, NEWSCLF.name, PLAIN_WINDOWS.name)
    assert over_encoder is not None
    assert over_plain is not None
    figures = {"over_encoder": over_encoder, "over_plain": over_plain}
    speed.hold("speed_whole_articles", figures, lower=lower_floors)
