"""A taxonomy: concepts that are checked against each other, found by label, by id and by country."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from newsclf.errors import TaxonomyError
from newsclf.taxonomy.concepts import Code, Concept, label_key
from newsclf.taxonomy.form import (
    COUNTRY_TABLES,
    SCHEMA,
    TOP_KEYS,
    concept_to_dict,
    concepts_from,
    names_from,
    only_keys,
    text_of,
)
from newsclf.taxonomy.indexes import check_broader, index_countries, index_country_names, index_ids, index_labels
from newsclf.taxonomy.iso_countries import iso_names, m49_number

_COUNTRY_ID = "country:"


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
        by_id = index_ids(self.all_concepts)
        check_broader(by_id)
        by_country = index_countries(self.all_concepts)
        tables = [getattr(self, table) for table in COUNTRY_TABLES]
        names = index_country_names(tables) if by_country or any(tables) else {}
        object.__setattr__(self, "_by_id", by_id)
        object.__setattr__(self, "_by_label", index_labels(self.all_concepts))
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
        if iso2 not in iso_names():
            return None
        name, *aliases = dict.fromkeys((*self.country_names.get(iso2, ()), *iso_names()[iso2]))
        region = self.region_of_country(iso2)
        codes = {"iso3166": iso2, "m49": m49_number(iso2)}
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
            "concept": [concept_to_dict(concept) for concept in self.all_concepts],
        } | {table: {iso2: list(names) for iso2, names in getattr(self, table).items()} for table in COUNTRY_TABLES}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Taxonomy":
        """Build a taxonomy from the form of its file.

        Raises
        ------
        TaxonomyError
            If something is missing, misspelt, of the wrong type, or contradicts something else.
        """
        only_keys(data, TOP_KEYS, "the taxonomy")
        if data.get("schema") != SCHEMA:
            raise TaxonomyError(
                f"the taxonomy has schema {data.get('schema')!r}; this version of newsclf reads {SCHEMA}."
            )
        return cls(
            version=text_of(data, "version", "the taxonomy", required=True),
            title=text_of(data, "title", "the taxonomy"),
            note=text_of(data, "note", "the taxonomy"),
            all_concepts=tuple(concepts_from(data.get("concept", ()))),
            **{table: names_from(data, table) for table in COUNTRY_TABLES},
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
