"""What is measured: articles, the labels to be found on them, and who learns from which."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from newsclf import Article
from newsclf.arrays import BoolMatrix, IntArray
from newsclf.near_copies import near_copy_groups


@dataclass(frozen=True, slots=True)
class Fold:
    """Indices of the articles to learn from and of those to measure on, both ascending."""

    train: IntArray
    test: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to measure, the same for every peer.

    Parameters
    ----------
    name
        Its key in the results.
    data, split
        What it was made from, in words.
    targets : (n, k) bool
        Whether article i carries ``labels[j]``.
    clusters : (n,) int
        Equal numbers for near-copies among the articles to measure on; intervals draw them together.
    one_label
        Every article has exactly one label, so that the best-scored one is an answer of its own.
    draws
        The folds are draws of one training side, measured on the same articles; otherwise they share the articles out.
    timed
        Seconds and memory are measured: a peer embeds everything itself. Otherwise it shares vectors with its other
        tasks that are not timed.
    taxonomy
        What newsclf resolves labels by: ``builtin``, or None where they are codes of their own.
    """

    name: str
    data: str
    split: str
    facet: str
    labels: tuple[str, ...]
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    targets: BoolMatrix
    clusters: IntArray
    folds: tuple[Fold, ...]
    one_label: bool = False
    draws: bool = False
    timed: bool = True
    taxonomy: str | None = None

    def to_json(self) -> str:
        """Return what the process of a peer reads; it shows the peer only the labels to learn from."""
        return json.dumps(
            {
                "facet": self.facet,
                "labels": self.labels,
                "one_label": self.one_label,
                "topics": not self.draws,
                "taxonomy": self.taxonomy,
                "articles": list(zip(self.titles, self.texts, strict=True)),
                "targets": [np.flatnonzero(row).tolist() for row in self.targets],
                "folds": [{side: rows.tolist() for side, rows in asdict(fold).items()} for fold in self.folds],
            }
        )


def make_task(articles: Sequence[Article], folds: Sequence[Fold], *, labels: Sequence[str], **words: Any) -> Task:
    """Make a task of articles that are labelled in ``words["facet"]``, with near-copies found on the test side."""
    facet = words["facet"]
    targets = np.array([[label in article.labels[facet] for label in labels] for article in articles], dtype=bool)
    tested = np.unique(np.concatenate([fold.test for fold in folds]))
    clusters = len(articles) + np.arange(len(articles))
    clusters[tested] = near_copy_groups([articles[i].content for i in tested])
    return Task(
        labels=tuple(labels),
        titles=tuple(article.title for article in articles),
        texts=tuple(article.text for article in articles),
        targets=targets,
        clusters=clusters,
        folds=tuple(folds),
        **words,
    )
