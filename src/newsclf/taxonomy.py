"""The label system as data: concepts with stable ids, aliases, definitions, codes and, for regions, countries."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from newsclf.errors import TaxonomyError
from newsclf.schema import FACET_COLUMNS

#: The form of the file; goes up when an older newsclf could no longer read what a newer one wrote.
SCHEMA = 1

#: How well a code fits its concept; the SKOS mapping properties of the same names.
MATCH_KINDS = ("exact", "close", "broad", "related")

#: Scheme to the form of its codes.
CODE_SCHEMES: Mapping[str, str] = MappingProxyType(
    {"medtop": r"\d{8}", "m49": r"\d{3}", "iso3166": r"[A-Z]{2}", "iri": r"[a-z][a-z0-9+.-]*:\S+"}
)

_COUNTRY_ID = "country:"
_REQUIRED = ("id", "facet", "name", "definition")
_OPTIONAL_TEXT = ("note", "broader")
_LISTS = ("aliases", "countries")
_COUNTRY_TABLES = ("country_names", "country_parts", "historic_country_names")
_TOP_KEYS = ("schema", "version", "title", "note", "concept", *_COUNTRY_TABLES)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """Concepts in the order of their file, checked against each other.

    Parameters
    ----------
    country_names
        ISO 3166-1 alpha-2 code to names beside those of ISO; the first is the one to show.
    country_parts, historic_country_names
        Likewise the names of parts that are labels of their own, and of states that are gone.

    Raises
    ------
    TaxonomyError
        Where two concepts share an id, an alias of their facet or a country, where ``broader`` leads nowhere or in
        a circle, and where a country code or name is unknown or ambiguous.
    """

    version: str
    all_concepts: tuple[Concept, ...]
    title: str = ""
    note: str = ""
    country_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    country_parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    historic_country_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _by_id: Mapping[str, Concept] = field(init=False, repr=False, compare=False)
    _by_label: Mapping[tuple[str, str], Concept] = field(init=False, repr=False, compare=False)
    _by_country: Mapping[str, Concept] = field(init=False, repr=False, compare=False)
    _country_keys: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _countries: dict[str, Concept | None] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        by_id = _index_ids(self.all_concepts)
        _check_broader(by_id)
        by_country = _index_countries(self.all_concepts)
        tables = [getattr(self, table) for table in _COUNTRY_TABLES]
        names = _index_country_names(tables) if by_country or any(tables) else {}
        object.__setattr__(self, "_by_id", by_id)
        object.__setattr__(self, "_by_label", _index_labels(self.all_concepts))
        object.__setattr__(self, "_by_country", by_country)
        object.__setattr__(self, "_country_keys", names)

    def concepts(self, facet: str) -> tuple[Concept, ...]:
        """Return the concepts of one facet, in the order of the file."""
        return tuple(concept for concept in self.all_concepts if concept.facet == facet)

    def by_id(self, concept_id: str) -> Concept | None:
        """Return the concept with this id, or None; ``"country:SY"`` is the id of a country."""
        if concept_id.startswith(_COUNTRY_ID):
            return self.country(concept_id.removeprefix(_COUNTRY_ID))
        return self._by_id.get(concept_id)

    def resolve(self, facet: str, label: str) -> Concept | None:
        """Find the concept that a label means: by name, alias or id, and for regions by the name of a country.

        Case, accents, punctuation, hyphens and the words "and" and "the" make no difference.
        """
        found = self._by_label.get((facet, label_key(label)))
        if found is None and facet == "region":
            return self.region_of_country(self.country_of(label) or "")
        return found

    def country_of(self, name: str) -> str | None:
        """Return the ISO 3166-1 alpha-2 code of a country's name, today's or a historic one, or None."""
        return self._country_keys.get(label_key(name)) if label_key(name) else None

    def region_of_country(self, iso2: str) -> Concept | None:
        """Return the region that a country is in, or None."""
        return self._by_country.get(iso2.upper())

    def country(self, iso2: str) -> Concept | None:
        """Return a country as a concept of the facet ``country``, with its M49 number, or None for an unknown code."""
        iso2 = iso2.upper()
        if iso2 not in self._countries:
            self._countries[iso2] = self._make_country(iso2)
        return self._countries[iso2]

    def _make_country(self, iso2: str) -> Concept | None:
        if iso2 not in _iso_names():
            return None
        name, *aliases = dict.fromkeys((*self.country_names.get(iso2, ()), *_iso_names()[iso2]))
        region = self.region_of_country(iso2)
        codes = {"iso3166": iso2, "m49": _m49_number(iso2)}
        return Concept(
            id=f"{_COUNTRY_ID}{iso2}",
            facet="country",
            name=name,
            aliases=tuple(aliases),
            broader=region.id if region else "",
            codes=tuple(Code(scheme, value, "exact") for scheme, value in codes.items() if value),
            countries=(iso2,),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_dict` reads: plain dicts, lists and strings, ready for JSON."""
        return {
            "schema": SCHEMA,
            "version": self.version,
            "title": self.title,
            "note": self.note,
            "concept": [_concept_to_dict(concept) for concept in self.all_concepts],
        } | {table: {iso2: list(names) for iso2, names in getattr(self, table).items()} for table in _COUNTRY_TABLES}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Taxonomy":
        """Build a taxonomy from the form of its file.

        Raises
        ------
        TaxonomyError
            If something is missing, misspelt, of the wrong type, or contradicts something else.
        """
        _only_keys(data, _TOP_KEYS, "the taxonomy")
        if data.get("schema") != SCHEMA:
            raise TaxonomyError(
                f"the taxonomy has schema {data.get('schema')!r}; this version of newsclf reads {SCHEMA}."
            )
        return cls(
            version=_text(data, "version", "the taxonomy", required=True),
            title=_text(data, "title", "the taxonomy"),
            note=_text(data, "note", "the taxonomy"),
            all_concepts=tuple(_concepts_from(data.get("concept", ()))),
            **{table: _names_from(data, table) for table in _COUNTRY_TABLES},
        )


def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """Read a taxonomy file (TOML); the built-in one without a path.

    Raises
    ------
    TaxonomyError
        If the file is missing, is not TOML, or does not describe a taxonomy; the message names the file.
    """
    source = resources.files("newsclf").joinpath("taxonomy.toml") if path is None else path
    try:
        return Taxonomy.from_dict(tomllib.loads(source.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise TaxonomyError(f"there is no taxonomy file at {source}.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TaxonomyError(f"{source} cannot be read as a TOML file in UTF-8: {error}") from error
    except TaxonomyError as error:
        raise TaxonomyError(f"{source}: {error}") from error


def label_key(label: str) -> str:
    """Reduce a label to what counts when labels are compared: ``"Law & Justice"`` and ``"law-and-justice"`` agree."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", re.sub(r"['’.]", "", plain.casefold()))
    return " ".join(word for word in words if word not in ("and", "the"))


def _concepts_from(entries: Any) -> Iterator[Concept]:
    if not isinstance(entries, list | tuple) or not entries:
        raise TaxonomyError("the taxonomy has no concepts: write at least one [[concept]].")
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            raise TaxonomyError(f"concept {number} is a {type(entry).__name__}; write it as a [[concept]] table.")
        yield _concept_from(entry, f"concept {entry.get('id') or number}")


def _concept_from(entry: Mapping[str, Any], where: str) -> Concept:
    _only_keys(entry, (*_REQUIRED, *_OPTIONAL_TEXT, *_LISTS, "codes"), where)
    texts: dict[str, Any] = {key: _text(entry, key, where, required=True) for key in _REQUIRED}
    texts |= {key: _text(entry, key, where) for key in _OPTIONAL_TEXT}
    if texts["facet"] not in FACET_COLUMNS:
        raise TaxonomyError(f"{where} has the facet {texts['facet']!r}; choose from {', '.join(FACET_COLUMNS)}.")
    if not re.fullmatch(rf"{texts['facet']}:[a-z0-9]+(-[a-z0-9]+)*", texts["id"]):
        raise TaxonomyError(f"{where}: an id has the form '{texts['facet']}:lower-case-words'.")
    lists: dict[str, Any] = {key: _texts(entry, key, where) for key in _LISTS}
    if lists["countries"] and texts["facet"] != "region":
        raise TaxonomyError(f"{where} has countries, but only regions are made of countries.")
    return Concept(**texts, **lists, codes=tuple(_codes_from(entry.get("codes", {}), where)))


def _codes_from(codes: Any, where: str) -> Iterator[Code]:
    if not isinstance(codes, Mapping):
        raise TaxonomyError(f'{where}: write codes by kind of match, as in {{ exact = ["medtop:20000103"] }}.')
    for match in codes:
        if match not in MATCH_KINDS:
            raise TaxonomyError(f"{where}: unknown kind of match {match!r}; choose from {', '.join(MATCH_KINDS)}.")
        for text in _texts(codes, match, where):
            scheme, _, value = text.partition(":")
            if scheme not in CODE_SCHEMES or not re.fullmatch(CODE_SCHEMES[scheme], value):
                raise TaxonomyError(
                    f"{where}: {text!r} is no code; write it like medtop:20000103, m49:419, iso3166:CA or iri:https://…"
                )
            if scheme == "iso3166" and value not in _iso_names():
                raise TaxonomyError(f"{where}: {value!r} is not an ISO 3166-1 alpha-2 code.")
            yield Code(scheme, value, match)


def _concept_to_dict(concept: Concept) -> dict[str, Any]:
    codes: dict[str, list[str]] = {}
    for code in concept.codes:
        codes.setdefault(code.match, []).append(str(code))
    texts = {key: getattr(concept, key) for key in (*_REQUIRED, *_OPTIONAL_TEXT)}
    lists = {key: list(getattr(concept, key)) for key in _LISTS}
    return {key: value for key, value in (texts | lists | {"codes": codes}).items() if value}


def _names_from(data: Mapping[str, Any], key: str) -> Mapping[str, tuple[str, ...]]:
    table = data.get(key, {})
    if not isinstance(table, Mapping):
        raise TaxonomyError(f"{key} is a {type(table).__name__}; write it as a table of ISO codes and lists of names.")
    return {iso2: _texts(table, iso2, key) for iso2 in table}


def _only_keys(entry: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    if unknown := sorted(set(entry) - set(known)):
        raise TaxonomyError(f"{where} has the unknown key {unknown[0]!r}; known are {', '.join(known)}.")


def _text(entry: Mapping[str, Any], key: str, where: str, *, required: bool = False) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise TaxonomyError(f"{where}: {key} is a {type(value).__name__}; write a text.")
    if required and not value.strip():
        raise TaxonomyError(f"{where} has no {key}.")
    return value


def _texts(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = entry.get(key, ())
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) and value for value in values):
        raise TaxonomyError(f"{where}: {key} must be a list of texts.")
    return tuple(values)


def _index_ids(concepts: Iterable[Concept]) -> Mapping[str, Concept]:
    index: dict[str, Concept] = {}
    for concept in concepts:
        if concept.id in index:
            raise TaxonomyError(f"the id {concept.id} is used twice; every concept needs its own.")
        index[concept.id] = concept
    return index


def _index_labels(concepts: Iterable[Concept]) -> Mapping[tuple[str, str], Concept]:
    index: dict[tuple[str, str], Concept] = {}
    for concept in concepts:
        for label in (concept.name, *concept.aliases, concept.id):
            key = (concept.facet, label_key(label))
            if not key[1]:
                raise TaxonomyError(f"{concept.id}: the label {label!r} has no letters or digits.")
            if index.setdefault(key, concept) is not concept:
                raise TaxonomyError(f"the label {label!r} belongs to {index[key].id} and {concept.id}; keep it in one.")
    return index


def _index_countries(concepts: Iterable[Concept]) -> Mapping[str, Concept]:
    index: dict[str, Concept] = {}
    for concept in concepts:
        for iso2 in concept.countries:
            if iso2 not in _iso_names():
                raise TaxonomyError(f"{concept.id}: {iso2!r} is not an ISO 3166-1 alpha-2 code.")
            if iso2 in index:
                raise TaxonomyError(f"the country {iso2} is in {index[iso2].id} and {concept.id}; keep it in one.")
            index[iso2] = concept
    return index


def _check_broader(by_id: Mapping[str, Concept]) -> None:
    for start in by_id.values():
        path = [start]
        while broader := path[-1].broader:
            if broader not in by_id:
                raise TaxonomyError(f"{path[-1].id} has the broader concept {broader!r}, which does not exist.")
            path.append(by_id[broader])
            if path[-1] in path[:-1]:
                raise TaxonomyError(f"broader goes in a circle: {' -> '.join(step.id for step in path)}.")


def _index_country_names(tables: Iterable[Mapping[str, tuple[str, ...]]]) -> Mapping[str, str]:
    index: dict[str, str] = {}
    for table in (_iso_names(), *tables):
        for iso2, names in table.items():
            if iso2 not in _iso_names():
                raise TaxonomyError(f"the country names have {iso2!r}, which is not an ISO 3166-1 alpha-2 code.")
            for name in names:
                if (taken := index.setdefault(label_key(name), iso2)) != iso2:
                    raise TaxonomyError(f"the name {name!r} is given to the countries {taken} and {iso2}.")
    return index


@cache
def _iso_names() -> Mapping[str, tuple[str, ...]]:
    """Return every ISO 3166-1 code with the names that pycountry has for it, the common one first."""
    import pycountry  # late: it costs more than the whole of a taxonomy without countries

    # ISO 3166-1 leaves XK to its users, who have agreed on Kosovo; pycountry lists only what ISO itself assigned.
    names: dict[str, tuple[str, ...]] = {"XK": ("Kosovo",)}
    for country in pycountry.countries:
        head, _, tail = country.name.partition(", ")  # "Moldova, Republic of" is "Republic of Moldova" as well
        forms = [getattr(country, key, "") for key in ("common_name", "name", "official_name")]
        names[country.alpha_2] = tuple(dict.fromkeys(form.strip() for form in (*forms, f"{tail} {head}") if form))
    return MappingProxyType(names)


def _m49_number(iso2: str) -> str:
    """Return the UN M49 number, which ISO 3166-1 has taken over as its numeric code; empty for Kosovo."""
    import pycountry

    country = pycountry.countries.get(alpha_2=iso2)
    return str(country.numeric) if country else ""
