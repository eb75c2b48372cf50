"""Find topics with BERTopic; the only module that imports it."""

import logging
from collections.abc import Sequence

import numpy as np

from newsclf.arrays import FloatArray, FloatMatrix, IntArray
from newsclf.topic_keywords import with_distinct_names
from newsclf.topics import NO_TOPIC, Topic, TopicModel

_LOGGER = logging.getLogger(__name__)

_NEIGHBOURS = 15
_COMPONENTS = 5
_KEYWORDS = 10
_WORD = r"(?u)\b[^\W\d_]{3,}\b"
_WORDS_IN_NAME = 3
# A topic takes the texts at least as near to its centroid as all but this share of its own members are.
_MEMBERS_LEFT_OUT = 0.05
# About one topic a hundred articles at most, within what reads well for small and large collections.
_ARTICLES_PER_MIN_SIZE = 100
_MIN_SIZE_LIMITS = (5, 30)


def fit_topics(texts: Sequence[str], vectors: FloatMatrix, *, seed: int, min_size: int | None = None) -> TopicModel:
    """Cluster vectors with UMAP and HDBSCAN through BERTopic, and keep centroids and keywords.

    Parameters
    ----------
    texts : length n
        For the keywords, by class-based TF-IDF.
    vectors : (n, d) float32
        Unit rows.
    min_size
        Fewest articles of a topic; None for a hundredth of the articles, at least 5 and at most 30.
    """
    from bertopic import BERTopic
    from bertopic.vectorizers import ClassTfidfTransformer
    from hdbscan import HDBSCAN
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    low, high = _MIN_SIZE_LIMITS
    min_size = min_size or min(high, max(low, len(texts) // _ARTICLES_PER_MIN_SIZE))
    if len(texts) <= _NEIGHBOURS + _COMPONENTS:
        _LOGGER.warning("no topics: %d articles are too few to cluster", len(texts))
        return _no_topics(vectors)
    model = BERTopic(
        umap_model=UMAP(
            n_neighbors=_NEIGHBOURS,
            n_components=_COMPONENTS,
            min_dist=0.0,
            metric="cosine",
            random_state=seed,
            n_jobs=1,
        ),
        hdbscan_model=HDBSCAN(min_cluster_size=min_size, metric="euclidean", core_dist_n_jobs=1),
        vectorizer_model=CountVectorizer(stop_words="english", token_pattern=_WORD),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        top_n_words=_KEYWORDS,
    )
    try:
        ids, _ = model.fit_transform(list(texts), embeddings=vectors)
    except ValueError as error:
        if "empty vocabulary" not in str(error):
            raise
        _LOGGER.warning("no topics: the articles have no words to name them by")
        return _no_topics(vectors)
    found = np.asarray(ids, dtype=np.intp)
    centroids, min_similarities = _centroids(vectors, found)
    topics = [_topic(i, model.get_topic(i), int((found == i).sum())) for i in range(len(centroids))]
    return with_distinct_names(TopicModel(tuple(topics), centroids, min_similarities))


def _centroids(vectors: FloatMatrix, ids: IntArray) -> tuple[FloatMatrix, FloatArray]:
    """Return each topic's mean direction, (t, d), and the similarity that most of its members reach, (t,)."""
    n_topics = int(ids.max()) + 1 if (ids != NO_TOPIC).any() else 0
    centroids = np.zeros((n_topics, vectors.shape[1]), dtype=np.float32)
    min_similarities = np.zeros(n_topics)
    for topic in range(n_topics):
        members = vectors[ids == topic].astype(np.float64)
        mean = members.mean(axis=0)
        centroids[topic] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        min_similarities[topic] = np.quantile(members @ centroids[topic], _MEMBERS_LEFT_OUT)
    return centroids, min_similarities


def _topic(topic_id: int, weighted: Sequence[tuple[str, float]] | bool, size: int) -> Topic:
    keywords = tuple(word for word, weight in weighted if word and weight > 0) if not isinstance(weighted, bool) else ()
    return Topic(topic_id, ", ".join(keywords[:_WORDS_IN_NAME]) or f"topic {topic_id}", keywords, size)


def _no_topics(vectors: FloatMatrix) -> TopicModel:
    return TopicModel((), np.zeros((0, vectors.shape[1]), dtype=np.float32), np.zeros(0))
