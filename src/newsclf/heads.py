"""A fitted head: a linear machine for each label of a facet, with its cuts, probabilities and doubts."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from newsclf.arrays import BoolArray, BoolMatrix, FloatArray, IntArray

#: Stands for "no label" in arrays of label positions.
NO_LABEL = -1


@dataclass(frozen=True, slots=True)
class Parts:
    """What a head needs to ask what its words alone, and its sentence vector alone, would say.

    Parameters
    ----------
    vector_columns
        First column of the sentence vector and the one behind its last; all others are words and places.
    words_means, vector_means : (k,)
        Mean contribution of either part to the margins of the training articles.
    """

    vector_columns: tuple[int, int]
    words_means: FloatArray
    vector_means: FloatArray


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted head; arrays of k labels and m feature columns.

    Parameters
    ----------
    ids : length k
        Ids of the labels in the taxonomy; empty for those that it does not know.
    weights : (k, m), intercepts : (k,)
        margin = features @ weights.T + intercepts
    slopes, offsets : (k,)
        probability = sigmoid(slopes * margin + offsets)
    cuts : (k,)
        Probabilities from which on a label is given.
    doubt_limit
        Highest number of wrong decisions to expect of an article (see `doubts`) that needs no review.
    is_required
        Whether an article that reaches no cut gets its best label all the same.
    is_exclusive
        Whether an article gets its best label only, as where every training article has exactly one.
    """

    labels: tuple[str, ...]
    ids: tuple[str, ...]
    weights: FloatArray
    intercepts: FloatArray
    slopes: FloatArray
    offsets: FloatArray
    cuts: FloatArray
    parts: Parts
    doubt_limit: float
    is_required: bool = False
    is_exclusive: bool = False

    def margins(self, features: csr_array) -> FloatArray:
        """Return the (n, k) margins of (n, m) features."""
        return np.asarray(features @ self.weights.T + self.intercepts)

    def scores(self, features: csr_array) -> FloatArray:
        """Return the (n, k) calibrated probabilities, in 0..1, of (n, m) features."""
        return self.probabilities(self.margins(features))

    def probabilities(self, margins: FloatArray) -> FloatArray:
        """Turn (n, k) margins into probabilities."""
        return np.asarray(_sigmoid(self.slopes * margins + self.offsets))

    def decide(self, scores: FloatArray) -> BoolMatrix:
        """Return the (n, k) labels that are given: those whose score reaches its cut, or a required best one.

        Of exclusive labels, only the best one is given.
        """
        given = np.asarray(scores >= self.cuts)
        if not len(scores):
            return given
        is_best = best_only(scores)
        if self.is_exclusive:
            given &= is_best
        if self.is_required:
            given |= is_best & ~given.any(axis=1, keepdims=True)
        return given

    def doubts(self, scores: FloatArray) -> FloatArray:
        """Return, for (n, k) scores, how many wrong decisions are to be expected of each article, (n,).

        A label with probability p is wrong with probability 1 - p where it is given, and p where it is not.
        """
        return np.asarray(np.where(self.decide(scores), 1 - scores, scores).sum(axis=1))

    def is_doubtful(self, features: csr_array, scores: FloatArray) -> BoolArray:
        """Say of n articles whether a person should look: too many wrong decisions to expect, or parts disagree."""
        return np.asarray((self.doubts(scores) > self.doubt_limit) | ~self._parts_agree(features))

    def _parts_agree(self, features: csr_array) -> BoolArray:
        weighed = features @ self.weights.T
        return self.agree(*part_margins(features, weighed, self.weights, self.intercepts, self.parts))

    def agree(self, words: FloatArray, vector: FloatArray) -> BoolArray:
        """Say of n articles whether their (n, k) margins by words and by vector do not name two different labels."""
        one, other = self.best_label(words), self.best_label(vector)
        return np.asarray((one == other) | (one == NO_LABEL) | (other == NO_LABEL))

    def best_label(self, margins: FloatArray) -> IntArray:
        """Return, for (n, k) margins, the position of the best label that reaches its cut, else `NO_LABEL`, (n,)."""
        scores = self.probabilities(np.nan_to_num(margins, nan=-np.inf))
        best = scores.argmax(axis=1)
        return np.where(scores[np.arange(len(scores)), best] >= self.cuts[best], best, NO_LABEL)


def _sigmoid(values: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-x)), as scipy's expit, which takes a third of a second to import."""
    small = np.exp(-np.abs(values))  # never overflows
    return np.asarray(np.where(values < 0, small, 1.0) / (1.0 + small))


def best_only(scores: FloatArray) -> BoolMatrix:
    """Mark the best of each row of (n, k) scores, and only that; n and k are at least 1."""
    marked = np.zeros(scores.shape, dtype=bool)
    marked[np.arange(len(scores)), scores.argmax(axis=1)] = True
    return marked


def as_weights(values: FloatArray) -> FloatArray:
    """Return (k, m) weights in the layout that sparse products, of `weights.T`, need not copy."""
    return np.asfortranarray(values, dtype=np.float64)


def column_means(features: csr_array, rows: IntArray | None = None) -> FloatArray:
    """Return the means, (m,), of (n, m) features over some rows, (r,), or over all."""
    n = features.shape[0]
    # A product rather than a mean of chosen rows, for which all numbers would be copied.
    shares = np.full(n, 1 / n) if rows is None else np.bincount(rows, minlength=n) / len(rows)
    return np.asarray(shares @ features)


def mean_parts(means: FloatArray, weights: FloatArray, *, vector_columns: tuple[int, int]) -> Parts:
    """Say what words and vector contribute on average to the margins of features with these means, (m,)."""
    start, stop = vector_columns
    vector_means = weights[:, start:stop] @ means[start:stop]
    return Parts(vector_columns, weights @ means - vector_means, vector_means)


def part_margins(
    features: csr_array, weighed: FloatArray, weights: FloatArray, intercepts: FloatArray, parts: Parts
) -> tuple[FloatArray, FloatArray]:
    """Return the (n, k) margins that words alone, and the vector alone, would give.

    `weighed` is ``features @ weights.T``, which a caller has for the margins too.

    Each stands in for the other: what it says beyond its mean over the training articles counts twice.
    """
    start, stop = parts.vector_columns
    vector = features[:, start:stop] @ weights[:, start:stop].T
    words = weighed - vector
    middle = parts.words_means + parts.vector_means + intercepts
    return 2 * (words - parts.words_means) + middle, 2 * (vector - parts.vector_means) + middle
