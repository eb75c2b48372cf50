"""What a name is: the places it may mean, and what it takes to be one of them."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["country", "demonym", "capital", "city", "state", "institution", "office", "hint"]

TOWNS: frozenset[Kind] = frozenset({"city", "capital"})


class Place(NamedTuple):
    """One place that a name may mean; ``state`` is the letters after the dash in ISO 3166-2, or empty."""

    country: str
    kind: Kind
    state: str
    population: int


@dataclass(slots=True, eq=False)
class Name:
    """A name as news spells it; one object for its spelling with and without capitals.

    Parameters
    ----------
    places
        Largest first; none: the name silences what lies inside it ("Indian Ocean").
    meanings
        Those of ``places`` that the bare name may have.
    proof
        What it takes to be a place: 0 nothing, 1 a locative or a state or country behind it, 2 only the latter.
    is_given_name, is_thing
        It may be a first name ("Paris Hilton") or a thing ("turkey").
    skip
        Characters of the spelling before the name itself: 2 for ``", Ala."``.
    """

    places: list[Place] = field(default_factory=list)
    meanings: list[Place] = field(default_factory=list)
    proof: Literal[0, 1, 2] = 0
    is_given_name: bool = False
    is_thing: bool = False
    skip: int = 0

    @property
    def kind(self) -> Kind:
        """The kind of the largest place."""
        return self.places[0].kind

    def add(self, place: Place) -> None:
        """Add a place; twins of one country and state become one."""
        for index, twin in enumerate(self.places):
            if (twin.country, twin.state) == (place.country, place.state):
                larger = max(twin, place, key=lambda either: either.population)
                is_capital = "capital" in {twin.kind, place.kind}
                self.places[index] = larger._replace(kind="capital") if is_capital else larger
                return
        self.places.append(place)

    def order(self) -> None:
        """Put the largest first; a town that is called like a country is meant only where the text says so."""
        self.places.sort(key=lambda place: (-place.population, place))
        is_country = self.kind in {"country", "demonym"}
        self.meanings = [place for place in self.places if not (is_country and place.kind in TOWNS)]
