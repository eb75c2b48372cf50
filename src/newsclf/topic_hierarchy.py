"""Which topics are near each other: a tree over their centroids, a target number of topics, and merging."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Literal

import numpy as np
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import pdist

from newsclf.arrays import BoolArray, FloatArray, FloatMatrix, IntArray
from newsclf.errors import DataError
from newsclf.topic_keywords import WordVectors, topic_name, with_distinct_names, with_keywords
from newsclf.topic_words import TopicWords
from newsclf.topics import Anchors, Topic, TopicModel

Linkage = Literal["average", "ward"]


@dataclass(frozen=True, slots=True)
class TopicTree:
    """How topics join, nearest first.

    Parameters
    ----------
    ids : (t,)
        The leaves.
    joins : (t - 1, 4)
        scipy's linkage matrix: the two nodes that join, how far apart they are, how many topics are below.
        Node i below t is the topic ``ids[i]``, node t + j the j-th join.
    """

    ids: IntArray
    joins: FloatArray

    def groups(self, n: int) -> tuple[tuple[int, ...], ...]:
        """Return the topics that belong together when the tree is cut to n groups, by their lowest ids.

        Raises
        ------
        DataError
            If the tree has fewer than n topics, or n is below 1.
        """
        if not 1 <= n <= len(self.ids):
            raise DataError(f"{len(self.ids)} topics cannot become {n}. Ask for 1 to {len(self.ids)}.")
        if len(self.ids) == 1:
            return ((int(self.ids[0]),),)
        group_of = cut_tree(self.joins, n_clusters=n).ravel()
        groups = [tuple(sorted(self.ids[group_of == group].tolist())) for group in range(n)]
        return tuple(sorted(groups))


def topic_tree(model: TopicModel, *, method: Linkage = "average") -> TopicTree:
    """Join topics by their centroids, each counted once whatever its size.

    Parameters
    ----------
    method
        ``"average"``: distances are 1 less the cosine, and two nodes are as far apart as their topics are on average.
        ``"ward"``: the join that widens its node least, on Euclidean distances of the unit centroids, which order
        pairs as cosines do; it gives groups of more even size.
    """
    if len(model.topics) < 2:
        return TopicTree(model.ids, np.zeros((0, 4)))
    centroids = model.centroids.astype(np.float64)
    # Rounding can leave equal centroids a hair below distance 0, which linkage refuses.
    distances = np.maximum(pdist(centroids, "cosine" if method == "average" else "euclidean"), 0.0)
    return TopicTree(model.ids, np.asarray(linkage(distances, method)))


def merge_topics(
    model: TopicModel,
    groups: Sequence[Collection[int]],
    *,
    words: TopicWords | None = None,
    word_vectors: WordVectors | None = None,
) -> TopicModel:
    """Make one topic of each group; the others stay as they are.

    A merged topic gets a new id, for neither part means what the whole does; `TopicModel.topic` finds it by
    the old ones. It is assigned by the centroids and lowest similarities of its parts (`TopicModel.parts`): exactly the
    texts that belonged to one of them belong to it. One centroid in the middle cannot promise that, however low its
    similarity: a text may then be nearer to a third topic, which does not take it. The centroid in
    `TopicModel.centroids` is the mean of the parts by size, for drawing, trees and examples; its lowest similarity is
    the highest that no text of a part can be below.

    Parameters
    ----------
    groups
        Ids, at least two to a group, each in one group only.
    words
        For keywords and name of the whole; without them, the parts' keywords take turns, the larger part first.
    word_vectors
        See `with_keywords`.

    Raises
    ------
    DataError
        If an id is not of the model or stands twice, or a group has fewer than two.
    """
    _check_groups(model, groups)
    first_new = model.next_id
    for group in groups:
        model = _merged(model, np.isin(model.ids, list(group)))
    if words is not None:
        model = with_keywords(model, words, ids=range(first_new, model.next_id), word_vectors=word_vectors)
    return with_distinct_names(model)


def _merged(model: TopicModel, inside: BoolArray) -> TopicModel:
    """Return the model with the topics in a (t,) mask as one, behind the others."""
    old = [topic for topic, is_part in zip(model.topics, inside, strict=True) if is_part]
    others = [topic for topic, is_part in zip(model.topics, inside, strict=True) if not is_part]
    anchors = model.anchors
    is_part = np.isin(anchors.ids, model.ids[inside])
    was_part = np.isin(anchors.ids, () if model.parts is None else model.parts.ids)
    centroid = _mean_direction(model.centroids[inside], np.array([topic.size for topic in old]))
    lowest = lowest_similarity(anchors.rows(is_part), centroid)
    renamed = replace(anchors, ids=np.where(is_part, model.next_id, anchors.ids))
    return replace(
        model,
        topics=(*others, _whole(old, new_id=model.next_id)),
        centroids=np.concatenate([model.centroids[~inside], centroid[None]]),
        min_similarities=np.append(model.min_similarities[~inside], lowest),
        parts=renamed.rows(is_part | was_part),
    )


def _whole(old: Sequence[Topic], *, new_id: int) -> Topic:
    """Return what people read of a merged topic."""
    by_size = sorted(old, key=lambda topic: (-topic.size, topic.id))
    turns = chain.from_iterable(zip_longest(*(topic.keywords for topic in by_size)))
    longest = max(len(topic.keywords) for topic in old)
    keywords = tuple(dict.fromkeys(word for word in turns if word is not None))[:longest]
    return Topic(
        id=new_id,
        name=topic_name(keywords) or by_size[0].name,
        keywords=keywords,
        size=sum(topic.size for topic in old),
        merged_from=tuple(sorted(known for topic in old for known in (topic.id, *topic.merged_from))),
    )


def _mean_direction(centroids: FloatMatrix, sizes: IntArray) -> FloatMatrix:
    mean = sizes.astype(np.float64) @ centroids.astype(np.float64)
    unit: FloatMatrix = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
    return unit


def lowest_similarity(parts: Anchors, centroid: FloatMatrix) -> float:
    """Return the cosine to a centroid, (d,), that no text of the parts can be below: angles add up at most."""
    to_part = np.arccos(np.clip(parts.min_similarities, -1, 1))
    to_whole = np.arccos(np.clip(parts.centroids.astype(np.float64) @ centroid.astype(np.float64), -1, 1))
    return float(np.cos(np.minimum(to_part + to_whole, np.pi).max()))


def _check_groups(model: TopicModel, groups: Sequence[Collection[int]]) -> None:
    given = [topic_id for group in groups for topic_id in group]
    for topic_id in given:
        if model.topic(topic_id).id != topic_id:
            raise DataError(f"Topic {topic_id} was merged into {model.topic(topic_id).id}. Name that one instead.")
    small = next((group for group in groups if len(group) < 2), None)
    if small is not None:
        raise DataError(f"The group {list(small)} has fewer than two topics: there is nothing to merge.")
    twice = next((topic_id for topic_id in given if given.count(topic_id) > 1), None)
    if twice is not None:
        raise DataError(f"Topic {twice} stands twice among the topics to merge. Name each once.")
