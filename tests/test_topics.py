import numpy as np

from newsclf.topics import NO_TOPIC, Topic, TopicModel

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
