import numpy as np
import pytest
from scipy.special import logit

from newsclf.cuts import choose_cuts, counted_cuts, exclusive_cut, expected_cuts, fit_sigmoids


def test_a_cut_lies_midway_between_the_margins_that_it_parts() -> None:
    margins = np.array([[3.0], [2.0], [-1.0], [-2.0]])
    targets = np.array([[True], [True], [False], [False]])

    np.testing.assert_allclose(counted_cuts(margins, targets), [0.5])


def test_a_rare_labels_cut_is_drawn_to_the_common_one() -> None:
    # Six common examples are best cut at 0; the rare label alone would be cut at 2.5.
    common = np.array([1.0] * 6 + [-1.0] * 6)
    rare = np.full(12, -1.0)
    rare[0], rare[1] = 3.0, 2.0
    targets = np.zeros((12, 2), dtype=bool)
    targets[:6, 0] = True
    targets[0, 1] = True

    cuts = counted_cuts(np.column_stack([common, rare]), targets)

    # All margins together: 1 and above holds 7 hits and one false of 7 targets, so the common cut is 0.
    assert cuts[1] == pytest.approx((1 * 2.5 + 3 * 0.0) / 4)


def test_a_label_without_examples_takes_the_common_cut() -> None:
    margins = np.array([[1.0, 0.3], [-1.0, 0.2]])
    targets = np.array([[True, False], [False, False]])

    cuts = counted_cuts(margins, targets)

    # Ranked 1.0, 0.3, …: the only hit is the first, so the common cut is 0.65.
    assert cuts[1] == pytest.approx(0.65)


def test_folds_that_had_no_example_of_a_label_do_not_move_its_cut() -> None:
    margins = np.array([[2.0], [-2.0], [np.nan], [np.nan]])
    targets = np.array([[True], [False], [True], [True]])

    np.testing.assert_allclose(counted_cuts(margins, targets), [0.0])


def test_no_example_of_any_label_gives_cuts_of_zero() -> None:
    np.testing.assert_array_equal(counted_cuts(np.full((3, 2), np.nan), np.zeros((3, 2), dtype=bool)), [0, 0])


def test_probabilities_match_the_share_of_hits_at_a_margin() -> None:
    # At margin 1 three of four are hits, at -1 one of four: sigmoid(slope) is 3/4 and the offset 0.
    margins = np.tile([1.0] * 4 + [-1.0] * 4, 10)[:, None]
    targets = np.tile([True, True, True, False, True, False, False, False], 10)[:, None]

    slopes, offsets = fit_sigmoids(margins, targets)

    assert slopes[0] == pytest.approx(np.log(3), abs=0.01)
    assert offsets[0] == pytest.approx(0, abs=0.01)


def test_a_label_whose_margins_run_the_wrong_way_keeps_the_common_sigmoid() -> None:
    right = np.linspace(-2, 2, 60)
    targets = np.column_stack([right > 0, right < 0])

    slopes, _ = fit_sigmoids(np.column_stack([right, right]), targets)

    assert (slopes > 0).all()


def test_the_cut_to_expect_best_keeps_what_is_more_likely_than_half_the_best_f1() -> None:
    # Probabilities 0.9, 0.8 and 0.1: F1 to expect is 1.8/2.8 with the first, 3.4/3.8 with two, 3.6/4.8 with all.
    margins = logit(np.array([[0.9], [0.8], [0.1]]))

    cuts = expected_cuts(margins, np.ones(1), np.zeros(1))

    np.testing.assert_allclose(cuts, [(logit(0.8) + logit(0.1)) / 2])


def test_a_label_that_no_fold_knew_is_cut_at_even_odds() -> None:
    cuts = expected_cuts(np.full((3, 1), np.nan), np.array([2.0]), np.array([-1.0]))

    np.testing.assert_allclose(cuts, [0.5])


def test_the_cut_is_midway_between_the_counted_and_the_expected_one() -> None:
    margins = np.array([[3.0], [2.0], [-1.0], [-2.0]])
    targets = np.array([[True], [True], [False], [False]])
    given = {"slopes": np.ones(1), "offsets": np.full(1, -2.4)}
    expected = expected_cuts(margins, given["slopes"], given["offsets"])
    np.testing.assert_allclose(choose_cuts(margins, targets, **given), (0.5 + expected) / 2)


def test_the_cut_of_exclusive_labels_counts_articles_that_are_given_none_as_missed() -> None:
    # Best labels in turn: right with 0.9, right with 0.6, wrong with 0.5, wrong with 0.3. F1 is 2/5, 4/6, 4/7, 4/8.
    scores = np.array([[0.9, 0.1], [0.2, 0.6], [0.5, 0.4], [0.1, 0.3]])
    targets = np.array([[True, False], [False, True], [False, True], [True, False]])

    assert exclusive_cut(scores, targets) == pytest.approx(0.55)
    # A right one more below is worth the wrong ones above it: 6/10 with all against 4/7 with the first two.
    more = np.vstack([scores, [[0.25, 0.1]]]), np.vstack([targets, [[True, False]]])
    assert exclusive_cut(*more) == 0.0
    assert exclusive_cut(np.full((2, 2), np.nan), targets[:2]) == 0.5
