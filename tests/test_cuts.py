import numpy as np
import pytest

from newsclf.cuts import choose_cuts, fit_sigmoids


def test_a_cut_lies_midway_between_the_margins_that_it_parts() -> None:
    margins = np.array([[3.0], [2.0], [-1.0], [-2.0]])
    targets = np.array([[True], [True], [False], [False]])

    np.testing.assert_allclose(choose_cuts(margins, targets), [0.5])


def test_a_rare_labels_cut_is_drawn_to_the_common_one() -> None:
    # Six common examples are best cut at 0; the rare label alone would be cut at 2.5.
    common = np.array([1.0] * 6 + [-1.0] * 6)
    rare = np.full(12, -1.0)
    rare[0], rare[1] = 3.0, 2.0
    targets = np.zeros((12, 2), dtype=bool)
    targets[:6, 0] = True
    targets[0, 1] = True

    cuts = choose_cuts(np.column_stack([common, rare]), targets)

    # All margins together: 1 and above holds 7 hits and one false of 7 targets, so the common cut is 0.
    assert cuts[1] == pytest.approx((1 * 2.5 + 3 * 0.0) / 4)


def test_a_label_without_examples_takes_the_common_cut() -> None:
    margins = np.array([[1.0, 0.3], [-1.0, 0.2]])
    targets = np.array([[True, False], [False, False]])

    cuts = choose_cuts(margins, targets)

    # Ranked 1.0, 0.3, …: the only hit is the first, so the common cut is 0.65.
    assert cuts[1] == pytest.approx(0.65)


def test_folds_that_had_no_example_of_a_label_do_not_move_its_cut() -> None:
    margins = np.array([[2.0], [-2.0], [np.nan], [np.nan]])
    targets = np.array([[True], [False], [True], [True]])

    np.testing.assert_allclose(choose_cuts(margins, targets), [0.0])


def test_no_example_of_any_label_gives_cuts_of_zero() -> None:
    np.testing.assert_array_equal(choose_cuts(np.full((3, 2), np.nan), np.zeros((3, 2), dtype=bool)), [0, 0])


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
