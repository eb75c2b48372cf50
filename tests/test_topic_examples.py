import numpy as np

from newsclf.topic_examples import representative_articles
from newsclf.topics import NO_TOPIC, Topic, TopicModel

MODEL = TopicModel(
    (Topic(3, "", (), 4), Topic(7, "", (), 0)), np.array([[1, 0], [0, 1]], dtype=np.float32), np.zeros(2)
)
VECTORS = np.array([[0.8, 0.6], [1, 0], [1, 0], [0.96, 0.28], [1, 0], [0.8, -0.6]], dtype=np.float32)
TOPICS = np.array([3, 3, 3, 3, NO_TOPIC, 3])


def test_the_nearest_articles_come_first_and_near_copies_once() -> None:
    groups = np.array([0, 1, 1, 2, 3, 4])

    found = representative_articles(MODEL, VECTORS, TOPICS, groups=groups)

    # 2 is a copy of 1, 4 has no topic; 0 and 5 are equally near.
    assert found == {3: (1, 3, 0, 5), 7: ()}


def test_no_more_are_given_than_asked_for() -> None:
    assert representative_articles(MODEL, VECTORS, TOPICS, groups=np.arange(6), n=3)[3] == (1, 2, 3)
