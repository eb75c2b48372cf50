"""Place names in a text, the countries they lie in, and what an article is about."""

from newsclf.places.aboutness import CountryWeight, countries_about, country_counts, find_places
from newsclf.places.gazetteer import country_codes, names_hash
from newsclf.schema import PlaceMention

__all__ = [
    "CountryWeight",
    "PlaceMention",
    "countries_about",
    "country_codes",
    "country_counts",
    "find_places",
    "names_hash",
]
