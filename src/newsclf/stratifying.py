"""Draw a test side that has its share of every label, without parting near-copies."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from newsclf.arrays import BoolMatrix, FloatArray, IntArray
from newsclf.schema import Article

# A move must gain more than rounding can feign, or moves might never end.
_LEAST_GAIN = 1e-9


def stratified_test_side(articles: Sequence[Article], groups: IntArray, *, test_share: float, seed: int) -> BoolMatrix:
    """Choose the test side by iterative stratification over groups of near-copies.

    The method is that of Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data" (2011):
    the label with the fewest articles left goes first, and each of its articles to the side that lacks most of
    that label. Here a whole group goes at once, large ones before small ones. As a common label is often dealt
    out along with rarer ones (on the built-in corpus one had 30% on the test side instead of 20%), groups then
    change sides as long as that brings the labels nearer to their shares.

    It is written out because iterative-stratification (0.1.9, of 2024) and scikit-multilearn (0.2.0, of 2018) know
    no groups.

    Parameters
    ----------
    articles : length n
        The labels of all their facets count.
    groups : (n,) int
        Equal numbers for near-copies.
    test_share
        Of the articles, and of those of each label.

    Returns
    -------
    (n,) bool
        Whether an article is on the test side. A label with too few articles for one whole one has none there.
    """
    _, group_of = np.unique(groups, return_inverse=True)
    counts = _count_labels(articles, group_of)
    sizes = np.bincount(group_of).astype(np.float64)
    rng = np.random.default_rng(seed)
    sides = _deal_out(counts, sizes, test_share, rng)
    return _even_out(sides, counts, sizes, test_share, rng)[group_of]


def _count_labels(articles: Sequence[Article], group_of: IntArray) -> csr_array:
    """Return (g, k): how many articles of a group carry a label of a facet."""
    columns: dict[tuple[str, str], int] = {}
    pairs = [
        (group, columns.setdefault((facet, label), len(columns)))
        for group, article in zip(group_of, articles, strict=True)
        for facet, labels in article.labels.items()
        for label in labels
    ]
    rows, found = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    shape = (int(group_of.max()) + 1, len(columns))
    return csr_array(coo_array((np.ones(len(pairs)), (rows, found)), shape=shape))


def _deal_out(counts: csr_array, sizes: FloatArray, test_share: float, rng: np.random.Generator) -> BoolMatrix:
    """Return (g,): whether a group goes to the test side; `counts` is (g, k), `sizes` (g,)."""
    shares = np.array([1 - test_share, test_share])
    lacking_articles = shares * sizes.sum()
    left = np.asarray(counts.sum(axis=0), dtype=np.float64)
    lacking_labels = np.outer(shares, left)
    drawn = rng.permutation(len(sizes))
    order = drawn[np.argsort(-sizes[drawn], kind="stable")]
    by_label = csr_array(counts[order].T)
    sides = np.full(len(sizes), -1)

    def put(group: int, wanted: FloatArray) -> None:
        # The side that lacks most of the label; where both lack the same, the one that lacks more articles.
        sides[group] = 1 if (wanted[1], lacking_articles[1]) > (wanted[0], lacking_articles[0]) else 0
        labels, here = _row(counts, group)
        lacking_labels[sides[group], labels] -= here
        lacking_articles[sides[group]] -= sizes[group]
        left[labels] -= here

    while (left > 0).any():
        label = int(np.argmin(np.where(left > 0, left, np.inf)))
        for group in order[_row(by_label, label)[0]]:
            if sides[group] < 0:
                put(group, lacking_labels[:, label])
    for group in order[sides[order] < 0]:
        put(group, lacking_articles)
    return np.asarray(sides == 1)


def _even_out(
    sides: BoolMatrix, counts: csr_array, sizes: FloatArray, test_share: float, rng: np.random.Generator
) -> BoolMatrix:
    """Move groups while that lowers the squares of what sides have too much, each over the articles of its label."""
    columns = csr_array(hstack([counts, csr_array(sizes[:, None])], format="csr"))  # the articles are one more label
    totals = np.asarray(columns.sum(axis=0), dtype=np.float64)
    surplus = columns.T @ sides.astype(np.float64) - test_share * totals
    sides = sides.copy()
    has_moved = True
    while has_moved:
        has_moved = False
        for group in rng.permutation(len(sides)):
            labels, here = _row(columns, group)
            change = -here if sides[group] else here
            gain = (surplus[labels] ** 2 - (surplus[labels] + change) ** 2) / totals[labels]
            if gain.sum() > _LEAST_GAIN:
                surplus[labels] += change
                sides[group] = not sides[group]
                has_moved = True
    return sides


def _row(matrix: csr_array, row: int) -> tuple[IntArray, FloatArray]:
    """Return the columns of a row that are not zero, and what stands there."""
    entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[entries], matrix.data[entries]
