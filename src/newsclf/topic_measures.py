"""What topics are worth: figures on their keywords, and on which article has which topic."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, normalized_mutual_info_score

from newsclf.arrays import BoolArray, FloatArray, IntArray
from newsclf.errors import DataError
from newsclf.topics import NO_TOPIC

#: Keywords of a topic that are measured: as many as people are shown, and as the field's papers measure.
TOP_KEYWORDS = 10


@dataclass(frozen=True, slots=True)
class Stability:
    """How alike several runs on the same articles are, as a mean over all pairs of runs.

    Parameters
    ----------
    ari
        Adjusted Rand index over all articles, each one without a topic being a cluster of its own: 1 for runs that
        put the same articles together, about 0 for runs that do so by chance.
    lowest_ari
        That of the two runs that are least alike.
    ari_with_topic
        The index over the articles that have a topic in both runs; None where no pair of runs shares one.
    with_topic
        Share of articles, in 0..1, that have a topic in both runs. Where it is low, the runs may be alike in what
        they leave out, and `ari` says little.
    """

    ari: float
    lowest_ari: float
    ari_with_topic: float | None
    with_topic: float


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """How far topics follow known labels, one label an article.

    Parameters
    ----------
    nmi, ami
        Normalised mutual information in 0..1, and the same adjusted for chance (1 at most, about 0 by chance), over
        all labelled articles; those without a topic are one cluster, which costs where it mixes labels.
    nmi_with_topic, ami_with_topic
        The same over labelled articles that have a topic; None where there is none.
    articles
        How many are labelled.
    """

    nmi: float
    ami: float
    nmi_with_topic: float | None
    ami_with_topic: float | None
    articles: int


def topic_diversity(keywords: Sequence[Sequence[str]], *, top: int = TOP_KEYWORDS) -> float | None:
    """Return the share of distinct words among the first keywords of all topics.

    The measure is from Dieng, Ruiz and Blei, "Topic modeling in embedding spaces" (2020).

    Parameters
    ----------
    keywords : length t
        The keywords of each topic, best first.
    top
        How many of each topic count.

    Returns
    -------
    float or None
        1 where no two topics share a word, 1/t where all have the same ones; None without any keyword.
    """
    words = [word for topic in keywords for word in topic[:top]]
    return len(set(words)) / len(words) if words else None


def share_without_topic(ids: IntArray) -> float:
    """Return which share, in 0..1, of n articles has no topic, by their (n,) topic ids.

    Raises
    ------
    DataError
        If there is no article.
    """
    _check_articles(ids)
    return float(np.mean(ids == NO_TOPIC))


def assignment_agreement(ids: IntArray, others: IntArray) -> float:
    """Return the share, in 0..1, of articles with the same answer in two assignments of one model.

    Parameters
    ----------
    ids, others : (n,)
        Topic ids that mean the same in both; two articles without a topic agree.

    Raises
    ------
    DataError
        If the assignments are of unequal length, or there is no article.
    """
    _check_articles(ids, others)
    return float(np.mean(ids == others))


def pairwise_ari(runs: Sequence[IntArray]) -> FloatArray:
    """Compare every two runs by the adjusted Rand index (Hubert and Arabie, "Comparing partitions", 1985).

    Parameters
    ----------
    runs : length r
        The (n,) topic ids of the same articles in each run; what an id means may differ from run to run. Articles
        without a topic are a cluster each: that two runs leave an article out is no topic that they agree on.

    Returns
    -------
    (r, r)
        Symmetric, 1 on the diagonal. The row with the highest mean is that of the steadiest run.

    Raises
    ------
    DataError
        If runs are of unequal length, or there is no article.
    """
    _check_articles(*runs)
    alone = [_alone_without_topic(ids) for ids in runs]
    found = np.ones((len(runs), len(runs)))
    for i, j in combinations(range(len(runs)), 2):
        found[i, j] = found[j, i] = adjusted_rand_score(alone[i], alone[j])
    return found


def stability(runs: Sequence[IntArray]) -> Stability:
    """Measure how alike runs with other seeds, or on other draws, are.

    Parameters
    ----------
    runs : length r
        The (n,) topic ids of the same articles in each run, `NO_TOPIC` for none.

    Raises
    ------
    DataError
        If there are fewer than two runs, runs of unequal length, or no article.
    """
    if len(runs) < 2:
        raise DataError(f"Found {len(runs)} runs; stability compares at least two on the same articles.")
    every = pairwise_ari(runs)[np.triu_indices(len(runs), k=1)]
    with_topic, shares = [], []
    for one, other in combinations(runs, 2):
        both = _has_topic(one) & _has_topic(other)
        shares.append(both.mean())
        if both.any():
            with_topic.append(adjusted_rand_score(one[both], other[both]))
    return Stability(
        ari=float(every.mean()),
        lowest_ari=float(every.min()),
        ari_with_topic=float(np.mean(with_topic)) if with_topic else None,
        with_topic=float(np.mean(shares)),
    )


def label_agreement(ids: IntArray, labels: Sequence[str | None]) -> LabelAgreement:
    """Compare topics with known labels by mutual information (Vinh, Epps and Bailey, 2010).

    Both are divided by the mean of the two entropies, as scikit-learn does by default.

    Parameters
    ----------
    ids : (n,)
        Topic ids, `NO_TOPIC` for none.
    labels : length n
        The label of each article; those with None are left out.

    Raises
    ------
    DataError
        If there are not as many labels as ids, or none but None.
    """
    if len(ids) != len(labels):
        raise DataError(f"Found {len(ids)} topic ids and {len(labels)} labels; expected one label, or None, an id.")
    known = np.array([label is not None for label in labels], dtype=bool)
    if not known.any():
        raise DataError("No article is labelled; give the labels that topics are to be compared with.")
    _, codes = np.unique([label for label in labels if label is not None], return_inverse=True)
    topics = ids[known]
    has = _has_topic(topics)
    return LabelAgreement(
        nmi=float(normalized_mutual_info_score(codes, topics)),
        ami=float(adjusted_mutual_info_score(codes, topics)),
        nmi_with_topic=float(normalized_mutual_info_score(codes[has], topics[has])) if has.any() else None,
        ami_with_topic=float(adjusted_mutual_info_score(codes[has], topics[has])) if has.any() else None,
        articles=int(known.sum()),
    )


def _has_topic(ids: IntArray) -> BoolArray:
    return np.asarray(ids != NO_TOPIC)


def _alone_without_topic(ids: IntArray) -> IntArray:
    """Give each article without a topic an id that nothing else has."""
    return np.where(_has_topic(ids), ids, ids.max() + 1 + np.arange(len(ids)))


def _check_articles(*assignments: IntArray) -> None:
    lengths = {len(ids) for ids in assignments}
    if len(lengths) != 1:
        raise DataError(f"Found assignments of {sorted(lengths)} articles; expected topic ids of the same articles.")
    if not lengths.pop():
        raise DataError("Found no article; topics are measured on at least one.")
