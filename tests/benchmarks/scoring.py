"""From a peer's answers to its figures on a task."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from intervals import Estimate, Figure, estimate, estimate_of_draws
from tasks import Task

from newsclf.arrays import BoolMatrix, FloatArray, FloatMatrix, IntArray


@dataclass(frozen=True, slots=True)
class Answers:
    """What a peer said on the test side of each of the first folds of a task: labels (n, k) and scores (n, k)."""

    decided: tuple[BoolMatrix, ...]
    scores: tuple[FloatMatrix, ...]


def score(task: Task, answers: Answers, *, other: Answers | None = None) -> dict[str, Estimate]:
    """Return the figures of a task by name, or how far they are above those of another's answers."""
    if task.draws:
        ones = [_of_fold(task, answers, fold) for fold in range(_shared(answers, other))]
        others = [_of_fold(task, other, fold) for fold in range(len(ones))] if other else None
        return {
            name: estimate_of_draws(
                [value[name] - (others[draw][name] if others else 0.0) for draw, value in enumerate(ones)]
            )
            for name in ones[0]
        }
    rows = np.concatenate([fold.test for fold in task.folds])
    mine = _figures(task, rows, answers)
    theirs = _figures(task, rows, other) if other else {}
    return {name: estimate(figure, task.clusters[rows], minus=theirs.get(name)) for name, figure in mine.items()}


def as_lists(estimates: Mapping[str, Estimate]) -> dict[str, list[float]]:
    """Return each figure as value, low and high, for JSON."""
    return {name: [round(number, 4) for number in asdict(found).values()] for name, found in estimates.items()}


def _shared(answers: Answers, other: Answers | None) -> int:
    return min(len(found.decided) for found in (answers, other) if found is not None)


def _of_fold(task: Task, answers: Answers, fold: int) -> dict[str, float]:
    rows = task.folds[fold].test
    once = np.ones((1, len(rows)))
    alone = Answers(answers.decided[fold : fold + 1], answers.scores[fold : fold + 1])
    return {name: float(figure(once)[0]) for name, figure in _figures(task, rows, alone).items()}


def _figures(task: Task, rows: IntArray, answers: Answers) -> dict[str, Figure]:
    targets = task.targets[rows]
    decided = _stacked(answers.decided)
    figures = {"micro_f1": micro_f1(targets, decided), "macro_f1": macro_f1(targets, decided)}
    return figures | ({"accuracy": accuracy(targets, _stacked(answers.scores))} if task.one_label else {})


def _stacked(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts)


def micro_f1(targets: BoolMatrix, decided: BoolMatrix) -> Figure:
    """F1 over all decisions of an (n, k) pair."""
    hits, named = (targets & decided).sum(axis=1), targets.sum(axis=1) + decided.sum(axis=1)
    return lambda weights: 2 * (weights @ hits) / np.maximum(weights @ named, 1)


def macro_f1(targets: BoolMatrix, decided: BoolMatrix) -> Figure:
    """Mean F1 over the labels of an (n, k) pair that an article carries."""
    hits = (targets & decided).astype(np.float64)
    named = targets.astype(np.float64) + decided
    true = targets.astype(np.float64)

    def figure(weights: FloatArray) -> FloatArray:
        present = weights @ true > 0
        f1 = 2 * (weights @ hits) / np.maximum(weights @ named, 1)
        return (f1 * present).sum(axis=1) / np.maximum(present.sum(axis=1), 1)

    return figure


def accuracy(targets: BoolMatrix, scores: FloatMatrix) -> Figure:
    """Share of the articles whose best-scored label, (n, k), is theirs."""
    right = targets[np.arange(len(targets)), scores.argmax(axis=1)].astype(np.float64)
    return lambda weights: (weights @ right) / weights.sum(axis=1)
