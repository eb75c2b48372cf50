"""What every topic model is. Imports nothing that only one environment has."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.intp]
FloatMatrix = npt.NDArray[np.float32]

#: Stands for "no topic", as in newsclf and BERTopic.
NO_TOPIC = -1
#: Keywords that a topic is measured by.
KEYWORDS = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """What a topic model is told: a seed, and how many topics to find; 0 where it is to find out."""

    seed: int
    topics: int


class TopicModel(Protocol):
    """A topic model before and after it has been fitted; texts and their (n, d) unit vectors always go together."""

    def fit(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Find topics and return (n,) ids, `NO_TOPIC` for none."""

    def keywords(self) -> list[list[str]]:
        """Return the first `KEYWORDS` words of each topic, best first."""

    def assign(self, texts: Sequence[str], vectors: FloatMatrix) -> IntArray:
        """Return the (n,) topic ids of texts that may be new."""

    def reloaded(self, folder: Path) -> Self:
        """Save into an empty folder, and return what loading gives."""


def strongest(weights: FloatMatrix) -> IntArray:
    """Return (n,) the topic with the largest of (n, t) weights, and `NO_TOPIC` where all are 0."""
    return np.where(weights.any(axis=1), weights.argmax(axis=1), NO_TOPIC)
