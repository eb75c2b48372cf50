"""One multi-label head a facet: a linear machine for each label, cuts and probabilities from held-out folds."""

from collections.abc import Sequence
from dataclasses import dataclass

import joblib
import numpy as np
from scipy.sparse import csr_array
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from newsclf.arrays import BoolMatrix, FloatArray, FloatMatrix, IntArray
from newsclf.cuts import choose_cuts, fit_sigmoids
from newsclf.progress import Progress, silent

# Chosen out of fold on the Reuters-21578 training split.
_C = 0.5
_FOLDS = 4
# The commonest labels of some thousand articles need more than the usual 1,000 to converge.
_MAX_ITERATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted head; arrays of k labels, v word columns and d vector columns.

    Parameters
    ----------
    word_weights : (k, v), vector_weights : (k, d), intercepts : (k,)
        margin = words @ word_weights.T + vectors @ vector_weights.T + intercepts
    slopes, offsets : (k,)
        probability = sigmoid(slopes * margin + offsets)
    cuts : (k,)
        Probabilities from which on a label is given.
    """

    labels: tuple[str, ...]
    word_weights: FloatArray
    vector_weights: FloatArray
    intercepts: FloatArray
    slopes: FloatArray
    offsets: FloatArray
    cuts: FloatArray

    def scores(self, words: csr_array, vectors: FloatMatrix) -> FloatArray:
        """Return the (n, k) calibrated probabilities, in 0..1."""
        margins = words @ self.word_weights.T + vectors.astype(np.float64) @ self.vector_weights.T + self.intercepts
        return _probabilities(margins, self.slopes, self.offsets)

    def decide(self, scores: FloatArray) -> BoolMatrix:
        """Return the (n, k) labels whose score reaches its cut."""
        return np.asarray(scores >= self.cuts)


def fit_head(
    features: csr_array,
    targets: BoolMatrix,
    groups: IntArray,
    *,
    labels: Sequence[str],
    word_columns: int,
    seed: int,
    jobs: int = -1,
    progress: Progress = silent,
) -> Head:
    """Fit a head on all training articles; learn its cuts and probabilities out of fold.

    Parameters
    ----------
    features : (n, v + d)
        Words first; `word_columns` is v.
    targets : (n, k)
    groups : (n,)
        Near-copies share a number and a fold.
    """
    folds = _folds(groups, seed)
    tasks = [(rows, label) for rows, _ in folds for label in range(len(labels))]
    everything = np.arange(len(targets))
    tasks += [(everything, label) for label in range(len(labels))]
    # liblinear releases the interpreter's lock, so that threads share the features instead of copying them.
    fits = joblib.Parallel(n_jobs=jobs, prefer="threads", return_as="generator")(
        joblib.delayed(_fit_label)(features, targets[:, label], rows, seed) for rows, label in tasks
    )
    fitted = []
    for done, weights in enumerate(fits, 1):
        fitted.append(weights)
        progress("fit heads", done, len(tasks))
    k = len(labels)
    margins = np.full(targets.shape, np.nan)
    for fold, (_, held_out) in enumerate(folds):
        rows = features[held_out]
        for label, weights in enumerate(fitted[fold * k : (fold + 1) * k]):
            if weights is not None:
                margins[held_out, label] = rows @ weights[:-1] + weights[-1]
    final = np.stack([_constant(features.shape[1], targets[:, i]) if w is None else w for i, w in enumerate(fitted[-k:])])
    return _assemble(final, margins, targets, labels=tuple(labels), word_columns=word_columns)


def _assemble(
    weights: FloatArray, margins: FloatArray, targets: BoolMatrix, *, labels: tuple[str, ...], word_columns: int
) -> Head:
    slopes, offsets = fit_sigmoids(margins, targets)
    cuts = choose_cuts(margins, targets)
    return Head(
        labels=labels,
        word_weights=np.ascontiguousarray(weights[:, :word_columns]),
        vector_weights=np.ascontiguousarray(weights[:, word_columns:-1]),
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


def _fit_label(features: csr_array, target: np.ndarray, rows: IntArray, seed: int) -> FloatArray | None:
    """Return weights and intercept, or None where the rows hold no example, or nothing else."""
    target = target[rows]
    if target.all() or not target.any():
        return None
    machine = LinearSVC(C=_C, class_weight="balanced", max_iter=_MAX_ITERATIONS, random_state=seed).fit(features[rows], target)
    return np.append(machine.coef_[0], machine.intercept_[0])


def _constant(n_features: int, target: np.ndarray) -> FloatArray:
    """Return weights that always say what every training article says."""
    weights = np.zeros(n_features + 1)
    weights[-1] = 1.0 if target.all() else -1.0
    return weights


def _probabilities(margins: FloatArray, slopes: FloatArray, offsets: FloatArray) -> FloatArray:
    from scipy.special import expit

    return np.asarray(expit(slopes * margins + offsets))
