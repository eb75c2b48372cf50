"""New articles for a model that is not fitted again: topics grow, and what fits none waits until it makes one."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from newsclf.arrays import FloatMatrix, IntArray
from newsclf.errors import ConfigError, DataError
from newsclf.near_copies import near_copy_groups
from newsclf.schema import Article
from newsclf.topic_hierarchy import lowest_similarity
from newsclf.topic_keywords import WordVectors, with_keywords
from newsclf.topic_state import TopicState, Waiting
from newsclf.topic_words import count_words
from newsclf.topics import NO_TOPIC, Anchors, Topic, TopicModel

_LOGGER = logging.getLogger(__name__)

# Groups are found from all pairs: 10,000 articles take 400 MB of distances.
_MOST_AT_ONCE = 10_000
# Below the lowest similarity of a new topic's founders, so that rounding in another batch leaves none of them out.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class TopicUpdate:
    """What became of new articles, and of those that waited.

    Parameters
    ----------
    state
        Old topics keep their ids and their order; new ones stand behind them.
    article_topics : (n,)
        The topic of each new article, or `NO_TOPIC` where it waits.
    settled
        Articles that waited before and have a topic now: their position there to its id.
    new_ids
        Topics made from articles that waited.
    """

    state: TopicState
    article_topics: IntArray
    settled: Mapping[int, int]
    new_ids: tuple[int, ...]


def add_articles(
    state: TopicState,
    articles: Sequence[Article],
    vectors: FloatMatrix,
    *,
    min_size: int,
    min_similarity: float | None = None,
    word_vectors: WordVectors | None = None,
) -> TopicUpdate:
    """Add articles to topics, and make new topics of what has waited long enough.

    An article goes where `TopicModel.assign` says. Topics that got some have their counts and keywords
    brought up to date, and their centroid moves to the mean by size; lowest similarities stay. The rest waits.
    At least `min_size` waiting articles of which every two are alike propose a topic: their mean direction, at the
    lowest similarity that one of them has to it. It is made if as many would belong to it, near-copies counted once.

    Parameters
    ----------
    articles : length n
    vectors : (n, d) float32
        Unit rows.
    min_size
        Fewest articles of a new topic.
    min_similarity
        Above this cosine two articles are alike. None for the square of the model's typical similarity: the cosine of
        two articles that are as near to a centroid as articles of a topic usually are, each away from it in its own
        direction.

    Raises
    ------
    ConfigError
        If `min_size` is below 2, `min_similarity` is no cosine, or the model does not know how alike articles of a
        topic usually are.
    DataError
        If articles and vectors are not equally many.
    """
    if min_size < 2:
        raise ConfigError(f"min_size is {min_size}: a topic needs at least 2 articles.")
    if min_similarity is not None and not -1 <= min_similarity <= 1:
        raise ConfigError(f"min_similarity is {min_similarity}; it is a cosine: give a number from -1 to 1.")
    if len(articles) != len(vectors):
        raise DataError(f"There are {len(articles)} articles and {len(vectors)} vectors. Give one vector an article.")
    min_similarity = _usual_similarity(state.model) if min_similarity is None else min_similarity
    article_topics, _ = state.model.assign(vectors)
    fits = article_topics != NO_TOPIC
    waiting = _joined(state.waiting, [articles[i] for i in np.flatnonzero(~fits).tolist()], vectors[~fits])
    model = _grown(state.model, vectors[fits], article_topics[fits])
    model = _with_new_topics(model, waiting, min_size=min_size, min_similarity=min_similarity)
    late_topics, _ = model.assign(waiting.vectors)
    n_before = len(state.waiting.articles)
    article_topics[~fits] = late_topics[n_before:]
    ids = np.concatenate([article_topics, late_topics[:n_before]])
    counts = count_words([*articles, *state.waiting.articles], ids, ids=model.ids, publishers=state.words.publishers)
    words = state.words.plus(counts).following(model)
    model = with_keywords(_sized(model, ids), words, ids=set(ids.tolist()), word_vectors=word_vectors)
    return TopicUpdate(
        state=TopicState(model, words, _still_waiting(waiting, late_topics)),
        article_topics=article_topics,
        settled={i: topic_id for i, topic_id in enumerate(late_topics[:n_before].tolist()) if topic_id != NO_TOPIC},
        new_ids=tuple(model.ids[len(state.model.topics) :].tolist()),
    )


def _usual_similarity(model: TopicModel) -> float:
    if model.typical_similarity is None:
        raise ConfigError("The model has no topic to say how alike articles of one are. Give min_similarity.")
    return max(model.typical_similarity, 0.0) ** 2


def _grown(model: TopicModel, vectors: FloatMatrix, ids: IntArray) -> TopicModel:
    """Return the model with centroids moved towards the texts that belong to them; sizes of topics stay."""
    row = {topic_id: i for i, topic_id in enumerate(model.ids.tolist())}
    sizes = np.array([topic.size for topic in model.topics], dtype=np.intp)
    rows = np.array([row[topic_id] for topic_id in ids.tolist()], dtype=np.intp)
    model = replace(model, centroids=_moved(model.centroids, sizes, vectors, rows))
    return model if model.parts is None else _with_parts(model, _grown_parts(model.parts, vectors, ids))


def _with_parts(model: TopicModel, parts: Anchors) -> TopicModel:
    """Return the model with other parts, and the lowest similarities of merged topics that follow from them."""
    lowest = model.min_similarities.copy()
    for row in np.flatnonzero(np.isin(model.ids, parts.ids)).tolist():
        lowest[row] = lowest_similarity(parts.rows(parts.ids == model.topics[row].id), model.centroids[row])
    return replace(model, min_similarities=lowest, parts=parts)


def _grown_parts(parts: Anchors, vectors: FloatMatrix, ids: IntArray) -> Anchors:
    inside = vectors[np.isin(ids, parts.ids)]
    rows = (inside.astype(np.float64) @ parts.centroids.T.astype(np.float64)).argmax(axis=1)
    sizes = parts.sizes + np.bincount(rows, minlength=len(parts.sizes))
    return replace(parts, centroids=_moved(parts.centroids, parts.sizes, inside, rows), sizes=sizes)


def _moved(centroids: FloatMatrix, sizes: IntArray, vectors: FloatMatrix, rows: IntArray) -> FloatMatrix:
    """Return the centroids, (r, d), as means of what they were, by size, and of the vectors of their rows.

    The centroid is kept as a direction, and stands for articles that all lie in it: slightly more than they are worth.
    """
    sums = sizes[:, None] * centroids.astype(np.float64)
    np.add.at(sums, rows, vectors.astype(np.float64))
    touched = np.unique(rows)
    moved = centroids.copy()
    moved[touched] = sums[touched] / np.maximum(np.linalg.norm(sums[touched], axis=1, keepdims=True), 1e-12)
    return moved


def _with_new_topics(model: TopicModel, waiting: Waiting, *, min_size: int, min_similarity: float) -> TopicModel:
    """Return the model with a topic for each group of waiting articles that holds, the largest first."""
    groups = _alike(waiting.vectors, min_size=min_size, min_similarity=min_similarity)
    if not groups:
        return model
    copies = near_copy_groups([article.content for article in waiting.articles])
    for group in groups:
        candidate = _with_topic(model, waiting.vectors[group])
        # The nearest centroid decides: founders may be nearer to another topic, and then they wait on.
        ids, _ = candidate.assign(waiting.vectors)
        if len(np.unique(copies[ids == model.next_id])) >= min_size:
            model = candidate
    return model


def _alike(vectors: FloatMatrix, *, min_size: int, min_similarity: float) -> list[IntArray]:
    """Return groups of rows of which every two are alike, the largest first, then the one that came first."""
    first = max(0, len(vectors) - _MOST_AT_ONCE)
    if first:
        _LOGGER.warning("%d articles wait for a topic; the %d that came first are not looked at", len(vectors), first)
    if len(vectors) < min_size:
        return []
    clusters = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="complete", distance_threshold=1 - min_similarity
    ).fit_predict(vectors[first:])
    groups = [first + np.flatnonzero(clusters == cluster) for cluster in range(int(clusters.max()) + 1)]
    return sorted((g for g in groups if len(g) >= min_size), key=lambda group: (-len(group), int(group[0])))


def _with_topic(model: TopicModel, founders: FloatMatrix) -> TopicModel:
    """Return the model with one topic more, of size 0 as yet."""
    mean = founders.astype(np.float64).mean(axis=0)
    centroid = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
    lowest = float((founders.astype(np.float64) @ centroid.astype(np.float64)).min()) - _ROUNDING
    return replace(
        model,
        topics=(*model.topics, Topic(model.next_id, f"topic {model.next_id}", (), 0)),
        centroids=np.concatenate([model.centroids, centroid[None]]),
        min_similarities=np.append(model.min_similarities, lowest),
    )


def _sized(model: TopicModel, ids: IntArray) -> TopicModel:
    """Return the model with the sizes of topics raised by the articles that they got."""
    topics = tuple(replace(topic, size=topic.size + int((ids == topic.id).sum())) for topic in model.topics)
    return replace(model, topics=topics)


def _joined(waiting: Waiting, articles: Sequence[Article], vectors: FloatMatrix) -> Waiting:
    return Waiting((*waiting.articles, *articles), np.concatenate([waiting.vectors, vectors]))


def _still_waiting(waiting: Waiting, topics: IntArray) -> Waiting:
    kept = np.flatnonzero(topics == NO_TOPIC)
    return Waiting(tuple(waiting.articles[i] for i in kept.tolist()), waiting.vectors[kept])
