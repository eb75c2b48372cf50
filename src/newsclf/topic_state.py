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
        In how many articles words stand, in the order of the model's topics: of those that clustering put there at
        training, and of all that were added.
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
