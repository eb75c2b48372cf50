"""Which topic a text belongs to: the nearest stored centroid, if it is near enough. Arrays only."""

from dataclasses import dataclass

import numpy as np

from newsclf.arrays import BoolArray, FloatArray, FloatMatrix, IntArray
from newsclf.errors import DataError

#: Stands for "no topic" in arrays of topic ids.
NO_TOPIC = -1
# Vectors compared with all centroids at a time: bounds the memory of a large archive.
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Topic:
    """What people read of a topic.

    Parameters
    ----------
    id
        Never given to another topic, not even after this one was merged away.
    merged_from
        Ids of the topics that became this one, ascending; none of them is in use any more.
    """

    id: int
    name: str
    keywords: tuple[str, ...]
    size: int
    merged_from: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchors:
    """Centroids that texts are assigned by, each in the name of a topic.

    Parameters
    ----------
    ids : (r,)
        The topic that each speaks for.
    centroids : (r, d) float32
        Unit rows.
    min_similarities : (r,)
        Lowest cosine at which a text belongs.
    sizes : (r,)
        How many articles each was made from.
    """

    ids: IntArray
    centroids: FloatMatrix
    min_similarities: FloatArray
    sizes: IntArray

    def rows(self, mask: BoolArray) -> "Anchors":
        """Return the anchors of a mask, (r,)."""
        return Anchors(self.ids[mask], self.centroids[mask], self.min_similarities[mask], self.sizes[mask])


@dataclass(frozen=True, slots=True)
class TopicModel:
    """Topics as arrays; the same rule answers for the fitted and for the loaded model.

    Parameters
    ----------
    topics : length t
        Ids are distinct and not negative; they need not follow each other.
    centroids : (t, d) float32
        Unit rows.
    min_similarities : (t,)
        Lowest cosine to its centroid at which a text belongs to a topic.
    parts
        The anchors of merged topics: what their parts were assigned by goes on assigning, so that merging neither
        loses a text nor takes in another. None where nothing was merged.
    typical_similarity
        Median cosine of the articles that the topics were fitted on to the centroid of their topic. None where it is
        not known.
    """

    topics: tuple[Topic, ...]
    centroids: FloatMatrix
    min_similarities: FloatArray
    parts: Anchors | None = None
    typical_similarity: float | None = None

    @property
    def ids(self) -> IntArray:
        """The topics' ids, (t,), in the order of the rows."""
        return np.array([topic.id for topic in self.topics], dtype=np.intp)

    @property
    def next_id(self) -> int:
        """The lowest id above all that a topic has or had."""
        return 1 + max((known for topic in self.topics for known in (topic.id, *topic.merged_from)), default=-1)

    @property
    def anchors(self) -> Anchors:
        """What texts are assigned by: a row a topic, and for a merged topic those of its parts instead."""
        sizes = np.array([topic.size for topic in self.topics], dtype=np.intp)
        own = Anchors(self.ids, self.centroids, self.min_similarities, sizes)
        if self.parts is None:
            return own
        own = own.rows(~np.isin(self.ids, self.parts.ids))
        return Anchors(
            ids=np.concatenate([own.ids, self.parts.ids]),
            centroids=np.concatenate([own.centroids, self.parts.centroids]),
            min_similarities=np.concatenate([own.min_similarities, self.parts.min_similarities]),
            sizes=np.concatenate([own.sizes, self.parts.sizes]),
        )

    def topic(self, topic_id: int) -> Topic:
        """Return the topic that has an id, or that took in the one that had it.

        Raises
        ------
        DataError
            If no topic has or had the id.
        """
        found = next((topic for topic in self.topics if topic_id in {topic.id, *topic.merged_from}), None)
        if found is None:
            known = ", ".join(str(topic.id) for topic in self.topics) or "none"
            raise DataError(f"There is no topic {topic_id}. Ids of this model: {known}.")
        return found

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
            Cosine to the nearest centroid; for a merged topic, to that of its nearest part.
        """
        if not self.topics:
            return np.full(len(vectors), NO_TOPIC, dtype=np.intp), np.zeros(len(vectors))
        anchors = self.anchors
        centroids = anchors.centroids.T.astype(np.float64)
        rows = np.zeros(len(vectors), dtype=np.intp)
        nearest = np.zeros(len(vectors))
        for start in range(0, len(vectors), _AT_ONCE):
            chunk = slice(start, start + _AT_ONCE)
            cosines = vectors[chunk].astype(np.float64) @ centroids
            rows[chunk], nearest[chunk] = cosines.argmax(axis=1), cosines.max(axis=1)
        return np.where(nearest >= anchors.min_similarities[rows], anchors.ids[rows], NO_TOPIC), nearest
