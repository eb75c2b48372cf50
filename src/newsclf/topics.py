"""Which topic a text belongs to: the nearest stored centroid, if it is near enough. Arrays only."""

from dataclasses import dataclass

import numpy as np

from newsclf.arrays import FloatArray, FloatMatrix, IntArray

#: Stands for "no topic" in arrays of topic ids.
NO_TOPIC = -1


@dataclass(frozen=True, slots=True)
class Topic:
    """What people read of a topic."""

    id: int
    name: str
    keywords: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class TopicModel:
    """Topics as arrays; the same rule answers for the fitted and for the loaded model.

    Parameters
    ----------
    topics : length t
        ``topics[i].id`` is i.
    centroids : (t, d) float32
        Unit rows.
    min_similarities : (t,)
        Lowest cosine to its centroid at which a text belongs to a topic.
    """

    topics: tuple[Topic, ...]
    centroids: FloatMatrix
    min_similarities: FloatArray

    def assign(self, vectors: FloatMatrix) -> tuple[IntArray, FloatArray]:
        """Assign each text by its vector alone.

        Parameters
        ----------
        vectors : (n, d) float32
            Unit rows.

        Returns
        -------
        ids : (n,)
            A topic's id, or `NO_TOPIC` where the nearest is not near enough.
        similarities : (n,)
            Cosine to the nearest centroid.
        """
        if not self.topics:
            return np.full(len(vectors), NO_TOPIC, dtype=np.intp), np.zeros(len(vectors))
        cosines = vectors.astype(np.float64) @ self.centroids.T.astype(np.float64)
        ids = cosines.argmax(axis=1)
        nearest = cosines[np.arange(len(vectors)), ids]
        return np.where(nearest >= self.min_similarities[ids], ids, NO_TOPIC), nearest
