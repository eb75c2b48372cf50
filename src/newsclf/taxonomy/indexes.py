"""What a taxonomy finds its concepts by; making an index also checks that nothing in it contradicts something else."""

from collections.abc import Iterable, Mapping

from newsclf.errors import TaxonomyError
from newsclf.taxonomy.concepts import Concept, label_key
from newsclf.taxonomy.iso_countries import iso_names


def index_ids(concepts: Iterable[Concept]) -> Mapping[str, Concept]:
    """Return id to concept; no two may share one."""
    index: dict[str, Concept] = {}
    for concept in concepts:
        if concept.id in index:
            raise TaxonomyError(f"the id {concept.id} is used twice; every concept needs its own.")
        index[concept.id] = concept
    return index


def index_labels(concepts: Iterable[Concept]) -> Mapping[tuple[str, str], Concept]:
    """Return facet and reduced label to concept, of names, aliases and ids; no two of a facet may share one."""
    index: dict[tuple[str, str], Concept] = {}
    for concept in concepts:
        for label in (concept.name, *concept.aliases, concept.id):
            key = (concept.facet, label_key(label))
            if not key[1]:
                raise TaxonomyError(f"{concept.id}: the label {label!r} has no letters or digits.")
            if index.setdefault(key, concept) is not concept:
                raise TaxonomyError(f"the label {label!r} belongs to {index[key].id} and {concept.id}; keep it in one.")
    return index


def index_countries(concepts: Iterable[Concept]) -> Mapping[str, Concept]:
    """Return ISO 3166-1 alpha-2 code to the region that the country is in; it may be in one only."""
    index: dict[str, Concept] = {}
    for concept in concepts:
        for iso2 in concept.countries:
            if iso2 not in iso_names():
                raise TaxonomyError(f"{concept.id}: {iso2!r} is not an ISO 3166-1 alpha-2 code.")
            if iso2 in index:
                raise TaxonomyError(f"the country {iso2} is in {index[iso2].id} and {concept.id}; keep it in one.")
            index[iso2] = concept
    return index


def check_broader(by_id: Mapping[str, Concept]) -> None:
    """Raise TaxonomyError where ``broader`` leads nowhere or in a circle."""
    for start in by_id.values():
        path = [start]
        while broader := path[-1].broader:
            if broader not in by_id:
                raise TaxonomyError(f"{path[-1].id} has the broader concept {broader!r}, which does not exist.")
            path.append(by_id[broader])
            if path[-1] in path[:-1]:
                raise TaxonomyError(f"broader goes in a circle: {' -> '.join(step.id for step in path)}.")


def index_country_names(tables: Iterable[Mapping[str, tuple[str, ...]]]) -> Mapping[str, str]:
    """Return reduced name to ISO 3166-1 alpha-2 code, of ISO's names and of the tables; no name may mean two."""
    index: dict[str, str] = {}
    for table in (iso_names(), *tables):
        for iso2, names in table.items():
            if iso2 not in iso_names():
                raise TaxonomyError(f"the country names have {iso2!r}, which is not an ISO 3166-1 alpha-2 code.")
            for name in names:
                if (taken := index.setdefault(label_key(name), iso2)) != iso2:
                    raise TaxonomyError(f"the name {name!r} is given to the countries {taken} and {iso2}.")
    return index
