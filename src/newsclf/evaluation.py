"""Measure labels against articles that carry them, beside two baselines that anyone can have."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from newsclf.arrays import BoolMatrix, IntArray
from newsclf.config import EmptyLabels
from newsclf.metrics import macro_f1, micro_f1
from newsclf.schema import Article


@dataclass(frozen=True, slots=True)
class FacetFigures:
    """How good the labels of one facet are on articles that were labelled in it.

    Parameters
    ----------
    articles
        How many were measured.
    labels
        How many labels the model has.
    unknown_labels
        How many label assignments name a label that the model does not have; each counts as missed in the
        micro F1, for it cannot be found.
    micro_f1, macro_f1
        Over all decisions; and the mean over the model's labels that at least one article has.
    """

    articles: int
    labels: int
    unknown_labels: int
    micro_f1: float
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of every facet."""

    facets: Mapping[str, FacetFigures]

    def __str__(self) -> str:
        return "\n".join(
            f"{facet}: micro F1 {figures.micro_f1:.3f}, macro F1 {figures.macro_f1:.3f} "
            f"({figures.articles} articles, {figures.labels} labels)"
            for facet, figures in self.facets.items()
        )


def labelled_rows(articles: Sequence[Article], facet: str, *, empty_labels: EmptyLabels) -> IntArray:
    """Return the indices of the articles that were labelled in a facet."""
    rows = [
        i
        for i, article in enumerate(articles)
        if facet in article.labels and (article.labels[facet] or empty_labels == "none")
    ]
    return np.array(rows, dtype=np.intp)


def target_matrix(articles: Sequence[Article], facet: str, labels: Sequence[str]) -> BoolMatrix:
    """Return (n, k): whether article i carries ``labels[j]``."""
    column = {label: j for j, label in enumerate(labels)}
    targets = np.zeros((len(articles), len(labels)), dtype=bool)
    for i, article in enumerate(articles):
        for label in article.labels.get(facet, ()):
            if label in column:
                targets[i, column[label]] = True
    return targets


def measure(articles: Sequence[Article], predicted: BoolMatrix, *, facet: str, labels: Sequence[str]) -> FacetFigures:
    """Measure the (n, k) predictions for n labelled articles."""
    targets = target_matrix(articles, facet, labels)
    unknown = sum(len(article.labels[facet]) for article in articles) - int(targets.sum())
    return FacetFigures(
        articles=len(articles),
        labels=len(labels),
        unknown_labels=unknown,
        micro_f1=micro_f1(targets, predicted, unknown=unknown),
        macro_f1=macro_f1(targets, predicted),
    )


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
