"""The second stage of a cascade: heads on the vectors of a slow encoder, asked only where the first is in doubt."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from newsclf.arrays import FloatArray, IntArray
from newsclf.familiarity import Familiarity
from newsclf.heads import Head


@dataclass(frozen=True, slots=True)
class SecondStage:
    """What answers the articles that the first stage is least sure of.

    Parameters
    ----------
    heads
        Facet to head, with the labels of the first stage's.
    familiarity
        Of the second encoder's vectors.
    limit
        Wrong decisions to expect of the first stage, over all facets, above which an article is asked of this one.
    """

    heads: Mapping[str, Head]
    familiarity: Familiarity
    limit: float

    def asked(self, first: Mapping[str, Head], scores: Mapping[str, FloatArray]) -> IntArray:
        """Return the positions of the articles to ask, of n with a facet's (n, k) scores by the first stage's heads."""
        return np.flatnonzero(expected_wrong(first, scores) > self.limit)


def expected_wrong(heads: Mapping[str, Head], scores: Mapping[str, FloatArray]) -> FloatArray:
    """Return how many wrong decisions are to be expected of n articles, over all facets, (n,)."""
    return np.asarray(np.sum([head.doubts(scores[facet]) for facet, head in heads.items()], axis=0))
