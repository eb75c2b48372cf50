"""What is said of training articles by machines that have not seen them, and how loudly a prior may speak beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from sklearn.metrics import average_precision_score

from newsclf.arrays import BoolArray, BoolMatrix, FloatArray, IntArray
from newsclf.heads import as_weights, column_means, mean_parts, part_margins

# What speaks for a label beforehand (`HeadData.prior`) counts as much as this many articles do: alone it speaks at
# full strength, beside a thousand articles it has next to no say (chosen on the built-in corpus, wire briefs held out).
PRIOR_ARTICLES = 40.0
# How loudly it speaks is chosen out of fold, for a definition can miss what a newsroom means by its label. Folds do not
# show what it is best at, news unlike the training articles; so the loudest is taken that costs next to nothing there:
# no more than this share of what the average precision lacks to 1.
_PRIOR_STRENGTHS = (1.0, 0.5, 0.25, 0.0)
_PRIOR_COST = 0.02


@dataclass(frozen=True, slots=True)
class HeadData:
    """What a head is fitted on: n labelled articles, k labels, m feature columns.

    Parameters
    ----------
    features : (n, m)
    vector_columns
        First column of the sentence vector, and the one behind its last.
    targets : (n, k)
    groups : (n,)
        Near-copies share a number, and so a fold.
    labels, ids : length k
    prior : (k, m + 1)
        Weights, then intercept, that speak for a label before any article does: see `newsclf.definitions`.
    is_required
        Whether every article gets at least one label.
    unseen : (n,)
        Articles whose labels the encoder was not fine-tuned on: cuts and probabilities are learned on these
        alone. None where it saw none.
    """

    features: csr_array
    vector_columns: tuple[int, int]
    targets: BoolMatrix
    groups: IntArray
    labels: tuple[str, ...]
    ids: tuple[str, ...]
    prior: FloatArray
    is_required: bool = False
    unseen: BoolArray | None = None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Margins of the training articles, (n, k) each, from folds that had not seen them: in all, and by part."""

    margins: FloatArray
    words: FloatArray
    vector: FloatArray

    def plus(self, other: "HeldOut", *, strength: float) -> "HeldOut":
        """Add another's margins at some strength; margins are linear in weights, and so are those of parts."""
        return HeldOut(
            self.margins + strength * other.margins,
            self.words + strength * other.words,
            self.vector + strength * other.vector,
        )


def held_out_margins(
    data: HeadData, folds: Sequence[tuple[IntArray, IntArray]], fits: Iterator[list[FloatArray | None]]
) -> tuple[HeldOut, HeldOut]:
    """Return what machines that had not seen an article, and what the prior, add to its margins; NaN where neither can.

    Nor may the encoder have seen its labels: it draws such articles apart, and their margins are too wide.
    """
    shape = data.targets.shape
    learned, prior = (HeldOut(*(np.full(shape, np.nan) for _ in range(3))) for _ in range(2))
    for rows, others in folds:
        fitted = next(fits)
        known = np.array([label for label, weights in enumerate(fitted) if weights is not None], dtype=np.intp)
        if not len(known):
            continue
        judged = others if data.unseen is None else others[data.unseen[others]]
        stacked = np.stack([weights for weights in fitted if weights is not None])
        means, features, at = column_means(data.features, rows), data.features[judged], np.ix_(judged, known)
        for found, both in ((learned, stacked), (prior, prior_weights(data, rows)[known])):
            weights, intercepts = as_weights(both[:, :-1]), both[:, -1]
            parts = mean_parts(means, weights, vector_columns=data.vector_columns)
            weighed = features @ weights.T
            found.margins[at] = weighed + intercepts
            found.words[at], found.vector[at] = part_margins(features, weighed, weights, intercepts, parts)
    return learned, prior


def prior_weights(data: HeadData, rows: IntArray) -> FloatArray:
    """Return the prior of each label, (k, m + 1), at the share that its articles among these rows leave it."""
    articles = data.targets[rows].sum(axis=0)
    return np.asarray(data.prior * (PRIOR_ARTICLES / (PRIOR_ARTICLES + articles))[:, None])


def prior_strength(learned: HeldOut, prior: HeldOut, targets: BoolMatrix) -> float:
    """Return the loudest strength that costs next to nothing of the average precision out of fold."""
    if np.isnan(learned.margins).all():
        return 1.0
    found = [_average_precision(learned.plus(prior, strength=s).margins, targets) for s in _PRIOR_STRENGTHS]
    enough = max(found) - _PRIOR_COST * (1 - max(found))
    return next(s for s, value in zip(_PRIOR_STRENGTHS, found, strict=True) if value >= enough)


def _average_precision(margins: FloatArray, targets: BoolMatrix) -> float:
    """Return the mean over labels that known margins have an example of."""
    found = []
    for column, target in zip(margins.T, targets.T, strict=True):
        known = ~np.isnan(column)
        if target[known].any():
            found.append(average_precision_score(target[known], column[known]))
    return float(np.mean(found)) if found else 0.0
