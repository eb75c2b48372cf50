"""Two baselines that anyone can have: the commonest label, and TF-IDF with a linear SVM."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from newsclf.arrays import BoolMatrix
from newsclf.schema import Article


def majority_baseline(targets: BoolMatrix, n_test: int) -> BoolMatrix:
    """Give every one of n test articles the label that most training articles carry, (n, k), of (m, k) targets."""
    predicted = np.zeros((n_test, targets.shape[1]), dtype=bool)
    predicted[:, targets.sum(axis=0).argmax()] = True
    return predicted


def tfidf_features(train: Sequence[Article], test: Sequence[Article]) -> tuple[Any, Any]:
    """Return (m, v) and (n, v) weights of the single words of training and test articles, sparse."""
    words = TfidfVectorizer(sublinear_tf=True)
    learned = words.fit_transform([article.content for article in train])
    return learned, words.transform([article.content for article in test])


def tfidf_baseline(features: tuple[Any, Any], targets: BoolMatrix, *, seed: int) -> BoolMatrix:
    """Predict (n, k) of n test articles with a linear SVM for each label, cut at 0.

    Parameters
    ----------
    features
        Of m training and n test articles, from `tfidf_features`.
    targets : (m, k)
    """
    machines = OneVsRestClassifier(LinearSVC(random_state=seed))
    learned, asked = features
    with warnings.catch_warnings():
        # A label on every article is no mistake here: the baseline always gives it, and so do we.
        warnings.filterwarnings("ignore", message="Label .* is present in all training examples")
        machines.fit(learned, targets.astype(int))
    predicted = machines.predict(asked)
    return np.asarray(predicted, dtype=bool).reshape(asked.shape[0], targets.shape[1])
