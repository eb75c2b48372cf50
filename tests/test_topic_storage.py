import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from support import ROOT

from newsclf.topic_hierarchy import merge_topics
from newsclf.topic_storage import read_topics, topic_arrays, topic_rows, topics_fit
from newsclf.topics import Topic, TopicModel

DEFAULT = ROOT / "models" / "default"
MODEL = TopicModel(
    topics=tuple(Topic(i, f"name {i}", (f"word{i}",), 5 + i) for i in range(3)),
    centroids=np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32),
    min_similarities=np.array([0.9, 0.5, 0.7]),
)
MERGED = merge_topics(MODEL, [[0, 1]])


def stored(model: TopicModel) -> TopicModel:
    arrays = safetensors.numpy.load(safetensors.numpy.save(topic_arrays(model)))
    return read_topics(arrays, json.loads(json.dumps(topic_rows(model))))


def test_the_files_of_the_built_in_model_are_read_and_would_be_written_as_they_are() -> None:
    arrays = safetensors.numpy.load_file(DEFAULT / "topics.safetensors")
    rows = json.loads((DEFAULT / "topics.json").read_text(encoding="utf-8"))

    model = read_topics(arrays, rows)

    assert topic_rows(model) == rows
    assert safetensors.numpy.save(topic_arrays(model)) == (DEFAULT / "topics.safetensors").read_bytes()
    assert model.parts is None
    assert topics_fit(model, 384)


def test_a_merged_model_answers_after_storing_as_before() -> None:
    vectors = np.random.default_rng(1).normal(size=(100, 2)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    again = stored(MERGED)

    assert again.topics == MERGED.topics
    assert again.topics[-1].merged_from == (0, 1)
    for before, after in zip(MERGED.assign(vectors), again.assign(vectors), strict=True):
        assert (before == after).all()
    assert topics_fit(again, 2)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"topics": (MODEL.topics[0], MODEL.topics[0], MODEL.topics[2])}, id="an id twice"),
        pytest.param({"topics": (Topic(-1, "", (), 1), *MODEL.topics[1:])}, id="a negative id"),
        pytest.param({"centroids": MODEL.centroids[:2]}, id="a centroid too few"),
        pytest.param({"min_similarities": np.zeros(4)}, id="a similarity too many"),
        pytest.param({"parts": MERGED.parts}, id="parts of a topic that is not there"),
    ],
)
def test_parts_that_do_not_belong_together_are_found(changed: dict[str, Any]) -> None:
    assert not topics_fit(replace(MODEL, **changed), 2)


def test_parts_that_lack_an_array_are_refused() -> None:
    arrays = topic_arrays(MERGED)
    del arrays["part_sizes"]

    with pytest.raises(KeyError, match="part_sizes"):
        read_topics(arrays, topic_rows(MERGED))
