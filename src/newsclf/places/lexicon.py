"""The word lists that the place rules read, from ``lexicon.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words that decide whether a capitalised name is a place; ``lexicon.toml`` says what each list is for."""

    nowhere: tuple[str, ...]
    titles: frozenset[str]
    given_names: frozenset[str]
    given_name_places: frozenset[str]
    not_surnames: frozenset[str]
    place_openers: frozenset[str]
    locatives: frozenset[str]
    kinds_of_place: frozenset[str]
    small_words: frozenset[str]
    words: frozenset[str]
    generic: frozenset[str]
    words_after_locative: frozenset[str]
    thing_words: frozenset[str]
    things_near: frozenset[str]
    surname_places: frozenset[str]
    state_marks: Mapping[str, Mapping[str, str]]
    admin1: Mapping[str, Mapping[str, str]]


@cache
def read_lexicon() -> Lexicon:
    """Read the lists that come with the package."""
    lists = tomllib.loads(resources.files(__package__).joinpath("lexicon.toml").read_text("utf-8"))
    return Lexicon(
        nowhere=tuple(lists.pop("nowhere")),
        state_marks=lists.pop("state_marks"),
        admin1=lists.pop("admin1"),
        **{name: frozenset(words.split()) for name, words in lists.items()},
    )
