"""Divide articles into those to learn from and those to measure on, without a leak between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupShuffleSplit

from newsclf.arrays import BoolMatrix, IntArray
from newsclf.config import SplitStrategy, TrainConfig
from newsclf.errors import DataError
from newsclf.schema import Article
from newsclf.stratifying import stratified_test_side

_Sides = np.ndarray[tuple[int], np.dtype[np.str_]]


@dataclass(frozen=True, slots=True)
class Split:
    """Indices of the articles on each side, ascending; no index is on two of them.

    Parameters
    ----------
    left_out
        Articles whose given split is neither train nor test, or that have no date or source to split by.
    near_copies
        Training articles with a near-copy on the test side; dropped from ``train`` unless the
        configuration keeps them.
    """

    strategy: SplitStrategy
    train: IntArray
    test: IntArray
    left_out: IntArray
    near_copies: IntArray


def split_articles(articles: Sequence[Article], groups: IntArray, config: TrainConfig) -> Split:
    """Split articles by the configured strategy.

    Parameters
    ----------
    articles : length n
    groups : (n,) int
        Equal numbers for near-copies.

    Raises
    ------
    DataError
        If a side would be empty, or the strategy needs a split, dates or sources that the articles do not have.
    """
    strategy = _resolve(articles, config.split)
    if strategy == "given":
        sides = np.array([article.split for article in articles])
    elif strategy == "date":
        sides = _by_date(articles, config.test_share)
    elif strategy == "source":
        sides = _by_source(articles, config)
    elif strategy == "stratified":
        _check_groups(groups)
        sides = _sides(stratified_test_side(articles, groups, test_share=config.test_share, seed=config.seed))
    else:
        _check_groups(groups)
        sides = _at_random(groups, config)
    train, test = np.flatnonzero(sides == "train"), np.flatnonzero(sides == "test")
    if not len(train) or not len(test):
        raise DataError(
            f"The {strategy} split has {len(train)} training and {len(test)} test articles; both need at least one. "
            f"Give more articles or another --split."
        )
    copies = train[np.isin(groups[train], groups[test])]
    if config.near_copies == "drop":
        train = np.setdiff1d(train, copies)
    left_out = np.flatnonzero((sides != "train") & (sides != "test"))
    return Split(strategy, train, test, left_out, copies)


def _resolve(articles: Sequence[Article], strategy: SplitStrategy) -> SplitStrategy:
    given = {article.split for article in articles}
    if strategy == "auto":
        return "given" if {"train", "test"} <= given else "random"
    if strategy == "given" and not {"train", "test"} <= given:
        found = ", ".join(sorted(map(repr, given)))
        raise DataError(f"--split given needs articles of the splits 'train' and 'test'; found {found}.")
    return strategy


def _by_date(articles: Sequence[Article], test_share: float) -> _Sides:
    """Put the latest articles on the test side; those of one day stay together."""
    dates = np.array([article.date for article in articles])
    dated = np.sort(dates[dates != ""])
    if not len(dated):
        raise DataError("--split date needs articles with a date; none has one.")
    first_test_day = dated[min(len(dated) - 1, int(len(dated) * (1 - test_share)))]
    return np.where(dates == "", "", np.where(dates < first_test_day, "train", "test"))


def _by_source(articles: Sequence[Article], config: TrainConfig) -> _Sides:
    """Draw whole sources for the test side while each brings it nearer to its share of the articles."""
    given = np.array([article.source for article in articles])
    sources, sizes = np.unique(given[given != ""], return_counts=True)
    if len(sources) < 2:
        found = repr(str(sources[0])) if len(sources) else "none"
        raise DataError(f"--split source needs articles of at least two sources; found {found}.")
    wanted = config.test_share * sizes.sum()
    tested, n = [], 0
    for i in np.random.default_rng(config.seed).permutation(len(sources)):
        if abs(n + sizes[i] - wanted) < abs(n - wanted):
            tested.append(i)
            n += sizes[i]
    if not tested:  # every source has more than twice the articles wanted
        tested.append(int(np.argmin(sizes)))
    return np.where(given == "", "", _sides(np.isin(given, sources[tested])))


def _check_groups(groups: IntArray) -> None:
    if len(np.unique(groups)) < 2:
        raise DataError("The articles are all near-copies of each other; there is nothing to measure on.")


def _at_random(groups: IntArray, config: TrainConfig) -> _Sides:
    """Draw whole groups of near-copies for the test side."""
    splitter = GroupShuffleSplit(n_splits=1, test_size=config.test_share, random_state=config.seed)
    _, test = next(splitter.split(groups, groups=groups))
    return _sides(np.isin(np.arange(len(groups)), test))


def _sides(is_test: BoolMatrix) -> _Sides:
    return np.where(is_test, "test", "train")
