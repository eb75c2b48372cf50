"""95% intervals of figures and of differences between two systems on the same articles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from newsclf.arrays import FloatArray, IntArray

#: What a figure is of n articles that count ``weights`` times each, (r, n) to (r,).
Figure = Callable[[FloatArray], FloatArray]

_RESAMPLES = 1_000
_SEED = 0
_TAILS = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95% interval; both ends are the figure itself where there is nothing to judge it by."""

    value: float
    low: float
    high: float


def estimate(figure: Figure, clusters: IntArray, *, minus: Figure | None = None) -> Estimate:
    """Return a figure, or how much it is above another on the same articles, with its bootstrap interval.

    Whole clusters are drawn with replacement, so that near-copies do not pass for independent articles.

    Parameters
    ----------
    clusters : (n,) int
    """
    weights = np.vstack([np.ones(len(clusters)), _weights(clusters)])
    values = figure(weights) - (minus(weights) if minus else 0.0)
    low, high = np.quantile(values[1:], _TAILS)
    return Estimate(float(values[0]), float(low), float(high))


def estimate_of_draws(values: Sequence[float]) -> Estimate:
    """Return the mean over draws of the training side, with the interval of Student's t."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return Estimate(mean, mean, mean)
    half = stats.t.ppf(_TAILS[1], len(values) - 1) * stats.sem(values)
    return Estimate(mean, mean - float(half), mean + float(half))


def _weights(clusters: IntArray) -> FloatArray:
    """Return (resamples, n): how often each article was drawn."""
    _, cluster = np.unique(clusters, return_inverse=True)
    n = int(cluster.max()) + 1
    drawn = np.random.default_rng(_SEED).multinomial(n, np.full(n, 1 / n), size=_RESAMPLES)
    return drawn[:, cluster].astype(np.float64)
