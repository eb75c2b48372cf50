"""Hold the built-in corpus to its plan; see data/README.md."""

import json
import re
from collections import Counter, defaultdict
from itertools import combinations
from statistics import median
from typing import Any

import numpy as np
import pytest
from support import ROOT

from newsclf import read_articles
from newsclf.near_copies import near_copy_groups

PATH = ROOT / "data" / "articles.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]
KINDS = {"wire", "report", "analysis", "feature", "opinion", "press-release", "court-report", "transcript"}


def contents(row: dict[str, Any]) -> str:
    return f"{row['title']} {row['text']}"


def test_every_row_is_read() -> None:
    found = read_articles(PATH)

    assert (len(found), found.rejects) == (len(ROWS), ())


def test_ids_are_unique_and_kinds_known() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert {row["kind"] for row in ROWS} == KINDS


def test_there_are_enough_articles_of_every_length() -> None:
    lengths = [len(row["text"].split()) for row in ROWS]

    assert len(ROWS) >= 2_000
    assert 80 <= median(lengths) <= 130
    assert max(lengths) <= 420
    assert min(length for length in lengths if length) >= 25
    assert sum(length == 0 for length in lengths) >= len(ROWS) / 40
    assert sum(length > 250 for length in lengths) >= len(ROWS) / 30


def test_the_articles_span_four_decades() -> None:
    decades = Counter(row["date"][:3] for row in ROWS)

    assert set(decades) == {"198", "199", "200", "201", "202"}
    assert min(decades.values()) >= len(ROWS) / 15


def test_labels_are_as_many_as_a_librarian_gives() -> None:
    assert {len(row["themes"]) for row in ROWS} == {1, 2, 3}
    assert {len(row["regions"]) for row in ROWS} == {0, 1, 2, 3}
    assert sum(not row["regions"] for row in ROWS) >= len(ROWS) / 12


def test_every_label_has_enough_articles() -> None:
    themes = Counter(theme for row in ROWS for theme in row["themes"])
    regions = Counter(region for row in ROWS for region in row["regions"])

    assert min(themes.values()) >= 80
    assert min(regions.values()) >= 150


def test_themes_are_spread_over_regions() -> None:
    pairs = Counter((theme, region) for row in ROWS for theme in row["themes"] for region in row["regions"])
    themes = {theme for row in ROWS for theme in row["themes"]}
    regions = {region for row in ROWS for region in row["regions"]}

    assert (len(themes), len(regions)) == (30, 10)
    for theme in themes:
        counts = [pairs[theme, region] for region in regions]
        # No region has more than two fifths of a theme's articles, and at least nine have some.
        assert max(counts) <= 0.4 * sum(counts), theme
        assert sum(count > 0 for count in counts) >= 9, theme


def test_no_phrase_of_eight_words_comes_in_more_than_three_articles() -> None:
    holders: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    for number, row in enumerate(ROWS):
        words = re.findall(r"\w+", contents(row).lower())
        for start in range(len(words) - 7):
            holders[tuple(words[start : start + 8])].add(number)

    assert [" ".join(phrase) for phrase, found in holders.items() if len(found) > 3] == []


def test_no_two_articles_are_near_copies() -> None:
    groups = near_copy_groups([contents(row) for row in ROWS])

    assert len(np.unique(groups)) == len(ROWS)


# Share of real articles on a theme that hold its name: sections of the BBC's site in 2004 and 2005, and AllSides'
# topics of US politics (there "labor").
@pytest.mark.parametrize(
    ("label", "share_in_news"),
    [
        ("Terrorism", 0.49),
        ("Crime", 0.25),
        ("Health", 0.93),
        ("Sport", 0.19),
        ("Business", 0.28),
        ("Religion", 0.36),
        ("Education", 0.82),
        ("Cybersecurity", 0.40),
        ("Labour", 0.64),
    ],
)
def test_no_theme_is_named_in_its_articles_more_often_than_in_the_news(label: str, share_in_news: float) -> None:
    named = [bool(re.search(rf"\b{label}\b", contents(row), re.IGNORECASE)) for row in ROWS if label in row["themes"]]

    assert np.mean(named) <= share_in_news


def test_at_least_a_third_are_wire_briefs() -> None:
    assert sum(row["kind"] == "wire" for row in ROWS) >= len(ROWS) / 3


# Share of the items on Canada in the portal of current events of 2025 that name it; no other name of a region does.
@pytest.mark.parametrize(("region", "share_in_news"), [("Canada", 0.92), ("Europe", 0.1), ("Oceania", 0.1)])
def test_no_region_is_named_in_its_articles_more_often_than_in_the_news(region: str, share_in_news: float) -> None:
    named = [bool(re.search(rf"\b{region}\b", contents(row))) for row in ROWS if region in row["regions"]]

    assert np.mean(named) <= share_in_news


def test_names_of_two_parts_are_never_pasted_into_a_text() -> None:
    names = {name for row in ROWS for name in (*row["themes"], *row["regions"]) if "&" in name}

    assert [row["id"] for row in ROWS for name in names if name.lower() in contents(row).lower()] == []


def test_every_two_regions_meet_in_some_article() -> None:
    met = {pair for row in ROWS for pair in combinations(sorted(row["regions"]), 2)}

    assert len(met) >= 30
