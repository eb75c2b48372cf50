import pytest

from newsclf.places import CountryWeight, countries_about, country_scores


def codes(title: str, text: str) -> list[str]:
    return [country.country for country in countries_about(title, text)]


def test_no_place_gives_no_country() -> None:
    assert countries_about("", "Nothing happened.") == ()
    assert country_scores("", "") == {}


def test_one_mention_in_the_title_weighs_two_thirds() -> None:
    # Two times log2(1 + 1) is a score of 2, and 2 / (2 + 1) the weight.
    assert countries_about("Peru votes", "") == (CountryWeight("PE", pytest.approx(2 / 3), 1),)


def test_title_counts_more_than_lead_and_lead_more_than_the_rest() -> None:
    counts = country_scores("Peru votes", "Chile waits. " + "Nothing else. " * 40 + "Cuba waits.")

    assert counts == {"PE": (pytest.approx(2.0), 1), "CL": (pytest.approx(1.5), 1), "CU": (pytest.approx(1.0), 1)}


def test_repeated_mentions_weigh_more_but_ever_less() -> None:
    once, twice, thrice = (country_scores("", "Peru waits. " * n)["PE"][0] for n in (1, 2, 3))

    assert once < twice < thrice
    assert thrice - twice < twice - once


def test_the_country_named_most_comes_first() -> None:
    assert codes("Peru and Chile talk", "Peru agreed. Peru will pay. Chile agreed.") == ["PE", "CL"]


def test_a_country_named_once_far_down_is_not_what_the_article_is_about() -> None:
    text = "Sudan's army took Khartoum. Sudan celebrated. " + "Sudanese troops marched. " * 20 + "Norway watched."

    assert codes("Sudan's army takes the capital", text) == ["SD"]
    assert set(country_scores("Sudan's army takes the capital", text)) == {"SD", "NO"}


def test_weights_lie_between_zero_and_one_best_first() -> None:
    weights = [c.weight for c in countries_about("Iran, Iraq", "Iran and Iraq and Turkey. " * 50)]

    assert weights == sorted(weights, reverse=True)
    assert all(0 < weight < 1 for weight in weights)


def test_names_of_one_country_add_up() -> None:
    (syria,) = countries_about("", "Aleppo fell. Damascus was silent. Syrian troops left Homs.")

    assert (syria.country, syria.mentions) == ("SY", 4)


@pytest.mark.parametrize(
    "text",
    [
        "By Ann Lee in Berlin\nFarmers in Kenya fear locusts.",
        "Farmers in Kenya fear locusts.\n(Reporting by Ann Lee in Berlin; Editing by Jo Day in London)",
        "Farmers in Kenya fear locusts. Additional reporting by Ann Lee in Berlin.",
    ],
    ids=["byline", "credits", "credit in the last line"],
)
def test_the_place_of_the_reporter_counts_nothing(text: str) -> None:
    assert codes("", text) == ["KE"]


def test_where_a_source_is_based_counts_little() -> None:
    counts = country_scores("", "A London-based monitor said shells hit Aleppo.")

    assert counts["GB"][0] < counts["SY"][0] / 2


def test_signs_of_a_country_speak_where_no_place_does() -> None:
    assert codes("ACME CORP", "Acme Corp said its net was 20 mln dlrs, or 30 cts a share.") == ["US"]
    assert codes("", "The sheriff's deputies and the school board met.") == ["US"]


def test_signs_of_a_country_are_silent_beside_a_place() -> None:
    assert codes("ACME CORP", "Acme Corp of Chile said its net was 20 mln dlrs.") == ["CL"]


def test_one_hint_alone_is_too_little() -> None:
    assert codes("", "A township was founded.") == []


def test_one_office_alone_is_enough() -> None:
    assert codes("", "The Home Secretary resigned.") == ["GB"]
