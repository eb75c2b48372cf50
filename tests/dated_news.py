"""Articles on three subjects with dates and labels, and topics made from them, for the tests of reports."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from support import HashedWordEncoder

from newsclf import Article
from newsclf.arrays import FloatMatrix
from newsclf.topic_keywords import with_keywords
from newsclf.topic_state import TopicState
from newsclf.topic_words import count_words
from newsclf.topics import Topic, TopicModel

#: Theme, region (none for storms) and words; ids of their topics have gaps.
SUBJECTS = {
    3: ("Energy", "Middle East", "oil barrel crude price opec tanker refinery export pipeline well"),
    4: ("Politics", "Middle East", "vote ballot party poll minister coalition senate campaign seat rally"),
    9: ("Weather", "", "storm coast rain flood wind harbour wave shelter forecast damage"),
}
HOSTILE_NAME = "<script>window.hacked = 1</script> Oil & <b>War</b>"
_FIRST_DAY = date(2015, 1, 5)
_LAST_DAY = 140


def news(n: int) -> list[Article]:
    """Return n articles of each subject, one after the other, from January to May 2015; no two are near-copies."""
    rng = np.random.default_rng(1)
    return [
        _article(topic_id, i, n=n, words=rng.choice(words.split(), 12).tolist())
        for topic_id, (_, _, words) in SUBJECTS.items()
        for i in range(n)
    ]


def _article(topic_id: int, i: int, *, n: int, words: Sequence[str]) -> Article:
    theme, region, _ = SUBJECTS[topic_id]
    labels = {"theme": (theme,), "dossier": (HOSTILE_NAME,) if topic_id == 3 and i % 2 == 0 else ()}
    return Article(
        title=f"{words[0]} and {words[1]}, report {i}",
        text=" ".join(words),
        labels=labels | ({"region": (region,)} if region else {}),
        date=(_FIRST_DAY + timedelta(days=_LAST_DAY * i // max(n - 1, 1))).isoformat(),
        url=f"https://news.example/{topic_id}/{i}",
    )


def vectors_of(articles: Sequence[Article]) -> FloatMatrix:
    """Embed articles by the tiny encoder."""
    return HashedWordEncoder().encode([article.content for article in articles])


def state_of(articles: Sequence[Article]) -> TopicState:
    """Return topics of as many articles each, in the order of `SUBJECTS`, that take all of these."""
    vectors = vectors_of(articles)
    ids = np.repeat(list(SUBJECTS), len(articles) // len(SUBJECTS))
    centroids = np.array([vectors[ids == topic_id].mean(axis=0) for topic_id in SUBJECTS], dtype=np.float32)
    centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
    topics = tuple(Topic(topic_id, f"topic {topic_id}", (), 1_000) for topic_id in SUBJECTS)
    words = count_words(articles, ids, ids=np.array(list(SUBJECTS)))
    model = TopicModel(topics, centroids, np.full(len(SUBJECTS), 0.05))
    return TopicState.start(with_keywords(model, words), words)
