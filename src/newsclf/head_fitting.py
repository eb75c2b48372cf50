"""Fit a head: a linear machine a label; cuts, probabilities and the limit of doubt from held-out folds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import joblib
import numpy as np
from scipy.sparse import csr_array
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from newsclf.arrays import BoolMatrix, FloatArray, IntArray
from newsclf.cuts import choose_cuts, exclusive_cut, fit_sigmoids
from newsclf.heads import Head, as_weights, column_means, mean_parts
from newsclf.held_out import HeadData, HeldOut, held_out_margins, prior_strength, prior_weights
from newsclf.parallel import processes
from newsclf.progress import Progress, silent

# Chosen out of fold on the training sides of Reuters-21578 and WCEP; balanced classes were worse on both.
_C = 1.0
_FOLDS = 4
# Micro F1 of the labels of articles that need no review, as the held-out folds have it. A head that is not good enough
# for that still tells the surer half from the rest; the model card says how often either is wrong.
_SURE_F1 = 0.95
# Labels fitted by one process at a time: a process is sent the features once for all of them.
_LABELS_A_TASK = 10
# Stored values times fits below which starting processes costs more than they save.
_SMALL_WORK = 100_000_000
# What a process holds for each stored value: its rows of the features, and liblinear's copy of these.
_BYTES_A_VALUE = 12 + 16
# Margin of a label that every article has, or none: beyond every cut.
_CERTAIN = 10.0
# The commonest labels of some thousand articles need more than the usual 1,000 to converge.
_MAX_ITERATIONS = 10_000


@dataclass(frozen=True, slots=True)
class FittedHead:
    """A head, and what was learned on the way.

    Parameters
    ----------
    held_out : (n, k)
        Probabilities of the training articles, each from machines that had not seen the article; NaN where those
        had no example of the label.
    """

    head: Head
    held_out: FloatArray


def fit_head(data: HeadData, *, seed: int, jobs: int = -1, progress: Progress = silent) -> FittedHead:
    """Fit a head on all its articles; learn its cuts, probabilities and limit of doubt on held-out folds."""
    folds = _folds(data.groups, seed)
    everything = np.arange(len(data.targets))
    fits = _fits(data, [learn for learn, _ in folds] + [everything], seed, jobs, progress)
    learned, prior = held_out_margins(data, folds, fits)
    strength = prior_strength(learned, prior, data.targets)
    expected = strength * prior_weights(data, everything)
    [last] = fits
    final = [
        _constant(data, label) if weights is None else weights + expected[label] for label, weights in enumerate(last)
    ]
    return _assemble(data, np.stack(final), learned.plus(prior, strength=strength), jobs)


def _fits(
    data: HeadData, sides: Sequence[IntArray], seed: int, jobs: int, progress: Progress
) -> Iterator[list[FloatArray | None]]:
    """Yield, for each choice of rows, the weights and intercept that machines learn for every label."""
    blocks = [slice(start, start + _LABELS_A_TASK) for start in range(0, len(data.labels), _LABELS_A_TASK)]
    tasks = [(rows, block) for rows in sides for block in blocks]
    # Processes, not threads: liblinear draws from one random state a process, so threads would disturb each other.
    is_small = data.features.nnz * len(sides) * len(data.labels) < _SMALL_WORK
    n_jobs = 1 if is_small else processes(jobs, bytes_each=_BYTES_A_VALUE * data.features.nnz)
    fits = joblib.Parallel(n_jobs=n_jobs, backend="loky", return_as="generator")(
        joblib.delayed(_fit_labels)(data.features, data.targets[:, block], rows, seed) for rows, block in tasks
    )
    fitted: list[FloatArray | None] = []
    for done, weights in enumerate(fits, 1):
        fitted += weights
        progress("fit heads", done, len(tasks))
        if len(fitted) == len(data.labels):
            yield fitted
            fitted = []


def _assemble(data: HeadData, stacked: FloatArray, held_out: HeldOut, jobs: int) -> FittedHead:
    weights, intercepts = as_weights(stacked[:, :-1]), stacked[:, -1].copy()
    slopes, offsets = fit_sigmoids(held_out.margins, data.targets, jobs=jobs)
    cuts = choose_cuts(held_out.margins, data.targets, slopes=slopes, offsets=offsets)
    # Labels that no article has two of, and none is without, are taken to be exclusive.
    is_exclusive = len(data.labels) > 1 and bool((data.targets.sum(axis=1) == 1).all())
    head = Head(
        labels=data.labels,
        ids=data.ids,
        weights=weights,
        intercepts=intercepts,
        slopes=slopes,
        offsets=offsets,
        cuts=np.zeros(len(cuts)),
        parts=mean_parts(column_means(data.features), weights, vector_columns=data.vector_columns),
        doubt_limit=np.inf,
        is_required=data.is_required,
        is_exclusive=is_exclusive,
    )
    head = replace(head, cuts=head.probabilities(cuts))
    if is_exclusive:
        head = replace(head, cuts=np.full(len(cuts), exclusive_cut(head.probabilities(held_out.margins), data.targets)))
    return FittedHead(
        replace(head, doubt_limit=_doubt_limit(head, held_out, data.targets)), head.probabilities(held_out.margins)
    )


def _doubt_limit(head: Head, held_out: HeldOut, targets: BoolMatrix) -> float:
    """Return the doubt up to which the held-out articles' labels reach a micro F1 of `_SURE_F1`.

    Where they do for fewer than half of the articles, it is the doubt of the surer half.
    """
    known = ~np.isnan(held_out.margins).all(axis=1)
    # A label that a fold had no example of adds no doubt: it is rare, and its probability next to nothing.
    scores = np.nan_to_num(head.probabilities(held_out.margins))
    sure = known & head.agree(held_out.words, held_out.vector)
    doubts, given, true = head.doubts(scores)[sure], head.decide(scores)[sure], targets[sure]
    order = np.argsort(doubts, kind="stable")
    hits = np.cumsum((given & true)[order].sum(axis=1))
    named = np.cumsum((given.sum(axis=1) + true.sum(axis=1))[order])
    is_sure = np.flatnonzero(2 * hits >= _SURE_F1 * named)
    last = max(is_sure[-1] if len(is_sure) else 0, min(int(known.sum()) // 2, len(order) - 1))
    return float(doubts[order][last]) if len(order) else -1.0


def _folds(groups: IntArray, seed: int) -> list[tuple[IntArray, IntArray]]:
    n_folds = min(_FOLDS, len(np.unique(groups)))
    if n_folds < 2:
        return []
    splitter = GroupKFold(n_splits=n_folds, shuffle=True, random_state=seed)
    return list(splitter.split(groups, groups=groups))


def _fit_labels(features: csr_array, targets: BoolMatrix, rows: IntArray, seed: int) -> list[FloatArray | None]:
    """Return each label's weights and intercept; None where the rows hold no example, or nothing else."""
    features, targets = features[rows], targets[rows]
    fitted: list[FloatArray | None] = []
    for target in targets.T:
        if target.all() or not target.any():
            fitted.append(None)
            continue
        # The dual however many articles there are: scikit-learn takes the primal where there are as many as columns,
        # which took three to four times as long on 80,000, and leaves its sums to BLAS and its threads.
        machine = LinearSVC(C=_C, dual=True, max_iter=_MAX_ITERATIONS, random_state=seed).fit(features, target)
        fitted.append(np.append(machine.coef_[0], machine.intercept_[0]))
    return fitted


def _constant(data: HeadData, label: int) -> FloatArray:
    """Return weights that always say what every training article says."""
    weights = np.zeros(data.features.shape[1] + 1)
    weights[-1] = _CERTAIN if data.targets[:, label].all() else -_CERTAIN
    return weights
