"""What an article is about: the weight of each country, by where and how often it is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log2
from types import MappingProxyType

from newsclf.places.names import Kind, Place
from newsclf.places.resolving import resolve
from newsclf.places.spelling import compose, fold
from newsclf.schema import PlaceMention


@dataclass(frozen=True, slots=True)
class CountryWeight:
    """A country that an article is about.

    Parameters
    ----------
    country
        ISO 3166 alpha-2 code, and XK for Kosovo.
    weight
        In 0..1: 0.5 is one mention in the body, 0.67 one in the title, and more of both come ever closer to 1.
    mentions
        How many names speak for it.
    """

    country: str
    weight: float
    mentions: int


#: Country to its score and the number of names that speak for it.
CountryScores = dict[str, tuple[float, int]]

#: Characters of the body that are its lead.
LEAD = 300
#: How much a mention in the title, the lead and the rest counts. The n-th in one place adds less: log2(1 + n).
ZONE_WEIGHTS = (2.0, 1.5, 1.0)
#: A mention of this kind against the name of the country itself.
KIND_WEIGHTS: MappingProxyType[Kind, float] = MappingProxyType(
    {
        "country": 1.0,
        "demonym": 0.8,
        "capital": 0.8,
        "city": 0.8,
        "state": 0.9,
        "institution": 0.8,
        "office": 0.5,
        "hint": 0.15,
    }
)
#: "London-based", "Iranian-born": where somebody is from, not where it happens.
AFTERTHOUGHT = 0.25
#: A country with less than this share of the first one's score is only mentioned. Between 0.15 and 0.4 the
#: macro-regions of four collections move by less than 0.01 F1.
FAR_BEHIND = 0.2
#: Offices and hints ("Congress", "dlrs") speak where no place does, if one office or two hints do.
ENOUGH_SIGNS = 0.3
_SIGNS: frozenset[Kind] = frozenset({"office", "hint"})
_FROM = ("-based", "-born")

_CREDIT = re.compile(
    r"^ *By [A-Z][^\n]{0,80}$|\(?(?:[Aa]dditional r|R)eporting by[^\n)]*|(?:Editing|Writing|Compiled) by[^\n)]*",
    re.MULTILINE,
)


@dataclass(slots=True)
class _Tally:
    """What speaks for one country: places by zone, and signs."""

    zones: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    signs: float = 0.0
    places: int = 0
    mentions: int = 0

    @property
    def score(self) -> float:
        return sum(factor * log2(1 + total) for factor, total in zip(ZONE_WEIGHTS, self.zones, strict=True))


def find_places(text: str) -> tuple[PlaceMention, ...]:
    """Return every place named in a text, left to right, with the country that it lies in."""
    composed, offsets = compose(text)
    mentions = []
    for start, end, place in resolve(fold(composed)):
        if place.kind != "hint":
            begin, stop = (start, end) if offsets is None else (offsets[start], offsets[end])
            mentions.append(PlaceMention(text[begin:stop], begin, stop, place.country, place.kind))
    return tuple(mentions)


def countries_about(title: str, text: str) -> tuple[CountryWeight, ...]:
    """Return the countries that an article is about, best first; those far behind the first are left out.

    Title and lead weigh more than the rest, bylines and credits nothing. No country is an answer of its own.
    """
    return rank_countries(country_scores(title, text))


def rank_countries(scores: CountryScores) -> tuple[CountryWeight, ...]:
    """Return the countries of an article's scores, best first; those far behind the first are left out."""
    first = max((score for score, _ in scores.values()), default=0.0)
    kept = [(code, score, n) for code, (score, n) in scores.items() if score >= FAR_BEHIND * first]
    kept.sort(key=lambda row: (-row[1], row[0]))
    return tuple(CountryWeight(code, score / (score + 1), n) for code, score, n in kept)


def country_scores(title: str, text: str) -> CountryScores:
    """Return the weighted number of mentions of every country named, none left out, and how many names speak for it.

    Returns
    -------
    dict
        ISO 3166 alpha-2 code to score and names: 1 is one mention in the body, 2 one in the title, twice as many add
        less. Where no place is named, the signs of a country ("Congress", "dlrs") count up to 1.
    """
    tallies: dict[str, _Tally] = {}
    for zone, weight, place in _weighed(compose(title)[0], compose(text)[0]):
        tally = tallies.setdefault(place.country, _Tally())
        tally.mentions += 1
        if place.kind in _SIGNS:
            tally.signs += weight
        else:
            tally.zones[zone] += weight
            tally.places += 1
    if any(tally.places for tally in tallies.values()):
        return {code: (tally.score, tally.places) for code, tally in tallies.items() if tally.places}
    return {code: (min(t.signs, 1.0), t.mentions) for code, t in tallies.items() if t.signs >= ENOUGH_SIGNS}


def _weighed(title: str, text: str) -> Iterator[tuple[int, float, Place]]:
    """Yield each place with its zone (0 title, 1 lead, 2 rest) and its weight there."""
    whole = f"{title}\n\n{text}" if title else text
    body = len(whole) - len(text)
    credited = _credits(whole)
    for start, end, place in resolve(fold(whole)):
        if any(begin <= start < stop for begin, stop in credited):
            continue
        weight = KIND_WEIGHTS[place.kind]
        if whole.startswith(_FROM, end):
            weight *= AFTERTHOUGHT
        yield (0 if start < body else 1 if start < body + LEAD else 2), weight, place


def _credits(whole: str) -> list[tuple[int, int]]:
    """Return where bylines and credits stand: their places say where the reporter was."""
    if "ing by" in whole or "\nBy " in whole or whole.startswith("By "):
        return [credit.span() for credit in _CREDIT.finditer(whole)]
    return []
