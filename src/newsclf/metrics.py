"""Figures on label matrices; every function is pure.

Written out because scikit-learn reads an (n, 1) label matrix as a binary task and then answers another question.
"""

import numpy as np

from newsclf.arrays import BoolMatrix, FloatArray


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


def macro_f1(targets: BoolMatrix, predicted: BoolMatrix) -> float:
    """Return the mean F1 over the labels of an (n, k) pair that at least one target has; 0 without any."""
    present = targets.any(axis=0)
    return float(label_f1(targets, predicted)[present].mean()) if present.any() else 0.0
