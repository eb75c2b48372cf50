"""What the page's template shows: numbers as words, links that are safe, lines as points."""

from dataclasses import dataclass

import numpy as np

from newsclf.arrays import FloatArray
from newsclf.topic_report.colours import assign_colours
from newsclf.topic_report.content import LabelShares, TopicReport
from newsclf.topic_report.in_words import (
    change_in_words,
    comparison_in_words,
    match_in_words,
    peak_in_words,
    recent_in_words,
    rise_in_words,
)
from newsclf.topic_report.plain_text import shown_text, web_address
from newsclf.topics import NO_TOPIC

NAME_LIMIT = 60
TITLE_LIMIT = 160
_KEYWORD_LIMIT = 40
_LABEL_LIMIT = 60
_DOSSIER_LIMIT = 100
_REPRESENTATIVES = 3
_STRONGEST = 3
_RISING = 10
# Width and height of the small line in the table, in its own units.
_LINE_WIDTH, _LINE_HEIGHT = 100, 24


@dataclass(frozen=True, slots=True)
class Link:
    """An article that a topic is shown by; `url` and `date` may be empty."""

    title: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic as the table has it.

    Parameters
    ----------
    colour
        Its number in the style sheet.
    share
        Of the largest topic, 0..1.
    line
        Points of its counts over time as SVG has them; empty without periods.
    line_text
        The same in words.
    change, is_rising
        Articles of late and how many were expected; empty without periods to compare.
    dossier, dossier_text
        The in-depth report that it is nearest to, and what they share; empty without one.
    """

    name: str
    colour: int
    keywords: tuple[str, ...]
    size: int
    share: float
    links: tuple[Link, ...]
    line: str
    line_text: str
    change: str
    is_rising: bool
    dossier: str
    dossier_text: str


@dataclass(frozen=True, slots=True)
class Rising:
    """Topics that rise.

    Parameters
    ----------
    recent, compared
        What is of late, and the periods that are compared.
    rows
        The surest first: the number of the topic in the table, and its rise in words.
    n_more
        Rising topics that are not in `rows`.
    """

    recent: str
    compared: str
    rows: tuple[tuple[int, str], ...]
    n_more: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Shares of labels, 0..1: a column for each of `names`, a row for each topic; the strongest also in words."""

    names: tuple[str, ...]
    cells: tuple[tuple[float, ...], ...]
    strongest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The page as its template has it; topics stand from the largest to the smallest."""

    n_articles: int
    n_without_topic: int
    first_date: str
    last_date: str
    topics: tuple[TopicRow, ...]
    heat_maps: tuple[tuple[str, HeatMap | None], ...]
    rising: Rising | None
    has_links: bool
    has_periods: bool
    has_dossiers: bool
    has_hierarchy: bool


def topics_by_size(report: TopicReport) -> list[int]:
    """Return the positions of topics, from the largest to the smallest."""
    return sorted(range(len(report.topics)), key=lambda i: (-report.topics[i].size, report.topics[i].id))


def topic_centres(report: TopicReport) -> FloatArray:
    """Return the median place of each topic's articles, in the order of `report.topics`, (t, 2); NaN without any."""
    centres = np.full((len(report.topics), 2), np.nan)
    topic_ids = report.topic_ids[report.on_map]
    for i, topic in enumerate(report.topics):
        members = topic_ids == topic.id
        if members.any():
            centres[i] = np.median(report.coordinates[members], axis=0)
    return centres


def topic_name(report: TopicReport, position: int) -> str:
    """Return the name that the page shows."""
    topic = report.topics[position]
    return shown_text(topic.name, limit=NAME_LIMIT) or f"Topic {topic.id}"


def topic_keywords(report: TopicReport, position: int) -> tuple[str, ...]:
    """Return the keywords that the page shows."""
    words = (shown_text(word, limit=_KEYWORD_LIMIT) for word in report.topics[position].keywords)
    return tuple(word for word in words if word)


def article_title(report: TopicReport, index: int) -> str:
    """Return the title that the page shows."""
    return shown_text(report.titles[index], limit=TITLE_LIMIT) or "(no title)"


def article_url(report: TopicReport, index: int) -> str:
    """Return the address that the page links to, or empty."""
    return web_address(report.urls[index]) if report.urls else ""


def article_date(report: TopicReport, index: int) -> str:
    """Return the date that the page shows, or empty."""
    return shown_text(report.dates[index], limit=20) if report.dates else ""


def view_of(report: TopicReport) -> View:
    """Prepare a report for the template."""
    order = topics_by_size(report)
    largest = max((topic.size for topic in report.topics), default=1)
    colours = assign_colours(topic_centres(report)[order])
    dates = sorted(filter(None, (article_date(report, i) for i in range(len(report.dates)))))
    return View(
        n_articles=len(report.titles),
        n_without_topic=int((report.topic_ids == NO_TOPIC).sum()),
        first_date=dates[0] if dates else "",
        last_date=dates[-1] if dates else "",
        topics=tuple(
            _topic_row(report, i, colour=c, largest=max(largest, 1)) for i, c in zip(order, colours, strict=True)
        ),
        heat_maps=(
            ("Themes", _heat_map(report, report.themes, order)),
            ("Regions", _heat_map(report, report.regions, order)),
        ),
        rising=_rising(report, order),
        has_links=any(article_url(report, i) for i in range(len(report.urls))),
        has_periods=bool(report.topics) and bool(report.periods) and report.counts is not None,
        has_dossiers=report.dossiers is not None,
        has_hierarchy=report.linkage is not None and len(report.topics) > 1,
    )


def _rising(report: TopicReport, order: list[int]) -> Rising | None:
    if report.recent is None:
        return None
    rank = {report.topics[position].id: i for i, position in enumerate(order)}
    changes = sorted((c for c in report.recent.changes if c.is_rising), key=lambda change: (-change.z, change.id))
    return Rising(
        recent=recent_in_words(report.recent),
        compared=comparison_in_words(report.recent),
        rows=tuple((rank[change.id], rise_in_words(change, report.recent)) for change in changes[:_RISING]),
        n_more=max(0, len(changes) - _RISING),
    )


def _topic_row(report: TopicReport, position: int, *, colour: int, largest: int) -> TopicRow:
    line, line_text = "", ""
    if report.counts is not None and report.periods:
        counts = np.asarray(report.counts[position], dtype=np.float64)
        line, line_text = _line(counts), peak_in_words(counts, report.periods)
    shown = report.representatives[position][:_REPRESENTATIVES]
    topic_id = report.topics[position].id
    match = next((match for match in report.dossiers or () if match.topic == topic_id), None)
    changes = () if report.recent is None else report.recent.changes
    change = next((change for change in changes if change.id == topic_id), None)
    return TopicRow(
        name=topic_name(report, position),
        colour=colour,
        keywords=topic_keywords(report, position),
        size=report.topics[position].size,
        share=report.topics[position].size / largest,
        links=tuple(Link(article_title(report, i), article_url(report, i), article_date(report, i)) for i in shown),
        line=line,
        line_text=line_text,
        change="" if change is None else change_in_words(change),
        is_rising=change is not None and change.is_rising,
        dossier="" if match is None else shown_text(match.dossier, limit=_DOSSIER_LIMIT),
        dossier_text="" if match is None else match_in_words(match),
    )


def _line(counts: FloatArray) -> str:
    highest = max(float(counts.max()), 1e-12)
    x = np.linspace(0, _LINE_WIDTH, len(counts)) if len(counts) > 1 else np.array([0, _LINE_WIDTH])
    y = (_LINE_HEIGHT - 2) * (1 - np.resize(counts, len(x)) / highest) + 1
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _heat_map(report: TopicReport, labels: LabelShares | None, order: list[int]) -> HeatMap | None:
    """Return the labels that any topic has, or None where there is none."""
    if labels is None or not labels.shares.any():
        return None
    used = np.flatnonzero(labels.shares.any(axis=0))
    shares = labels.shares[order][:, used]
    names = tuple(shown_text(labels.names[j], limit=_LABEL_LIMIT) for j in used)
    best = [flat for flat in np.argsort(-shares, axis=None, kind="stable")[:_STRONGEST] if shares.flat[flat] > 0]
    pairs = [(int(flat) // len(names), int(flat) % len(names)) for flat in best]
    strongest = (f"{names[j]} in “{topic_name(report, order[i])}” ({shares[i, j]:.0%})" for i, j in pairs)
    return HeatMap(names, tuple(tuple(map(float, row)) for row in shares), tuple(strongest))
