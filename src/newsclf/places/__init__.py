"""Place names in a text, the countries they lie in, and what an article is about."""

from newsclf.places.aboutness import CountryWeight, PlaceMention, countries_about, country_counts, find_places
from newsclf.places.gazetteer import country_codes

__all__ = ["CountryWeight", "PlaceMention", "countries_about", "country_codes", "country_counts", "find_places"]
