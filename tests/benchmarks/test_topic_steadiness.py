"""How alike newsclf's topics are from five seeds and five bootstraps, and how good the articles it rescues are."""

import os
from dataclasses import asdict
from pathlib import Path

import pytest
from recording import record
from topic_sets import TOPIC_SETS

from newsclf.encoders import load_encoder
from newsclf.rescue_quality import rescue_quality
from newsclf.topic_fitting import TopicOptions
from newsclf.topic_measures import share_without_topic
from newsclf.topic_stability import steadiest

pytestmark = pytest.mark.benchmark

_RUNS = 5


@pytest.mark.parametrize("name", TOPIC_SETS)
def test_topics_are_steady_and_rescued_articles_belong(name: str, benchmark_data: Path, runs: Path) -> None:
    topic_set = TOPIC_SETS[name](benchmark_data)
    vectors = topic_set.vectors(load_encoder(), runs / "vectors")
    steady = steadiest(vectors, TopicOptions(), runs=_RUNS)
    ids, _ = steady.model.assign(vectors)
    quality = rescue_quality(vectors, steady.found.clustered, ids, labels=topic_set.labels)
    figures = {
        "n": len(topic_set.texts),
        "topics": len(steady.model.topics),
        "seeds": _RUNS,
        "kept_seed": steady.options.seed,
        **asdict(steady.seeds),
        "bootstraps": len(steady.bootstraps),
        "bootstrap_ari": sum(steady.bootstraps) / len(steady.bootstraps),
        "lowest_bootstrap_ari": min(steady.bootstraps),
        "without_topic": share_without_topic(ids),
        "clustered": asdict(quality.members),
        "rescued": asdict(quality.rescued) | {"share_of_left_out": quality.rescued_share},
        "threads": os.environ.get("OMP_NUM_THREADS"),
    }
    record(f"topics_{name}/steadiness", figures, data=topic_set.data, split=topic_set.cut)

    assert steady.seeds.ari >= 0.75
    assert share_without_topic(ids) <= 0.1
    assert quality.rescued.margin is not None
    assert quality.rescued.margin > 0  # the rescued are nearest to the topic that they went to
