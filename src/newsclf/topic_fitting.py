"""From vectors to a topic model: which route, how many topics, what becomes of articles that clustering left out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from newsclf.arrays import FloatArray, FloatMatrix, IntArray
from newsclf.config import TopicOutliers
from newsclf.progress import Progress, silent
from newsclf.schema import Article
from newsclf.topic_hierarchy import topic_tree
from newsclf.topic_keywords import WordVectors, with_keywords
from newsclf.topic_words import TopicWords, count_words
from newsclf.topics import NO_TOPIC, Topic, TopicModel

_LOGGER = logging.getLogger(__name__)

# A topic takes the texts at least as near to its centroid as all but this share of those it is learned from.
_LEFT_OUT = 0.02
# About one topic a hundred articles at most, within what reads well for small and large collections.
_ARTICLES_PER_MIN_SIZE = 100
_MIN_SIZE_LIMITS = (5, 30)
_SMALLEST = 2
_ROUNDING = 1e-6
#: Past this UMAP and HDBSCAN cost minutes on two cores: so many are drawn, and the rest goes by centroids.
MOST_CLUSTERED = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOptions:
    """How topics are looked for; `newsclf.TrainConfig` explains each.

    Parameters
    ----------
    n_topics
        None for as many as there are.
    """

    seed: int = 0
    n_topics: int | None = None
    min_size: int | None = None
    outliers: TopicOutliers = "assign"


@dataclass(frozen=True, slots=True)
class FittedTopics:
    """Topics, the words they are named by, and the clusters they were made from."""

    model: TopicModel
    words: TopicWords
    found: "Clusters"


@dataclass(frozen=True, slots=True)
class Clusters:
    """Centroids, and what they were made from.

    Parameters
    ----------
    centroids : (t, d) float32
        Unit rows.
    clustered : (n,)
        The topic that clustering gave each article, `NO_TOPIC` where it gave none.
    drawn : (m,)
        The articles that were clustered.
    route
        In words.
    """

    centroids: FloatMatrix
    clustered: IntArray
    drawn: IntArray
    route: str


def fit_topics(
    articles: Sequence[Article],
    vectors: FloatMatrix,
    options: TopicOptions | None = None,
    *,
    word_vectors: WordVectors | None = None,
    jobs: int = 1,
    progress: Progress = silent,
) -> FittedTopics:
    """Find topics, and give them keywords and names.

    Parameters
    ----------
    articles : length n
    vectors : (n, d) float32
        Unit rows.
    word_vectors
        See `with_keywords`.
    jobs
        Processes that count words, -1 for one a core. What is found by one seed is found on one core.
    """
    options = options or TopicOptions()
    found = find_clusters(vectors, options)
    model = assigning_model(vectors, found, options)
    return name_topics(articles, found, model, word_vectors=word_vectors, jobs=jobs, progress=progress)


def find_clusters(vectors: FloatMatrix, options: TopicOptions) -> Clusters:
    """Cluster the articles, or as many as can be clustered in minutes, and make as many topics as are asked for.

    Where a number is asked for and no smallest size, smaller and smaller clusters are tried until there are as many.
    Then the nearest centroids join, and k-means from there moves the borders to where fewer, wider topics have them.
    """
    from newsclf.topic_clustering import cluster, lay_out

    drawn = _draw(len(vectors), seed=options.seed)
    if not can_cluster(vectors[drawn]):
        _LOGGER.warning("no topics: %d articles are too few, or too much the same, to cluster", len(vectors))
        return _nothing(vectors, "no topics: too few articles that differ")
    layout = lay_out(vectors[drawn], seed=options.seed)
    min_size = options.min_size or default_min_size(len(drawn))
    ids = cluster(layout, min_size=min_size)
    while options.min_size is None and int(ids.max()) + 1 < (options.n_topics or 0) and min_size > _SMALLEST:
        min_size = max(_SMALLEST, min_size // 2)
        ids = cluster(layout, min_size=min_size)
    if ids.max() < 0:
        _LOGGER.warning("no topics: among %d articles no %d are nearer to each other", len(vectors), min_size)
        return _nothing(vectors, "no topics: no group of articles stands out")
    route = "UMAP and HDBSCAN"
    if len(drawn) < len(vectors):
        route += f" on {len(drawn):,} articles drawn, the nearest centroid for the rest"
    clustered = np.full(len(vectors), NO_TOPIC, dtype=np.intp)
    clustered[drawn] = ids
    found = Clusters(_centroids(vectors, clustered), clustered, drawn, route)
    return _reduced(vectors, found, options.n_topics) if options.n_topics is not None else found


def assigning_model(vectors: FloatMatrix, found: Clusters, options: TopicOptions) -> TopicModel:
    """Make a model of clusters that has no names yet: from which similarity on each takes a text, how large it is.

    With `options.outliers` "assign" the similarity is learned from all articles that are nearest to a centroid, with
    "keep" from those that clustering put there.
    """
    model = TopicModel(
        topics=tuple(Topic(i, f"topic {i}", (), 0) for i in range(len(found.centroids))),
        centroids=found.centroids,
        min_similarities=np.full(len(found.centroids), -1.0),
    )
    nearest, similarities = model.assign(vectors)
    learned_from = nearest if options.outliers == "assign" else found.clustered
    lowest = _lowest(nearest, similarities, learned_from, n_topics=len(model.topics))
    model = replace(model, min_similarities=lowest)
    ids, _ = model.assign(vectors)
    if (ids != NO_TOPIC).any():
        model = replace(model, typical_similarity=float(np.median(similarities[ids != NO_TOPIC])))
    sizes = np.bincount(ids[ids != NO_TOPIC], minlength=len(model.topics)).tolist()
    return replace(model, topics=tuple(replace(t, size=n) for t, n in zip(model.topics, sizes, strict=True)))


def name_topics(
    articles: Sequence[Article],
    found: Clusters,
    model: TopicModel,
    *,
    word_vectors: WordVectors | None = None,
    jobs: int = 1,
    progress: Progress = silent,
) -> FittedTopics:
    """Give topics keywords and names, from the articles that clustering put there: others belong less clearly.

    `jobs` processes count words, -1 for one a core.
    """
    words = count_words(articles, found.clustered, ids=model.ids, jobs=jobs, progress=progress)
    if model.topics and not words.forms:
        _LOGGER.warning("no topics: the articles have no words to name them by")
        nothing = no_topics(model.centroids.shape[1])
        return replace(nothing, found=replace(nothing.found, route="no topics: no words to name them by"))
    model = with_keywords(model, words, word_vectors=word_vectors)
    return FittedTopics(model, words, found)


def can_cluster(vectors: FloatMatrix) -> bool:
    """Whether enough of (n, d) vectors differ."""
    from newsclf.topic_clustering import FEWEST

    return len(np.unique(vectors, axis=0)) >= FEWEST


def default_min_size(n: int) -> int:
    """Return the fewest articles of a topic among n: a hundredth, at least 5 and at most 30."""
    low, high = _MIN_SIZE_LIMITS
    return min(high, max(low, n // _ARTICLES_PER_MIN_SIZE))


def no_topics(dim: int) -> FittedTopics:
    """Return the model of no topic, for vectors of so many dimensions."""
    model = TopicModel((), np.zeros((0, dim), dtype=np.float32), np.zeros(0))
    nobody = np.zeros(0, dtype=np.intp)
    found = Clusters(model.centroids, nobody, nobody, "not looked for")
    return FittedTopics(model, count_words([], nobody, ids=nobody), found)


def _draw(n: int, *, seed: int) -> IntArray:
    if n <= MOST_CLUSTERED:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, MOST_CLUSTERED, replace=False))


def _nothing(vectors: FloatMatrix, route: str) -> Clusters:
    clustered = np.full(len(vectors), NO_TOPIC, dtype=np.intp)
    return Clusters(np.zeros((0, vectors.shape[1]), dtype=np.float32), clustered, np.arange(len(vectors)), route)


def _centroids(vectors: FloatMatrix, clustered: IntArray) -> FloatMatrix:
    """Return each cluster's mean direction, (t, d)."""
    centroids = np.zeros((int(clustered.max()) + 1, vectors.shape[1]), dtype=np.float32)
    for topic in range(len(centroids)):
        centroids[topic] = _unit(vectors[clustered == topic].astype(np.float64).mean(axis=0))
    return centroids


def _reduced(vectors: FloatMatrix, found: Clusters, n_topics: int) -> Clusters:
    from sklearn.cluster import KMeans

    if len(found.centroids) < n_topics:
        _LOGGER.warning(
            "%d topics were asked for; there are no more than %d groups of articles", n_topics, len(found.centroids)
        )
    if len(found.centroids) <= n_topics:
        return found
    tree = topic_tree(
        TopicModel(
            topics=tuple(Topic(i, "", (), 0) for i in range(len(found.centroids))),
            centroids=found.centroids,
            min_similarities=np.zeros(len(found.centroids)),
        )
    )
    sizes = np.bincount(found.clustered[found.clustered != NO_TOPIC])
    groups = [np.array(group) for group in tree.groups(n_topics)]
    starts = np.stack([_unit(sizes[g] @ found.centroids[g].astype(np.float64)) for g in groups])
    members = np.flatnonzero(found.clustered != NO_TOPIC)
    means = KMeans(n_topics, init=starts, n_init=1).fit(vectors[members].astype(np.float64))
    _, labels = np.unique(means.labels_, return_inverse=True)
    clustered = np.full(len(vectors), NO_TOPIC, dtype=np.intp)
    clustered[members] = labels
    return replace(found, centroids=_centroids(vectors, clustered), clustered=clustered)


def _lowest(nearest: IntArray, similarities: FloatArray, learned_from: IntArray, *, n_topics: int) -> FloatArray:
    """Return (t,) the similarity that all but a few of those reach that a topic is learned from, and is nearest to."""
    lowest = np.ones(n_topics)
    for topic in range(n_topics):
        members = similarities[(nearest == topic) & (learned_from == topic)]
        if len(members):
            # The similarity of an article, less what another batch may round it to.
            lowest[topic] = np.quantile(members, _LEFT_OUT, method="lower") - _ROUNDING
    return lowest


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12))
