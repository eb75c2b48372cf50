"""What a model keeps of its topics: how texts are assigned, the counts of their words, and what fits none yet."""

from dataclasses import dataclass

import numpy as np

from newsclf.arrays import FloatMatrix
from newsclf.schema import Article
from newsclf.topic_words import TopicWords
from newsclf.topics import TopicModel


@dataclass(frozen=True, slots=True)
class Waiting:
    """Articles that fit no topic yet, in the order in which they came.

    Parameters
    ----------
    articles : length w
    vectors : (w, d) float32
        Unit rows.
    """

    articles: tuple[Article, ...]
    vectors: FloatMatrix


@dataclass(frozen=True, slots=True)
class TopicState:
    """What adding articles starts from and ends with.

    Parameters
    ----------
    words
        The counts of the words of the articles that the model's topics have, in the order of its topics.
    waiting
        Articles that fit no topic of the model.
    """

    model: TopicModel
    words: TopicWords
    waiting: Waiting

    @classmethod
    def start(cls, model: TopicModel, words: TopicWords) -> "TopicState":
        """Return the state in which nothing waits."""
        return cls(model, words, Waiting((), np.zeros((0, model.centroids.shape[1]), dtype=np.float32)))
