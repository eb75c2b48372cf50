import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_topics import HOSTILE, HOSTILE_DOSSIER, RECENT, TOPICS, N, report_without_topics, small_report
from lxml import html as lxml_html

from newsclf.topic_report import TopicReport, payload, write_topic_report
from newsclf.topics import Topic

MEGABYTE = 1_000_000
SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)


def written(report: TopicReport, folder: Path, **options: Any) -> str:
    write_topic_report(report, folder / "report.html", **options)
    return (folder / "report.html").read_text(encoding="utf-8")


def payload_in(page: str) -> dict[str, Any]:
    return json.loads(next(body for attributes, body in SCRIPT.findall(page) if "json" in attributes))


def words_in(page: str) -> str:
    body = lxml_html.document_fromstring(SCRIPT.sub("", page)).find("body")
    return " ".join(body.text_content().split())


def many_articles(n: int, *, title: str, url: str) -> TopicReport:
    rng = np.random.default_rng(0)
    return small_report(
        coordinates=rng.normal(size=(n, 2)),
        titles=tuple(f"{i} {title}" for i in range(n)),
        urls=tuple(f"{url}{i}" for i in range(n)),
        dates=(),
        topic_ids=rng.choice([7, 2, 5, -1], n),
    )


def test_the_page_allows_its_own_two_scripts_and_no_request(tmp_path: Path) -> None:
    page = written(small_report(), tmp_path)

    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    scripts = [body for attributes, body in SCRIPT.findall(page) if not attributes]
    sums = [base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in scripts]
    assert len(scripts) == 2
    assert policy[1] == (
        f"default-src 'none'; script-src 'sha256-{sums[0]}' 'sha256-{sums[1]}' ; "
        "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def test_only_maps_of_many_dots_are_drawn_by_webgl_and_may_compile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payload, "_MOST_IN_SVG", 66)
    few = written(small_report(), tmp_path)
    monkeypatch.setattr(payload, "_MOST_IN_SVG", 65)
    many = written(small_report(), tmp_path)

    assert [payload_in(page)["webgl"] for page in (few, many)] == [False, True]
    assert ["script-src 'unsafe-eval' 'sha256" in page for page in (few, many)] == [False, True]


def test_the_page_refers_to_nothing_outside_but_articles(tmp_path: Path) -> None:
    page = lxml_html.document_fromstring(SCRIPT.sub("", written(small_report(), tmp_path)))

    links = {link for _, attribute, link, _ in page.iterlinks() if not link.startswith("#")}
    assert links == {"data:,", *(f"https://news.example/{i}" for i in (0, 1, 31, 33))}


def test_markup_in_titles_names_and_headings_stays_text(tmp_path: Path) -> None:
    page = written(small_report(), tmp_path, title="<i>Archive</i>")

    assert "<script>window.hacked" not in page
    assert "<img" not in SCRIPT.sub("", page)
    assert all(
        text in words_in(page) for text in (HOSTILE, HOSTILE_DOSSIER, "vote, party, <b>poll</b>", "<i>Archive</i>")
    )
    assert HOSTILE in payload_in(page)["articles"]["title"]


def test_articles_without_a_topic_are_drawn_first_and_topics_stand_by_size(tmp_path: Path) -> None:
    payload = payload_in(written(small_report(), tmp_path))

    assert payload["articles"]["topic"] == [-1] * 6 + [0] * 30 + [1] * 20 + [2] * 10
    assert [topic["name"] for topic in payload["topics"]] == [TOPICS[1].name, TOPICS[0].name, TOPICS[2].name]
    assert payload["counts"] == [[0, 10, 15, 5], [5, 5, 5, 5], [1, 2, 3, 4]]
    # The linkage joins the first two topics as they were given, which are the second and the first by size.
    assert payload["hierarchy"]["order"] == [2, 1, 0]
    assert payload["hierarchy"]["members"] == [[0, 1], [0, 1, 2]]


def test_articles_that_are_not_drawn_are_counted(tmp_path: Path) -> None:
    report = small_report()
    drawn = np.array([3, 31, 60])

    page = written(small_report(drawn=drawn, coordinates=report.coordinates[drawn]), tmp_path)

    payload = payload_in(page)
    assert payload["articles"]["title"] == [report.titles[i] for i in (60, 3, 31)]
    assert payload["articles"]["topic"] == [-1, 0, 1]
    assert payload["n_articles"] == 66
    assert [topic["at"] is None for topic in payload["topics"]] == [False, False, True]
    assert all(figure in words_in(page) for figure in ("Articles66", "Topics3", "Without a topic9.1%"))


def rising_words(page: str) -> list[str]:
    items = lxml_html.document_fromstring(SCRIPT.sub("", page)).xpath("//ol[contains(@class, 'rising')]/li")
    return [" ".join(" ".join(item.itertext()).split()) for item in items]


def test_rising_topics_are_listed_the_surest_first(tmp_path: Path) -> None:
    page = written(small_report(), tmp_path)

    # 30 of 570 articles before, so 2.1 of 40.
    assert rising_words(page) == [
        "oil, prices, opec 14 articles in the last 4 weeks, 2.1 expected",
        "storm, coast, rain 3 articles in the last 4 weeks, none before",
    ]
    assert "2013-W17 to 2013-W20, compared with 2010-W17 to 2013-W16." in words_in(page)
    # Topics stand by size: 2, 7, 5.
    assert [topic["rise"] for topic in payload_in(page)["topics"]] == [-3.5, 4.0, 2.1]
    assert [cell.split() for cell in cells_of(page, "late")] == [
        ["Of", "late", "9", "(20.4", "expected)"],
        ["Of", "late", "14", "(2.1", "expected)", "rising"],
        ["Of", "late", "3", "(none", "before)", "rising"],
    ]


def cells_of(page: str, name: str) -> list[str]:
    cells = lxml_html.document_fromstring(SCRIPT.sub("", page)).xpath(f"//td[@class='{name}']")
    return [" ".join(" ".join(cell.itertext()).split()) for cell in cells]


def test_no_more_than_ten_rising_topics_are_listed(tmp_path: Path) -> None:
    topics = tuple(Topic(i, f"topic number {i}", (), 1) for i in range(12))
    changes = tuple(replace(RECENT.changes[0], id=i, z=float(i)) for i in range(12))
    report = replace(report_without_topics(), topics=topics, representatives=((),) * 12)

    page = written(replace(report, recent=replace(RECENT, changes=changes)), tmp_path)

    assert [words.split()[2] for words in rising_words(page)] == ["11", "10", "9", "8", "7", "6", "5", "4", "3", "2"]
    assert "2 more in the table." in words_in(page)


def test_where_no_topic_rises_the_page_says_so(tmp_path: Path) -> None:
    still = replace(RECENT, changes=tuple(replace(change, low=-0.1) for change in RECENT.changes))

    page = written(small_report(recent=still), tmp_path)

    assert rising_words(page) == []
    assert "No topic rises: what topics have more than expected in the last 4 weeks may be chance." in words_in(page)


def test_in_depth_reports_are_matched_in_words(tmp_path: Path) -> None:
    assert cells_of(written(small_report(), tmp_path), "dossier") == [
        "In-depth report The vote 1 of the topic’s 1 labelled article is in it (100%); "
        "1 of its 200 articles is in the topic (under 1%)",
        f"In-depth report {HOSTILE_DOSSIER} 12 of the topic’s 15 labelled articles are in it (80%); "
        "12 of its 20 articles are in the topic (60%)",
        "In-depth report Shares no article with one.",
    ]


def test_addresses_that_are_not_of_the_web_become_no_link(tmp_path: Path) -> None:
    payload = payload_in(written(small_report(), tmp_path))

    assert sum(url.startswith("https://news.example/") for url in payload["articles"]["url"]) == N - 1
    assert payload["articles"]["url"].count("") == 1


def test_heat_maps_leave_out_labels_of_no_topic_and_round_to_percent(tmp_path: Path) -> None:
    page = lxml_html.document_fromstring(SCRIPT.sub("", written(small_report(), tmp_path)))

    table = page.xpath("//section[@id='themes-section']//table")[0]
    assert [cell.text_content() for cell in table.xpath(".//thead//th")] == ["Topic", "Energy", "Elections"]
    assert [[cell.text_content() for cell in row.xpath("td")] for row in table.xpath(".//tbody/tr")] == [
        ["10", "60"],
        ["90", ""],
        ["", ""],
    ]
    lead = page.xpath("//section[@id='themes-section']/p")[0].text_content()
    assert "Energy in “oil, prices, opec” (90%); Elections in “vote, party, <b>poll</b>” (60%)" in lead


def test_the_table_says_when_a_topic_was_at_its_peak(tmp_path: Path) -> None:
    assert "most in 2012: 15" in words_in(written(small_report(), tmp_path))


def test_parts_without_data_say_so(tmp_path: Path) -> None:
    words = words_in(written(report_without_topics(), tmp_path))

    for sentence in (
        "No topic was found: the articles are too few, or too unlike each other.",
        "Counts over time need topics and articles with dates; no topic was found.",
        "A hierarchy needs at least two topics.",
        "No topic was found, so none can rise.",
        "No topic was found to count themes in.",
        "No topic was found to count regions in.",
        "No topic was found, so there is nothing to list.",
    ):
        assert sentence in words


def test_topics_without_dates_labels_and_hierarchy_say_so(tmp_path: Path) -> None:
    absent = ("counts", "themes", "regions", "linkage", "dossiers", "recent")
    bare = {"dates": (), "periods": (), **dict.fromkeys(absent)}
    words = words_in(written(small_report(**bare), tmp_path))

    for sentence in (
        "Counts over time need topics and articles with dates; these articles have no dates.",
        "No hierarchy was worked out for these topics.",
        "These articles have no themes.",
        "These articles have no regions.",
        "Rising topics need articles with dates; these have none.",
        "These articles are in no in-depth report.",
    ):
        assert sentence in words


def test_articles_of_one_period_have_nothing_to_rise_against(tmp_path: Path) -> None:
    words = words_in(written(small_report(periods=("2013",), counts=np.ones((3, 1)), recent=None), tmp_path))

    assert "These articles lie in one period only, so there is nothing to compare it with." in words


def test_no_article_at_all_is_a_page_too(tmp_path: Path) -> None:
    assert "There are no articles to draw." in words_in(written(report_without_topics(0), tmp_path))


def test_twenty_thousand_articles_stay_under_15_megabytes(tmp_path: Path) -> None:
    report = many_articles(
        20_000, title="A headline as long as those of newspapers are " * 2, url="https://a.example/" + "x" * 90
    )

    page = written(report, tmp_path)

    assert len(payload_in(page)["articles"]["x"]) == 20_000
    assert len(page.encode()) < 12 * MEGABYTE


@pytest.mark.parametrize(
    ("title", "url", "drawn"),
    [("short", "https://a.example/", 20_000), ("記事" * 200, "https://a.example/" + "x" * 900, 6_000)],
    ids=["many", "long"],
)
def test_more_than_fits_is_picked_evenly_and_the_size_stays_bounded(
    tmp_path: Path, title: str, url: str, drawn: int
) -> None:
    report = many_articles(21_000, title=title, url=url)

    page = written(report, tmp_path)

    payload = payload_in(page)
    assert payload["n_articles"] == 21_000
    assert abs(len(payload["articles"]["x"]) - drawn) < 700
    share = payload["articles"]["topic"].count(-1) / len(payload["articles"]["topic"])
    assert share == pytest.approx((report.topic_ids == -1).mean(), abs=0.002)
    assert len(page.encode()) < 15 * MEGABYTE


def test_one_report_is_one_file_byte_for_byte(tmp_path: Path) -> None:
    assert written(small_report(), tmp_path / "a") == written(small_report(), tmp_path / "b")
