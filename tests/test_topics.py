import numpy as np
import pytest

from newsclf import DataError
from newsclf.topics import NO_TOPIC, Anchors, Topic, TopicModel

TOPICS = TopicModel(
    topics=(Topic(0, "oil", ("oil",), 5), Topic(1, "sport", ("goal",), 5)),
    centroids=np.array([[1, 0], [0, 1]], dtype=np.float32),
    min_similarities=np.array([0.9, 0.5]),
)


def test_a_text_belongs_to_the_nearest_topic_that_is_near_enough() -> None:
    vectors = np.array([[0.96, 0.28], [0.28, 0.96], [0.8, 0.6]], dtype=np.float32)

    ids, similarities = TOPICS.assign(vectors)

    # The third is nearest to the first topic, at 0.8, which asks for 0.9: another topic does not take it.
    assert ids.tolist() == [0, 1, NO_TOPIC]
    np.testing.assert_allclose(similarities, [0.96, 0.96, 0.8], atol=1e-6)


def test_a_texts_topic_does_not_depend_on_the_batch() -> None:
    vectors = np.random.default_rng(1).normal(size=(50, 2)).astype(np.float32)

    together, _ = TOPICS.assign(vectors)
    alone = [TOPICS.assign(vector[None])[0][0] for vector in vectors]

    assert together.tolist() == alone


def test_without_topics_every_text_has_none() -> None:
    none = TopicModel((), np.zeros((0, 2), dtype=np.float32), np.zeros(0))

    ids, _ = none.assign(np.ones((3, 2), dtype=np.float32))

    assert ids.tolist() == [NO_TOPIC] * 3


SPARSE_IDS = TopicModel(
    topics=(Topic(4, "oil", ("oil",), 5), Topic(9, "sport", ("goal",), 7, merged_from=(1, 12))),
    centroids=np.array([[1, 0], [0, 1]], dtype=np.float32),
    min_similarities=np.array([0.9, 0.5]),
    parts=Anchors(
        ids=np.array([9, 9]),
        centroids=np.array([[0, 1], [-1, 0]], dtype=np.float32),
        min_similarities=np.array([0.9, 0.75]),
        sizes=np.array([3, 4]),
    ),
)


def test_ids_need_not_follow_each_other_and_are_what_texts_get() -> None:
    ids, _ = SPARSE_IDS.assign(np.array([[1, 0], [0, 1]], dtype=np.float32))

    assert ids.tolist() == [4, 9]


def test_a_merged_topic_takes_the_texts_of_its_parts_and_no_others() -> None:
    vectors = np.array([[-1, 0], [-0.8, 0.6], [0.6, 0.8]], dtype=np.float32)

    ids, similarities = SPARSE_IDS.assign(vectors)

    # The second is nearest to the part at (-1, 0), near enough; the third to (0, 1), which asks for 0.9 although
    # the whole would ask for 0.5.
    assert ids.tolist() == [9, 9, NO_TOPIC]
    np.testing.assert_allclose(similarities, [1, 0.8, 0.8], atol=1e-6)


def test_a_merged_topic_is_found_by_the_ids_that_it_came_from() -> None:
    assert [SPARSE_IDS.topic(topic_id).name for topic_id in (1, 9, 12, 4)] == ["sport", "sport", "sport", "oil"]
    with pytest.raises(DataError, match=r"There is no topic 3\. Ids of this model: 4, 9\."):
        SPARSE_IDS.topic(3)


def test_the_next_id_is_above_all_that_were_ever_used() -> None:
    assert SPARSE_IDS.next_id == 13
    assert TOPICS.next_id == 2
    assert TopicModel((), np.zeros((0, 2), dtype=np.float32), np.zeros(0)).next_id == 0


def test_texts_assigned_in_parts_have_the_topics_that_they_have_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(0).normal(size=(20, TOPICS.centroids.shape[1])).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids, similarities = TOPICS.assign(vectors)
    monkeypatch.setattr("newsclf.topics._AT_ONCE", 7)

    in_parts = TOPICS.assign(vectors)

    assert in_parts[0].tolist() == ids.tolist()
    np.testing.assert_allclose(in_parts[1], similarities, rtol=1e-12)
