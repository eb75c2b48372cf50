import pytest

from newsclf.places import PlaceMention, find_places


def test_a_mention_carries_text_offsets_country_and_kind() -> None:
    assert find_places("Floods hit São Paulo.") == (
        PlaceMention(text="São Paulo", start=11, end=20, country="BR", kind="city"),
    )


def test_mentions_come_left_to_right() -> None:
    mentions = find_places("Iraq, Syria and Iraqi Kurdistan")

    assert [(m.text, m.country) for m in mentions] == [("Iraq", "IQ"), ("Syria", "SY"), ("Iraqi Kurdistan", "IQ")]


@pytest.mark.parametrize("text", ["", " \n", "Nothing happened anywhere.", "12345", "日本 и Москва"])
def test_a_text_without_place_names_has_no_mentions(text: str) -> None:
    assert find_places(text) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A flood in Sao Paulo", "Sao Paulo"),
        ("A flood in São Paulo", "São Paulo"),
        ("A flood in Sa\u0303o Paulo", "Sa\u0303o Paulo"),
        ("Bre\u0301hat and Sa\u0303o Paulo", "Sa\u0303o Paulo"),
    ],
    ids=["plain", "composed", "accent apart", "an accent before"],
)
def test_diacritics_do_not_hide_a_name_nor_shift_its_offsets(text: str, name: str) -> None:
    (mention,) = find_places(text)

    assert (mention.text, mention.country) == (name, "BR")
    assert text[mention.start : mention.end] == name


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("New\nYork shares fell", "New\nYork", "US"),
        ("in New\u00a0York today", "New\u00a0York", "US"),
        ("Côte d’Ivoire voted", "Côte d’Ivoire", "CI"),
        ("Cote d'Ivoire voted", "Cote d'Ivoire", "CI"),
        ("Guinea–Bissau voted", "Guinea–Bissau", "GW"),
    ],
    ids=["line break", "hard space", "curly apostrophe", "straight apostrophe", "en dash"],
)
def test_typography_does_not_hide_a_name(text: str, name: str, country: str) -> None:
    assert [(m.text, m.country) for m in find_places(text)] == [(name, country)]


@pytest.mark.parametrize("text", ["Normalisation", "Malian-sounding", "Indianapolis500x", "Romania1"])
def test_a_name_inside_a_word_is_no_mention(text: str) -> None:
    assert all(mention.text not in {"Mali", "Indian", "Oman", "Roman", "Romania"} for mention in find_places(text))


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("U.S.", "US"), ("US", "US"), ("UK", "GB"), ("UAE", "AE"), ("DRC", "CD"), ("USSR", "RU"),
        ("Soviet Union", "RU"),
        ("Holland", "NL"), ("Burma", "MM"), ("Zaire", "CD"), ("Czechoslovakia", "CZ"), ("Kampuchea", "KH"),
        ("Ivory Coast", "CI"), ("Türkiye", "TR"), ("Gaza", "PS"), ("Kosovo", "XK"), ("Swaziland", "SZ"),
        ("North Macedonia", "MK"), ("Vatican", "VA"), ("Hong Kong", "HK"), ("Bosnia", "BA"),
    ],
)  # fmt: skip
def test_short_former_and_informal_names_are_known(name: str, country: str) -> None:
    assert [m.country for m in find_places(f"Officials of the {name} met.") if m.text == name] == [country]


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Dutch", "NL"), ("Danes", "DK"), ("Burkinabe", "BF"), ("Ivorian", "CI"), ("Salvadoran", "SV"),
        ("Emirati", "AE"),
        ("Argentine", "AR"), ("Afghans", "AF"), ("Kyrgyz", "KG"), ("Scottish", "GB"), ("Uyghur", "CN"), ("Texan", "US"),
        ("Filipino", "PH"), ("Malagasy", "MG"), ("Swiss", "CH"), ("Kiwi", "NZ"),
    ],
)  # fmt: skip
def test_demonyms_are_known(name: str, country: str) -> None:
    assert [(m.country, m.kind) for m in find_places(f"Two {name} ministers met.")] == [(country, "demonym")]


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Ohio", "US"), ("Saskatchewan", "CA"), ("Queensland", "AU"), ("Bavaria", "DE"), ("Uttar Pradesh", "IN"),
        ("Chiapas", "MX"), ("Darfur", "SD"), ("Xinjiang", "CN"), ("Catalonia", "ES"), ("Cabo Delgado", "MZ"),
        ("Crimea", "UA"), ("Chechnya", "RU"), ("Rapides Parish", "US"), ("Mato Grosso", "BR"), ("Hokkaido", "JP"),
    ],
)  # fmt: skip
def test_states_and_provinces_are_known(name: str, country: str) -> None:
    assert [(m.country, m.kind) for m in find_places(f"Rain fell across {name}.")] == [(country, "state")]


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Kremlin", "RU"), ("Duma", "RU"), ("Knesset", "IL"), ("Downing Street", "GB"), ("Bank of England", "GB"),
        ("White House", "US"), ("Pentagon", "US"), ("Federal Reserve", "US"), ("U.S. Senate", "US"), ("NASA", "US"),
        ("Bundesbank", "DE"), ("Bundestag", "DE"), ("Pemex", "MX"), ("Élysée", "FR"), ("CAC 40", "FR"), ("RCMP", "CA"),
        ("Bank of Canada", "CA"), ("Bank of Japan", "JP"), ("Nikkei", "JP"), ("Tiananmen Square", "CN"),
        ("Riksbank", "SE"),
        ("Lok Sabha", "IN"), ("Hezbollah", "LB"), ("Houthis", "YE"), ("Boko Haram", "NG"), ("Sinn Fein", "GB"),
        ("Storting", "NO"), ("Petrobras", "BR"), ("Shining Path", "PE"), ("Dáil", "IE"), ("Sejm", "PL"),
    ],
)  # fmt: skip
def test_institutions_and_seats_stand_for_their_country(name: str, country: str) -> None:
    assert [(m.text, m.country) for m in find_places(f"Talks at the {name} failed.")] == [(name, country)]


@pytest.mark.parametrize(
    ("text", "name", "mark"),
    [
        ("A mill in Springfield, Ill., burned.", "Springfield", "Ill."),
        ("PORTLAND, Ore., Feb 26 - A mill burned.", "PORTLAND", "Ore."),
        ("A mill in Portland, OR 97201, burned.", "Portland", "OR"),
    ],
    ids=["agency style", "dateline", "postal code"],
)
def test_a_state_may_be_abbreviated_behind_a_comma(text: str, name: str, mark: str) -> None:
    assert [(m.text, m.country) for m in find_places(text)] == [(name, "US"), (mark, "US")]


def test_a_text_in_capitals_has_its_places() -> None:
    text = "GUERRILLAS CLASHED WITH THE SALVADORAN ARMY NEAR SAN MIGUEL, OR SO SAID A SOURCE IN SAN SALVADOR."

    assert [(m.text, m.country) for m in find_places(text)] == [
        ("SALVADORAN", "SV"),
        ("SAN MIGUEL", "SV"),
        ("SAN SALVADOR", "SV"),
    ]


def test_the_same_text_always_has_the_same_places() -> None:
    text = "Georgia, Birmingham, Tripoli and San Jose trade with Cordoba, Valencia and Santiago."

    assert find_places(text) == find_places(text)
