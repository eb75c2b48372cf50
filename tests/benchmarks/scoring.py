"""From a peer's answers to its figures on a task, with 95% intervals by newsclf's own bootstrap."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy import stats
from tasks import Task

from newsclf.arrays import BoolArray, BoolMatrix, FloatArray, FloatMatrix, IntArray
from newsclf.bootstrap import drawn_figures, percentile_intervals
from newsclf.metrics import Decisions, macro_f1, micro_f1
from newsclf.probability_metrics import label_ece, mean_ece

_SEED = 0
_UPPER_TAIL = 0.975


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95% interval; both ends are the figure itself where there is nothing to judge it by."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Answers:
    """What a peer said on the test side of each of the first folds of a task: labels (n, k) and scores (n, k)."""

    decided: tuple[BoolMatrix, ...]
    scores: tuple[FloatMatrix, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    """Figures on some articles, and what they were in each draw of these."""

    values: Mapping[str, float]
    drawn: Mapping[str, FloatArray]


def score(task: Task, answers: Answers, *, other: Answers | None = None) -> dict[str, Estimate]:
    """Return the figures of a task by name, or how far they are above those of another's answers."""
    if task.draws:
        return _of_draws(task, answers, other)
    rows = np.concatenate([fold.test for fold in task.folds])
    groups = task.clusters[rows]
    mine = _measure(task, rows, answers, groups)
    theirs = _measure(task, rows, other, groups) if other else None
    intervals = percentile_intervals(
        {name: drawn - (theirs.drawn[name] if theirs else 0.0) for name, drawn in mine.drawn.items()}, groups
    )
    return {
        name: Estimate(value - (theirs.values[name] if theirs else 0.0), intervals[name].low, intervals[name].high)
        for name, value in mine.values.items()
    }


def as_lists(estimates: Mapping[str, Estimate]) -> dict[str, list[float]]:
    """Return each figure as value, low and high, for JSON."""
    return {name: [round(number, 4) for number in asdict(found).values()] for name, found in estimates.items()}


def estimate_of_draws(values: Sequence[float]) -> Estimate:
    """Return the mean over draws of the training side, with the interval of Student's t."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return Estimate(mean, mean, mean)
    half = stats.t.ppf(_UPPER_TAIL, len(values) - 1) * stats.sem(values)
    return Estimate(mean, mean - float(half), mean + float(half))


def _of_draws(task: Task, answers: Answers, other: Answers | None) -> dict[str, Estimate]:
    """Return figures over the draws that the answers, and those of another, share."""
    shared = min(len(found.decided) for found in (answers, other) if found is not None)
    ones = [_of_fold(task, answers, fold) for fold in range(shared)]
    others = [_of_fold(task, other, fold) for fold in range(shared)] if other else None
    return {
        name: estimate_of_draws(
            [value[name] - (others[draw][name] if others else 0.0) for draw, value in enumerate(ones)]
        )
        for name in ones[0]
    }


def _of_fold(task: Task, answers: Answers, fold: int) -> dict[str, float]:
    alone = Answers(answers.decided[fold : fold + 1], answers.scores[fold : fold + 1])
    return _values(task, task.folds[fold].test, alone)


def _measure(task: Task, rows: IntArray, answers: Answers, groups: IntArray) -> _Measured:
    targets = task.targets[rows]
    decisions = Decisions(targets, np.concatenate(answers.decided), np.zeros(len(rows), dtype=np.intp))
    right = is_right(targets, np.concatenate(answers.scores)) if task.one_label else None
    return _Measured(_values(task, rows, answers), drawn_figures(decisions, groups, right=right, seed=_SEED))


def _values(task: Task, rows: IntArray, answers: Answers) -> dict[str, float]:
    targets, decided = task.targets[rows], np.concatenate(answers.decided)
    found = {"micro_f1": micro_f1(targets, decided), "macro_f1": macro_f1(targets, decided)}
    if task.one_label:
        found["accuracy"] = float(is_right(targets, np.concatenate(answers.scores)).mean())
    return found


def is_right(targets: BoolMatrix, scores: FloatMatrix) -> BoolArray:
    """Say of n articles whether their best-scored label, (n, k), is theirs."""
    return np.asarray(targets[np.arange(len(targets)), scores.argmax(axis=1)])


def trust(task: Task, answers: Answers, statuses: Sequence[str]) -> dict[str, float]:
    """Return what probabilities and statuses are worth: calibration error, share of articles and F1 by status."""
    rows = np.concatenate([fold.test for fold in task.folds])
    targets, decided = task.targets[rows], np.concatenate(answers.decided)
    error = mean_ece(targets, label_ece(targets, np.concatenate(answers.scores).astype(np.float64)))
    found = {} if error is None else {"mean_ece": error}
    for status in sorted(set(statuses)):
        has = np.array(statuses) == status
        found |= {f"{status}_share": float(has.mean()), f"{status}_micro_f1": micro_f1(targets[has], decided[has])}
    return {name: round(value, 4) for name, value in found.items()}
