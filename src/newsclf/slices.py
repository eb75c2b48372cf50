"""The same figures for parts of the articles or labels, to show where a model is weaker than its mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newsclf.metrics import Decisions, macro_f1, micro_f1
from newsclf.schema import Article

# Figures of fewer articles than this are mostly luck.
MIN_ARTICLES_IN_SLICE = 20
# First value beyond each step; the last step has no end.
_LENGTHS = ((1, "title only"), (100, "under 100 words"), (300, "100 to 299 words"), (800, "300 to 799 words"))
_LONGEST = "800 words or more"
_SUPPORTS = ((10, "under 10 articles"), (50, "10 to 49 articles"), (500, "50 to 499 articles"))
_LARGEST = "500 articles or more"


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of what was measured, and its figures.

    Parameters
    ----------
    by, name
        What was sliced by (``length``, ``year``, ``source``, ``training articles``) and the value.
    articles
        Those of the part; of a slice of labels, those that carry one of them.
    labels
        Those of the part; all but for a slice of labels.
    """

    by: str
    name: str
    articles: int
    labels: int
    micro_f1: float
    macro_f1: float


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices that are large enough, and the number of those that are not."""

    shown: tuple[Slice, ...]
    too_small: int


def slice_figures(articles: Sequence[Article], decisions: Decisions, train_counts: Sequence[int] | None) -> Slices:
    """Measure n articles by length, year and source, and k labels by their training articles.

    Parameters
    ----------
    articles : length n
        One without a date is in no year, one without a source is of no source.
    train_counts : length k
        Each label's training articles; None where they are not known.
    """
    found = [
        *_by_article("length", [_length(article) for article in articles], decisions),
        *_by_article("year", [article.date[:4] for article in articles], decisions),
        *_by_article("source", [article.source for article in articles], decisions),
        *(_by_label(train_counts, decisions) if train_counts is not None else ()),
    ]
    shown = tuple(part for part in found if part.articles >= MIN_ARTICLES_IN_SLICE)
    return Slices(shown, len(found) - len(shown))


def _by_article(by: str, names: Sequence[str], decisions: Decisions) -> Iterable[Slice]:
    for name, rows in sorted(_positions(names).items()):
        if name:
            part = decisions.rows(np.array(rows))
            yield _figures(by, name, part, articles=len(rows))


def _by_label(train_counts: Sequence[int], decisions: Decisions) -> Iterable[Slice]:
    names = [_step(count, _SUPPORTS, _LARGEST) for count in train_counts]
    for name, columns in sorted(_positions(names).items()):
        part = decisions.columns(np.array(columns))
        yield _figures("training articles", name, part, articles=int(part.targets.any(axis=1).sum()))


def _figures(by: str, name: str, part: Decisions, *, articles: int) -> Slice:
    return Slice(
        by=by,
        name=name,
        articles=articles,
        labels=part.targets.shape[1],
        micro_f1=micro_f1(part.targets, part.predicted, unknown=int(part.unknown.sum())),
        macro_f1=macro_f1(part.targets, part.predicted),
    )


def _positions(names: Sequence[str]) -> Mapping[str, list[int]]:
    positions = defaultdict(list)
    for i, name in enumerate(names):
        positions[name].append(i)
    return positions


def _length(article: Article) -> str:
    return _step(len(article.text.split()), _LENGTHS, _LONGEST)


def _step(value: int, steps: Sequence[tuple[int, str]], last: str) -> str:
    return next((name for end, name in steps if value < end), last)
