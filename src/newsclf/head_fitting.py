"""Fit a head: a linear machine a label; cuts, probabilities and the limit of doubt from held-out folds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import joblib
import numpy as np
from scipy.sparse import csr_array
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from newsclf.arrays import BoolArray, BoolMatrix, FloatArray, IntArray
from newsclf.cuts import choose_cuts, fit_sigmoids
from newsclf.heads import Head, mean_parts, part_margins
from newsclf.progress import Progress, silent

# Chosen out of fold on the training sides of Reuters-21578 and WCEP; balanced classes were worse on both.
_C = 1.0
_FOLDS = 4
# What speaks for a label beforehand (`HeadData.prior`) counts as much as this many articles do: alone it speaks at
# full strength, beside a thousand articles it has next to no say (chosen on the built-in corpus, wire briefs held out).
PRIOR_ARTICLES = 40.0
# Micro F1 of the labels of articles that need no review, as the held-out folds have it. A head that is not good enough
# for that still tells the surer half from the rest; the model card says how often either is wrong.
_SURE_F1 = 0.95
# Labels fitted by one process at a time: a process is sent the features once for all of them.
_LABELS_A_TASK = 10
# Stored values times fits below which starting processes costs more than they save.
_SMALL_WORK = 100_000_000
# Margin of a label that every article has, or none: beyond every cut.
_CERTAIN = 10.0
# The commonest labels of some thousand articles need more than the usual 1,000 to converge.
_MAX_ITERATIONS = 10_000


@dataclass(frozen=True, slots=True)
class HeadData:
    """What a head is fitted on: n labelled articles, k labels, m feature columns.

    Parameters
    ----------
    features : (n, m)
    vector_columns
        First column of the sentence vector, and the one behind its last.
    targets : (n, k)
    groups : (n,)
        Near-copies share a number, and so a fold.
    labels, ids : length k
    prior : (k, m + 1)
        Weights, then intercept, that speak for a label before any article does: see `newsclf.definitions`.
    is_required
        Whether every article gets at least one label.
    unseen : (n,)
        Articles whose labels the encoder was not fine-tuned on: cuts and probabilities are learned on these
        alone. None where it saw none.
    """

    features: csr_array
    vector_columns: tuple[int, int]
    targets: BoolMatrix
    groups: IntArray
    labels: tuple[str, ...]
    ids: tuple[str, ...]
    prior: FloatArray
    is_required: bool = False
    unseen: BoolArray | None = None


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


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """Margins of the training articles, (n, k) each, from folds that had not seen them: in all, and by part."""

    margins: FloatArray
    words: FloatArray
    vector: FloatArray


def fit_head(data: HeadData, *, seed: int, jobs: int = -1, progress: Progress = silent) -> FittedHead:
    """Fit a head on all its articles; learn its cuts, probabilities and limit of doubt on held-out folds."""
    folds = _folds(data.groups, seed)
    fits = _fits(data, [learn for learn, _ in folds] + [np.arange(len(data.targets))], seed, jobs, progress)
    held_out = _held_out(data, folds, fits)
    final = [_constant(data, label) if weights is None else weights for label, weights in enumerate(next(fits))]
    return _assemble(data, np.stack(final), held_out)


def _fits(
    data: HeadData, sides: Sequence[IntArray], seed: int, jobs: int, progress: Progress
) -> Iterator[list[FloatArray | None]]:
    """Yield, for each choice of rows, the weights and intercept of every label."""
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
        if len(fitted) == len(data.labels):
            yield fitted
            fitted = []


def _held_out(
    data: HeadData, folds: Sequence[tuple[IntArray, IntArray]], fits: Iterator[list[FloatArray | None]]
) -> _HeldOut:
    """Return margins, each from the fit that had not seen the article; NaN where there was none.

    Nor may the encoder have seen its labels: it draws such articles apart, and their margins are too wide.
    """
    shape = data.targets.shape
    found = _HeldOut(np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan))
    for learned, rows in folds:
        fitted = next(fits)
        known = np.array([label for label, weights in enumerate(fitted) if weights is not None], dtype=np.intp)
        if not len(known):
            continue
        stacked = np.stack([weights for weights in fitted if weights is not None])
        weights, intercepts = stacked[:, :-1], stacked[:, -1]
        parts = mean_parts(data.features[learned], weights, vector_columns=data.vector_columns)
        judged = rows if data.unseen is None else rows[data.unseen[rows]]
        features, at = data.features[judged], np.ix_(judged, known)
        found.margins[at] = features @ weights.T + intercepts
        found.words[at], found.vector[at] = part_margins(features, weights, intercepts, parts)
    return found


def _assemble(data: HeadData, stacked: FloatArray, held_out: _HeldOut) -> FittedHead:
    weights, intercepts = np.ascontiguousarray(stacked[:, :-1]), stacked[:, -1].copy()
    slopes, offsets = fit_sigmoids(held_out.margins, data.targets)
    cuts = choose_cuts(held_out.margins, data.targets, slopes=slopes, offsets=offsets)
    head = Head(
        labels=data.labels,
        ids=data.ids,
        weights=weights,
        intercepts=intercepts,
        slopes=slopes,
        offsets=offsets,
        cuts=np.zeros(len(cuts)),
        parts=mean_parts(data.features, weights, vector_columns=data.vector_columns),
        doubt_limit=np.inf,
        is_required=data.is_required,
    )
    head = replace(head, cuts=head.probabilities(cuts))
    return FittedHead(
        replace(head, doubt_limit=_doubt_limit(head, held_out, data.targets)), head.probabilities(held_out.margins)
    )


def _doubt_limit(head: Head, held_out: _HeldOut, targets: BoolMatrix) -> float:
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
        machine = LinearSVC(C=_C, max_iter=_MAX_ITERATIONS, random_state=seed).fit(features, target)
        share = PRIOR_ARTICLES / (PRIOR_ARTICLES + int(target.sum()))
        fitted.append(np.append(machine.coef_[0], machine.intercept_[0]) + share * expected)
    return fitted


def _constant(data: HeadData, label: int) -> FloatArray:
    """Return weights that always say what every training article says."""
    weights = np.zeros(data.features.shape[1] + 1)
    weights[-1] = _CERTAIN if data.targets[:, label].all() else -_CERTAIN
    return weights
