"""From names to mentions: which country a name means here."""

from collections import Counter
from math import log10
from typing import NamedTuple

from newsclf.places.gazetteer import neighbours
from newsclf.places.lexicon import read_lexicon
from newsclf.places.matching import Match, longest_matches
from newsclf.places.names import TOWNS, Kind, Name, Place
from newsclf.places.rules import Reader

#: In powers of ten of population: what makes a smaller place the likelier one. Chosen so that a text all about Lebanon
#: lifts its Tripoli over the capital of Libya, but one about Canada not London in Ontario over London; the state does.
_COUNTRY_NAMED, _NEIGHBOUR_NAMED, _STATE_NAMED, _IS_CAPITAL = 1.4, 0.4, 2.1, 0.8
#: Inhabitants: behind a comma, the name of so large a town is one more town in a list ("Frankfurt, New York").
_LISTED = 500_000
#: What may stand between a town and its state or country.
_JOINTS = frozenset({", ", " (", ", northern ", ", southern ", ", eastern ", ", western ", ", central ", ", in "})
_LONGEST_JOINT = 12
_WIDE: frozenset[Kind] = frozenset({"country", "state"})
_VAGUE: frozenset[Kind] = frozenset({"hint", "office"})


class Resolved(NamedTuple):
    """A place at ``folded[start:end]``."""

    start: int
    end: int
    place: Place


#: A name, and its meaning where the words right behind it give one.
_Reading = tuple[Match, Place | None]


def resolve(folded: str) -> list[Resolved]:
    """Return the places of a text, left to right, each with the one meaning that the text speaks for."""
    readings = _sift(folded, longest_matches(folded))
    evidence = _Evidence(readings) if any(_is_open(reading) for reading in readings) else None
    resolved = []
    for match, place in readings:
        name = match.name
        meaning = place or (name.meanings[0] if evidence is None else evidence.choose(name))
        resolved.append(Resolved(match.start + name.skip, match.end, meaning))
    return resolved


def _is_open(reading: _Reading) -> bool:
    match, place = reading
    return place is None and len(match.name.meanings) > 1


def _sift(folded: str, matches: list[Match]) -> list[_Reading]:
    """Keep what is a place; with its meaning where a state or country right behind it says so."""
    reader = Reader(folded, read_lexicon())
    kept: list[_Reading] = []
    previous_end, last = -1, len(matches) - 1
    told: Place | None = None
    for index, match in enumerate(matches):
        place, wide = _qualified(folded, match, matches[index + 1]) if index < last else (None, None)
        if reader.is_place(match, previous_end, is_qualified=place is not None):
            kept.append((match, place or told))
            previous_end = match.end
        told = wide
    return kept


def _qualified(folded: str, match: Match, behind: Match) -> tuple[Place | None, Place | None]:
    """Return the meanings of both names in "Paris, Texas" or "Tripoli, northern Lebanon", if they are such a pair."""
    if behind.start - match.end > _LONGEST_JOINT or not match.name.places or match.name.kind == "demonym":
        return None, None
    joint = folded[match.end : behind.start]
    for wide in behind.name.places:
        if wide.kind not in _WIDE or not _joins(joint, wide, behind.name):
            continue
        for place in match.name.places:
            if place.country == wide.country and place.kind != wide.kind and wide.state in {"", place.state}:
                return place, wide
    if joint != " " and _is_only_state(behind.name) and _is_town(match.name):
        wide = behind.name.places[0]
        if _joins(joint, wide, behind.name):
            return Place(wide.country, "city", wide.state, 0), wide
    return None, None


def _joins(joint: str, wide: Place, name: Name) -> bool:
    return bool(name.skip and not joint) or joint in _JOINTS or (joint == " " and wide.kind == "state")


def _is_only_state(name: Name) -> bool:
    if not name.places or name.kind != "state" or not name.places[0].state:
        return False
    return not any(place.kind in TOWNS and place.population >= _LISTED for place in name.places)


def _is_town(name: Name) -> bool:
    return name.kind in TOWNS and name.proof < 2


class _Evidence:
    """What the clear names of a text say of the unclear ones."""

    def __init__(self, readings: list[_Reading]) -> None:
        self._countries: Counter[str] = Counter()
        self._inner: Counter[str] = Counter()
        self._states: set[tuple[str, str]] = set()
        self._senses: dict[int, Place] = {}
        for match, place in readings:
            if place is not None:
                self._senses.setdefault(id(match.name), place)
            clear = place or _clear_meaning(match.name)
            if clear is not None and clear.kind not in _VAGUE:
                self._count(clear)

    def _count(self, place: Place) -> None:
        self._countries[place.country] += 1
        if place.kind in {"state", "city"}:
            self._inner[place.country] += 1
        if place.kind == "state" and place.state:
            self._states.add((place.country, place.state))

    def choose(self, name: Name) -> Place:
        """Return the likeliest meaning; one that the text itself gave elsewhere goes first."""
        if len(name.meanings) == 1:
            return name.meanings[0]
        sense = self._senses.get(id(name))
        return sense if sense is not None else max(name.meanings, key=self._likelihood)

    def _likelihood(self, place: Place) -> float:
        score = log10(place.population + 1)
        # A state is as likely as its country is the scene: that "U.S." is named says little of which Georgia it is.
        named = self._inner if place.kind == "state" else self._countries
        if named[place.country]:
            score += _COUNTRY_NAMED * min(1.0, 2 * named[place.country] / named.total()) + 0.1
        if any(self._countries[other] for other in neighbours().get(place.country, ())):
            score += _NEIGHBOUR_NAMED
        if place.kind in TOWNS and (place.country, place.state) in self._states:
            score += _STATE_NAMED
        return score + _IS_CAPITAL * (place.kind == "capital")


def _clear_meaning(name: Name) -> Place | None:
    """Return what a name means wherever it stands: one country, or a state that shares its name with towns."""
    first, *others = name.meanings
    if all(other.country == first.country or (first.kind == "state" and other.kind in TOWNS) for other in others):
        return first
    return None
