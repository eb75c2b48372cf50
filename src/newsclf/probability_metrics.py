"""Figures on scores: how well they rank, and whether they mean what they say; every function is pure."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, label_ranking_average_precision_score

from newsclf.arrays import BoolMatrix, FloatArray, IntArray
from newsclf.metrics import Decisions

BINS = 10
# Fewer articles than this leave the mean of a label's bins to luck.
MIN_POSITIVES_FOR_ECE = 50
# Keeps logarithms finite.
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Decisions with a score in ``low`` to ``high``: their number, mean score, and the share that is true."""

    low: float
    high: float
    decisions: int
    mean_score: float
    share_true: float


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """The figures of the share `coverage` of the articles that the model is surest of."""

    coverage: float
    micro_f1: float
    share_wrong: float


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """What a reader gets who takes only the answers that the model is surest of.

    Parameters
    ----------
    area
        Mean share of articles with a wrong label over all coverages; lower is better.
    points
        At every tenth of the articles.
    """

    area: float
    points: tuple[CoveragePoint, ...]


def label_average_precision(targets: BoolMatrix, scores: FloatArray) -> FloatArray:
    """Return the (k,) average precision of each label; NaN for one that no article carries."""
    pairs = zip(targets.T, scores.T, strict=True)
    return np.array([average_precision_score(t, s) if t.any() else np.nan for t, s in pairs], dtype=np.float64)


def ranking_average_precision(targets: BoolMatrix, scores: FloatArray) -> float | None:
    """Return LRAP over the articles that carry a label; None without any.

    scikit-learn counts an article without labels as ranked perfectly, which would flatter a sparse collection.
    """
    carrying = targets.any(axis=1)
    if not carrying.any():
        return None
    return float(label_ranking_average_precision_score(targets[carrying], scores[carrying]))


def best_is_right(decisions: Decisions, scores: FloatArray) -> BoolMatrix | None:
    """Return (n,): whether the best-scored label is right; None unless every article carries exactly one label."""
    if (decisions.targets.sum(axis=1) + decisions.unknown != 1).any():
        return None
    return np.asarray(decisions.targets[np.arange(len(scores)), scores.argmax(axis=1)])


def label_ece(targets: BoolMatrix, scores: FloatArray, *, bins: int = BINS) -> FloatArray:
    """Return each label's expected calibration error, (k,).

    That is the mean over the articles of the distance between the mean score and the share of true labels in
    the article's bin of the label's scores (Guo et al., "On Calibration of Modern Neural Networks", 2017, for the
    probability that the label applies). The bins are equally wide; a score on an edge belongs to the upper one.
    """
    k = targets.shape[1]
    cells = (_bins(scores, bins) + bins * np.arange(k)).ravel()
    gaps = np.bincount(cells, weights=(scores - targets).ravel(), minlength=k * bins)
    return np.asarray(np.abs(gaps).reshape(k, bins).sum(axis=1) / len(targets))


def mean_ece(targets: BoolMatrix, eces: FloatArray) -> float | None:
    """Return the mean of (k,) calibration errors over labels that at least 50 articles carry; None without any."""
    common = targets.sum(axis=0) >= MIN_POSITIVES_FOR_ECE
    return float(eces[common].mean()) if common.any() else None


def label_brier(targets: BoolMatrix, scores: FloatArray) -> FloatArray:
    """Return the (k,) mean squared distance between scores and what is true."""
    return np.asarray(((scores - targets) ** 2).mean(axis=0))


def reliability(targets: BoolMatrix, scores: FloatArray, *, bins: int = BINS) -> tuple[ReliabilityBin, ...]:
    """Sort the n * k decisions by score into equally wide bins; those that stay empty are left out."""
    cells = _bins(scores, bins).ravel()
    counts = np.bincount(cells, minlength=bins)
    total = np.bincount(cells, weights=scores.ravel(), minlength=bins)
    true = np.bincount(cells, weights=targets.ravel(), minlength=bins)
    return tuple(
        ReliabilityBin(
            i / bins, (i + 1) / bins, int(counts[i]), float(total[i] / counts[i]), float(true[i] / counts[i])
        )
        for i in np.flatnonzero(counts)
    )


def _bins(scores: FloatArray, bins: int) -> IntArray:
    return np.minimum((scores * bins).astype(np.intp), bins - 1)


def article_confidence(predicted: BoolMatrix, scores: FloatArray) -> FloatArray:
    """Return (n,): the probability that all k decisions for an article are right, were labels independent."""
    right = np.where(predicted, scores, 1 - scores)
    return np.asarray(np.exp(np.log(np.maximum(right, _TINY)).sum(axis=1)))


def risk_coverage(decisions: Decisions, confidence: FloatArray) -> RiskCoverage:
    """Measure the surest articles first, then ever more of them (Geifman and El-Yaniv, 2017).

    Parameters
    ----------
    confidence : (n,)
        Higher is surer; articles with equal confidence share their figures, so that their order has no say.
    """
    n = len(confidence)
    hits = (decisions.targets & decisions.predicted).sum(axis=1)
    named = decisions.targets.sum(axis=1) + decisions.predicted.sum(axis=1) + decisions.unknown
    order = np.argsort(-confidence, kind="stable")
    _, tie, sizes = np.unique(-confidence[order], return_inverse=True, return_counts=True)
    hits_so_far, named_so_far, wrong_so_far = (
        np.cumsum((np.bincount(tie, weights=values[order]) / sizes)[tie]) for values in (hits, named, decisions.wrong)
    )
    shares = wrong_so_far / np.arange(1, n + 1)
    f1 = np.divide(2 * hits_so_far, named_so_far, out=np.zeros(n), where=named_so_far > 0)
    ends = np.unique(np.ceil(n * np.arange(1, 11) / 10).astype(np.intp)) - 1
    points = tuple(CoveragePoint((int(i) + 1) / n, float(f1[i]), float(shares[i])) for i in ends)
    return RiskCoverage(float(shares.mean()), points)
