"""What the page's scripts draw from: short lists, safe inside a script element."""

from typing import Any

import numpy as np

from newsclf.arrays import FloatArray, IntArray
from newsclf.topic_report.colours import assign_colours
from newsclf.topic_report.content import TopicReport
from newsclf.topic_report.hierarchy import draw_dendrogram
from newsclf.topic_report.in_words import PERIOD_LIMIT
from newsclf.topic_report.map_layout import evenly
from newsclf.topic_report.plain_text import shown_text
from newsclf.topic_report.view import (
    article_date,
    article_title,
    article_url,
    topic_centres,
    topic_keywords,
    topic_name,
    topics_by_size,
)
from newsclf.topics import NO_TOPIC

#: Most articles on the map: hover and search stay quick in a browser on an old laptop.
MAX_DRAWN = 20_000
# Up to here dots are SVG, which needs no leave to compile functions: a search takes 0.4 s on a slow core, and 1.3 s
# at 20,000, where WebGL is also smoother to move.
_MOST_IN_SVG = 5_000
# Of the 15 MB that a file may have, about 5 are Plotly's script and 1 the tables and the rest.
_ARTICLES_BYTES = 8_500_000
_BYTES_BESIDE_TEXT = 40
# Steps along each side of the map: finer than any screen.
_STEPS = 10_000


def payload_of(report: TopicReport) -> dict[str, Any]:
    """Return the drawn part of a report; topics stand from the largest to the smallest."""
    order = topics_by_size(report)
    rank = {report.topics[position].id: i for i, position in enumerate(order)} | {NO_TOPIC: NO_TOPIC}
    ranks = np.array([rank[topic_id] for topic_id in report.topic_ids.tolist()], dtype=np.intp)
    articles = _articles(report, ranks)
    return {
        "n_articles": len(report.titles),
        "webgl": len(articles["x"]) > _MOST_IN_SVG,
        "articles": articles,
        "topics": _topics(report, order),
        "periods": [shown_text(period, limit=PERIOD_LIMIT) for period in report.periods],
        "counts": [] if report.counts is None else report.counts[order].tolist(),
        "hierarchy": _hierarchy(report, order),
    }


def _topics(report: TopicReport, order: list[int]) -> list[dict[str, Any]]:
    centres = topic_centres(report)[order]
    places = _on_a_grid(centres, report.coordinates)
    changes = {} if report.recent is None else {change.id: change for change in report.recent.changes}
    return [
        {
            "name": topic_name(report, position),
            "colour": colour,
            "keywords": topic_keywords(report, position),
            "size": report.topics[position].size,
            "at": None if np.isnan(place).any() else place.tolist(),
            "rise": changes[report.topics[position].id].z if changes else 0,
        }
        for position, colour, place in zip(order, assign_colours(centres), places, strict=True)
    ]


def _articles(report: TopicReport, ranks: IntArray) -> dict[str, Any]:
    """Return columns; articles without a topic stand first, so that they are drawn below the others."""
    places = _on_a_grid(report.coordinates, report.coordinates).astype(np.intp)
    on_map = report.on_map
    rows = [
        (int(ranks[i]), *place, article_title(report, i), article_url(report, i), article_date(report, i))
        for i, place in zip(on_map.tolist(), places.tolist(), strict=True)
    ]
    rows.sort(key=lambda row: row[0] != NO_TOPIC)
    rows = [rows[i] for i in evenly(len(rows), most=_most_that_fit(rows)).tolist()]
    columns = ("topic", "x", "y", "title", "url", "date")
    return (
        dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)) if rows else {name: [] for name in columns}
    )


def _most_that_fit(rows: list[tuple[Any, ...]]) -> int:
    sizes = [sum(len(text.encode()) for text in row[3:]) + _BYTES_BESIDE_TEXT for row in rows]
    return min(MAX_DRAWN, len(rows) * _ARTICLES_BYTES // max(sum(sizes), 1))


def _on_a_grid(places: FloatArray, coordinates: FloatArray) -> FloatArray:
    """Return places as steps between the outermost of the coordinates; NaN stays."""
    if not len(coordinates):
        return places
    low, extent = coordinates.min(axis=0), np.ptp(coordinates, axis=0)
    return np.asarray(((places - low) / np.where(extent > 0, extent, 1) * _STEPS).round())


def _hierarchy(report: TopicReport, order: list[int]) -> dict[str, Any] | None:
    if report.linkage is None or len(order) < 2:
        return None
    drawn = draw_dendrogram(report.linkage)
    rank = {position: i for i, position in enumerate(order)}
    return {
        "order": [rank[position] for position in drawn.order.tolist()],
        "positions": drawn.positions.tolist(),
        "heights": drawn.heights.round(4).tolist(),
        "members": [sorted(rank[position] for position in below) for below in drawn.members],
    }
