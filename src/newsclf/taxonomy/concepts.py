"""One label of a taxonomy, its codes in other vocabularies, and when two names of labels are the same."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: How well a code fits its concept; the SKOS mapping properties of the same names.
MATCH_KINDS = ("exact", "close", "broad", "related")

#: Scheme to the form of its codes.
CODE_SCHEMES: Mapping[str, str] = MappingProxyType(
    {"medtop": r"\d{8}", "m49": r"\d{3}", "iso3166": r"[A-Z]{2}", "iri": r"[a-z][a-z0-9+.-]*:\S+"}
)


@dataclass(frozen=True, slots=True)
class Code:
    """A code of another vocabulary, and how well it fits (one of `MATCH_KINDS`)."""

    scheme: str
    value: str
    match: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One label.

    Parameters
    ----------
    id
        ``"<facet>:<slug>"``; stays when the name changes.
    definition
        One line that a sentence encoder can read as a description of the label; empty for a country.
    note
        How people tell it from its neighbours.
    broader
        Id of a concept that contains this one, or empty.
    countries
        ISO 3166-1 alpha-2 codes, for regions.
    """

    id: str
    facet: str
    name: str
    definition: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()
    broader: str = ""
    codes: tuple[Code, ...] = ()
    countries: tuple[str, ...] = ()


def label_key(label: str) -> str:
    """Reduce a label to what counts when labels are compared: ``"Law & Justice"`` and ``"law-and-justice"`` agree."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", re.sub(r"['’.]", "", plain.casefold()))
    return " ".join(word for word in words if word not in ("and", "the"))
