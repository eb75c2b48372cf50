"""How far figures may be off by the luck of the articles: bootstrap intervals that draw near-copies together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from newsclf.arrays import BoolMatrix, FloatArray, IntArray
from newsclf.metrics import Decisions

DRAWS = 1_000
_PERCENT = 95
# Entries of the matrix of draws and clusters held at a time: bounds memory for many articles.
_BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95% of what a figure was over the draws."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """A figure of two models on the same articles.

    Parameters
    ----------
    difference
        First less second, so that more than 0 speaks for the first.
    interval
        Of the difference; both models get the same draws.
    share_not_better
        Share of the draws in which the first is not better than the second.
    """

    first: float
    second: float
    difference: float
    interval: Interval
    share_not_better: float


def drawn_figures(
    decisions: Decisions, groups: IntArray, *, right: BoolMatrix | None = None, draws: int = DRAWS, seed: int
) -> dict[str, FloatArray]:
    """Draw as many clusters of articles as there are, with replacement, and measure each draw.

    Parameters
    ----------
    groups : (n,) int
        Articles with one number are one cluster: near-copies are right or wrong together, and drawing each by itself
        would make the figures look surer than they are.
    right : (n,), optional
        Whether each article's best label is right; gives the figure ``accuracy``.
    draws, seed
        Equal groups, draws and seed give equal draws, so that differences between two models are paired.

    Returns
    -------
    mapping to (draws,)
        ``micro_f1``; ``macro_f1``, over the labels that some article of the draw carries; ``accuracy`` where `right`
        is given.
    """
    clusters, cluster_of = np.unique(groups, return_inverse=True)
    n = len(groups)
    members = csr_array((np.ones(n), (cluster_of, np.arange(n))), shape=(len(clusters), n))
    hits, targets, predicted = (
        members @ csr_array(matrix.astype(np.float64))
        for matrix in (decisions.targets & decisions.predicted, decisions.targets, decisions.predicted)
    )
    by_article = [decisions.unknown, np.ones(n), np.zeros(n) if right is None else right]
    unknown, sizes, rights = (members @ np.asarray(values, dtype=np.float64) for values in by_article)
    found: dict[str, list[FloatArray]] = {"micro_f1": [], "macro_f1": [], "accuracy": []}
    for weights in _weights(len(clusters), draws=draws, seed=seed):
        drawn_hits, drawn_targets = weights @ hits, weights @ targets
        named = drawn_targets + weights @ predicted
        present = drawn_targets > 0
        f1 = 2 * drawn_hits / np.maximum(named, 1)
        found["micro_f1"].append(2 * drawn_hits.sum(axis=1) / np.maximum(named.sum(axis=1) + weights @ unknown, 1))
        found["macro_f1"].append((f1 * present).sum(axis=1) / np.maximum(present.sum(axis=1), 1))
        found["accuracy"].append(weights @ rights / (weights @ sizes))
    if right is None:
        del found["accuracy"]
    return {name: np.concatenate(values) for name, values in found.items()}


def percentile_intervals(drawn: Mapping[str, FloatArray], groups: IntArray) -> dict[str, Interval]:
    """Return the interval of each drawn figure; none from a single cluster, which says nothing of the spread."""
    return {name: _interval(values) for name, values in drawn.items()} if len(np.unique(groups)) > 1 else {}


def paired_difference(first: float, second: float, differences: FloatArray) -> PairedDifference:
    """Compare a figure of two models, given its (draws,) differences."""
    return PairedDifference(first, second, first - second, _interval(differences), float(np.mean(differences <= 0)))


def _weights(clusters: int, *, draws: int, seed: int) -> Iterator[FloatArray]:
    """Yield (some draws, clusters): how often each cluster was drawn."""
    rng = np.random.default_rng(seed)
    step = max(1, _BLOCK // clusters)
    for start in range(0, draws, step):
        rows = min(step, draws - start)
        cells = rng.integers(clusters, size=(rows, clusters)) + clusters * np.arange(rows)[:, None]
        yield np.bincount(cells.ravel(), minlength=rows * clusters).reshape(rows, clusters).astype(np.float64)


def _interval(values: FloatArray) -> Interval:
    rest = (100 - _PERCENT) / 2
    low, high = np.percentile(values, [rest, 100 - rest])
    return Interval(float(low), float(high))
