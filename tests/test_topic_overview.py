import numpy as np

from newsclf import Article
from newsclf.topic_overview import topic_overview
from newsclf.topics import Topic, TopicModel

MODEL = TopicModel(
    topics=(Topic(4, "Oil", ("oil",), 3), Topic(7, "Goal", ("goal",), 1)),
    centroids=np.eye(2, 3, dtype=np.float32),
    min_similarities=np.array([0.5, 0.5]),
)


def test_each_topic_is_shown_with_its_typical_articles_labels_and_report() -> None:
    articles = [
        Article(title="Far from the middle", labels={"theme": ("Energy",), "dossier": ("Oil Wars",)}),
        Article(title="In the middle", labels={"theme": ("Energy", "War"), "dossier": ("Oil Wars",)}),
        Article(title="In the middle, again", labels={"theme": ("Trade",), "dossier": ()}),
        Article(text="A goal " * 40, labels={"dossier": ("Oil Wars",)}),
    ]
    vectors = np.array([[0.8, 0, 0.6], [1, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=np.float32)
    oil, goal = topic_overview(MODEL, articles, vectors, groups=np.array([0, 1, 1, 2]), empty_labels="none")

    assert (oil["id"], oil["name"], oil["size"]) == (4, "Oil", 3)
    assert oil["examples"] == ["In the middle", "Far from the middle"]  # the second is a near-copy
    assert oil["theme"] == {"Energy": 2 / 3, "Trade": 1 / 3, "War": 1 / 3}
    assert oil["region"] == {}
    assert oil["dossier"] == {"name": "Oil Wars", "precision": 2 / 3, "recall": 2 / 3}
    assert goal["examples"] == [("A goal " * 40)[:99] + "…"]
    assert goal["theme"] == {}


def test_no_topic_has_no_row() -> None:
    nothing = TopicModel((), np.zeros((0, 3), dtype=np.float32), np.zeros(0))
    article = [Article(title="Oil")]

    assert (
        topic_overview(
            nothing, article, np.eye(1, 3, dtype=np.float32), groups=np.zeros(1, dtype=int), empty_labels="none"
        )
        == []
    )
