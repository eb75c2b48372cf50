"""The places that articles name, as columns beside their words: countries, and the regions that these add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from newsclf.places import CountryScores
from newsclf.taxonomy import Taxonomy

# What a place counts against a word of weight 1 (chosen on the built-in corpus, wire briefs held out).
PLACE_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """The columns of `place_features`: countries, then regions that hold them, then "no place".

    Parameters
    ----------
    countries, regions
        Code or concept id to its column.
    region_of
        Country to the id of its region, for those that have one.
    """

    countries: Mapping[str, int]
    regions: Mapping[str, int]
    region_of: Mapping[str, str]

    @property
    def size(self) -> int:
        """How many columns there are."""
        return len(self.countries) + len(self.regions) + 1


def place_columns(taxonomy: Taxonomy | None, codes: Sequence[str]) -> PlaceColumns:
    """Give a column to each country, by its ISO code, and to each region of a taxonomy."""
    concepts = taxonomy.concepts("region") if taxonomy else ()
    return PlaceColumns(
        countries={code: i for i, code in enumerate(codes)},
        regions={concept.id: len(codes) + i for i, concept in enumerate(concepts)},
        region_of={code: concept.id for concept in concepts for code in concept.countries},
    )


def place_features(named: Sequence[CountryScores], columns: PlaceColumns) -> csr_array:
    """Return the (n, p) weights of the places that n articles name, each in 0 to `PLACE_WEIGHT`.

    A region's weight comes from all its countries together, so that a city never seen in training still speaks for it.
    """
    rows: list[int] = []
    at: list[int] = []
    values: list[float] = []
    for i, scores in enumerate(named):
        found = _place_weights({country: score for country, (score, _) in scores.items()}, columns)
        rows += [i] * len(found)
        at += found
        values += found.values()
    weights = PLACE_WEIGHT * np.asarray(values, dtype=np.float64)
    # liblinear takes 32-bit indices only.
    where = np.asarray(rows, dtype=np.int32), np.asarray(at, dtype=np.int32)
    return csr_array((weights, where), shape=(len(named), columns.size))


def _place_weights(counts: Mapping[str, float], columns: PlaceColumns) -> dict[int, float]:
    if not counts:
        return {columns.size - 1: 1.0}
    regions: dict[int, float] = {}
    for code, count in counts.items():
        if code in columns.region_of:
            column = columns.regions[columns.region_of[code]]
            regions[column] = regions.get(column, 0.0) + count
    total = sum(counts.values())
    # Half for being named at all, half for the share among the places named.
    found = {column: 0.5 * count / (count + 1) + 0.5 * count / total for column, count in regions.items()}
    known = ((columns.countries[code], count) for code, count in counts.items() if code in columns.countries)
    return found | {column: count / (count + 1) for column, count in known}
