"""A model whose topics are made by hand, for the tests of what can be done with them."""

from dataclasses import replace
from itertools import islice, permutations

import numpy as np

from newsclf import Article, NewsClassifier
from newsclf.topic_state import TopicState
from newsclf.topic_words import count_words
from newsclf.topics import Topic, TopicModel

OIL, GOAL, GAS = 2, 5, 7
TEXTS = {
    OIL: "Oil tankers left the port.",
    GOAL: "The goal came late in the league.",
    GAS: "Gas pipelines reached the coast.",
}
NAMES = {OIL: "Oil [b]", GOAL: "Goal, late, league", GAS: "Gas, pipelines, coast"}
_WORDS = ("storm", "floods", "valley", "roads", "rescue")
#: Ten texts of the same words in other orders: alike, far from every topic, and no near-copies of each other.
STORMS = tuple(" ".join(words) for words in islice(permutations(_WORDS), 0, None, 13))


def with_topics(model: NewsClassifier) -> NewsClassifier:
    """Return the model with three topics of ten articles, all of which say what `TEXTS` has."""
    topics = TopicModel(
        topics=tuple(Topic(i, name, tuple(name.lower().split(", ")), 10) for i, name in NAMES.items()),
        centroids=model.encoder.encode(list(TEXTS.values())),
        min_similarities=np.full(len(TEXTS), 0.9),
        typical_similarity=0.9,
    )
    articles = [Article(text=text) for text in TEXTS.values() for _ in range(10)]
    words = count_words(articles, np.repeat(topics.ids, 10), ids=topics.ids)
    return replace(model, bundle=replace(model.bundle, topics=TopicState.start(topics, words)))
