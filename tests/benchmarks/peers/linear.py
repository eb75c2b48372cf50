"""Linear machines over labels, as scikit-learn's users combine them."""

from typing import Any

import numpy as np
from sklearn.multiclass import OneVsRestClassifier

from peers.protocol import BoolMatrix, FloatMatrix, Setting


class LinearLabels:
    """One machine over all labels where an article has exactly one, else one machine for each label."""

    def __init__(self, machine: Any, setting: Setting) -> None:
        self._setting = setting
        self._machine = machine if setting.one_label else OneVsRestClassifier(machine)

    def fit(self, features: Any, targets: BoolMatrix) -> None:
        """Learn from the features of n articles and their (n, k) labels."""
        self._machine.fit(features, targets.argmax(axis=1) if self._setting.one_label else targets.astype(int))

    def scores(self, features: Any) -> FloatMatrix:
        """Return (n, k): probabilities where the machine has them, else distances; lowest for a label never seen."""
        method = "predict_proba" if hasattr(self._machine, "predict_proba") else "decision_function"
        found = np.asarray(getattr(self._machine, method)(features), dtype=np.float64)
        scores = np.full((len(found), len(self._setting.labels)), found.min())
        scores[:, self._machine.classes_] = found
        return scores
