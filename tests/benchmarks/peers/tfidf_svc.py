"""TF-IDF and linear SVMs, the scikit-learn way."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import TunedThresholdClassifierCV
from sklearn.svm import LinearSVC

from peers.linear import LinearLabels
from peers.protocol import Answer, BoolMatrix, Setting, Text, answer_from

# Folds that a cut is tuned on; a label with fewer articles keeps the cut at 0.
_FOLDS = 5


class TfidfSvc:
    """Every label whose distance is above 0, or the one with the largest."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._words = TfidfVectorizer(sublinear_tf=True)
        self._labels = LinearLabels(LinearSVC(random_state=0), setting)

    def fit(self, texts: Sequence[Text], targets: BoolMatrix) -> None:
        """Learn from n texts and their (n, k) labels."""
        self._labels.fit(self._words.fit_transform([text.content for text in texts]), targets)

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts."""
        features = self._words.transform([text.content for text in texts])
        return answer_from(self._labels.scores(features), self._setting, cut=0.0)


class TfidfSvcCuts:
    """The same machines with a cut for each label that has the best F1 over five folds."""

    def __init__(self, setting: Setting) -> None:
        self._words = TfidfVectorizer(sublinear_tf=True)
        self._labels = len(setting.labels)
        self._machines: dict[int, LinearSVC | TunedThresholdClassifierCV] = {}

    def fit(self, texts: Sequence[Text], targets: BoolMatrix) -> None:
        """Learn from n texts and their (n, k) labels."""
        features = self._words.fit_transform([text.content for text in texts])
        for label in np.flatnonzero(targets.any(axis=0)):
            machine = LinearSVC(random_state=0)
            if targets[:, label].sum() >= _FOLDS:
                machine = TunedThresholdClassifierCV(machine, scoring="f1", cv=_FOLDS)
            self._machines[label] = machine.fit(features, targets[:, label].astype(int))

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts; scores are distances from the tuned cuts, lowest for a label never seen."""
        features = self._words.transform([text.content for text in texts])
        scores = np.full((len(texts), self._labels), -np.inf)
        for label, machine in self._machines.items():
            scores[:, label] = machine.decision_function(features) - getattr(machine, "best_threshold_", 0.0)
        return Answer(scores >= 0, lambda: scores)
