"""The tasks, each made from the folder of real news: the whole list is `TASKS`."""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
from few_shot import few_shot
from sklearn.model_selection import GroupKFold, GroupShuffleSplit
from tasks import Fold, Task, make_task

from newsclf import Article, read_articles
from newsclf.label_resolution import resolve_labels
from newsclf.near_copies import near_copy_groups
from newsclf.taxonomy import load_taxonomy

REGIONS = tuple(concept.name for concept in load_taxonomy().concepts("region"))
_FIRST_TEST_DAY = "2025-10-01"
_ALLSIDES_LABELS = 40
# Seconds and memory are shown for these.
_TIMED = frozenset({"reuters_r90", "reuters_regions", "bbc", "few_shot_reuters_r10_8", "few_shot_bbc_8"})


@lru_cache(maxsize=1)
def _read(file: Path) -> tuple[Article, ...]:
    return read_articles(file).articles


def _mod_apte(data: Path) -> list[Article]:
    return [article for article in _read(data / "reuters21578.jsonl.gz") if article.split in {"train", "test"}]


def _r90_topics(articles: Sequence[Article]) -> list[str]:
    """Return the topics that a document carries on both sides, the commonest first."""
    sides = [{t for a in articles if a.split == side for t in a.themes} for side in ("train", "test")]
    counts = Counter(t for article in articles for t in article.themes)
    return sorted(sides[0] & sides[1], key=lambda topic: (-counts[topic], topic))


def _given(articles: Sequence[Article]) -> list[Fold]:
    sides = np.array([article.split for article in articles])
    return [Fold(np.flatnonzero(sides == "train"), np.flatnonzero(sides == "test"))]


def reuters_topics(data: Path, *, name: str, topics: int, unlabelled: bool = False) -> Task:
    """The commonest topics of R90, on documents that carry one or on all; near-copies are kept, as others do."""
    articles = _mod_apte(data)
    labels = _r90_topics(articles)[:topics]
    kept = [article for article in articles if unlabelled or set(labels) & set(article.themes)]
    return make_task(kept, _given(kept), labels=labels, name=name, data="Reuters-21578", split="ModApte", facet="theme")


def reuters_regions(data: Path) -> Task:
    """Places as the taxonomy's regions, on stories as they went out, dateline first; without a place, not labelled."""
    datelines = _datelines(data / "reuters21578.jsonl.gz")
    printed = [
        replace(article, text=f"{datelines[article.id]} {article.text}".strip()) if article.text else article
        for article in _mod_apte(data)
    ]
    kept = _with_region(printed)
    words = {"name": "reuters_regions", "data": "Reuters-21578", "split": "ModApte", "facet": "region"}
    return make_task(kept, _given(kept), labels=REGIONS, taxonomy="builtin", **words)


def _datelines(file: Path) -> dict[str, str]:
    """Return each document's dateline, which the collection keeps apart from its text."""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return {row["id"]: row["meta"]["dateline"] for row in map(json.loads, stream)}


def _with_region(articles: Sequence[Article]) -> list[Article]:
    resolved = resolve_labels(articles, load_taxonomy()).articles
    return [article for article in resolved if set(article.regions) & set(REGIONS)]


def wcep(data: Path, *, facet: str) -> Task:
    """Fit on January to September, test on October to December; training items with a near-copy there are left out."""
    articles = list(_read(data / "wcep-2025.jsonl.gz"))
    kept = _with_region(articles) if facet == "region" else articles
    labels = REGIONS if facet == "region" else sorted({theme for article in kept for theme in article.themes})
    late = np.array([article.date >= _FIRST_TEST_DAY for article in kept])
    groups = near_copy_groups([article.content for article in kept])
    copied = np.isin(groups, groups[late])
    return make_task(
        kept,
        [Fold(np.flatnonzero(~late & ~copied), np.flatnonzero(late))],
        labels=labels,
        name=f"wcep_{facet}s",
        data="WCEP 2025",
        split="January to September / October to December",
        facet=facet,
        one_label=facet == "theme",
        taxonomy="builtin",
    )


def allsides40(data: Path) -> Task:
    """The 40 commonest topics: a fifth of the articles to measure on, near-copies on one side."""
    articles = _read(data / "allsides-train.jsonl.gz")
    counts = Counter(article.themes[0] for article in articles)
    labels = sorted(label for label, _ in counts.most_common(_ALLSIDES_LABELS))
    kept = [article for article in articles if article.themes[0] in labels]
    groups = near_copy_groups([article.content for article in kept])
    train, test = next(GroupShuffleSplit(n_splits=1, test_size=0.2, random_state=0).split(groups, groups=groups))
    return make_task(
        kept,
        [Fold(np.sort(train), np.sort(test))],
        labels=labels,
        name="allsides40",
        data="AllSides, 40 topics",
        split="random fifth, near-copies together",
        facet="theme",
        one_label=True,
    )


def bbc(data: Path) -> Task:
    """Five folds; near-copies are in one of them."""
    articles = _read(data / "bbc2005.jsonl.gz")
    groups = near_copy_groups([article.content for article in articles])
    folds = GroupKFold(n_splits=5, shuffle=True, random_state=0).split(groups, groups=groups)
    return make_task(
        articles,
        [Fold(train, test) for train, test in folds],
        labels=sorted({article.themes[0] for article in articles}),
        name="bbc",
        data="BBC 2005",
        split="five folds, near-copies together",
        facet="theme",
        one_label=True,
        taxonomy="builtin",
    )


_FULL: Mapping[str, Callable[[Path], Task]] = MappingProxyType(
    {
        "reuters_r90": partial(reuters_topics, name="reuters_r90", topics=90),
        "reuters_r10": partial(reuters_topics, name="reuters_r10", topics=10),
        "reuters_all": partial(reuters_topics, name="reuters_all", topics=90, unlabelled=True),
        "reuters_regions": reuters_regions,
        "wcep_themes": partial(wcep, facet="theme"),
        "wcep_regions": partial(wcep, facet="region"),
        "allsides40": allsides40,
        "bbc": bbc,
    }
)
_FEW_SHOT = {
    f"few_shot_{base}_{size}": (base, size) for base in ("reuters_r10", "bbc", "allsides40") for size in (8, 16, 32)
}
#: Names of all tasks, in the order in which they run.
TASKS = (*_FULL, *_FEW_SHOT)


@lru_cache(maxsize=2)
def _full_task(name: str, data: Path) -> Task:
    return _FULL[name](data)


@lru_cache(maxsize=1)
def build_task(name: str, data: Path) -> Task:
    """Make the task of a name from the folder of real news."""
    if name in _FEW_SHOT:
        base, size = _FEW_SHOT[name]
        return replace(few_shot(_full_task(base, data), size=size), name=name, timed=name in _TIMED)
    return replace(_full_task(name, data), timed=name in _TIMED)
