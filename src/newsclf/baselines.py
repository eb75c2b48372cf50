"""Two baselines that anyone can have: the commonest label, and TF-IDF with a linear SVM."""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from newsclf.arrays import BoolMatrix
from newsclf.evaluation import target_matrix
from newsclf.schema import Article


def majority_baseline(train: Sequence[Article], n_test: int, *, facet: str, labels: Sequence[str]) -> BoolMatrix:
    """Give every one of n test articles the label that most training articles carry, (n, k)."""
    predicted = np.zeros((n_test, len(labels)), dtype=bool)
    predicted[:, target_matrix(train, facet, labels).sum(axis=0).argmax()] = True
    return predicted


def tfidf_baseline(
    train: Sequence[Article], test: Sequence[Article], *, facet: str, labels: Sequence[str], seed: int
) -> BoolMatrix:
    """Predict (n, k) with TF-IDF of single words and a linear SVM for each label, cut at 0."""
    words = TfidfVectorizer(sublinear_tf=True)
    machines = OneVsRestClassifier(LinearSVC(random_state=seed))
    features = words.fit_transform([article.content for article in train])
    with warnings.catch_warnings():
        # A label on every article is no mistake here: the baseline always gives it, and so do we.
        warnings.filterwarnings("ignore", message="Label .* is present in all training examples")
        machines.fit(features, target_matrix(train, facet, labels).astype(int))
    predicted = machines.predict(words.transform([a.content for a in test]))
    return np.asarray(predicted, dtype=bool).reshape(len(test), len(labels))
