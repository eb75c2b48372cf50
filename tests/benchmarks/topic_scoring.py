"""From what a topic model found to its figures on a set."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from topic_sets import TopicSet

from newsclf.arrays import IntArray
from newsclf.topic_coherence import coherence, split_words
from newsclf.topic_measures import (
    assignment_agreement,
    label_agreement,
    share_without_topic,
    stability,
    topic_diversity,
)


@dataclass(frozen=True, slots=True)
class TopicAnswers:
    """What a topic model said.

    Parameters
    ----------
    ids : (s, n)
        Topics of the articles as each of the fits gave them.
    assigned, reloaded : (n,)
        What the first model says of the same articles, before saving and after loading.
    rows, alone : (m,)
        Articles that it was asked about one by one, and what it said.
    keywords
        Of each topic of each fit.
    seconds
        Of each fit; the first imports its libraries and compiles what there is to compile.
    peak_bytes
        Memory of the whole process.
    """

    ids: IntArray
    assigned: IntArray
    reloaded: IntArray
    rows: IntArray
    alone: IntArray
    keywords: Sequence[Sequence[Sequence[str]]]
    seconds: Sequence[float]
    peak_bytes: int


def topic_figures(topic_set: TopicSet, answers: TopicAnswers) -> dict[str, float | None]:
    """Return figures by name: means over the fits, but for what is asked of the first model alone."""
    labelled = [label_agreement(ids, topic_set.labels) for ids in answers.ids]
    steady = stability(answers.ids) if len(answers.ids) > 1 else None
    documents = [split_words(text) for text in topic_set.texts]
    found = {
        "topics": _mean([len(topics) for topics in answers.keywords]),
        "without_topic": _mean([share_without_topic(ids) for ids in answers.ids]),
        "npmi": _coherence(answers.keywords, documents, "npmi"),
        "npmi_without_stop_words": _coherence(answers.keywords, _without_stop_words(documents), "npmi"),
        "c_v": _coherence(answers.keywords, documents, "c_v"),
        "diversity": _mean([topic_diversity(topics) for topics in answers.keywords]),
        "ami": _mean([agreement.ami for agreement in labelled]),
        "nmi": _mean([agreement.nmi for agreement in labelled]),
        "ami_with_topic": _mean([agreement.ami_with_topic for agreement in labelled]),
        "ari": steady and steady.ari,
        "ari_lowest": steady and steady.lowest_ari,
        "ari_with_topic": steady and steady.ari_with_topic,
        "fit_as_assigned": assignment_agreement(answers.ids[0], answers.assigned),
        "reloaded_as_before": assignment_agreement(answers.assigned, answers.reloaded),
        "alone_as_in_batch": assignment_agreement(answers.assigned[answers.rows], answers.alone),
    }
    costs = {"first_fit_seconds": answers.seconds[0], "fit_seconds": _mean(answers.seconds[1:])}
    rounded = {name: None if value is None else round(float(value), 4) for name, value in (found | costs).items()}
    return rounded | {"peak_mb": round(answers.peak_bytes / 1e6)}


def _coherence(
    keywords: Sequence[Sequence[Sequence[str]]], documents: Sequence[Sequence[str]], measure: str
) -> float | None:
    """Average over the topics of each fit, and over the fits."""
    values = coherence([topic for topics in keywords for topic in topics], documents, measure=measure)
    ends = np.cumsum([len(topics) for topics in keywords])
    means = [part[~np.isnan(part)] for part in np.split(values, ends[:-1])]
    return _mean([float(part.mean()) if len(part) else None for part in means])


def _without_stop_words(documents: Sequence[Sequence[str]]) -> list[list[str]]:
    """Leave out English stop words, and with them those among keywords: they stand together everywhere."""
    return [[word for word in words if word not in ENGLISH_STOP_WORDS] for words in documents]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
