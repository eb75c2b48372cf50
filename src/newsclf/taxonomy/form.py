"""The form of a taxonomy's file: concepts and names of countries, read from plain dicts and written to them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from newsclf.errors import TaxonomyError
from newsclf.schema import FACET_COLUMNS
from newsclf.taxonomy.concepts import CODE_SCHEMES, MATCH_KINDS, Code, Concept
from newsclf.taxonomy.iso_countries import iso_names

#: The form of the file; goes up when an older newsclf could no longer read what a newer one wrote.
SCHEMA = 1

#: Tables of names of countries, beside those of ISO 3166-1.
COUNTRY_TABLES = ("country_names", "country_parts", "historic_country_names")

TOP_KEYS = ("schema", "version", "title", "note", "concept", *COUNTRY_TABLES)
_REQUIRED = ("id", "facet", "name", "definition")
_OPTIONAL_TEXT = ("note", "broader")
_LISTS = ("aliases", "countries")


def concepts_from(entries: Any) -> Iterator[Concept]:
    """Read the concepts of a file, or raise TaxonomyError with the first that is not of the form."""
    if not isinstance(entries, list | tuple) or not entries:
        raise TaxonomyError("the taxonomy has no concepts: write at least one [[concept]].")
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            raise TaxonomyError(f"concept {number} is a {type(entry).__name__}; write it as a [[concept]] table.")
        yield _concept_from(entry, f"concept {entry.get('id') or number}")


def _concept_from(entry: Mapping[str, Any], where: str) -> Concept:
    only_keys(entry, (*_REQUIRED, *_OPTIONAL_TEXT, *_LISTS, "codes"), where)
    texts: dict[str, Any] = {key: text_of(entry, key, where, required=True) for key in _REQUIRED}
    texts |= {key: text_of(entry, key, where) for key in _OPTIONAL_TEXT}
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
            if scheme == "iso3166" and value not in iso_names():
                raise TaxonomyError(f"{where}: {value!r} is not an ISO 3166-1 alpha-2 code.")
            yield Code(scheme, value, match)


def concept_to_dict(concept: Concept) -> dict[str, Any]:
    """Return what `concepts_from` reads, without what is empty."""
    codes: dict[str, list[str]] = {}
    for code in concept.codes:
        codes.setdefault(code.match, []).append(str(code))
    texts = {key: getattr(concept, key) for key in (*_REQUIRED, *_OPTIONAL_TEXT)}
    lists = {key: list(getattr(concept, key)) for key in _LISTS}
    return {key: value for key, value in (texts | lists | {"codes": codes}).items() if value}


def names_from(data: Mapping[str, Any], key: str) -> Mapping[str, tuple[str, ...]]:
    """Read one of the tables of `COUNTRY_TABLES`: ISO 3166-1 alpha-2 code to names."""
    table = data.get(key, {})
    if not isinstance(table, Mapping):
        raise TaxonomyError(f"{key} is a {type(table).__name__}; write it as a table of ISO codes and lists of names.")
    return {iso2: _texts(table, iso2, key) for iso2 in table}


def only_keys(entry: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Raise TaxonomyError if a table has a key that is not known."""
    if unknown := sorted(set(entry) - set(known)):
        raise TaxonomyError(f"{where} has the unknown key {unknown[0]!r}; known are {', '.join(known)}.")


def text_of(entry: Mapping[str, Any], key: str, where: str, *, required: bool = False) -> str:
    """Return the text under a key, empty if there is none and it need not be there."""
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
