"""Whether a name in a text is a place at all, and not a person, a word or a part of a longer name."""

from newsclf.places.lexicon import Lexicon
from newsclf.places.matching import Match
from newsclf.places.names import Kind

#: Kinds that people are named after.
_NAMES_OF_PEOPLE: frozenset[Kind] = frozenset({"country", "capital", "city", "state"})
#: Inhabitants: a name smaller than this behind an unknown capitalised word is the end of a longer name.
_KNOWN_BY_ITSELF = 1_000_000
#: Characters to either side that tell a headline or a text in capitals.
_WINDOW = 60
_LONGEST_WORD = 24
_LONGEST_ACRONYM = 5
_WORDS_OF_HEADLINE = 3


class Reader:
    """Looks around the names of one text."""

    def __init__(self, folded: str, lexicon: Lexicon) -> None:
        self._text = folded
        self._lexicon = lexicon
        self._people: set[int] = set()

    def word_before(self, start: int) -> str:
        """Return the word that one space parts from ``start``, or an empty one."""
        if start < 2 or self._text[start - 1] != " ":
            return ""
        return self._text[max(0, start - _LONGEST_WORD) : start - 1].rpartition(" ")[2].lstrip("\"'([-")

    def word_after(self, end: int) -> str:
        """Return the word that one space parts from ``end``, or an empty one."""
        if self._text[end : end + 1] != " ":
            return ""
        return self._text[end + 1 : end + _LONGEST_WORD].partition(" ")[0].rstrip(".,;:!?\"')]")

    def in_capitals(self, start: int, end: int) -> bool:
        """Tell whether the text around is all in capitals, where capitals mean nothing."""
        return (self._text[max(0, start - _WINDOW) : start] + self._text[end : end + _WINDOW]).isupper()

    def in_headline(self, start: int, end: int) -> bool:
        """Tell whether the text around has capitals on all words but the smallest."""
        words = (self._text[max(0, start - _WINDOW) : start] + self._text[end : end + _WINDOW]).split()[1:-1]
        telling = [word for word in words if word[0].isalpha() and word not in self._lexicon.small_words]
        return len(telling) >= _WORDS_OF_HEADLINE and not any(word[0].islower() for word in telling)

    def is_place(self, match: Match, previous_end: int, *, is_qualified: bool) -> bool:
        """Judge one name; ``is_qualified``: its own state or country stands behind it."""
        name = match.name
        if not name.places:
            return False
        if name.skip:
            return True
        if (name.is_thing and self._is_thing(match)) or (match.is_shouted and self._is_acronym(match)):
            return False
        if is_qualified or name.kind not in _NAMES_OF_PEOPLE:
            return not (match.end - match.start == 2 and self._is_pronoun(match))
        return self._is_place_among_people(match, previous_end)

    def _is_place_among_people(self, match: Match, previous_end: int) -> bool:
        start, end, name, _ = match
        before = self.word_before(start)
        if before in self._lexicon.locatives or (before == "of" and self._is_of_place(start)):
            return name.proof < 2 and not (name.proof and self._goes_on(end))
        if self._is_person(before, match):
            self._people.add(id(name))
            return False
        if name.proof or id(name) in self._people:
            return name.proof < 2 and self._is_dateline(match)
        if end - start == 2 and self._is_pronoun(match):
            return False
        return not self._is_tail(before, match, previous_end)

    def _is_person(self, before: str, match: Match) -> bool:
        if before and (before[0].isupper() or before[-1] == "."):
            plain = before.capitalize() if before.isupper() else before
            if plain in self._lexicon.given_names or plain in self._lexicon.titles or _is_initial(before):
                return True
        return match.name.is_given_name and self._has_surname(match)

    def _has_surname(self, match: Match) -> bool:
        after = self.word_after(match.end)
        return (
            after[:1].isupper()
            and after.replace("-", "").isalpha()
            and not after.isupper()
            and after not in self._lexicon.not_surnames
            and not self.in_headline(match.start, match.end)
        )

    def _goes_on(self, end: int) -> bool:
        """Tell whether a capitalised word follows, as in "in Clinton Street"."""
        after = self.word_after(end)
        return after[:1].isupper() and not after.isupper()

    def _is_dateline(self, match: Match) -> bool:
        return match.start == 0 and self._text[match.end : match.end + 40].find("--") >= 0

    def _is_tail(self, before: str, match: Match, previous_end: int) -> bool:
        """Tell whether an unknown capitalised word stands before a smaller city, as in "Ruud Hilversum"."""
        name = match.name
        return (
            name.kind in {"city", "state"}
            and name.places[0].population < _KNOWN_BY_ITSELF
            and before[:1].isupper()
            and before[-1:].isalpha()
            and not before.endswith("'s")
            and before not in self._lexicon.place_openers
            and previous_end != match.start - 1
            and not self.in_headline(match.start, match.end)
        )

    def _is_pronoun(self, match: Match) -> bool:
        """Tell "us" in a text in capitals from the country."""
        if self._text[match.start : match.end] != "US" or not self.in_capitals(match.start, match.end):
            return False
        return self.word_before(match.start) != "THE"

    def _is_of_place(self, start: int) -> bool:
        """Tell whether "of" stands behind a kind of place, as in "the town of Bath"."""
        return self.word_before(start - len("of ")) in self._lexicon.kinds_of_place

    def _is_acronym(self, match: Match) -> bool:
        """Tell "SWAT" from Swat: short, and in capitals amid words that are not."""
        if match.end - match.start > _LONGEST_ACRONYM or match.name.kind not in {"city", "state"}:
            return False
        before, after = self.word_before(match.start), self.word_after(match.end)
        return (before[:1].isalpha() and before[-1:].islower()) or after[:1].islower()

    def _is_thing(self, match: Match) -> bool:
        start, end = match.start, match.end
        around = self._text[max(0, start - _WINDOW) : end + _WINDOW].lower()
        return any(word in self._lexicon.things_near for word in _words(around))


def _is_initial(word: str) -> bool:
    return len(word) == 2 and word[0].isupper() and word[1] == "."


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalpha() else " " for letter in text).split()
