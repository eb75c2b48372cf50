"""What labels the articles of a topic carry: shares by theme or region, and the in-depth report that fits best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsclf.arrays import FloatArray, IntArray
from newsclf.config import EmptyLabels
from newsclf.evaluation import labelled_rows, target_matrix
from newsclf.schema import Article
from newsclf.topics import NO_TOPIC

_DOSSIER = "dossier"


@dataclass(frozen=True, slots=True)
class TopicLabels:
    """How many articles of each topic carry each label of a facet.

    Parameters
    ----------
    ids : (t,)
        The topic of each row.
    labels : length k
        Those that an article carries, in alphabetical order.
    counts : (t, k)
        An article with two labels is in two columns.
    labelled, unlabelled : (t,)
        Articles of the topic that were labelled in the facet, those that no label applies to among them, and the
        others.
    """

    facet: str
    ids: IntArray
    labels: tuple[str, ...]
    counts: IntArray
    labelled: IntArray
    unlabelled: IntArray

    @property
    def shares(self) -> FloatArray:
        """Share of the labelled articles of a topic that carry the label, (t, k); nan where none is labelled."""
        shares = np.full(self.counts.shape, np.nan)
        known = self.labelled > 0
        shares[known] = self.counts[known] / self.labelled[known, None]
        return shares


@dataclass(frozen=True, slots=True)
class DossierMatch:
    """The in-depth report whose articles are most nearly those of a topic.

    Parameters
    ----------
    shared, in_topic, in_dossier
        Articles of both, of the topic and of the report, among those labelled with reports.
    precision
        Share of the topic's articles that are in the report.
    recall
        Share of the report's articles that are in the topic.
    """

    topic: int
    dossier: str
    shared: int
    in_topic: int
    in_dossier: int

    @property
    def precision(self) -> float:
        """`shared` over `in_topic`."""
        return self.shared / self.in_topic

    @property
    def recall(self) -> float:
        """`shared` over `in_dossier`."""
        return self.shared / self.in_dossier

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.shared / (self.in_topic + self.in_dossier)


def count_labels(
    articles: Sequence[Article],
    article_topics: IntArray,
    *,
    ids: IntArray,
    facet: str,
    empty_labels: EmptyLabels = "none",
) -> TopicLabels:
    """Count the labels of each topic's articles; articles without a topic are not counted.

    Parameters
    ----------
    articles : length n
    article_topics : (n,)
        A topic's id or `NO_TOPIC`.
    ids : (t,)
        The topics to count for.
    empty_labels
        Whether an empty list says that no label applies, or that nobody looked.
    """
    rows = labelled_rows(articles, facet, empty_labels=empty_labels)
    rows = rows[article_topics[rows] != NO_TOPIC]
    labelled = [articles[i] for i in rows]
    labels = sorted({label for article in labelled for label in article.labels[facet]})
    targets = target_matrix(labelled, facet, labels)
    counts = np.zeros((len(ids), len(labels)), dtype=np.intp)
    n_labelled, n_members = np.zeros(len(ids), dtype=np.intp), np.zeros(len(ids), dtype=np.intp)
    # A topic at a time: all at once would take a number for each topic and article.
    for row, topic_id in enumerate(ids.tolist()):
        members = article_topics[rows] == topic_id
        counts[row] = targets[members].sum(axis=0)
        n_labelled[row], n_members[row] = members.sum(), (article_topics == topic_id).sum()
    return TopicLabels(facet, ids, tuple(labels), counts, n_labelled, n_members - n_labelled)


def match_dossiers(
    articles: Sequence[Article], article_topics: IntArray, *, ids: IntArray, empty_labels: EmptyLabels = "none"
) -> tuple[DossierMatch, ...]:
    """Find for each topic the in-depth report that it is nearest to being, by F1.

    Parameters are those of `count_labels`. Articles that were not labelled with reports say nothing and are left
    out; those of a report that belong to no topic, or to another, count against recall.

    Returns
    -------
    tuple of DossierMatch
        In the order of `ids`; a topic that shares no article with a report is not in it. Of equal F1, the
        report that is first in the alphabet.
    """
    counts = count_labels(articles, article_topics, ids=ids, facet=_DOSSIER, empty_labels=empty_labels)
    if not counts.labels:
        return ()
    sizes = np.asarray(target_matrix(articles, _DOSSIER, counts.labels).sum(axis=0))
    # Twice the shared articles over all of both: F1.
    f1 = 2 * counts.counts / (counts.labelled[:, None] + sizes)
    best = f1.argmax(axis=1)
    return tuple(
        DossierMatch(
            topic=int(topic_id),
            dossier=counts.labels[column],
            shared=int(counts.counts[row, column]),
            in_topic=int(counts.labelled[row]),
            in_dossier=int(sizes[column]),
        )
        for row, (topic_id, column) in enumerate(zip(ids, best, strict=True))
        if counts.counts[row, column]
    )
