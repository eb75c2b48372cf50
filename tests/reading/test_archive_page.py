"""The page layout of a news archive."""

from itertools import permutations

import pytest

from newsclf.reading.archive_page import clean_article, parse_page
from newsclf.schema import Article

TITLE = "Five Villages Fall East of the River"
BYLINE = "By [Maria Halabi](https://archive.example/author/maria-halabi)"
PUBLISHED = "Archive Daily, March 15, 2016"
REGION = "Region: [Middle East & North Africa](https://archive.example/region/mena)"
THEME = "Theme: [Terrorism](https://archive.example/t/1), [US NATO War Agenda](https://archive.example/t/2)"
DOSSIER = "In-depth Report: [SYRIA](https://archive.example/dossier/syria)"
FIRST = "Government forces took five villages on Monday, a spokesman said."
SECOND = "Two hundred families had stayed in their houses through the night."
TEXT = f"{FIRST}\n\n{SECOND}"
FURNITURE = """Please consider making a donation to keep our work going.
Bitcoin: 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa
IBAN: DE89 3704 0044 0532 0130 00
PayPal: gifts@archive.example

[Comment on Archive Daily articles on our Facebook page](https://social.example/archive)

[Become a Member of Archive Daily](https://archive.example/member)

Articles by: [Maria Halabi](https://archive.example/author/maria-halabi)

**Disclaimer:** The contents of this article are of sole responsibility of the author. Archive Daily will not be
responsible for any inaccurate statement in this article.

This site contains copyrighted material the use of which has not always been specifically authorized by the owner.

For media inquiries: press@archive.example"""
PAGE = f"# {TITLE}\n\n{BYLINE}\n\n{PUBLISHED}\n\n{REGION}\n\n{THEME}\n\n{DOSSIER}\n\n{TEXT}\n\n{FURNITURE}\n"


def page(*header: str) -> str:
    """Return a page with these header lines under its title, each on a line of its own."""
    return "\n".join([TITLE, *header, "", TEXT])


# The whole page


def test_full_page_yields_every_field() -> None:
    parsed = parse_page(PAGE)

    assert (parsed.title, parsed.text) == (TITLE, TEXT)
    assert (parsed.author, parsed.source, parsed.date) == ("Maria Halabi", "Archive Daily", "2016-03-15")
    assert parsed.labels == {
        "region": ("Middle East & North Africa",),
        "theme": ("Terrorism", "US NATO War Agenda"),
        "dossier": ("SYRIA",),
    }


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\u2028"], ids=["windows", "old-mac", "line-separator"])
def test_line_ends_of_other_systems_change_nothing(ends: str) -> None:
    assert parse_page(PAGE.replace("\n", ends)) == parse_page(PAGE)


def test_byte_order_mark_is_not_part_of_the_title() -> None:
    assert parse_page("\ufeff" + PAGE).title == TITLE


def test_non_breaking_spaces_change_nothing() -> None:
    assert parse_page(PAGE.replace(" ", "\u00a0")) == parse_page(PAGE)


def test_zero_width_characters_in_header_lines_change_nothing() -> None:
    assert parse_page(PAGE.replace("Theme:", "The\u200bme\u200b:")) == parse_page(PAGE)


def test_page_without_links_yields_the_same() -> None:
    plain = f"""{TITLE}
By Maria Halabi
{PUBLISHED}
Region: Middle East & North Africa
Theme: Terrorism, US NATO War Agenda
In-depth Report: SYRIA

{TEXT}
"""

    assert parse_page(plain) == parse_page(PAGE)


def test_page_quoted_as_a_whole_yields_the_same() -> None:
    quoted = "\n".join(f"> {line}".rstrip() for line in PAGE.split("\n"))

    assert parse_page(quoted) == parse_page(PAGE)


@pytest.mark.parametrize(
    "order",
    list(permutations([BYLINE, PUBLISHED, REGION, THEME])),
    ids=lambda order: "-".join(line[:2] for line in order),
)
def test_header_lines_are_read_in_any_order(order: tuple[str, ...]) -> None:
    parsed = parse_page(page(*order))

    assert (parsed.title, parsed.author, parsed.source, parsed.text) == (TITLE, "Maria Halabi", "Archive Daily", TEXT)
    assert set(parsed.labels) == {"region", "theme"}


def test_label_lines_above_the_title_are_read() -> None:
    parsed = parse_page(f"{REGION}\n{THEME}\n\n{TITLE}\n\n{BYLINE}\n\n{TEXT}")

    assert (parsed.title, parsed.text) == (TITLE, TEXT)
    assert parsed.labels["region"] == ("Middle East & North Africa",)


def test_heading_below_the_publication_line_is_the_title() -> None:
    parsed = parse_page(f"{PUBLISHED}\n\n# {TITLE}\n\n{BYLINE}\n\n{TEXT}")

    assert (parsed.title, parsed.author, parsed.date, parsed.text) == (TITLE, "Maria Halabi", "2016-03-15", TEXT)


def test_label_lines_below_the_article_are_read() -> None:
    parsed = parse_page(f"{TITLE}\n\n{TEXT}\n\n{REGION}\n{THEME}\n{DOSSIER}")

    assert parsed.text == TEXT
    assert parsed.labels["dossier"] == ("SYRIA",)


@pytest.mark.parametrize("missing", [BYLINE, PUBLISHED, REGION, THEME, DOSSIER], ids=lambda line: line.split()[0])
def test_any_header_line_may_be_missing(missing: str) -> None:
    header = [line for line in (BYLINE, PUBLISHED, REGION, THEME, DOSSIER) if line != missing]

    parsed = parse_page(page(*header))

    assert (parsed.title, parsed.text) == (TITLE, TEXT)


def test_page_without_label_lines_has_no_facet() -> None:
    assert parse_page(page(BYLINE, PUBLISHED)).labels == {}


def test_label_header_without_a_name_leaves_its_facet_absent() -> None:
    parsed = parse_page(page(REGION, "Theme:"))

    assert set(parsed.labels) == {"region"}
    assert parsed.text == TEXT


def test_page_of_header_and_furniture_only_has_no_text() -> None:
    assert parse_page(f"# {TITLE}\n\n{BYLINE}\n{PUBLISHED}\n{REGION}\n\n{FURNITURE}").text == ""


def test_empty_page_is_empty() -> None:
    parsed = parse_page(" \n\n\t\n")

    assert (parsed.title, parsed.text, parsed.labels) == ("", "", {})


# Label lines


@pytest.mark.parametrize(
    "line",
    [
        "Region: Europe",
        "REGION: Europe",
        "region: Europe",
        "Regions: Europe",
        "Region : Europe",
        "Region:Europe",
        "Region:\tEurope",
        "Region：Europe",
        "Region:  Europe",
        "Region: Europe.",
        "  Region: Europe",
        "Region: [Europe](https://archive.example/r/europe)",
        "Region: [Europe](https://archive.example/r_(europe))",
        "Region: [Europe](https://archive.example/?region:europe)",
        'Region: [Europe](https://archive.example/r "All of Europe")',
        "Region: [Europe](<https://archive.example/r europe>)",
        "Region: [Europe][3]",
        "Region: [Europe]",
        "Region: [ Europe ](link)",
        "Region: [**Europe**](link)",
        "[Region](link): [Europe](link)",
        "[Region:](link) [Europe](link)",
        "**Region:** Europe",
        "**Region**: Europe",
        "**Region: **Europe",
        "**Region:**[Europe](link)",
        "**Region: [Europe](link)**",
        "**Region:** **[Europe](link)**",
        "*Region:* Europe",
        "*Region*: *Europe*",
        "***Region:*** Europe",
        "__Region:__ Europe",
        "_Region:_ Europe",
        "_Region_: _Europe_",
        "**_Region:_** Europe",
        "\\*\\*Region:\\*\\* Europe",
        "Region\\: Europe",
        "- Region: Europe",
        "* Region: Europe",
        "+ **Region:** Europe",
        "• Region: Europe",
        "> Region: Europe",
        "> > **Region:** Europe",
        "> - Region: Europe",
        "### Region: Europe",
        "| Region: | Europe |",
    ],
)
def test_region_line_is_read_and_taken_out(line: str) -> None:
    parsed = parse_page(page(BYLINE, line))

    assert parsed.labels == {"region": ("Europe",)}
    assert (parsed.title, parsed.text) == (TITLE, TEXT)


@pytest.mark.parametrize(
    "name",
    [
        "In-depth Report",
        "In-Depth Report",
        "IN-DEPTH REPORT",
        "In depth Report",
        "Indepth report",
        "In-depth Reports",
        "In - depth Report",
        "In\\-depth Report",
        "In\u2010depth Report",
        "In\u2011depth Report",
        "In\u2012depth Report",
        "In\u2013depth Report",
        "In\u2014depth Report",
        "In\u2212depth Report",
        "In\ufe63depth Report",
        "In\uff0ddepth Report",
        "In\u00addepth Report",
        "In-depth\u00a0Report",
    ],
    ids=ascii,
)
def test_in_depth_report_is_known_with_any_hyphen(name: str) -> None:
    parsed = parse_page(page(f"{name}: [SYRIA](link)"))

    assert parsed.labels == {"dossier": ("SYRIA",)}
    assert parsed.text == TEXT


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("[Asia](a), [Europe](b)", ("Asia", "Europe")),
        ("[Asia](a) [Europe](b)", ("Asia", "Europe")),
        ("[Asia](a) | [Europe](b)", ("Asia", "Europe")),
        ("[Asia](a) and [Europe](b)", ("Asia", "Europe")),
        ("[Asia](a),[Europe](b).", ("Asia", "Europe")),
        ("Asia, Europe", ("Asia", "Europe")),
        ("Asia; Europe", ("Asia", "Europe")),
        ("Asia | Europe", ("Asia", "Europe")),
        ("Asia, Europe, Asia", ("Asia", "Europe")),
        ("Asia,, Europe,", ("Asia", "Europe")),
        ("Latin America & Caribbean", ("Latin America & Caribbean",)),
        ("Middle East &amp; North Africa", ("Middle East & North Africa",)),
        ("Sub-Saharan Africa", ("Sub-Saharan Africa",)),
        ("middle east and north africa", ("middle east and north africa",)),
    ],
)
def test_several_names_are_told_apart(value: str, names: tuple[str, ...]) -> None:
    assert parse_page(page(f"Region: {value}")).labels == {"region": names}


@pytest.mark.parametrize(
    "line",
    ["Theme: [Culture, Society & History](link), [Oil](link)", "Theme: Culture, Society & History, Oil"],
    ids=["links", "plain"],
)
def test_known_name_with_a_comma_stays_whole(line: str) -> None:
    assert set(parse_page(page(line)).labels["theme"]) == {"Culture, Society & History", "Oil"}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("In-depth Report: IRAN: THE NEXT WAR?", ("IRAN: THE NEXT WAR?",)),
        ("In-depth Report: [IRAN: THE NEXT WAR?](link)", ("IRAN: THE NEXT WAR?",)),
        ("In-depth Report: [WHO IS TO BLAME?](a), [OIL](b).", ("WHO IS TO BLAME?", "OIL")),
        ("In-depth Report: NATO'S WAR ON LIBYA", ("NATO'S WAR ON LIBYA",)),
    ],
)
def test_dossier_names_may_look_like_headlines(line: str, names: tuple[str, ...]) -> None:
    assert parse_page(page(line)).labels == {"dossier": names}


def test_long_plain_list_with_a_full_stop_is_read() -> None:
    parsed = parse_page(page("Theme: Crimes against Humanity, Law and Justice, Police State & Civil Rights, Oil."))

    assert parsed.labels == {
        "theme": ("Crimes against Humanity", "Law and Justice", "Police State & Civil Rights", "Oil")
    }
    assert parsed.text == TEXT


def test_line_of_twenty_themes_is_read() -> None:
    names = [f"Politics and Public Affairs {number}" for number in range(20)]

    assert parse_page(page(f"Theme: {', '.join(names)}")).labels["theme"] == tuple(names)


@pytest.mark.parametrize(
    "line",
    [
        "Region: Europe Theme: Oil, Terrorism In-depth Report: SYRIA",
        "Region: [Europe](a) Theme: [Oil](b), [Terrorism](c) In-depth Report: [SYRIA](d)",
        "Region: Europe | Theme: Oil, Terrorism | In-depth Report: SYRIA",
        "**Region:** [Europe](a) **Theme:** [Oil](b), [Terrorism](c) **In-depth Report:** [SYRIA](d)",
        "**Region: **[Europe](a)**Theme: **[Oil](b)[Terrorism](c)**In-depth Report: **[SYRIA](d)",
        "REGION: Europe, THEME: Oil, Terrorism, IN-DEPTH REPORT: SYRIA",
    ],
    ids=["plain", "links", "bars", "bold", "no-spaces", "upper-case"],
)
def test_header_of_one_line_is_read_into_its_facets(line: str) -> None:
    parsed = parse_page(page(line))

    assert parsed.labels == {"region": ("Europe",), "theme": ("Oil", "Terrorism"), "dossier": ("SYRIA",)}
    assert parsed.text == TEXT


@pytest.mark.parametrize(
    "lines",
    [
        "Theme:\n[Oil](a), [Terrorism](b)",
        "Theme:\n[Oil](a)\n[Terrorism](b)",
        "Theme:\n\n[Oil](a), [Terrorism](b)",
        "Theme:\n\n[Oil](a)\n\n[Terrorism](b)",
        "Theme:\nOil, Terrorism",
        "Theme:\n\nOil, Terrorism",
        "Theme:\nOil\nTerrorism",
        "Theme:\nOil,\nTerrorism",
        "Theme: Oil,\nTerrorism",
        "Theme: [Oil](a),\n[Terrorism](b)",
        "Theme: [Oil](a)\n[Terrorism](b)",
        "Theme:\n- Oil\n- Terrorism",
        "Theme:\n\n- Oil\n- Terrorism",
        "Theme:\n\n* [Oil](a)\n* [Terrorism](b)",
        "**Theme:**\n- Oil\n- Terrorism",
        "## Theme:\n\nOil, Terrorism",
        "> Theme:\n> Oil\n> Terrorism",
        "Theme: Oil\nTheme: Terrorism",
    ],
    ids=lambda lines: lines.replace("\n", "/"),
)
def test_names_on_following_lines_are_read(lines: str) -> None:
    parsed = parse_page(page(lines))

    assert parsed.labels == {"theme": ("Oil", "Terrorism")}
    assert (parsed.title, parsed.text) == (TITLE, TEXT)


def test_headers_with_their_names_below_are_all_read() -> None:
    parsed = parse_page(page("Region:\nEurope\nTheme:\nOil\nIn-depth Report:\nSYRIA", "By Maria Halabi", PUBLISHED))

    assert parsed.labels == {"region": ("Europe",), "theme": ("Oil",), "dossier": ("SYRIA",)}
    assert (parsed.author, parsed.source, parsed.text) == ("Maria Halabi", "Archive Daily", TEXT)


@pytest.mark.parametrize(
    "following",
    [
        FIRST,
        "“We held the bridge until the last day.”",
        "The oil runs out and nobody in the capital seems to know",
        "- The pumps are silent, the men who ran them have gone home.",
    ],
    ids=["paragraph", "quotation", "wrapped-line", "bulleted-sentence"],
)
def test_paragraph_right_below_a_label_line_stays(following: str) -> None:
    parsed = parse_page(f"{TITLE}\nTheme: [Oil](link)\n{following}\n\n{SECOND}")

    assert parsed.labels == {"theme": ("Oil",)}
    assert parsed.text == f"{following.removeprefix('- ')}\n\n{SECOND}"


@pytest.mark.parametrize(
    "following",
    [FIRST, "“We held the bridge.”", "The oil runs out and nobody in the capital seems to know"],
    ids=["paragraph", "quotation", "wrapped-line"],
)
def test_paragraph_below_a_header_without_names_stays(following: str) -> None:
    parsed = parse_page(f"{TITLE}\nTheme:\n\n{following}\n\n{SECOND}")

    assert parsed.labels == {}
    assert parsed.text == f"{following}\n\n{SECOND}"


def test_picture_below_a_label_line_names_no_label() -> None:
    parsed = parse_page(f"{TITLE}\n{THEME}\n![A burning pump](https://archive.example/pump.jpg)\n\n{TEXT}")

    assert parsed.labels == {"theme": ("Terrorism", "US NATO War Agenda")}


@pytest.mark.parametrize(
    "sentence",
    [
        "Region: the whole of the north is without power, the ministry said on Tuesday, and repairs will take weeks.",
        "Region: no rain was expected.",
        "Region: forecasters expect heavy snow, strong wind and ice.",
        "Region: the whole of the north is without power, the ministry",
        "Theme: the party, not the people, decides.",
        "Theme: winners take all.",
        "Theme: it was the year in which the city lost its river, its port, and half of its people.",
        "In-depth report: how the dam broke, and who was warned before it did.",
        "In-depth reports have become rare since the newsroom was halved.",
        "Regional leaders met on Friday.",
        "Themes of loss and return run through the exhibition.",
        "The theme: terrorism, as so often.",
        "“Region: unknown”, the form said.",
    ],
    ids=lambda sentence: sentence[:24],
)
def test_prose_that_begins_like_a_label_line_stays(sentence: str) -> None:
    parsed = parse_page(page(THEME) + f"\n\n{sentence}")

    assert parsed.text == f"{TEXT}\n\n{sentence}"
    assert set(parsed.labels) == {"theme"}


def test_label_line_between_paragraphs_is_taken_out() -> None:
    parsed = parse_page(f"{TITLE}\n\n{FIRST}\n\n{THEME}\n\n{SECOND}")

    assert parsed.text == TEXT


# Byline


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Maria Halabi", "Maria Halabi"),
        ("By: Maria Halabi", "Maria Halabi"),
        ("by Maria Halabi", "Maria Halabi"),
        ("BY MARIA HALABI", "MARIA HALABI"),
        ("**By** [Maria Halabi](link)", "Maria Halabi"),
        ("*By Maria Halabi*", "Maria Halabi"),
        ("> By Maria Halabi", "Maria Halabi"),
        ("#### By Maria Halabi", "Maria Halabi"),
        ("By [Maria Halabi](a) and [John Doe](b)", "Maria Halabi and John Doe"),
        ("By Maria Halabi, John Doe, and Li Wei", "Maria Halabi, John Doe, and Li Wei"),
        ("By Maria Halabi\nBy John Doe", "Maria Halabi, John Doe"),
        ("By Dr. Maria Halabi", "Dr. Maria Halabi"),
        ("By M. K. Halabi", "M. K. Halabi"),
        ("By Ludwig van der Berg and Ana de la Cruz", "Ludwig van der Berg and Ana de la Cruz"),
        ("By Élodie Ørsted-Núñez", "Élodie Ørsted-Núñez"),
        ("By Seán O’Brien", "Seán O’Brien"),
        ("By April Jones", "April Jones"),
        ("By Archive Staff", "Archive Staff"),
    ],
)
def test_byline_gives_the_author(line: str, author: str) -> None:
    parsed = parse_page(page(line))

    assert (parsed.title, parsed.author, parsed.text) == (TITLE, author, TEXT)


@pytest.mark.parametrize(
    "sentence",
    [
        "By Monday the river had fallen by a metre.",
        "By Monday, March 14, 2016, nobody was left.",
        "By Monday",
        "By March 2016, prices had doubled.",
        "By the river they sat, and waited.",
        "By 2016 the last pump had stopped.",
        "By all accounts, Maria Halabi never came back.",
        "By Maria Halabi's account, it was over in an hour.",
    ],
)
def test_prose_that_begins_with_by_stays(sentence: str) -> None:
    parsed = parse_page(f"# {TITLE}\n\n{sentence}\n\n{SECOND}")

    assert (parsed.author, parsed.text) == ("", f"{sentence}\n\n{SECOND}")


def test_byline_behind_the_first_paragraph_is_text() -> None:
    parsed = parse_page(f"# {TITLE}\n\n{FIRST}\n\nBy Maria Halabi")

    assert (parsed.author, parsed.text) == ("", f"{FIRST}\n\nBy Maria Halabi")


# Publisher and date


@pytest.mark.parametrize(
    ("line", "source", "date"),
    [
        ("Archive Daily, March 15, 2016", "Archive Daily", "2016-03-15"),
        ("ARCHIVE DAILY, MARCH 15, 2016", "ARCHIVE DAILY", "2016-03-15"),
        ("*Archive Daily*, March 15, 2016", "Archive Daily", "2016-03-15"),
        ("[Archive Daily](link), 15 March 2016", "Archive Daily", "2016-03-15"),
        ("Archive Daily 15 March 2016", "Archive Daily", "2016-03-15"),
        ("Archive Daily, 15th March, 2016", "Archive Daily", "2016-03-15"),
        ("Archive Daily, March 1st, 2016", "Archive Daily", "2016-03-01"),
        ("Archive Daily, March 15 2016", "Archive Daily", "2016-03-15"),
        ("Archive Daily, Mar. 5, 2016", "Archive Daily", "2016-03-05"),
        ("Archive Daily, Sept. 5, 2016", "Archive Daily", "2016-09-05"),
        ("Archive Daily, 5 Sep 2016", "Archive Daily", "2016-09-05"),
        ("Archive Daily, May 5, 2016", "Archive Daily", "2016-05-05"),
        ("Archive Daily, 2016-03-15", "Archive Daily", "2016-03-15"),
        ("Archive Daily | March 15, 2016", "Archive Daily", "2016-03-15"),
        ("Archive Daily – March 15, 2016", "Archive Daily", "2016-03-15"),
        ("Archive Daily - March 15, 2016", "Archive Daily", "2016-03-15"),
        ("Archive Daily, Tuesday, March 15, 2016", "Archive Daily", "2016-03-15"),
        ("Archive Daily, March 15, 2016, 10:30 am", "Archive Daily", "2016-03-15"),
        ("Archive Daily, March 15, 2016 at 10:30 a.m.", "Archive Daily", "2016-03-15"),
        ("Tuesday, March 15, 2016", "", "2016-03-15"),
        ("March 15, 2016", "", "2016-03-15"),
        ("2016-03-15T10:30:00Z", "", "2016-03-15"),
        ("Posted on March 15, 2016", "", "2016-03-15"),
        ("Published: 15 March 2016", "", "2016-03-15"),
        ("Date: March 15, 2016", "", "2016-03-15"),
        ("First published by Archive Daily on March 15, 2016", "Archive Daily", "2016-03-15"),
        ("Source: Archive Daily, March 15, 2016", "Archive Daily", "2016-03-15"),
        ("Source: Archive Daily", "Archive Daily", ""),
        ("The Evening Sun, March 15, 2016", "The Evening Sun", "2016-03-15"),
        ("The Post on Sunday, March 13, 2016", "The Post on Sunday", "2016-03-13"),
        ("People's Post, March 15, 2016", "People's Post", "2016-03-15"),
        ("Courrier de l’Est, 15 March 2016", "Courrier de l’Est", "2016-03-15"),
        ("Archive 24, February 29, 2016", "Archive 24", "2016-02-29"),
    ],
)
def test_publication_line_gives_publisher_and_iso_date(line: str, source: str, date: str) -> None:
    parsed = parse_page(page("By Maria Halabi", line))

    assert (parsed.source, parsed.date, parsed.text) == (source, date, TEXT)


@pytest.mark.parametrize(
    "line",
    ["By Maria Halabi, Archive Daily, March 15, 2016", "By Maria Halabi | Archive Daily | March 15, 2016"],
    ids=["commas", "bars"],
)
def test_byline_and_publication_line_may_be_one(line: str) -> None:
    parsed = parse_page(page(line))

    assert (parsed.author, parsed.source, parsed.date) == ("Maria Halabi", "Archive Daily", "2016-03-15")
    assert parsed.text == TEXT


def test_first_of_two_publication_lines_counts() -> None:
    parsed = parse_page(page("Archive Daily, March 15, 2016", "River Post 14 March 2016"))

    assert (parsed.source, parsed.date, parsed.text) == ("Archive Daily", "2016-03-15", TEXT)


def test_date_that_does_not_exist_is_no_date() -> None:
    assert parse_page(page("Archive Daily, February 30, 2016")).date == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "The truce began on March 15, 2016.",
        "Nobody had expected the flood of March 15, 2016",
        "PORT CITY, March 15 — The pumps stopped at noon.",
        "Source: the ministry, which would not say more.",
        "Until March 15, 2016",
    ],
)
def test_prose_with_a_date_stays(sentence: str) -> None:
    parsed = parse_page(f"# {TITLE}\n\n{sentence}\n\n{SECOND}")

    assert (parsed.source, parsed.date, parsed.text) == ("", "", f"{sentence}\n\n{SECOND}")


# Title


@pytest.mark.parametrize(
    "line",
    [f"# {TITLE}", f"## {TITLE}", f"**{TITLE}**", f"# [{TITLE}](link)", f"# **{TITLE}** ", TITLE, f"\n\n{TITLE}"],
)
def test_first_line_is_the_title_without_its_marks(line: str) -> None:
    assert parse_page(f"{line}\n\n{TEXT}").title == TITLE


def test_underlined_first_line_is_the_title() -> None:
    parsed = parse_page(f"{TITLE}\n{'=' * len(TITLE)}\n\n{TEXT}")

    assert (parsed.title, parsed.text) == (TITLE, TEXT)


@pytest.mark.parametrize(
    "title",
    ["Who Broke the Dam?", "Never Again!", "The “Safe” Zone", "Oil: A Short History", "#Together, They Said", "1914"],
)
def test_titles_may_end_and_begin_as_sentences_do_not(title: str) -> None:
    assert parse_page(f"{title}\n\n{TEXT}").title == title


@pytest.mark.parametrize("title", ["By Land and by Sea", "By Invitation Only"])
def test_title_that_begins_with_by_is_a_title_above_a_byline(title: str) -> None:
    parsed = parse_page(f"{title}\n\n{BYLINE}\n{PUBLISHED}\n\n{TEXT}")

    assert (parsed.title, parsed.author, parsed.text) == (title, "Maria Halabi", TEXT)


def test_title_that_ends_in_a_date_is_a_title_above_a_publication_line() -> None:
    parsed = parse_page(f"Morning Briefing, March 16, 2016\n\n{PUBLISHED}\n\n{TEXT}")

    assert (parsed.title, parsed.date) == ("Morning Briefing, March 16, 2016", "2016-03-15")


def test_known_title_is_not_repeated_in_the_text() -> None:
    parsed = parse_page(PAGE, title=TITLE.upper())

    assert (parsed.title, parsed.text) == (TITLE.upper(), TEXT)


def test_known_title_loses_its_markdown() -> None:
    assert parse_page(TEXT, title=f"**[{TITLE}](link)**").title == TITLE


def test_label_line_within_a_known_title_is_taken_out() -> None:
    parsed = parse_page(TEXT, title=f"{TITLE}\nRegion: Europe")

    assert (parsed.title, parsed.labels) == (TITLE, {"region": ("Europe",)})


def test_known_title_that_is_a_label_line_is_no_title() -> None:
    parsed = parse_page(TEXT, title="Theme: Oil, Terrorism")

    assert (parsed.title, parsed.text) == ("", TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "One paragraph, and no title above it. It has two sentences.",
        "The first paragraph ends with a full stop.\n\nSo does the second.",
        "“We held the bridge until the last day.”\n\nHe said no more.",
        "The first line goes on\nin the second line, as wrapped text does.\n\nSo it ends.",
    ],
    ids=["one-paragraph", "two-paragraphs", "quotation", "wrapped"],
)
def test_text_without_a_title_keeps_its_first_line(text: str) -> None:
    parsed = parse_page(text)

    assert (parsed.title, parsed.text) == ("", text)


def test_first_paragraph_that_ends_in_a_quotation_is_no_title_even_above_label_lines() -> None:
    parsed = parse_page(f"“We held the bridge until the last day.”\n\n{THEME}\n\n{SECOND}")

    assert parsed.title == ""


def test_text_of_one_line_is_text_and_no_title() -> None:
    assert parse_page("Oil prices rise").text == "Oil prices rise"


# Articles in memory


def test_cleaning_an_article_takes_label_lines_and_furniture_out() -> None:
    article = Article(title=f"**{TITLE}**", text=f"{THEME}\n\n{TEXT}\n\n{FURNITURE}", labels={"theme": ("Oil",)})

    assert clean_article(article) == Article(title=TITLE, text=TEXT, labels={"theme": ("Oil",)})


def test_cleaning_takes_a_label_line_out_of_the_title() -> None:
    assert clean_article(Article(title=f"{TITLE}\nRegion: Europe", text=TEXT)).title == TITLE


def test_cleaning_an_article_that_was_read_changes_nothing() -> None:
    parsed = parse_page(PAGE)
    article = Article(title=parsed.title, text=parsed.text, labels=parsed.labels)

    assert clean_article(article) == article
