"""From out-of-fold margins to the probability of a label and the cut above which it is given."""

import joblib
import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from newsclf.arrays import BoolMatrix, FloatArray
from newsclf.parallel import processes

# A label's own cut counts n/(n + 3) against the common one, n its articles: rare labels' cuts are mostly luck
# (Reuters-21578 R90, out of fold).
_CUT_SHRINKAGE = 3.0
# Fewer positives than this do not fix the two numbers of a label's own sigmoid.
_MIN_POSITIVES_FOR_OWN_SIGMOID = 20
# Margins that are read sooner than processes have started.
_FEW = 500_000


def choose_cuts(margins: FloatArray, targets: BoolMatrix, *, slopes: FloatArray, offsets: FloatArray) -> FloatArray:
    """Choose each label's cut for F1: midway between the cut that was best and the one to be expected best.

    The first counts hits and misses, which for a rare label is mostly luck; the second trusts the probabilities.
    Their mean was better than either on the training side of Reuters-21578 R90.

    Parameters
    ----------
    margins : (n, k)
        Out-of-fold margins; NaN where a fold had no example of the label to learn from.
    targets : (n, k)
    slopes, offsets : (k,)
        As `fit_sigmoids` gives them for the same margins.

    Returns
    -------
    (k,)
        A label applies where its margin is at least its cut.
    """
    return np.asarray((counted_cuts(margins, targets) + expected_cuts(margins, slopes, offsets)) / 2)


def exclusive_cut(scores: FloatArray, targets: BoolMatrix) -> float:
    """Return the probability from which on the best label of an article is given, for the highest F1.

    Parameters
    ----------
    scores : (n, k)
        Out-of-fold probabilities; NaN where a fold had no example of the label.
    targets : (n, k)
        Exactly one label a row.
    """
    known = ~np.isnan(scores).all(axis=1)
    if not known.any():
        return 0.5
    scores, targets = np.nan_to_num(scores[known]), targets[known]
    is_right = targets[np.arange(len(scores)), scores.argmax(axis=1)]
    return max(_best_cut(scores.max(axis=1), is_right, positives=len(scores)), 0.0)


def expected_cuts(margins: FloatArray, slopes: FloatArray, offsets: FloatArray) -> FloatArray:
    """Return each label's cut, (k,), with the highest F1 to expect if the probabilities are right.

    Of labels with no known margin, the cut is at even odds. Arguments are those of `choose_cuts`.
    """
    cuts = -offsets / slopes
    for label, column in enumerate(margins.T):
        ranked = np.sort(column[~np.isnan(column)])[::-1]
        if not len(ranked):
            continue
        probabilities = expit(slopes[label] * ranked + offsets[label])
        hits = np.cumsum(probabilities)
        f1 = 2 * hits / (np.arange(1, len(ranked) + 1) + hits[-1])
        is_last_of_equals = np.append(ranked[:-1] != ranked[1:], True)
        best = int(np.argmax(np.where(is_last_of_equals, f1, -1)))
        cuts[label] = _midway(ranked, best)
    return cuts


def counted_cuts(margins: FloatArray, targets: BoolMatrix) -> FloatArray:
    """Return each label's cut, (k,), with the highest F1, shrunk towards the cut that serves all labels best.

    Arguments are those of `choose_cuts`.
    """
    known = ~np.isnan(margins)
    common = _best_cut(margins[known], targets[known])
    cuts = np.full(margins.shape[1], common)
    for label in range(margins.shape[1]):
        seen = known[:, label]
        positives = int(targets[seen, label].sum())
        if positives:
            own = _best_cut(margins[seen, label], targets[seen, label])
            weight = positives / (positives + _CUT_SHRINKAGE)
            cuts[label] = weight * own + (1 - weight) * common
    return cuts


def _best_cut(margins: FloatArray, targets: BoolMatrix, *, positives: int | None = None) -> float:
    """Return the cut with the highest F1, midway between the margins on its two sides; 0 without examples.

    `positives` is what is to be found, where it is more than the targets hold.
    """
    if not targets.any():
        return 0.0
    order = np.argsort(-margins, kind="stable")
    ranked = margins[order]
    hits = np.cumsum(targets[order])
    f1 = 2 * hits / (np.arange(1, len(ranked) + 1) + (positives or hits[-1]))
    is_last_of_equals = np.append(ranked[:-1] != ranked[1:], True)
    best = int(np.argmax(np.where(is_last_of_equals, f1, -1)))
    return _midway(ranked, best)


def _midway(ranked: FloatArray, last: int) -> float:
    """Return the cut behind a position in falling margins: midway to the next one."""
    below = ranked[last + 1] if last + 1 < len(ranked) else ranked[last] - 1.0
    return float((ranked[last] + below) / 2)


def fit_sigmoids(margins: FloatArray, targets: BoolMatrix, *, jobs: int = 1) -> tuple[FloatArray, FloatArray]:
    """Fit probability = 1 / (1 + exp(-(slope * margin + offset))) for each label (Platt, 1999).

    Parameters
    ----------
    margins, targets : (n, k)
        As for `choose_cuts`.
    jobs
        Processes, -1 for one a core.

    Returns
    -------
    slopes, offsets : (k,)
        Labels with few examples share one sigmoid; every slope is positive, so that order is kept.
    """
    known = ~np.isnan(margins)
    slope, offset = _sigmoid(margins[known], targets[known])
    slopes, offsets = np.full(margins.shape[1], slope), np.full(margins.shape[1], offset)
    positives, seen = (known & targets).sum(axis=0), known.sum(axis=0)
    has_own = np.minimum(positives, seen - positives) >= _MIN_POSITIVES_FOR_OWN_SIGMOID
    own = np.flatnonzero(has_own).tolist()
    fitted = joblib.Parallel(n_jobs=1 if margins.size < _FEW else processes(jobs), backend="loky")(
        joblib.delayed(_sigmoid)(margins[known[:, label], label], targets[known[:, label], label]) for label in own
    )
    for label, sigmoid in zip(own, fitted, strict=True):
        slopes[label], offsets[label] = sigmoid
    return slopes, offsets


def _sigmoid(margins: FloatArray, targets: BoolMatrix) -> tuple[float, float]:
    """Return slope and offset; the slope is positive."""
    if targets.all() or not targets.any():
        return 1.0, 0.0
    # One thread, wherever this runs: sums of several threads differ in their last digits.
    with threadpool_limits(1):
        fitted = LogisticRegression(C=1e3).fit(margins[:, None], targets)
    return max(float(fitted.coef_[0, 0]), 1e-3), float(fitted.intercept_[0])
