"""Labels that can still be read off the texts: found in header form, not in prose."""

import pytest

from newsclf import Article, LabelLeakError, load_taxonomy
from newsclf.leakage import check_label_leak
from newsclf.reading.archive_page import parse_page

LABELS = {
    "region": ("Middle East & North Africa", "Europe"),
    "theme": ("Terrorism", "Culture, Society & History"),
    "dossier": ("IRAN: THE NEXT WAR?",),
}
PROSE = "Government forces took five villages on Monday, a spokesman said."


def article(text: str, *, title: str = "Five Villages Fall", name: str = "a-1") -> Article:
    return Article(id=name, title=title, text=text, labels=LABELS)


# Headers


@pytest.mark.parametrize(
    "text",
    [
        f"Region: Europe\n\n{PROSE}",
        f"{PROSE}\n\nRegion: Europe",
        f"region: europe\n\n{PROSE.lower()}",
        f"REGION: EUROPE\n\n{PROSE}",
        f"**Region:** [Europe](link)\n\n{PROSE}",
        f"- Region: Europe\n{PROSE}",
        f"Regions: Middle East and North Africa, Middle East & North Africa\n\n{PROSE}",
        f"Theme: Culture, Society & History\n\n{PROSE}",
        f"Theme: Oil, Terrorism\n\n{PROSE}",
        f"In-depth Report: IRAN: THE NEXT WAR?\n\n{PROSE}",
        f"In\u2011depth Report: Iran: The Next War?\n\n{PROSE}",
        f"Dossier: Iran: the next war?\n\n{PROSE}",
        f"Tags: Terrorism, Europe\n\n{PROSE}",
        f"Keywords: Europe; Terrorism\n\n{PROSE}",
        f"Filed under: Terrorism\n\n{PROSE}",
        f"Category: Europe\n\n{PROSE}",
        f"<b>Region:</b> <a href='x'>Europe</a>\n\n{PROSE}",
        f"Region:\nEurope Theme: Terrorism\n\n{PROSE}",
    ],
    ids=lambda text: text[:32],
)
def test_header_line_with_a_label_of_the_article_is_a_leak(text: str) -> None:
    with pytest.raises(LabelLeakError, match=r"1 texts still show their own labels in a header"):
        check_label_leak([article(text)])


@pytest.mark.parametrize(
    "header",
    [
        "Region: Middle East & North Africa",
        "Region: Middle East & North Africa, Europe",
        "Theme: Terrorism",
        "Theme: Oil, Terrorism",
        "Theme: Oil, Law and Justice, Culture, Society & History",
        "In-depth Report: IRAN: THE NEXT WAR?",
        "Region: Europe Theme: Terrorism In-depth Report: IRAN: THE NEXT WAR?",
        "Region: Asia Theme: Terrorism",
    ],
)
def test_label_on_a_page_whose_lines_were_joined_is_a_leak(header: str) -> None:
    text = f"By Maria Halabi Archive Daily, March 15, 2016 {header} {PROSE}"

    with pytest.raises(LabelLeakError, match="a-1: "):
        check_label_leak([article(text)])


def test_label_on_a_joined_page_in_lower_case_is_a_leak() -> None:
    text = f"By Maria Halabi, March 15, 2016 region: Europe theme: Terrorism {PROSE}"

    with pytest.raises(LabelLeakError, match="a-1: region: europe"):
        check_label_leak([article(text.lower())])


def test_label_in_the_title_is_a_leak() -> None:
    with pytest.raises(LabelLeakError, match="Region: Europe"):
        check_label_leak([article(PROSE, title="Five Villages Fall Region: Europe Theme: Terrorism")])


def test_label_left_by_the_reader_on_a_joined_page_is_a_leak() -> None:
    page = (
        f"Five Villages Fall By Maria Halabi Archive Daily, March 15, 2016 Region: [Europe](a) Theme: [Oil](b) {PROSE}"
    )
    text = parse_page(page).text

    with pytest.raises(LabelLeakError, match="Region: Europe"):
        check_label_leak([Article(text=text, labels={"region": ("Europe",)})])


def test_every_text_that_leaks_is_counted_and_three_are_shown() -> None:
    articles = [article(f"Region: Europe\n\n{PROSE}", name=f"a-{number}") for number in range(5)]

    with pytest.raises(LabelLeakError, match=r"^5 texts .*: a-0: .*; a-1: .*; a-2: [^;]*\. Remove these lines"):
        check_label_leak(articles)


def test_one_leak_among_clean_articles_is_found() -> None:
    articles = [article(PROSE)] * 50 + [article(f"Theme: Terrorism {PROSE}", name="a-51")] + [article(PROSE)] * 50

    with pytest.raises(LabelLeakError, match=r"^1 texts .* a-51: "):
        check_label_leak(articles)


def test_header_of_an_unknown_name_in_three_articles_is_a_leak() -> None:
    articles = [article(f"{PROSE}\n\nThis piece is about: Europe", name=f"a-{number}") for number in range(3)]

    with pytest.raises(LabelLeakError, match=r"^3 texts .*This piece is about: Europe"):
        check_label_leak(articles)


def test_subject_line_with_more_than_a_label_in_three_articles_is_a_leak() -> None:
    articles = [article(f"Archive Daily Tags: Terrorism, Oil {PROSE}", name=f"a-{number}") for number in range(3)]

    with pytest.raises(LabelLeakError, match=r"^3 texts .*Tags: Terrorism"):
        check_label_leak(articles)


# No headers


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "Europe is cold, and terrorism is far away.",
        "Terrorism: Europe looks for an answer.",
        "The speakers came back to one theme: terrorism.",
        "They fear for the whole region: Europe cannot take more.",
        "The problem is the same in every region: Europe, Asia, and Africa.",
        "Region: Europe is without gas, the ministry said on Tuesday.",
        "Theme: Terrorism has many causes, and the novel names them all.",
        "Regions in Europe compete for funds.",
        "The theme of the novel is terrorism.",
        "Her topics: she wrote of many things, Europe among them.",
        "The mail began with the words Subject: Europe trip and ended with a threat.",
        "Subject: Terrorism talks in the old town on Friday",
        "He put it under three labels: terrorism, war, and peace.",
        "Theme: Water\n\nThe dam broke.",
        "Region: Eastern Europeans\n\nThe dam broke.",
        "Weather: Europe",
        "London: Terrorism",
        "In-depth reports on Europe are rare.",
        "The section: Europe was left out of it.",
    ],
    ids=lambda text: text[:40],
)
def test_prose_is_no_leak(text: str) -> None:
    check_label_leak([article(text)])


def test_line_of_an_unknown_name_in_two_articles_is_chance() -> None:
    check_label_leak([article("Weather: Europe"), article("Weather: Europe"), article("Weather: sunny")])


def test_prose_with_a_colon_is_no_leak_however_many_articles_hold_it() -> None:
    check_label_leak([article("The speakers came back to one theme: terrorism.")] * 10)


def test_label_of_another_article_is_no_leak() -> None:
    check_label_leak([Article(text="Region: Europe", labels={"region": ("Asia",)}), article(PROSE)])


@pytest.mark.parametrize("labels", [{}, {"theme": ()}, {"theme": ("", "***")}], ids=["none", "empty", "no-letters"])
def test_article_without_labels_cannot_leak(labels: dict[str, tuple[str, ...]]) -> None:
    check_label_leak([Article(text="Region: Europe Theme: ***", labels=labels)])


def test_no_articles_are_no_leak() -> None:
    check_label_leak([])


def test_page_that_was_read_line_by_line_is_no_leak() -> None:
    page = parse_page(
        "Five Villages Fall\nBy Maria Halabi\nArchive Daily, March 15, 2016\nRegion: [Europe](a)\n"
        f"Theme: [Terrorism](b)\n\n{PROSE}\n\nRegion: the north of Europe is without power, the ministry said."
    )

    check_label_leak([Article(title=page.title, text=page.text, labels=page.labels)])


def test_another_name_of_a_label_in_a_header_gives_it_away_too() -> None:
    article = Article(
        text="By Staff Theme: US NATO War Agenda The carrier sailed.", labels={"theme": ("US & NATO Military Policy",)}
    )

    check_label_leak([article])
    with pytest.raises(LabelLeakError, match="still show their own labels"):
        check_label_leak([article], load_taxonomy())
