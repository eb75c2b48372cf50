"""Write a taxonomy and its concepts in the forms of others: SKOS for vocabularies, ninjs for news items."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypedDict

from newsclf.errors import DataError, TaxonomyError
from newsclf.schema import Prediction
from newsclf.taxonomy import Code, Concept, Taxonomy

if TYPE_CHECKING:
    from rdflib import Graph

#: Where the IRIs of concepts start unless the caller has a place for them on the web.
DEFAULT_BASE = "urn:newsclf:"

# The form of IRI that IPTC's own ninjs 3.3 examples use for a country ("…/iso3166-1a2/it"). The UN gives none for M49.
_IPTC_MEDIA_TOPIC = "http://cv.iptc.org/newscodes/mediatopic/"
_IPTC_COUNTRY = "http://cvx.iptc.org/iso3166-1a2/"

# Kosovo's code is its users' choice and not ISO's, so no vocabulary of ISO codes has an IRI for it.
_USER_ASSIGNED = "XK"


class NinjsEntries(TypedDict):
    """What belongs under ``subjects`` and ``places`` of a ninjs news item, versions 2 and 3."""

    subjects: list[dict[str, Any]]
    places: list[dict[str, Any]]


def to_skos_turtle(taxonomy: Taxonomy, *, base: str = DEFAULT_BASE, language: str = "en") -> str:
    """Write a taxonomy as SKOS in Turtle, regions with their countries as narrower concepts.

    Parameters
    ----------
    base
        What the IRIs of concepts start with: ``"https://example.org/labels/"`` makes
        ``<https://example.org/labels/theme:sport>``.
    language
        BCP 47 tag of the names and definitions.

    Raises
    ------
    TaxonomyError
        If rdflib is not installed.
    """
    graph = _new_graph()
    from rdflib import DCTERMS, OWL, RDF, SKOS, Literal, URIRef

    scheme = URIRef(f"{base}scheme")
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, OWL.versionInfo, Literal(taxonomy.version)))
    for predicate, text in ((DCTERMS.title, taxonomy.title), (SKOS.note, taxonomy.note)):
        if text:
            graph.add((scheme, predicate, Literal(text, lang=language)))
    for concept in _with_countries(taxonomy):
        node = URIRef(base + concept.id)
        graph.add((node, SKOS.inScheme, scheme))
        if not concept.broader:
            graph.add((node, SKOS.topConceptOf, scheme))
        _add_concept(graph, concept, base=base, language=language)
    return graph.serialize(format="turtle")


def ninjs_entries(scored: Iterable[tuple[Concept, float]]) -> NinjsEntries:
    """Turn concepts and their scores into entries of a ninjs item; regions and countries are places.

    An entry has the name, our id as ``literal``, and the IRI of the best exact or close IPTC or ISO code as ``uri``
    where there is one. A score becomes ``confidence``, 0 to 100; places carry none, for ninjs has no room for it there.

    Raises
    ------
    DataError
        If a score is not within 0..1.
    """
    entries = NinjsEntries(subjects=[], places=[])
    for concept, score in scored:
        if not 0 <= score <= 1:
            raise DataError(f"{concept.id} has the score {score}; a score lies between 0 and 1.")
        entry: dict[str, Any] = {"name": concept.name, "rel": "about", "literal": concept.id}
        fitting = (code for code in concept.codes if code.match in ("exact", "close"))
        if iri := next((iri for code in fitting if (iri := code_iri(code))), None):
            entry["uri"] = iri
        if concept.facet in ("region", "country"):
            entries["places"].append(entry)
        else:
            entries["subjects"].append(entry | {"confidence": round(100 * score)})
    return entries


def ninjs_of_prediction(prediction: Prediction, taxonomy: Taxonomy) -> NinjsEntries:
    """Turn a prediction into entries of a ninjs item; labels that the taxonomy does not know are left out."""
    scored = [label for labels in prediction.labels_by_facet.values() for label in labels] + list(prediction.countries)
    known = ((taxonomy.by_id(label.id), label.score) for label in scored)
    return ninjs_entries((concept, score) for concept, score in known if concept is not None)


def code_iri(code: Code) -> str | None:
    """Return the IRI that a code's own vocabulary gives it; None where there is none, as for UN M49."""
    if code.scheme == "medtop":
        return _IPTC_MEDIA_TOPIC + code.value
    if code.scheme == "iso3166" and code.value != _USER_ASSIGNED:
        return _IPTC_COUNTRY + code.value.lower()
    return code.value if code.scheme == "iri" else None


def _new_graph() -> "Graph":
    try:
        from rdflib import Graph
    except ImportError as error:
        raise TaxonomyError("SKOS is written with rdflib, which is missing: pip install 'newsclf[skos]'") from error
    return Graph()


def _with_countries(taxonomy: Taxonomy) -> Iterator[Concept]:
    for concept in taxonomy.all_concepts:
        yield concept
        countries = (taxonomy.country(iso2) for iso2 in concept.countries)
        # A region that is one country stands for it: a second concept of the same extent would only confuse.
        yield from (country for country in countries if country and len(concept.countries) > 1)


def _add_concept(graph: "Graph", concept: Concept, *, base: str, language: str) -> None:
    from rdflib import RDF, SKOS, Literal, URIRef

    node = URIRef(base + concept.id)
    graph.add((node, RDF.type, SKOS.Concept))
    graph.add((node, SKOS.notation, Literal(concept.id)))
    graph.add((node, SKOS.prefLabel, Literal(concept.name, lang=language)))
    for alias in concept.aliases:
        graph.add((node, SKOS.altLabel, Literal(alias, lang=language)))
    for predicate, text in ((SKOS.definition, concept.definition), (SKOS.scopeNote, concept.note)):
        if text:
            graph.add((node, predicate, Literal(text, lang=language)))
    if concept.broader:
        graph.add((node, SKOS.broader, URIRef(base + concept.broader)))
    for code in concept.codes:
        if iri := code_iri(code):
            graph.add((node, SKOS[f"{code.match}Match"], URIRef(iri)))
        elif code.match == "exact":  # SKOS tells the notations of several vocabularies apart by their datatype
            graph.add((node, SKOS.notation, Literal(code.value, datatype=URIRef(base + code.scheme))))
        else:
            graph.add((node, SKOS.editorialNote, Literal(f"{code.match} match: {code}")))
