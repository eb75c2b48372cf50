"""What heads say of articles: scores, decisions and statuses, as arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from newsclf.arrays import BoolArray, BoolMatrix, FloatArray, FloatMatrix, IntArray
from newsclf.bundle import Bundle
from newsclf.familiarity import Familiarity
from newsclf.features import Features
from newsclf.heads import Head
from newsclf.places import CountryWeight, rank_countries
from newsclf.schema import Status

_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model says of n articles, as arrays.

    Parameters
    ----------
    labels
        Facet to its k labels, in the order of the columns of `scores` and `decided`.
    scores, decided
        Facet to (n, k): calibrated probabilities, and whether the label is given.
    statuses : length n
    countries : length n
        What each article is about, best first.
    by_second : (n,)
        Whether the second stage of a cascade answered.
    """

    labels: Mapping[str, tuple[str, ...]]
    scores: Mapping[str, FloatArray]
    decided: Mapping[str, BoolMatrix]
    statuses: tuple[Status, ...]
    countries: tuple[tuple[CountryWeight, ...], ...]
    by_second: BoolArray

    def replaced(self, rows: IntArray, others: "Answers") -> "Answers":
        """Return these answers with those of a second stage, for m articles, in the places of m of the n rows."""
        statuses = list(self.statuses)
        for row, status in zip(rows.tolist(), others.statuses, strict=True):
            statuses[row] = status
        by_second = self.by_second.copy()
        by_second[rows] = True
        return replace(
            self,
            scores={facet: _replaced(scores, rows, others.scores[facet]) for facet, scores in self.scores.items()},
            decided={facet: _replaced(given, rows, others.decided[facet]) for facet, given in self.decided.items()},
            statuses=tuple(statuses),
            by_second=by_second,
        )


def answer(heads: Mapping[str, Head], familiarity: Familiarity, features: Features) -> Answers:
    """Return what one stage says of n articles."""
    matrices = {facet: features.matrix(facet) for facet in heads}
    scores = {facet: head.scores(matrices[facet]) for facet, head in heads.items()}
    decided = {facet: head.decide(scores[facet]) for facet, head in heads.items()}
    doubtful = familiarity.is_far(features.vectors)
    for facet, head in heads.items():
        doubtful |= head.is_doubtful(matrices[facet], scores[facet])
    labelled = np.any([given.any(axis=1) for given in decided.values()], axis=0)
    statuses: list[Status] = [
        "needs_review" if in_doubt else "ok" if has_label else "none"
        for in_doubt, has_label in zip(doubtful, labelled, strict=True)
    ]
    return Answers(
        labels={facet: head.labels for facet, head in heads.items()},
        scores=scores,
        decided=decided,
        statuses=tuple(statuses),
        countries=tuple(rank_countries(named) for named in features.named),
        by_second=np.zeros(len(statuses), dtype=bool),
    )


def answer_in_stages(bundle: Bundle, features: Features, second_vectors: Callable[[IntArray], FloatMatrix]) -> Answers:
    """Return what a model says of n articles; a cascade asks its second stage for those that the first doubts most.

    `second_vectors` gives the (m, e) vectors of m articles, by their positions, from the second encoder.
    """
    return ask_second(bundle, features, answer(bundle.heads, bundle.familiarity, features), second_vectors)


def ask_second(
    bundle: Bundle, features: Features, first: Answers, second_vectors: Callable[[IntArray], FloatMatrix]
) -> Answers:
    """Return the first stage's answers with those of the second for the articles that the first doubts most."""
    if bundle.second is None:
        return first
    rows = bundle.second.asked(bundle.heads, first.scores)
    if not len(rows):
        return first
    again = features.with_vectors(second_vectors(rows), rows)
    return first.replaced(rows, answer(bundle.second.heads, bundle.second.familiarity, again))


def _replaced(values: NDArray[_T], rows: IntArray, others: NDArray[_T]) -> NDArray[_T]:
    changed = values.copy()
    changed[rows] = others
    return changed
