"""Two baselines that anyone can have: the commonest label, and TF-IDF with a linear SVM."""

import warnings
from collections.abc import Sequence
from typing import Any

import joblib
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from newsclf.arrays import BoolMatrix
from newsclf.parallel import processes
from newsclf.schema import Article

# Stored values times fits below which processes save little, and hold memory for it: of 150,000,000, two took 5.6 to
# 6.6 s in place of 7.6.
_SMALL_WORK = 500_000_000
# What a process holds for each stored value: liblinear's copy.
_BYTES_A_VALUE = 16
# The dual of many articles can need more than the usual 1,000.
_MAX_ITERATIONS = 10_000


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


def tfidf_baseline(features: tuple[Any, Any], targets: BoolMatrix, *, seed: int, jobs: int = 1) -> BoolMatrix:
    """Predict (n, k) of n test articles with a linear SVM for each label, cut at 0.

    Parameters
    ----------
    features
        Of m training and n test articles, from `tfidf_features`.
    targets : (m, k)
    jobs
        Processes, -1 for one a core; few articles are done in this one.
    """
    learned, asked = features
    is_small = learned.nnz * targets.shape[1] < _SMALL_WORK
    n_jobs = 1 if is_small else processes(jobs, bytes_each=_BYTES_A_VALUE * learned.nnz)
    # The dual, as for heads: the primal is slow, and leaves sums to BLAS and its threads.
    machines = OneVsRestClassifier(LinearSVC(dual=True, max_iter=_MAX_ITERATIONS, random_state=seed), n_jobs=n_jobs)
    with warnings.catch_warnings(), joblib.parallel_config(backend="loky"):
        # A label on every article is no mistake here: the baseline always gives it, and so do we.
        warnings.filterwarnings("ignore", message="Label .* is present in all training examples")
        machines.fit(learned, targets.astype(int))
    predicted = machines.predict(asked)
    return np.asarray(predicted, dtype=bool).reshape(asked.shape[0], targets.shape[1])
