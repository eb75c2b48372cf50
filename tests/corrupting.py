"""Articles with labels made wrong on purpose, and how many of them an audit finds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from newsclf import Article, LabelAudit

#: An article, a label, and what is wrong with it.
Wrong = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Corrupted:
    """Articles with swapped labels; swap i made ``surplus[i]`` and ``missing[i]``."""

    articles: tuple[Article, ...]
    surplus: tuple[Wrong, ...]
    missing: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What the N worst issues of an audit hold after N swaps, each of which makes two labels wrong.

    Parameters
    ----------
    precision
        Share of them that name a label that was made wrong.
    recall
        Share of the swaps that one of them names.
    average_precision
        Mean, over all labels made wrong, of the precision down to each one's place; 0 for those not in the audit.
    precision_of_articles
        Share of corrupted articles among the first N (N the number of these) that the ranking names; by chance
        it is the share of them among all articles.
    """

    precision: float
    recall: float
    average_precision: float
    precision_of_articles: float


def swap_labels(articles: Sequence[Article], facet: str, *, share: float, seed: int) -> Corrupted:
    """Swap a share of the label assignments for another label, drawn from the labels as they are distributed."""
    rng = np.random.default_rng(seed)
    assigned = [(i, label) for i, article in enumerate(articles) for label in article.labels.get(facet, ())]
    labels = {i: list(article.labels.get(facet, ())) for i, article in enumerate(articles)}
    surplus, missing = [], []
    for k in rng.choice(len(assigned), size=round(share * len(assigned)), replace=False):
        i, old = assigned[k]
        new = old
        # Neither a label that the article has, nor one that it had: that would be right.
        while new in labels[i] or new in articles[i].labels[facet]:
            new = assigned[rng.integers(len(assigned))][1]
        labels[i][labels[i].index(old)] = new
        surplus.append((i, new, "surplus"))
        missing.append((i, old, "missing"))
    changed = list(articles)
    for i, _, _ in surplus:
        changed[i] = replace(articles[i], labels={**articles[i].labels, facet: tuple(labels[i])})
    return Corrupted(tuple(changed), tuple(surplus), tuple(missing))


def found_in(audit: LabelAudit, corrupted: Corrupted) -> Found:
    """Compare the ranking of an audit with what was made wrong."""
    n = len(corrupted.surplus)
    wrong = {*corrupted.surplus, *corrupted.missing}
    ranked = [(issue.article, issue.label, issue.kind) for issue in audit.issues]
    is_hit = np.array([issue in wrong for issue in ranked], dtype=bool)
    precisions = np.cumsum(is_hit) / np.arange(1, len(is_hit) + 1)
    first = set(ranked[:n])
    swaps = zip(corrupted.surplus, corrupted.missing, strict=True)
    bad = {i for i, _, _ in wrong}
    named = list(dict.fromkeys(i for i, _, _ in ranked))[: len(bad)]
    return Found(
        precision=float(is_hit[:n].sum() / n),
        recall=sum(bool(first & set(swap)) for swap in swaps) / n,
        average_precision=float(precisions[is_hit].sum() / len(wrong)),
        precision_of_articles=sum(i in bad for i in named) / len(bad),
    )
