"""One automaton over all names, and the longest whole-word matches in a text."""

from functools import cache
from typing import NamedTuple

import ahocorasick

from newsclf.places.name_store import no_collector, stored_names
from newsclf.places.names import Name


class Match(NamedTuple):
    """A name at ``folded[start:end]``; ``is_shouted``: in capitals that it does not have of its own."""

    start: int
    end: int
    name: Name
    is_shouted: bool


@cache
def automaton() -> ahocorasick.Automaton:
    """Compile the names as news writes them and in capitals; built once a process, in a fifth of a second."""
    built = ahocorasick.Automaton()
    names = stored_names()
    with no_collector():
        for spelling, name in names.items():
            built.add_word(spelling, (len(spelling), name, False))
            capitals = spelling.upper()
            if name.proof < 2 and not name.skip and capitals not in built:
                built.add_word(capitals, (len(capitals), name, True))
    built.make_automaton()
    return built


def longest_matches(folded: str) -> list[Match]:
    """Return the whole-word matches, left to right; of two that overlap the one that starts first, the longer.

    pyahocorasick's own ``iter_long`` knows no word borders and is known to miss matches, so all matches are
    taken and sifted here.
    """
    found: list[Match] = []
    size = len(folded)
    for last, (length, name, is_shouted) in automaton().iter(folded):
        end = last + 1
        start = end - length
        if end < size and folded[end].isalnum():
            continue
        if name.skip:
            if not _is_state_mark(folded, start, end):
                continue
        elif start and folded[start - 1].isalnum():
            continue
        while found and found[-1].start >= start:
            found.pop()
        if not found or found[-1].end <= start:
            found.append(Match(start, end, name, is_shouted))
    return found


def _is_state_mark(folded: str, start: int, end: int) -> bool:
    """Tell ", Ore." and "Portland, OR" from ", OR" in a text in capitals, where it is a word."""
    before = folded[start - 1] if start else ""
    return before.islower() or (before.isalpha() and folded[end - 1] == ".")
