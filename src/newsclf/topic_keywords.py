"""Keywords and a name for each topic: class-based TF-IDF, then maximal marginal relevance."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, diags_array

from newsclf.arrays import FloatArray, FloatMatrix
from newsclf.topic_words import TopicWords
from newsclf.topics import Topic, TopicModel

#: Turns words into unit vectors, (n, d) float32; an encoder's `encode`.
WordVectors = Callable[[Sequence[str]], FloatMatrix]

N_KEYWORDS = 10
_WORDS_IN_NAME = 3
# Words that diversity chooses among, for each that it may keep; BERTopic's ratio (30 for 10).
_CANDIDATES_PER_KEYWORD = 3
# How much unlikeness counts against weight. More costs coherence: NPMI of BBC's topics 0.125 at 0, 0.117 at 0.1, 0.076
# at 0.3, while the share of distinct words goes from 0.954 to 0.965 only.
_DIVERSITY = 0.1


def with_keywords(
    model: TopicModel,
    words: TopicWords,
    *,
    ids: Collection[int] | None = None,
    word_vectors: WordVectors | None = None,
    diversity: float = _DIVERSITY,
) -> TopicModel:
    """Give topics keywords and names from the counts of their words.

    Parameters
    ----------
    ids
        The topics to name anew; None for all. A topic without words keeps what it has.
    word_vectors
        For the diversity step; without them keywords are the words of the highest weight.
    diversity
        From 0, weight alone, to 1, unlikeness alone.
    """
    words = words.following(model)
    found = keywords(words, word_vectors=word_vectors, diversity=diversity)
    spellings = words.spellings()
    topics = tuple(
        _renamed(topic, chosen, [spellings[word] for word in chosen])
        if chosen and (ids is None or topic.id in ids)
        else topic
        for topic, chosen in zip(model.topics, found, strict=True)
    )
    return replace(model, topics=topics)


def keywords(
    words: TopicWords, *, word_vectors: WordVectors | None = None, n: int = N_KEYWORDS, diversity: float = _DIVERSITY
) -> list[tuple[str, ...]]:
    """Return at most n keywords of each topic, lower case, the best first; of equal words the first in the alphabet."""
    vocabulary, counts = words.lower_case()
    weights = c_tf_idf(counts)
    found = []
    for row in range(len(words.ids)):
        start, end = weights.indptr[row], weights.indptr[row + 1]
        columns, values = weights.indices[start:end], weights.data[start:end]
        best = np.lexsort((columns, -values))[: n * _CANDIDATES_PER_KEYWORD]
        candidates = [vocabulary[column] for column in columns[best]]
        if word_vectors is not None and candidates:
            order = diverse_order(values[best], word_vectors(candidates), n=n, diversity=diversity)
            candidates = [candidates[i] for i in order]
        found.append(tuple(candidates[:n]))
    return found


def c_tf_idf(counts: csr_array) -> csr_array:
    """Weigh words by how much more a topic uses them than others do, as BERTopic does with `reduce_frequent_words`.

    The square root of a word's share of its topic's words, times the logarithm of 1 plus the mean number of words
    of a topic over the word's number in all (Grootendorst 2022, arXiv:2203.05794; the root is BERTopic's option).

    Parameters
    ----------
    counts : (t, w)

    Returns
    -------
    (t, w) float64
    """
    totals = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    in_all = np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()
    mean = int(totals.mean()) if len(totals) else 0  # BERTopic cuts the mean to a whole number
    idf = np.log(mean / np.maximum(in_all, 1) + 1)
    shares = csr_array(diags_array(1 / np.maximum(totals, 1)) @ counts)
    weights = csr_array(np.sqrt(shares) @ diags_array(idf))
    weights.sort_indices()
    return weights


def diverse_order(weights: FloatArray, vectors: FloatMatrix, *, n: int, diversity: float) -> list[int]:
    """Choose words one by one, each by its weight less its likeness to the most similar one chosen before.

    Maximal marginal relevance (Carbonell and Goldstein 1998), with the weight over the highest as relevance and the
    cosine as likeness.

    Parameters
    ----------
    weights : (c,)
        Positive.
    vectors : (c, d) float32
        Unit rows.

    Returns
    -------
    list of int
        At most n positions, in the order of choice; the first is the one of the highest weight.
    """
    relevance = weights / weights.max()
    cosines = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    chosen = [int(relevance.argmax())]
    while len(chosen) < min(n, len(weights)):
        scores = (1 - diversity) * relevance - diversity * cosines[:, chosen].max(axis=1)
        scores[chosen] = -np.inf
        chosen.append(int(scores.argmax()))
    return chosen


def topic_name(words: Sequence[str]) -> str:
    """Return the first words as a name that begins with a capital."""
    name = ", ".join(words[:_WORDS_IN_NAME])
    return name[:1].upper() + name[1:]


def _renamed(topic: Topic, chosen: tuple[str, ...], spelt: Sequence[str]) -> Topic:
    return replace(topic, keywords=chosen, name=topic_name(spelt))
