import numpy as np
import pytest

from newsclf import load_taxonomy
from newsclf.place_features import PLACE_WEIGHT, place_columns, place_features
from newsclf.places import country_codes, country_scores

TAXONOMY = load_taxonomy()
COLUMNS = place_columns(TAXONOMY, country_codes())


def column(name: str) -> int:
    return COLUMNS.countries[name] if len(name) == 2 else COLUMNS.regions[name]


def test_a_city_speaks_for_its_country_and_the_countrys_region() -> None:
    row = place_features([country_scores("Fire in Bamako", "")], COLUMNS).toarray()[0]

    assert set(np.flatnonzero(row)) == {column("ML"), column("region:sub-saharan-africa")}
    assert 0 < row.max() <= PLACE_WEIGHT


def test_two_countries_of_a_region_weigh_more_for_it_than_one() -> None:
    one, two = place_features(
        [country_scores("", "In Peru."), country_scores("", "In Peru and in Chile.")], COLUMNS
    ).toarray()
    region = column("region:latin-america")

    assert two[region] > one[region]


def test_a_text_without_places_says_so_in_a_column_of_its_own() -> None:
    row = place_features([country_scores("", "A study of sleep was published.")], COLUMNS).toarray()[0]

    assert np.flatnonzero(row).tolist() == [COLUMNS.size - 1]


def test_without_a_taxonomy_there_are_countries_only() -> None:
    columns = place_columns(None, country_codes())

    assert (len(columns.regions), columns.size) == (0, len(columns.countries) + 1)
    assert len(columns.countries) == pytest.approx(250, abs=5)
