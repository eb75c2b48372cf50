"""One multi-label head a facet: a linear machine for each label, cuts and probabilities from held-out folds."""

from collections.abc import Sequence
from dataclasses import dataclass

import joblib
import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from newsclf.arrays import BoolArray, BoolMatrix, FloatArray, IntArray
from newsclf.cuts import choose_cuts, fit_sigmoids
from newsclf.progress import Progress, silent

# Chosen out of fold on the Reuters-21578 training split.
_C = 0.5
_FOLDS = 4
# A label's definition counts as much as this many articles do: alone it speaks at full strength, beside a thousand
# articles it has next to no say (chosen on the built-in corpus, wire briefs held out).
PRIOR_ARTICLES = 40.0
# Labels fitted by one process at a time: a process is sent the features once for all of them.
_LABELS_A_TASK = 10
# Stored values times fits below which starting processes costs more than they save.
_SMALL_WORK = 100_000_000
# The commonest labels of some thousand articles need more than the usual 1,000 to converge.
_MAX_ITERATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted head; arrays of k labels and m feature columns.

    Parameters
    ----------
    ids : length k
        Ids of the labels in the taxonomy; empty for those that it does not know.
    weights : (k, m), intercepts : (k,)
        margin = features @ weights.T + intercepts
    slopes, offsets : (k,)
        probability = sigmoid(slopes * margin + offsets)
    cuts : (k,)
        Probabilities from which on a label is given.
    """

    labels: tuple[str, ...]
    ids: tuple[str, ...]
    weights: FloatArray
    intercepts: FloatArray
    slopes: FloatArray
    offsets: FloatArray
    cuts: FloatArray

    def scores(self, features: csr_array) -> FloatArray:
        """Return the (n, k) calibrated probabilities, in 0..1, of (n, m) features."""
        return _probabilities(features @ self.weights.T + self.intercepts, self.slopes, self.offsets)

    def decide(self, scores: FloatArray) -> BoolMatrix:
        """Return the (n, k) labels whose score reaches its cut."""
        return np.asarray(scores >= self.cuts)


@dataclass(frozen=True, slots=True)
class HeadData:
    """What a head is fitted on: n labelled articles, k labels, m feature columns.

    Parameters
    ----------
    features : (n, m)
    targets : (n, k)
    groups : (n,)
        Near-copies share a number, and so a fold.
    labels, ids : length k
    prior : (k, m + 1)
        Weights, then intercept, that speak for a label before any article does: see `definition_prior`.
    unseen : (n,)
        Articles whose labels the encoder was not fine-tuned on: cuts and probabilities are learned on these
        alone. None where it saw none.
    """

    features: csr_array
    targets: BoolMatrix
    groups: IntArray
    labels: tuple[str, ...]
    ids: tuple[str, ...]
    prior: FloatArray
    unseen: BoolArray | None = None


def fit_head(data: HeadData, *, seed: int, jobs: int = -1, progress: Progress = silent) -> Head:
    """Fit a head on all its articles; learn its cuts and probabilities on held-out folds."""
    folds = _folds(data.groups, seed)
    sides = [learn for learn, _ in folds] + [np.arange(len(data.targets))]
    blocks = [slice(start, start + _LABELS_A_TASK) for start in range(0, len(data.labels), _LABELS_A_TASK)]
    tasks = [(rows, block) for rows in sides for block in blocks]
    # Processes, not threads: liblinear draws from one random state a process, so threads would disturb each other.
    is_small = data.features.nnz * len(sides) * len(data.labels) < _SMALL_WORK
    fits = joblib.Parallel(n_jobs=1 if is_small else jobs, return_as="generator")(
        joblib.delayed(_fit_labels)(data.features, data.targets[:, block], data.prior[block], rows, seed)
        for rows, block in tasks
    )
    fitted: list[FloatArray | None] = []
    for done, weights in enumerate(fits, 1):
        fitted += weights
        progress("fit heads", done, len(tasks))
    margins = _held_out_margins(data, [held_out for _, held_out in folds], fitted)
    last = enumerate(fitted[-len(data.labels) :])
    final = [_constant(data, label) if weights is None else weights for label, weights in last]
    return _assemble(data, np.stack(final), margins)


def _held_out_margins(data: HeadData, held_out: Sequence[IntArray], fitted: Sequence[FloatArray | None]) -> FloatArray:
    """Return (n, k) margins, each from a fit that had not seen the article; NaN where there was none.

    Nor may the encoder have seen its labels: it draws such articles apart, and their margins are too wide.
    """
    margins = np.full(data.targets.shape, np.nan)
    n_labels = len(data.labels)
    for fold, rows in enumerate(held_out):
        for label, weights in enumerate(fitted[fold * n_labels : (fold + 1) * n_labels]):
            if weights is not None:
                margins[rows, label] = data.features[rows] @ weights[:-1] + weights[-1]
    if data.unseen is not None:
        margins[~data.unseen] = np.nan
    return margins


def _assemble(data: HeadData, weights: FloatArray, margins: FloatArray) -> Head:
    slopes, offsets = fit_sigmoids(margins, data.targets)
    cuts = choose_cuts(margins, data.targets)
    return Head(
        labels=data.labels,
        ids=data.ids,
        weights=np.ascontiguousarray(weights[:, :-1]),
        intercepts=weights[:, -1].copy(),
        slopes=slopes,
        offsets=offsets,
        cuts=_probabilities(cuts, slopes, offsets),
    )


def _folds(groups: IntArray, seed: int) -> list[tuple[IntArray, IntArray]]:
    n_folds = min(_FOLDS, len(np.unique(groups)))
    if n_folds < 2:
        return []
    splitter = GroupKFold(n_splits=n_folds, shuffle=True, random_state=seed)
    return list(splitter.split(groups, groups=groups))


def _fit_labels(
    features: csr_array, targets: BoolMatrix, prior: FloatArray, rows: IntArray, seed: int
) -> list[FloatArray | None]:
    """Return each label's weights and intercept; None where the rows hold no example, or nothing else."""
    features, targets = features[rows], targets[rows]
    fitted: list[FloatArray | None] = []
    for target, expected in zip(targets.T, prior, strict=True):
        if target.all() or not target.any():
            fitted.append(None)
            continue
        machine = LinearSVC(C=_C, class_weight="balanced", max_iter=_MAX_ITERATIONS, random_state=seed)
        machine.fit(features, target)
        share = PRIOR_ARTICLES / (PRIOR_ARTICLES + int(target.sum()))
        fitted.append(np.append(machine.coef_[0], machine.intercept_[0]) + share * expected)
    return fitted


def _constant(data: HeadData, label: int) -> FloatArray:
    """Return weights that always say what every training article says."""
    weights = np.zeros(data.features.shape[1] + 1)
    weights[-1] = 1.0 if data.targets[:, label].all() else -1.0
    return weights


def _probabilities(margins: FloatArray, slopes: FloatArray, offsets: FloatArray) -> FloatArray:
    return np.asarray(expit(slopes * margins + offsets))
