"""The report in a real browser: Debian's Chromium, at the width of a desk and of a phone."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dated_news import HOSTILE_NAME, news, state_of, vectors_of
from drawn_topics import HOSTILE, HOSTILE_DOSSIER, report_without_topics, small_report

from newsclf.topic_report import TopicReport, build_report, payload, write_topic_report

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's package chromium is not installed")

# No name resolves: what a link asks for is seen, and goes nowhere.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@dataclass
class Watched:
    """A page, with what went wrong on it and what left it."""

    page: Any
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        # A temporary user data folder is Playwright's default.
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    contexts = []

    def open_report(report: TopicReport, size: dict[str, Any], **options: Any) -> Watched:
        write_topic_report(report, tmp_path / "report.html")
        context = browser.new_context(**size, reduced_motion="reduce", **options)
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.page.on("console", lambda line: line.type == "error" and watched.errors.append(line.text))
        watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
        watched.page.on(
            "request",
            lambda request: request.url.startswith(("file:", "data:", "blob:")) or watched.requests.append(request.url),
        )
        watched.page.goto((tmp_path / "report.html").as_uri())
        watched.page.wait_for_selector("html[data-drawn=yes]")
        return watched

    yield open_report
    for context in contexts:
        context.close()


def wait_until(page: Any, condition: str) -> None:
    """Wait until an expression is true; Playwright's own wait compiles it in the page, which the policy forbids."""
    deadline = time.monotonic() + 30
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(20)


def rows_of(page: Any) -> list[str]:
    """Return the topics of the table as they stand below each other."""
    return [name.strip() for name in page.locator("table.topics tbody .to-map").all_inner_texts()]


def place_of(page: Any, title: str) -> tuple[float, float]:
    """Return where the dot of an article stands in the window, scrolled into it."""
    page.locator("#map").scroll_into_view_if_needed()
    x, y = page.evaluate(
        """title => {
            const map = document.getElementById("map"), box = map.getBoundingClientRect();
            const { xaxis, yaxis } = map._fullLayout, i = articles.title.indexOf(title);
            return [box.x + xaxis.l2p(articles.x[i]), box.y + yaxis.l2p(articles.y[i])];
        }""",
        title,
    )
    return x, y


def zoom_to(page: Any, title: str) -> None:
    """Spread the dots, so that one can be met."""
    page.evaluate(
        """title => {
            const i = articles.title.indexOf(title), near = (v) => [v - 150, v + 150];
            return Plotly.relayout("map", {"xaxis.range": near(articles.x[i]), "yaxis.range": near(articles.y[i])});
        }""",
        title,
    )


def asked_for(page: Any, url: str) -> Any:
    """Expect that a new page asks for an address."""
    return page.context.expect_event("request", lambda request: request.url == url)


def hover(page: Any, title: str) -> None:
    zoom_to(page, title)
    x, y = place_of(page, title)
    page.mouse.move(x - 4, y)
    page.mouse.move(x, y)
    page.wait_for_selector("#tip:not([hidden])")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_its_width_without_errors_or_requests(opened: Any, size: dict[str, Any], scheme: str) -> None:
    watched = opened(small_report(), size, color_scheme=scheme)

    assert watched.page.evaluate("document.documentElement.scrollWidth") == size["viewport"]["width"]
    assert watched.page.locator(".plot svg.main-svg").count() >= 3
    assert watched.page.locator(".no-webgl").count() == 0
    assert (watched.errors, watched.requests) == ([], [])


@SIZES
def test_parts_without_data_draw_without_errors(opened: Any, size: dict[str, Any]) -> None:
    watched = opened(report_without_topics(), size)

    watched.page.fill("#query", "article 1")
    wait_until(watched.page, "document.getElementById('status').textContent.startsWith('3 of 12 articles')")
    assert (watched.errors, watched.requests) == ([], [])


def test_pointing_at_a_dot_shows_title_topic_and_date(opened: Any) -> None:
    page = opened(small_report(), DESK).page

    hover(page, "Oil prices rise, part 40")

    assert page.inner_text("#tip .title") == "Oil prices rise, part 40"
    assert page.inner_text("#tip .about") == "oil, prices, opec · 2010-05-13"


def test_a_click_on_a_dot_opens_its_address(opened: Any) -> None:
    page = opened(small_report(), DESK).page
    hover(page, "Oil prices rise, part 40")

    with page.context.expect_page() as opening, asked_for(page, "https://news.example/40"):
        page.mouse.click(*place_of(page, "Oil prices rise, part 40"))

    assert opening.value.evaluate("window.opener") is None
    assert page.get_attribute("#picked a", "href") == "https://news.example/40"


def test_a_finger_reads_the_title_first_and_opens_by_the_link(opened: Any) -> None:
    page = opened(small_report(), PHONE).page
    zoom_to(page, "Oil prices rise, part 40")

    page.touchscreen.tap(*place_of(page, "Oil prices rise, part 40"))
    page.wait_for_selector("#picked a")

    assert page.inner_text("#picked .title") == "Oil prices rise, part 40"
    assert len(page.context.pages) == 1
    with asked_for(page, "https://news.example/40"):
        page.tap("#picked a")


def test_an_article_without_a_web_address_opens_nothing(opened: Any) -> None:
    page = opened(small_report(), DESK).page
    hover(page, "Oil prices rise, part 32")

    page.mouse.click(*place_of(page, "Oil prices rise, part 32"))
    page.wait_for_selector("#picked .title")

    assert page.locator("#picked a").count() == 0
    assert len(page.context.pages) == 1
    assert page.evaluate("window.hacked") is None


@SIZES
def test_search_narrows_map_lists_and_table(opened: Any, size: dict[str, Any]) -> None:
    watched = opened(small_report(), size)
    page = watched.page

    page.fill("#query", "PARTY  part 1")
    page.wait_for_selector("#found:not([hidden])")

    # Parts 1, 10 to 19 and 21 of the party's articles.
    assert page.inner_text("#status") == "12 of 66 articles for “PARTY part 1”, in 1 topic"
    assert page.evaluate("document.getElementById('map').data[1].x.length") == 12
    assert page.locator("#found-list a").count() == 12
    assert page.locator("table.topics tbody tr:visible").count() == 1
    assert page.locator(".legend li:visible").count() == 1

    page.fill("#query", "opéc")
    wait_until(page, "document.getElementById('map').data[1].x.length === 20")
    assert page.inner_text("table.topics tbody tr:visible .to-map").strip() == "oil, prices, opec"

    page.fill("#query", "nothing like it")
    page.wait_for_selector("#no-row:visible")
    page.click("#clear")
    wait_until(page, "document.getElementById('map').data[1].x.length === 0")
    assert page.locator("table.topics tbody tr:visible").count() == 3
    assert watched.errors == []


def test_a_topic_is_shown_alone_by_keyboard(opened: Any) -> None:
    page = opened(small_report(), DESK).page

    page.focus(".legend button[data-topic='2']")
    page.keyboard.press("Enter")

    wait_until(page, "document.getElementById('map').data[1].x.length === 10")
    assert page.get_attribute(".legend button[data-topic='2']", "aria-pressed") == "true"
    assert page.inner_text("#status") == "10 of 66 articles in “storm, coast, rain”"


@SIZES
def test_links_of_the_table_point_at_the_articles(opened: Any, size: dict[str, Any]) -> None:
    page = opened(small_report(), size).page

    links = page.locator("table.topics a").evaluate_all("links => links.map(a => [a.href, a.target, a.rel])")

    assert [link[0] for link in links] == [f"https://news.example/{i}" for i in (0, 1, 31, 33)]
    assert {tuple(link[1:]) for link in links} == {("_blank", "noopener noreferrer")}
    with asked_for(page, "https://news.example/0"):
        page.click("table.topics a >> nth=0")


@SIZES
def test_markup_in_titles_and_names_stays_text_and_runs_nothing(opened: Any, size: dict[str, Any]) -> None:
    watched = opened(small_report(), size)
    page = watched.page

    page.fill("#query", "hacked")
    page.wait_for_selector("#found:not([hidden])")
    hover(page, HOSTILE)

    assert page.inner_text("#tip .title") == HOSTILE
    assert page.inner_text("#found-list a") == HOSTILE
    page.click("#clear")
    page.click("[data-zoom=all]")
    page.wait_for_selector("#map .annotation")
    for figure in ("#map", "#hierarchy"):
        drawn = page.locator(f"{figure} text").evaluate_all("texts => texts.map(text => text.textContent.trim())")
        # On a phone names are cut.
        assert any(text.startswith("vote, party, <b>po") for text in drawn), json.dumps(drawn)
    assert page.locator("#lines button").first.inner_text().strip() == "vote, party, <b>poll</b>"
    assert page.locator(".dossier-name").all_inner_texts() == ["The vote", HOSTILE_DOSSIER]
    assert page.locator("img").count() == 0
    assert page.evaluate("window.hacked") is None
    assert (watched.errors, watched.requests) == ([], [])


def test_the_policy_forbids_requests_and_scripts_put_in_later(opened: Any) -> None:
    page = opened(small_report(), DESK).page

    refused = page.evaluate(
        """async () => {
            const script = document.createElement("script");
            script.textContent = "window.hacked = 1";
            document.body.append(script);
            return fetch("https://news.example/").then(() => "answered", () => "refused");
        }"""
    )

    assert refused == "refused"
    assert page.evaluate("window.hacked") is None


# Out of a timer, for what Playwright itself evaluates is free of the policy.
COMPILED = """() => new Promise(done => setTimeout(() => {
    try { done(new Function("return 'compiled'")()); } catch { done("refused"); }
}))"""


def test_dots_are_drawn_without_compiling_functions(opened: Any) -> None:
    watched = opened(small_report(), DESK)

    assert watched.page.evaluate(COMPILED) == "refused"
    assert watched.page.locator("#map .points path").count() == 66
    assert watched.errors == []


def test_many_dots_are_drawn_by_webgl(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload, "_MOST_IN_SVG", 65)
    watched = opened(small_report(), DESK)

    hover(watched.page, "Oil prices rise, part 40")

    assert watched.page.inner_text("#tip .title") == "Oil prices rise, part 40"
    assert watched.page.evaluate("document.getElementById('map').data[0].type") == "scattergl"
    assert watched.page.locator(".no-webgl").count() == 0
    assert watched.errors == []


@SIZES
def test_the_table_is_sorted_by_keyboard(opened: Any, size: dict[str, Any]) -> None:
    watched = opened(small_report(), size)
    page = watched.page
    order = "[...document.querySelectorAll('.topics [data-sort]')].map(heading => heading.getAttribute('aria-sort'))"
    vote, oil, storm = "vote, party, <b>poll</b>", "oil, prices, opec", "storm, coast, rain"

    assert (rows_of(page), page.evaluate(order)) == ([vote, oil, storm], [None, "descending", None])
    page.focus("[data-sort=name] button")
    page.keyboard.press("Enter")
    assert (rows_of(page), page.evaluate(order)) == ([oil, storm, vote], ["ascending", None, None])
    page.keyboard.press("Space")
    assert (rows_of(page), page.evaluate(order)) == ([vote, storm, oil], ["descending", None, None])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert (rows_of(page), page.evaluate(order)) == ([storm, oil, vote], [None, "ascending", None])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert (rows_of(page), page.evaluate(order)) == ([oil, storm, vote], [None, None, "descending"])
    assert page.evaluate("document.activeElement.parentElement.dataset.sort") == "rise"
    assert watched.errors == []


@SIZES
def test_a_sorted_table_is_searched_and_its_rows_lead_to_their_topics(opened: Any, size: dict[str, Any]) -> None:
    page = opened(small_report(), size).page

    page.click("[data-sort=rise] button")
    page.fill("#query", "oil")
    page.wait_for_selector("#found:not([hidden])")
    page.click("table.topics tbody tr:visible .to-map")

    assert rows_of(page)[0] == "oil, prices, opec"
    assert page.inner_text("#status").startswith("20 of 66 articles in “oil, prices, opec”")


def test_without_its_script_the_table_stands_by_size(opened: Any, browser: Any, tmp_path: Path) -> None:
    write_topic_report(small_report(), tmp_path / "report.html")
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())

    assert rows_of(page) == ["vote, party, <b>poll</b>", "oil, prices, opec", "storm, coast, rain"]
    assert page.locator("table.topics thead").is_hidden()
    context.close()


@SIZES
def test_a_rising_topic_is_shown_alone(opened: Any, size: dict[str, Any]) -> None:
    page = opened(small_report(), size).page

    assert page.locator(".rising .change").first.inner_text() == "14 articles in the last 4 weeks, 2.1 expected"
    page.click(".rising button >> nth=0")

    assert page.inner_text("#status") == "20 of 66 articles in “oil, prices, opec”"
    assert page.get_attribute(".rising button >> nth=0", "aria-pressed") == "true"


def test_a_map_of_a_part_says_so(opened: Any) -> None:
    drawn = small_report().on_map[::3]
    page = opened(small_report(drawn=drawn, coordinates=small_report().coordinates[drawn]), DESK).page

    assert page.inner_text("#sampled") == "22 of 66 articles are drawn, evenly picked; the search finds these."


@pytest.mark.slow
@SIZES
def test_a_report_built_from_articles_fits_its_width_and_runs_nothing(opened: Any, size: dict[str, Any]) -> None:
    articles = news(100)

    watched = opened(build_report(state_of(articles), articles, vectors_of(articles)), size)

    page = watched.page
    assert page.evaluate("document.documentElement.scrollWidth") == size["viewport"]["width"]
    assert page.locator(".figures dd").first.inner_text() == "300"
    assert page.locator("#map .points path").count() == 300
    assert page.locator(".dossier-name").all_inner_texts() == [HOSTILE_NAME]
    assert page.locator("table.topics a").count() == 9
    assert page.evaluate("window.hacked") is None
    assert (watched.errors, watched.requests) == ([], [])


def test_lines_over_time_are_taken_away_added_and_turned_into_shares(opened: Any) -> None:
    page = opened(small_report(), DESK).page
    lines = "document.getElementById('trends').data.map(line => line.y)"

    assert page.evaluate(lines) == [[0, 10, 15, 5], [5, 5, 5, 5], [1, 2, 3, 4]]
    page.click("#lines button >> nth=0")
    page.select_option("#add-line", "0")
    assert page.evaluate(lines) == [[5, 5, 5, 5], [1, 2, 3, 4], [0, 10, 15, 5]]
    page.check("input[value=share]")
    assert [line[0] for line in page.evaluate(lines)] == pytest.approx([5 / 6, 1 / 6, 0])


def test_without_webgl_dots_are_still_drawn_and_hovered(opened: Any, browser: Any, tmp_path: Path) -> None:
    page = opened(small_report(), DESK).page
    page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = (get => function (kind, ...rest) {"
        " return kind.includes('webgl') ? null : get.call(this, kind, ...rest); })"
        "(HTMLCanvasElement.prototype.getContext)"
    )
    page.reload()
    page.wait_for_selector("html[data-drawn=yes]")

    hover(page, "Oil prices rise, part 40")

    assert page.inner_text("#tip .title") == "Oil prices rise, part 40"
    assert page.locator("#map .points path").count() == 66


def test_the_hierarchy_tells_what_a_join_holds(opened: Any) -> None:
    page = opened(small_report(), DESK).page

    assert page.evaluate("document.getElementById('hierarchy').data[1].hovertext[0]") == (
        "<b>2 topics, 50 articles</b><br>vote, party, &lt;b&gt;poll&lt;/b&gt;<br>oil, prices, opec"
    )
