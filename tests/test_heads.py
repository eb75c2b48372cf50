from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from newsclf import Article, NewsClassifier, head_fitting
from newsclf.head_fitting import fit_head
from newsclf.heads import NO_LABEL, Head, Parts, column_means, mean_parts, part_margins
from newsclf.held_out import HeadData


def head(*, cuts: Sequence[float] = (0.5, 0.5), doubt_limit: float = 1.0, is_required: bool = False) -> Head:
    """Two labels over two columns of words and one of a vector; probability = sigmoid(margin)."""
    return Head(
        labels=("a", "b"),
        ids=("", ""),
        weights=np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -2.0]]),
        intercepts=np.zeros(2),
        slopes=np.ones(2),
        offsets=np.zeros(2),
        cuts=np.array(cuts),
        parts=Parts((2, 3), np.zeros(2), np.zeros(2)),
        doubt_limit=doubt_limit,
        is_required=is_required,
    )


def test_doubt_is_how_many_wrong_decisions_are_to_be_expected() -> None:
    # Given with 0.9: wrong in one of ten; not given with 0.2: wrong in one of five.
    np.testing.assert_allclose(head().doubts(np.array([[0.9, 0.2], [0.5, 0.5]])), [0.3, 1.0])


def test_more_doubt_than_the_limit_asks_for_a_person() -> None:
    features = csr_array(np.array([[4.0, -4.0, 1.0], [0.1, -4.0, 0.1]]))
    scores = head().scores(features)

    # sigmoid(6) and sigmoid(-6) leave 0.005; sigmoid(0.3) leaves 0.43.
    np.testing.assert_array_equal(head(doubt_limit=0.2).is_doubtful(features, scores), [False, True])


def test_parts_that_name_different_labels_ask_for_a_person() -> None:
    # Words speak for "b" alone, the vector for "a" alone; together they are sure of "b".
    features = csr_array(np.array([[0.0, 9.0, 1.0]]))

    assert head().is_doubtful(features, head().scores(features)).tolist() == [True]
    assert head().decide(head().scores(features)).tolist() == [[True, True]]


def test_words_and_vector_stand_in_for_each_other_by_what_they_say_beyond_their_means() -> None:
    features = csr_array(np.array([[1.0, 0.0, 0.5], [3.0, 0.0, 1.5]]))
    weights, intercepts = np.array([[1.0, 0.0, 2.0]]), np.array([0.25])
    parts = mean_parts(column_means(features), weights, vector_columns=(2, 3))

    words, vector = part_margins(features, features @ weights.T, weights, intercepts, parts)

    # Words contribute 1 and 3, the vector 1 and 3, on average 2 and 2: the middle margin is 4.25.
    np.testing.assert_allclose(words, [[2.25], [6.25]])
    np.testing.assert_allclose(vector, [[2.25], [6.25]])
    np.testing.assert_allclose((words + vector) / 2, features @ weights.T + intercepts)


def test_means_of_chosen_rows_are_those_of_these_rows_alone() -> None:
    dense = np.random.default_rng(1).random((9, 4)) * (np.random.default_rng(2).random((9, 4)) < 0.5)
    rows = np.array([0, 3, 4, 8])

    np.testing.assert_allclose(column_means(csr_array(dense)), dense.mean(axis=0))
    np.testing.assert_allclose(column_means(csr_array(dense), rows), dense[rows].mean(axis=0))


def test_no_label_is_best_where_none_reaches_its_cut() -> None:
    np.testing.assert_array_equal(head().best_label(np.array([[-1.0, -2.0], [1.0, 2.0]])), [NO_LABEL, 1])


def test_a_facet_that_requires_a_label_gives_the_best_one() -> None:
    scores = np.array([[0.1, 0.3], [0.9, 0.1]])

    assert head(is_required=True).decide(scores).tolist() == [[False, True], [True, False]]
    assert head().decide(scores).tolist() == [[False, False], [True, False]]


def test_of_exclusive_labels_only_the_best_one_is_given_and_none_below_its_cut() -> None:
    scores = np.array([[0.7, 0.9], [0.9, 0.7], [0.4, 0.3]])

    exclusive = replace(head(), is_exclusive=True)
    assert exclusive.decide(scores).tolist() == [[False, True], [True, False], [False, False]]
    assert replace(exclusive, is_required=True).decide(scores)[2].tolist() == [True, False]


@pytest.fixture
def data() -> HeadData:
    """Two labels that the first two columns tell, and a third that one article alone has."""
    generator = np.random.default_rng(3)
    targets = np.zeros((120, 3), dtype=bool)
    targets[:, 0] = generator.random(120) < 0.5
    targets[:, 1] = ~targets[:, 0]
    targets[7, 2] = True
    dense = np.hstack([targets[:, :2] + generator.normal(0, 0.3, (120, 2)), generator.normal(0, 1, (120, 2))])
    features = csr_array(dense)
    features.indices, features.indptr = features.indices.astype(np.int32), features.indptr.astype(np.int32)
    names = ("a", "b", "c")
    return HeadData(features, (2, 4), targets, np.arange(120), names, ("", "", ""), np.zeros((3, 5)))


def test_held_out_probabilities_are_near_the_share_of_hits(data: HeadData) -> None:
    fitted = fit_head(data, seed=0, jobs=1)

    right = fitted.held_out[:, 0][data.targets[:, 0]].mean(), fitted.held_out[:, 0][~data.targets[:, 0]].mean()
    assert right[0] > 0.8
    assert right[1] < 0.2


def test_a_fold_without_an_example_of_a_label_says_nothing_of_it(data: HeadData) -> None:
    unknown = np.isnan(fit_head(data, seed=0, jobs=1).held_out[:, 2])

    # The fold that holds out the only example learned nothing of the label.
    assert unknown[7]
    assert unknown.sum() == 30


def test_labels_that_no_article_has_two_of_are_taken_to_be_exclusive(data: HeadData) -> None:
    two = replace(data, targets=data.targets[:, :2], labels=("a", "b"), ids=("", ""), prior=data.prior[:2])

    fitted = fit_head(two, seed=0, jobs=1).head
    assert fitted.is_exclusive
    assert len(set(fitted.cuts)) == 1
    assert not fit_head(data, seed=0, jobs=1).head.is_exclusive  # article 7 has two


@pytest.mark.parametrize(("sign", "strength"), [(1.0, 1.0), (-1.0, 0.0)])
def test_a_prior_that_speaks_against_the_articles_is_silenced(data: HeadData, sign: float, strength: float) -> None:
    expected = sign * np.array([[5.0, -5.0, 0, 0, 0], [-5.0, 5.0, 0, 0, 0], [0, 0, 0, 0, 0]])

    with_prior = fit_head(replace(data, prior=expected), seed=0, jobs=1).head
    without = fit_head(data, seed=0, jobs=1).head

    share = 40 / (40 + data.targets.sum(axis=0))
    np.testing.assert_allclose(
        with_prior.weights - without.weights, strength * share[:, None] * expected[:, :-1], atol=1e-9
    )


def test_the_limit_of_doubt_leaves_the_stated_share_without_review(data: HeadData) -> None:
    fitted = fit_head(data, seed=0, jobs=1)
    scores = np.nan_to_num(fitted.held_out)

    assert (fitted.head.doubts(scores) <= fitted.head.doubt_limit).mean() >= 0.87


def test_a_text_unlike_anything_in_training_needs_a_person(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    seen = model.bundle.familiarity
    vectors = model.encoder.encode([article.content for article in corpus])

    assert seen.is_far(vectors).mean() < 0.05
    assert seen.is_far(-vectors[:5]).all()


def test_the_number_of_threads_changes_no_weight() -> None:
    """More articles than columns, and many columns: there the primal leaves its sums to BLAS."""
    rng = np.random.default_rng(0)
    rows, columns = np.repeat(np.arange(14_000), 6), rng.integers(12_000, size=84_000)
    features = csr_array(
        (rng.random(84_000), (rows.astype(np.int32), columns.astype(np.int32))), shape=(14_000, 12_000)
    )
    targets, everything = rng.random((14_000, 1)) < 0.3, np.arange(14_000)

    fitted = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            fitted.append(head_fitting._fit_labels(features, targets, everything, 0)[0])

    np.testing.assert_array_equal(*fitted)
