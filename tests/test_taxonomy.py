"""The label system: what the built-in file says, how labels resolve, and which files are refused."""

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pycountry
import pytest

from newsclf.errors import NewsclfError, TaxonomyError
from newsclf.taxonomy import Code, Concept, Taxonomy, label_key, load_taxonomy

THEMES = [
    "Terrorism", "War & Armed Conflict", "US & NATO Military Policy", "Militarization & Weapons of Mass Destruction",
    "Diplomacy & International Relations", "Sanctions & Trade", "Intelligence & Espionage", "Cybersecurity",
    "Politics & Elections", "Protest & Civil Unrest", "Human Rights & Civil Liberties", "Crimes against Humanity",
    "Law & Justice", "Crime", "Migration & Refugees", "Poverty & Social Inequality", "Economy & Finance", "Business",
    "Labour", "Oil & Energy", "Environment & Climate", "Disasters & Accidents", "Health", "Science & Technology",
    "Media & Disinformation", "Religion", "Culture & History", "Sport", "Education", "Food & Agriculture",
]  # fmt: skip

REGIONS = [
    "USA", "Canada", "Latin America & Caribbean", "Europe", "Russia & FSU", "Middle East & North Africa",
    "Sub-Saharan Africa", "South Asia", "East & Southeast Asia", "Oceania",
]  # fmt: skip

ARCHIVE_THEMES = {
    "theme:terrorism": ["Terrorism", "theme:terrorism"], "theme:us-nato-military-policy": ["US NATO War Agenda"],
    "theme:human-rights": ["Police State & Civil Rights", "Women’s Rights"], "theme:religion": ["Religion"],
    "theme:militarization-wmd": ["Militarization and WMD"],
    "theme:crimes-against-humanity": ["Crimes Against Humanity"],
    "theme:law": ["Law and Justice", "LAW & JUSTICE"], "theme:poverty": ["Poverty & Social Inequality"],
    "theme:economy": ["Global Economy"], "theme:energy": ["Oil and Energy"], "theme:environment": ["Environment"],
    "theme:science-technology": ["Science and Medicine"], "theme:intelligence": ["Intelligence"],
    "theme:food-agriculture": ["Biotechnology and GMO"], "theme:media": ["Media Disinformation"],
    "theme:culture": ["Culture, Society & History", "culture society and history"],
}  # fmt: skip

# Names of regions, of countries as ISO and as people write them, of their parts, and of the states of 1987.
REGION_LABELS = {
    "region:usa": ["USA", "U.S.", "usa", "United States of America"],
    "region:latin-america": [
        "Latin America & Caribbean", "Bolivia, Plurinational State of", "Plurinational State of Bolivia", "CURAÇAO",
        "Curacao", "trinidad-tobago", "antigua", "us-virgin-islands", "el-salvador",
    ],
    "region:europe": ["uk", "Scotland", "west-germany", "east-germany", "czechoslovakia", "yugoslavia", "Kosovo"],
    "region:russia-fsu": ["Russia and FSU", "ussr", "Soviet Union", "Crimea", "Georgia"],
    "region:mena": [
        "Middle East", "MENA", "Middle East & North Africa", "Syrian Arab Republic", "syria", "Turkiye", "turkey",
        "uae", "yemen-arab-republic", "yemen-demo-republic", "Palestine",
    ],
    "region:sub-saharan-africa": [
        "sub-Saharan Africa", "Côte d’Ivoire", "ivory-coast", "The Gambia", "zaire", "swaziland", "Tanzania",
    ],
    "region:south-asia": ["South Asia", "Ceylon"],
    "region:east-asia": [
        "Asia", "burma", "kampuchea", "hong-kong", "taiwan", "south-korea", "north-korea", "vietnam", "brunei",
    ],
    "region:oceania": ["Oceania", "papua-new-guinea", "New Hebrides"],
}  # fmt: skip

CONTESTED = {
    "region:mena": "TR IR EG EH PS",
    "region:europe": "CY XK EE GL",
    "region:russia-fsu": "AM AZ GE KZ UA",
    "region:south-asia": "AF PK",
    "region:sub-saharan-africa": "SD SS MR SO DJ RE",
    "region:east-asia": "TW HK",
    "region:latin-america": "MX PR GF",
    "region:oceania": "GU AQ",
}


@pytest.fixture(scope="module")
def builtin() -> Taxonomy:
    return load_taxonomy()


def small(**changes: Any) -> dict[str, Any]:
    """A taxonomy of two themes and two regions; ``changes`` go into its first concept."""
    return {
        "schema": 1,
        "version": "7",
        "concept": [
            {"id": "theme:sea", "facet": "theme", "name": "Sea", "definition": "Ships and tides."} | changes,
            {"id": "theme:air", "facet": "theme", "name": "Air", "definition": "Planes.", "broader": "theme:sea"},
            {"id": "region:north", "facet": "region", "name": "North", "definition": "N.", "countries": ["NO", "SE"]},
            {"id": "region:south", "facet": "region", "name": "South", "definition": "S.", "countries": ["IT"]},
        ],
    }


def test_builtin_has_the_thirty_themes_in_order(builtin: Taxonomy) -> None:
    assert [concept.name for concept in builtin.concepts("theme")] == THEMES


def test_builtin_has_the_ten_regions_in_order(builtin: Taxonomy) -> None:
    assert [concept.name for concept in builtin.concepts("region")] == REGIONS


def test_builtin_definitions_fit_on_one_line_and_into_a_sentence_encoder(builtin: Taxonomy) -> None:
    # all-MiniLM-L6-v2 cuts at 256 word pieces; 60 words stay far below.
    for concept in builtin.all_concepts:
        assert "\n" not in concept.definition, concept.id
        assert 8 <= len(concept.definition.split()) <= 60, concept.id


def test_every_iso_country_is_in_one_region(builtin: Taxonomy) -> None:
    placed = [iso2 for region in builtin.concepts("region") for iso2 in region.countries]

    assert sorted(placed) == sorted([*(country.alpha_2 for country in pycountry.countries), "XK"])


@pytest.mark.parametrize(("region", "iso2"), [(region, c) for region, all_ in CONTESTED.items() for c in all_.split()])
def test_contested_country_is_where_the_policy_puts_it(builtin: Taxonomy, iso2: str, region: str) -> None:
    found = builtin.region_of_country(iso2)

    assert found is not None
    assert found.id == region


def test_unknown_country_has_no_region(builtin: Taxonomy) -> None:
    assert builtin.region_of_country("ZZ") is None


def test_middle_east_has_no_m49_code_because_m49_has_no_such_area(builtin: Taxonomy) -> None:
    mena = builtin.by_id("region:mena")

    assert mena is not None
    assert mena.codes == ()


@pytest.mark.parametrize(
    ("concept_id", "code"),
    [
        ("theme:terrorism", Code("medtop", "20000103", "exact")),
        ("theme:terrorism", Code("medtop", "20000053", "close")),
        ("theme:war", Code("medtop", "16000000", "broad")),
        ("theme:intelligence", Code("medtop", "20000605", "exact")),
        ("theme:sport", Code("medtop", "15000000", "exact")),
        ("region:usa", Code("m49", "840", "exact")),
        ("region:sub-saharan-africa", Code("m49", "202", "close")),
    ],
    ids=str,
)
def test_builtin_has_code(builtin: Taxonomy, concept_id: str, code: Code) -> None:
    concept = builtin.by_id(concept_id)

    assert concept is not None
    assert code in concept.codes


def test_no_outside_code_is_the_exact_match_of_two_concepts(builtin: Taxonomy) -> None:
    exact = [str(code) for concept in builtin.all_concepts for code in concept.codes if code.match == "exact"]

    assert len(exact) == len(set(exact))


@pytest.mark.parametrize(("concept_id", "label"), [(c, label) for c, all_ in ARCHIVE_THEMES.items() for label in all_])
def test_archive_theme_resolves(builtin: Taxonomy, label: str, concept_id: str) -> None:
    assert builtin.resolve("theme", label) is builtin.by_id(concept_id)


@pytest.mark.parametrize(("concept_id", "label"), [(c, label) for c, all_ in REGION_LABELS.items() for label in all_])
def test_region_and_country_names_resolve_to_a_region(builtin: Taxonomy, label: str, concept_id: str) -> None:
    assert builtin.resolve("region", label) is builtin.by_id(concept_id)


@pytest.mark.parametrize(
    ("name", "iso2"),
    [
        ("Congo", "CG"), ("DR Congo", "CD"), ("Congo, The Democratic Republic of the", "CD"), ("zaire", "CD"),
        ("Niger", "NE"), ("Nigeria", "NG"), ("Guinea", "GN"), ("Guinea-Bissau", "GW"), ("Equatorial Guinea", "GQ"),
        ("South Korea", "KR"), ("Korea, Democratic People's Republic of", "KP"), ("Georgia", "GE"),
        ("South Georgia and the South Sandwich Islands", "GS"), ("St. Lucia", "LC"), ("Saint Lucia", "LC"),
        ("yugoslavia", "RS"), ("Gaza Strip", "PS"), ("Ireland", "IE"), ("Northern Ireland", "GB"),
    ],
)  # fmt: skip
def test_country_name_gives_its_iso_code(builtin: Taxonomy, name: str, iso2: str) -> None:
    assert builtin.country_of(name) == iso2


@pytest.mark.parametrize("label", ["Gardening", "", "—", "Atlantis"])
def test_unknown_label_resolves_to_nothing(builtin: Taxonomy, label: str) -> None:
    assert builtin.resolve("theme", label) is None
    assert builtin.resolve("region", label) is None
    assert builtin.country_of(label) is None


def test_label_of_one_facet_is_unknown_in_another(builtin: Taxonomy) -> None:
    assert builtin.resolve("theme", "Europe") is None
    assert builtin.resolve("region", "Sport") is None
    assert builtin.resolve("dossier", "Sport") is None


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Law & Justice", "law justice"), ("law-and-justice", "law justice"), ("  LAW AND JUSTICE.", "law justice"),
        ("U.S.A.", "usa"), ("Women's Rights", "womens rights"), ("São Tomé and Príncipe", "sao tome principe"),
        ("middle_east", "middle east"), ("Terror/War", "terror war"), ("Straße", "strasse"), ("&", ""),
    ],
)  # fmt: skip
def test_label_key_keeps_what_counts(label: str, key: str) -> None:
    assert label_key(label) == key


def test_country_is_a_concept_with_its_region_and_numbers(builtin: Taxonomy) -> None:
    assert builtin.country("ke") == Concept(
        id="country:KE",
        facet="country",
        name="Kenya",
        aliases=("Republic of Kenya",),
        broader="region:sub-saharan-africa",
        codes=(Code("iso3166", "KE", "exact"), Code("m49", "404", "exact")),
        countries=("KE",),
    )


@pytest.mark.parametrize(
    ("iso2", "name"),
    [
        ("SY", "Syria"),
        ("CI", "Ivory Coast"),
        ("TR", "Turkey"),
        ("RU", "Russia"),
        ("GB", "United Kingdom"),
        ("XK", "Kosovo"),
    ],
)
def test_country_goes_by_its_name_in_the_news(builtin: Taxonomy, iso2: str, name: str) -> None:
    country = builtin.country(iso2)

    assert country is not None
    assert country.name == name


def test_parts_and_former_states_are_no_other_names_of_a_country(builtin: Taxonomy) -> None:
    russia = builtin.country("RU")

    assert russia is not None
    assert russia.aliases == ("Russian Federation",)


def test_kosovo_has_no_m49_number(builtin: Taxonomy) -> None:
    kosovo = builtin.country("XK")

    assert kosovo is not None
    assert kosovo.codes == (Code("iso3166", "XK", "exact"),)


def test_code_that_no_country_has_is_no_country(builtin: Taxonomy) -> None:
    assert builtin.country("ZZ") is None


def test_taxonomy_survives_json(builtin: Taxonomy) -> None:
    assert Taxonomy.from_dict(json.loads(json.dumps(builtin.to_dict()))) == builtin


def test_taxonomy_survives_pickling_to_a_worker(builtin: Taxonomy) -> None:
    assert pickle.loads(pickle.dumps(builtin)).resolve("region", "Kenya") == builtin.by_id("region:sub-saharan-africa")


def test_own_taxonomy_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'schema = 1\nversion = "2"\n[[concept]]\nid = "theme:local"\nfacet = "theme"\nname = "Lokales"\n'
        'definition = "Town council and roadworks."\naliases = ["Local News"]\n'
        'codes = { related = ["iri:https://example.org/local"] }\n',
        encoding="utf-8",
    )

    assert load_taxonomy(path).resolve("theme", "local-news") == Concept(
        id="theme:local",
        facet="theme",
        name="Lokales",
        definition="Town council and roadworks.",
        aliases=("Local News",),
        codes=(Code("iri", "https://example.org/local", "related"),),
    )


def test_taxonomy_without_regions_knows_no_countries() -> None:
    data = small() | {"concept": small()["concept"][:2]}

    assert Taxonomy.from_dict(data).resolve("region", "Norway") is None


def test_same_alias_may_stand_twice_in_one_concept() -> None:
    assert Taxonomy.from_dict(small(aliases=["Sea", "SEA!"])).resolve("theme", "sea") is not None


def test_same_alias_may_stand_in_two_facets() -> None:
    taxonomy = Taxonomy.from_dict(small(aliases=["North"]))

    assert taxonomy.resolve("theme", "North") is taxonomy.by_id("theme:sea")
    assert taxonomy.resolve("region", "North") is taxonomy.by_id("region:north")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"definition": ""}, "concept theme:sea has no definition"),
        ({"definition": 3}, "definition is a int; write a text"),
        ({"alias": ["Ocean"]}, "concept theme:sea has the unknown key 'alias'; known are id, facet"),
        ({"aliases": "Ocean"}, "aliases must be a list of texts"),
        ({"aliases": ["AIR"]}, "the label 'Air' belongs to theme:sea and theme:air"),
        ({"aliases": ["&"]}, "theme:sea: the label '&' has no letters or digits"),
        ({"id": "theme:air"}, "the id theme:air is used twice"),
        ({"id": "theme:Sea"}, "an id has the form 'theme:lower-case-words'"),
        ({"id": "region:sea"}, "an id has the form 'theme:lower-case-words'"),
        ({"facet": "mood"}, "has the facet 'mood'; choose from theme, region, dossier"),
        ({"broader": "theme:land"}, "theme:sea has the broader concept 'theme:land', which does not exist"),
        ({"broader": "theme:air"}, "broader goes in a circle: theme:sea -> theme:air -> theme:sea"),
        ({"broader": "theme:sea"}, "broader goes in a circle: theme:sea -> theme:sea"),
        (
            {"codes": {"narrow": ["m49:840"]}},
            "unknown kind of match 'narrow'; choose from exact, close, broad, related",
        ),
        ({"codes": ["m49:840"]}, "write codes by kind of match"),
        ({"codes": {"exact": ["medtop:123"]}}, "'medtop:123' is no code"),
        ({"codes": {"exact": ["840"]}}, "'840' is no code"),
        ({"codes": {"exact": ["iso3166:ZZ"]}}, "'ZZ' is not an ISO 3166-1 alpha-2 code"),
        ({"countries": ["FR"]}, "only regions are made of countries"),
    ],
    ids=str,
)
def test_faulty_concept_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy.from_dict(small(**changes))


def test_unknown_country_is_refused() -> None:
    data = small()
    data["concept"][2]["countries"] = ["UK"]

    with pytest.raises(TaxonomyError, match="region:north: 'UK' is not an ISO 3166-1 alpha-2 code"):
        Taxonomy.from_dict(data)


def test_country_in_two_regions_is_refused() -> None:
    data = small()
    data["concept"][3]["countries"] = ["IT", "SE"]

    with pytest.raises(TaxonomyError, match="the country SE is in region:north and region:south"):
        Taxonomy.from_dict(data)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": 2}, "has schema 2; this version of newsclf reads 1"),
        ({"version": ""}, "the taxonomy has no version"),
        ({"concept": []}, "the taxonomy has no concepts"),
        ({"concept": ["sea"]}, "concept 1 is a str"),
        ({"concepts": []}, "unknown key 'concepts'"),
        ({"country_names": {"ZZ": ["Nowhere"]}}, "the country names have 'ZZ'"),
        ({"country_names": {"NO": ["Sweden"]}}, "the name 'Sweden' is given to the countries SE and NO"),
        ({"country_names": ["Norge"]}, "country_names is a list; write it as a table"),
        ({"historic_country_names": {"NO": "Norge"}}, "NO must be a list of texts"),
    ],
    ids=str,
)
def test_faulty_taxonomy_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy.from_dict(small() | changes)


def test_taxonomy_error_is_one_of_ours() -> None:
    assert issubclass(TaxonomyError, NewsclfError)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"there is no taxonomy file at .*nowhere\.toml"):
        load_taxonomy(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("content", [b"schema = ", b"\xff\xfe", b"schema = 1"], ids=["cut off", "not UTF-8", "empty"])
def test_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)

    with pytest.raises(TaxonomyError, match=r"mine\.toml"):
        load_taxonomy(path)


def test_importing_the_module_imports_no_country_library() -> None:
    code = "import sys, newsclf.taxonomy; print({'pycountry', 'rdflib', 'pandas'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
