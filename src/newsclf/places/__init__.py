"""Place names in a text, the countries they lie in, and what an article is about."""

from newsclf.places.aboutness import (
    CountryScores,
    CountryWeight,
    countries_about,
    country_scores,
    find_places,
    rank_countries,
)
from newsclf.places.gazetteer import country_codes, names_hash
from newsclf.schema import PlaceMention

__all__ = [
    "CountryScores",
    "CountryWeight",
    "PlaceMention",
    "countries_about",
    "country_codes",
    "country_scores",
    "find_places",
    "names_hash",
    "rank_countries",
]
