"""Keywords and a name for each topic: class-based TF-IDF, then maximal marginal relevance."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

import numpy as np
from scipy.sparse import csr_array, diags_array

from newsclf.arrays import FloatArray, FloatMatrix
from newsclf.topic_words import TopicWords
from newsclf.topics import TopicModel

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
    """Give topics keywords and names from the counts of their words; no two topics get the same name.

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
    chosen = {
        topic.id: words_of
        for topic, words_of in zip(model.topics, found, strict=True)
        if words_of and (ids is None or topic.id in ids)
    }
    names = distinct_names(
        {topic.id: topic.name for topic in model.topics},
        {topic_id: [spellings[word] for word in words_of] for topic_id, words_of in chosen.items()},
    )
    topics = tuple(
        replace(topic, name=names[topic.id], keywords=chosen.get(topic.id, topic.keywords)) for topic in model.topics
    )
    return replace(model, topics=topics)


def with_distinct_names(model: TopicModel) -> TopicModel:
    """Rename topics whose name one of a lower id has, from their keywords."""
    first: dict[str, int] = {}
    for topic in sorted(model.topics, key=lambda topic: topic.id):
        first.setdefault(topic.name.casefold(), topic.id)
    names = distinct_names(
        {topic.id: topic.name for topic in model.topics},
        {topic.id: topic.keywords for topic in model.topics if first[topic.name.casefold()] != topic.id},
    )
    return replace(model, topics=tuple(replace(topic, name=names[topic.id]) for topic in model.topics))


def distinct_names(names: Mapping[int, str], words: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Name topics by their first three words, or by a later third one where another topic has the name.

    Capitals do not tell names apart. Topics that keep the name that they have come first, then the others, both by id;
    where keywords do not suffice, the id stands behind the name.

    Parameters
    ----------
    names
        Id to the name so far.
    words
        Id to keywords, the best first, for the topics to name anew; the others keep their names.

    Returns
    -------
    dict
        Id to name, for all topics of `names`.
    """
    found = {topic_id: name for topic_id, name in names.items() if topic_id not in words}
    taken = {name.casefold() for name in found.values()}
    for topic_id in sorted(words, key=lambda i: (topic_name(words[i]) != names[i], i)):
        possible = _possible_names(words[topic_id], name=names[topic_id], topic_id=topic_id)
        found[topic_id] = next(name for name in possible if name.casefold() not in taken)
        taken.add(found[topic_id].casefold())
    return found


def _possible_names(words: Sequence[str], *, name: str, topic_id: int) -> Iterator[str]:
    """Yield names without end, the one to be preferred first."""
    usual = topic_name(words) or name
    yield usual
    for word in words[_WORDS_IN_NAME:]:
        yield topic_name([*words[: _WORDS_IN_NAME - 1], word])
    yield from (f"{usual} ({n})" for n in count(topic_id))


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
