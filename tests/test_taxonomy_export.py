"""SKOS and ninjs, read back with rdflib and by hand."""

import sys

import pytest
from rdflib import OWL, RDF, SKOS, Graph, Literal, URIRef

from newsclf import ninjs_of_prediction
from newsclf.errors import DataError, TaxonomyError
from newsclf.schema import LabelScore, Prediction
from newsclf.taxonomy import Code, Concept, Taxonomy, load_taxonomy
from newsclf.taxonomy_export import code_iri, ninjs_entries, to_skos_turtle

FISHING = Concept(
    id="theme:fishing",
    facet="theme",
    name="Fishing",
    definition="Trawlers and quotas.",
    note="Angling is sport.",
    aliases=("Fisheries",),
    broader="theme:sea",
    codes=(
        Code("medtop", "20000213", "close"),
        Code("medtop", "20000210", "broad"),
        Code("iri", "https://example.org/fish", "related"),
    ),
)
SEA = Concept(id="theme:sea", facet="theme", name="Sea", definition="Ships.", codes=(Code("m49", "009", "related"),))
NORTH = Concept(id="region:north", facet="region", name="North", definition="N.", countries=("NO", "XK"))
CANADA = Concept(
    id="region:canada",
    facet="region",
    name="Canada",
    definition="C.",
    codes=(Code("iso3166", "CA", "exact"), Code("m49", "124", "exact")),
    countries=("CA",),
)
TAXONOMY = Taxonomy(version="3", title="Waters", all_concepts=(SEA, FISHING, NORTH, CANADA))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(data=to_skos_turtle(TAXONOMY, base="https://example.org/", language="en"), format="turtle")


def node(name: str) -> URIRef:
    return URIRef(f"https://example.org/{name}")


def test_skos_has_the_scheme_with_its_version(graph: Graph) -> None:
    assert (node("scheme"), RDF.type, SKOS.ConceptScheme) in graph
    assert graph.value(node("scheme"), OWL.versionInfo) == Literal("3")


def test_skos_has_names_definition_and_note(graph: Graph) -> None:
    fishing = node("theme:fishing")

    assert graph.value(fishing, SKOS.prefLabel) == Literal("Fishing", lang="en")
    assert graph.value(fishing, SKOS.altLabel) == Literal("Fisheries", lang="en")
    assert graph.value(fishing, SKOS.definition) == Literal("Trawlers and quotas.", lang="en")
    assert graph.value(fishing, SKOS.scopeNote) == Literal("Angling is sport.", lang="en")
    assert graph.value(fishing, SKOS.notation) == Literal("theme:fishing")


def test_skos_links_broader_concepts_and_top_concepts(graph: Graph) -> None:
    assert graph.value(node("theme:fishing"), SKOS.broader) == node("theme:sea")
    assert set(graph.subjects(SKOS.topConceptOf)) == {node("theme:sea"), node("region:north"), node("region:canada")}


def test_skos_links_media_topics_by_kind_of_match(graph: Graph) -> None:
    fishing = node("theme:fishing")

    assert graph.value(fishing, SKOS.closeMatch) == URIRef("http://cv.iptc.org/newscodes/mediatopic/20000213")
    assert graph.value(fishing, SKOS.broadMatch) == URIRef("http://cv.iptc.org/newscodes/mediatopic/20000210")
    assert graph.value(fishing, SKOS.relatedMatch) == URIRef("https://example.org/fish")


def test_skos_writes_an_exact_code_without_iri_as_a_notation_of_its_own_type(graph: Graph) -> None:
    notations = set(graph.objects(node("region:canada"), SKOS.notation))

    assert notations == {Literal("region:canada"), Literal("124", datatype=node("m49"))}


def test_skos_writes_an_inexact_code_without_iri_as_a_note(graph: Graph) -> None:
    assert graph.value(node("theme:sea"), SKOS.editorialNote) == Literal("related match: m49:009")


def test_skos_puts_countries_under_their_region(graph: Graph) -> None:
    assert set(graph.subjects(SKOS.broader, node("region:north"))) == {node("country:NO"), node("country:XK")}
    assert graph.value(node("country:NO"), SKOS.exactMatch) == URIRef("http://cvx.iptc.org/iso3166-1a2/no")


def test_skos_lets_a_region_that_is_one_country_stand_for_it(graph: Graph) -> None:
    assert (node("country:CA"), None, None) not in graph


def test_skos_of_the_builtin_taxonomy_has_every_concept() -> None:
    graph = Graph().parse(data=to_skos_turtle(load_taxonomy()), format="turtle")

    # 30 themes, 10 regions, and the 249 codes of ISO 3166-1 and XK less USA and Canada, which are regions.
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) == 30 + 10 + 249 + 1 - 2


def test_skos_is_the_same_every_time() -> None:
    assert to_skos_turtle(TAXONOMY) == to_skos_turtle(TAXONOMY)


def test_skos_without_rdflib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rdflib", None)

    with pytest.raises(TaxonomyError, match=r"pip install 'newsclf\[skos\]'"):
        to_skos_turtle(TAXONOMY)


def test_ninjs_has_themes_as_subjects_with_confidence() -> None:
    assert ninjs_entries([(FISHING, 0.917), (SEA, 0.5)]) == {
        "subjects": [
            {
                "name": "Fishing",
                "rel": "about",
                "literal": "theme:fishing",
                "uri": "http://cv.iptc.org/newscodes/mediatopic/20000213",
                "confidence": 92,
            },
            {"name": "Sea", "rel": "about", "literal": "theme:sea", "confidence": 50},
        ],
        "places": [],
    }


def test_ninjs_has_regions_and_countries_as_places() -> None:
    norway = TAXONOMY.country("NO")
    assert norway is not None

    assert ninjs_entries([(NORTH, 0.9), (norway, 0.8)]) == {
        "subjects": [],
        "places": [
            {"name": "North", "rel": "about", "literal": "region:north"},
            {
                "name": "Norway",
                "rel": "about",
                "literal": "country:NO",
                "uri": "http://cvx.iptc.org/iso3166-1a2/no",
            },
        ],
    }


@pytest.mark.parametrize("score", [-0.1, 1.5, float("nan")])
def test_ninjs_refuses_what_is_no_score(score: float) -> None:
    with pytest.raises(DataError, match="theme:sea has the score"):
        ninjs_entries([(SEA, score)])


@pytest.mark.parametrize(
    ("code", "iri"),
    [
        (Code("medtop", "20000103", "exact"), "http://cv.iptc.org/newscodes/mediatopic/20000103"),
        (Code("iso3166", "SY", "exact"), "http://cvx.iptc.org/iso3166-1a2/sy"),
        (Code("iri", "https://example.org/x", "close"), "https://example.org/x"),
        (Code("iso3166", "XK", "exact"), None),
        (Code("m49", "419", "close"), None),
    ],
    ids=str,
)
def test_code_has_the_iri_of_its_own_vocabulary(code: Code, iri: str | None) -> None:
    assert code_iri(code) == iri


def test_ninjs_of_a_prediction_has_its_themes_as_subjects_and_its_regions_and_countries_as_places() -> None:
    prediction = Prediction(
        {"theme": (LabelScore("Sport", 0.9, "theme:sport"), LabelScore("Chess", 0.8)), "region": ()},
        topic=None,
        status="ok",
        countries=(LabelScore("Kenya", 0.7, "country:KE"),),
    )

    found = ninjs_of_prediction(prediction, load_taxonomy())

    assert [entry["name"] for entry in found["subjects"]] == ["Sport"]
    assert [entry["literal"] for entry in found["places"]] == ["country:KE"]
