from newsclf import Article, load_taxonomy
from newsclf.label_resolution import resolve_labels

TAXONOMY = load_taxonomy()


def test_aliases_and_countries_become_the_names_of_their_concepts() -> None:
    article = Article(title="x", labels={"theme": ("US NATO War Agenda",), "region": ("west-germany", "MENA")})

    found = resolve_labels([article], TAXONOMY).articles[0]

    assert found.themes == ("US & NATO Military Policy",)
    assert found.regions == ("Europe", "Middle East & North Africa")


def test_two_names_of_one_concept_are_one_label() -> None:
    article = Article(title="x", labels={"region": ("france", "germany", "Europe")})

    assert resolve_labels([article], TAXONOMY).articles[0].regions == ("Europe",)


def test_a_label_that_is_unknown_stays_and_is_counted() -> None:
    articles = [
        Article(title="x", labels={"theme": ("earn", "Sport")}),
        Article(title="y", labels={"theme": ("earn",)}),
    ]

    found = resolve_labels(articles, TAXONOMY)

    assert [a.themes for a in found.articles] == [("earn", "Sport"), ("earn",)]
    assert found.unknown == {"theme": {"earn": 2}}


def test_a_facet_without_concepts_is_not_reported() -> None:
    article = Article(title="x", labels={"dossier": ("SYRIA",)})

    found = resolve_labels([article], TAXONOMY)

    assert found.articles == (article,)
    assert found.unknown == {}


def test_an_empty_list_of_labels_stays_an_empty_list() -> None:
    article = Article(title="x", labels={"theme": ()})

    assert resolve_labels([article], TAXONOMY).articles[0].labels == {"theme": ()}


def test_without_a_taxonomy_nothing_changes() -> None:
    article = Article(title="x", labels={"region": ("usa",)})

    assert resolve_labels([article], None).articles == (article,)
