import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from newsclf import Article, BundleError
from newsclf.topic_state import TopicState, Waiting
from newsclf.topic_state_storage import read_topic_state, topic_state_fits, write_topic_state
from newsclf.topic_words import count_words
from newsclf.topics import Topic, TopicModel

MODEL = TopicModel(
    topics=(Topic(2, "Oil", ("oil",), 2), Topic(5, "Goal", ("goal",), 1)),
    centroids=np.array([[1, 0], [0, 1]], dtype=np.float32),
    min_similarities=np.array([0.9, 0.9]),
)
COUNTED = [Article(text="oil OPEC", source="Reuters"), Article(text="oil OPEC"), *[Article(text="goal")] * 300]
STATE = TopicState.start(MODEL, count_words(COUNTED, np.repeat([2, 5], [2, 300]), ids=MODEL.ids))
WAITING = Waiting(
    articles=(
        Article(
            title="Floods",
            text="One line.\n\nAnother\u2028with half a pair: \ud800.",
            labels={"theme": ("Environment", "Disaster"), "region": ()},
            id="7",
            date="2015-03-09",
            source="Reuters",
            url="https://news.example/7",
            author="Jane Hope",
            split="train",
        ),
        Article(text="Ещё"),
    ),
    vectors=np.array([[-1, 0], [0, -1]], dtype=np.float32),
)
BOTH = replace(STATE, waiting=WAITING)


def test_words_are_kept_as_rows_of_the_topics_and_in_one_byte_where_they_fit(tmp_path: Path) -> None:
    write_topic_state(tmp_path, STATE)

    named = json.loads((tmp_path / "topic_words.json").read_text(encoding="utf-8"))
    arrays = safetensors.numpy.load_file(tmp_path / "topic_words.safetensors")
    assert named == {"publishers": ["Reuters"], "forms": ["OPEC", "goal", "oil"]}
    assert {name: (str(a.dtype), a.tolist()) for name, a in arrays.items()} == {
        "data": ("uint16", [2, 2, 300]),
        "indices": ("uint8", [0, 2, 1]),
        "indptr": ("uint8", [0, 2, 3]),
    }


def test_there_are_files_of_waiting_articles_only_where_some_wait(tmp_path: Path) -> None:
    write_topic_state(tmp_path, STATE)

    assert not list(tmp_path.glob("waiting*"))
    read = read_topic_state(tmp_path)
    assert read.waiting.articles == ()
    assert read.waiting.vectors.shape == (0, 2)


def test_waiting_articles_are_kept_with_every_field_one_a_line(tmp_path: Path) -> None:
    write_topic_state(tmp_path, BOTH)

    lines = (tmp_path / "waiting.jsonl").read_text(encoding="utf-8").split("\n")
    assert json.loads(lines[0])["labels"] == {"theme": ["Environment", "Disaster"], "region": []}
    assert json.loads(lines[1])["text"] == "Ещё"
    assert lines[2:] == [""]
    read = read_topic_state(tmp_path)
    assert read.waiting.articles == WAITING.articles
    assert (read.waiting.vectors == WAITING.vectors).all()


def test_words_of_topics_that_were_merged_are_written_for_the_whole(tmp_path: Path) -> None:
    whole = TopicModel(
        (Topic(6, "All", (), 3, merged_from=(2, 5)),), np.array([[1, 0]], dtype=np.float32), np.array([0.1])
    )

    write_topic_state(tmp_path, replace(STATE, model=whole))

    assert read_topic_state(tmp_path).words.counts.toarray().tolist() == [[2, 300, 2]]


def _no_column(arrays: dict[str, Any]) -> None:
    arrays["indices"][0] = 3


def _too_few_rows(arrays: dict[str, Any]) -> None:
    arrays["indptr"] = arrays["indptr"][:-1]


def _backwards(arrays: dict[str, Any]) -> None:
    arrays["indptr"] = np.array([0, 3, 1], dtype=np.uint8)


def _another_name(arrays: dict[str, Any]) -> None:
    arrays["values"] = arrays.pop("data")


@pytest.mark.parametrize("damage", [_no_column, _too_few_rows, _backwards, _another_name])
def test_counts_that_are_no_matrix_are_refused(damage: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    write_topic_state(tmp_path, STATE)
    arrays = safetensors.numpy.load_file(tmp_path / "topic_words.safetensors")
    damage(arrays)
    (tmp_path / "topic_words.safetensors").write_bytes(safetensors.numpy.save(arrays))

    with pytest.raises((ValueError, KeyError), match=r"indices|index|indptr|data"):
        read_topic_state(tmp_path)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        pytest.param({"title": 3}, ValueError, "'7' has a column that is no text", id="a number as title"),
        pytest.param({"labels": {"theme": [3]}}, ValueError, "'7' has labels that are no text", id="a number as label"),
        pytest.param({"labels": []}, AttributeError, "items", id="labels without a facet"),
    ],
)
def test_waiting_rows_that_are_no_articles_are_refused(
    changed: dict[str, Any], error: type[Exception], message: str, tmp_path: Path
) -> None:
    write_topic_state(tmp_path, BOTH)
    row = json.loads((tmp_path / "waiting.jsonl").read_text(encoding="utf-8").split("\n")[0])
    (tmp_path / "waiting.jsonl").write_text(json.dumps(row | changed) + "\n", encoding="utf-8")

    with pytest.raises(error, match=message):
        read_topic_state(tmp_path)


@pytest.mark.parametrize("name", ["waiting.jsonl", "waiting.safetensors"])
def test_one_file_of_waiting_articles_without_the_other_is_refused(name: str, tmp_path: Path) -> None:
    write_topic_state(tmp_path, BOTH)
    (tmp_path / name).unlink()

    with pytest.raises((BundleError, OSError), match=name):
        read_topic_state(tmp_path)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"waiting": replace(WAITING, articles=WAITING.articles[:1])}, id="a vector too many"),
        pytest.param({"waiting": replace(WAITING, vectors=np.zeros((2, 3), dtype=np.float32))}, id="other vectors"),
        pytest.param({"words": replace(STATE.words, forms=("goal", "oil", "oil"))}, id="a word twice"),
        pytest.param({"words": replace(STATE.words, forms=("oil", "goal", "OPEC"))}, id="words out of order"),
        pytest.param({"words": replace(STATE.words, forms=(1, 2, 3))}, id="numbers as words"),
        pytest.param({"words": replace(STATE.words, publishers=(1,))}, id="a number as publisher"),
        pytest.param({"words": replace(STATE.words, counts=-STATE.words.counts)}, id="counts below 0"),
        pytest.param({"model": replace(MODEL, centroids=MODEL.centroids[:1])}, id="a centroid too few"),
    ],
)
def test_parts_that_do_not_belong_together_are_found(changed: dict[str, Any]) -> None:
    assert topic_state_fits(BOTH, 2)
    assert not topic_state_fits(replace(BOTH, **changed), 2)
