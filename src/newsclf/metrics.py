"""Figures on label matrices; every function is pure.

Written out because scikit-learn reads an (n, 1) label matrix as a binary task and then answers another question.
"""

from dataclasses import dataclass

import numpy as np

from newsclf.arrays import BoolMatrix, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Decisions:
    """The labels that n articles carry, and those that they were given.

    Parameters
    ----------
    targets, predicted : (n, k)
    unknown : (n,) int
        How many labels each article carries beside the k; none of them can be found.
    """

    targets: BoolMatrix
    predicted: BoolMatrix
    unknown: IntArray

    @property
    def wrong(self) -> BoolMatrix:
        """Return (n,): whether an article was given a label that it does not carry, or misses one that it does."""
        return np.asarray((self.targets != self.predicted).any(axis=1) | (self.unknown > 0))

    def rows(self, rows: IntArray) -> "Decisions":
        """Return the decisions for some of the articles."""
        return Decisions(self.targets[rows], self.predicted[rows], self.unknown[rows])

    def columns(self, columns: IntArray) -> "Decisions":
        """Return the decisions on some of the labels; nothing is unknown among these."""
        return Decisions(self.targets[:, columns], self.predicted[:, columns], np.zeros_like(self.unknown))


def micro_f1(targets: BoolMatrix, predicted: BoolMatrix, *, unknown: int = 0) -> float:
    """Return F1 over all decisions of an (n, k) pair of label matrices; 0 where nothing is true or predicted.

    `unknown` true labels beyond the k count as missed.
    """
    hits = int((targets & predicted).sum())
    named = int(targets.sum()) + int(predicted.sum()) + unknown
    return 2 * hits / named if named else 0.0


def label_f1(targets: BoolMatrix, predicted: BoolMatrix) -> FloatArray:
    """Return the (k,) F1 of each label of an (n, k) pair; 0 where it is neither true nor predicted."""
    hits = (targets & predicted).sum(axis=0)
    named = targets.sum(axis=0) + predicted.sum(axis=0)
    return np.asarray(2 * hits / np.maximum(named, 1), dtype=np.float64)


def label_precision(targets: BoolMatrix, predicted: BoolMatrix) -> FloatArray:
    """Return the (k,) share of the articles given a label that carry it; 0 where none was given it."""
    hits = (targets & predicted).sum(axis=0)
    return np.asarray(hits / np.maximum(predicted.sum(axis=0), 1), dtype=np.float64)


def label_recall(targets: BoolMatrix, predicted: BoolMatrix) -> FloatArray:
    """Return the (k,) share of the articles that carry a label that were given it; 0 where none carries it."""
    hits = (targets & predicted).sum(axis=0)
    return np.asarray(hits / np.maximum(targets.sum(axis=0), 1), dtype=np.float64)


def macro_f1(targets: BoolMatrix, predicted: BoolMatrix) -> float:
    """Return the mean F1 over the labels of an (n, k) pair that at least one target has; 0 without any."""
    present = targets.any(axis=0)
    return float(label_f1(targets, predicted)[present].mean()) if present.any() else 0.0


def weighted_f1(targets: BoolMatrix, predicted: BoolMatrix) -> float:
    """Return the mean F1 over the labels of an (n, k) pair, weighted by the articles that carry them."""
    support = targets.sum(axis=0)
    return float(label_f1(targets, predicted) @ support / max(int(support.sum()), 1))


def samples_f1(decisions: Decisions) -> float:
    """Return the mean F1 over articles; 1 for one that neither carries nor was given a label, for that is right."""
    hits = (decisions.targets & decisions.predicted).sum(axis=1)
    named = decisions.targets.sum(axis=1) + decisions.predicted.sum(axis=1) + decisions.unknown
    return float(np.where(named > 0, 2 * hits / np.maximum(named, 1), 1.0).mean())


def subset_accuracy(decisions: Decisions) -> float:
    """Return the share of articles that were given exactly the labels that they carry."""
    return float(1 - decisions.wrong.mean())


def hamming_loss(targets: BoolMatrix, predicted: BoolMatrix) -> float:
    """Return the share of the n * k decisions that are wrong."""
    return float((targets != predicted).mean())


def share_without_label(predicted: BoolMatrix) -> float:
    """Return the share of articles that were given no label."""
    return float(1 - predicted.any(axis=1).mean())
