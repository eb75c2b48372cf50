"""The articles that show best what a topic is about."""

from collections.abc import Mapping

import numpy as np

from newsclf.arrays import FloatMatrix, IntArray
from newsclf.topics import TopicModel

_N_ARTICLES = 5


def representative_articles(
    model: TopicModel, vectors: FloatMatrix, article_topics: IntArray, *, groups: IntArray, n: int = _N_ARTICLES
) -> Mapping[int, tuple[int, ...]]:
    """Return for each topic its articles nearest to the centroid, near-copies once.

    Parameters
    ----------
    vectors : (n, d) float32
        Unit rows.
    article_topics : (n,)
        A topic's id or `NO_TOPIC`.
    groups : (n,)
        Equal numbers for near-copies, as `near_copy_groups` gives them.

    Returns
    -------
    mapping
        Topic id to at most n indices of articles, nearest first; of equally near ones, the first given.
    """
    found = {}
    for topic_id, centroid in zip(model.ids.tolist(), model.centroids, strict=True):
        members = np.flatnonzero(article_topics == topic_id)
        cosines = vectors[members].astype(np.float64) @ centroid.astype(np.float64)
        ordered = members[np.argsort(-cosines, kind="stable")]
        _, first = np.unique(groups[ordered], return_index=True)
        found[topic_id] = tuple(ordered[np.sort(first)][:n].tolist())
    return found
