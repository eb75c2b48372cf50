import numpy as np
import pytest

from newsclf.metrics import label_f1, macro_f1, micro_f1

TARGETS = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
# Label 0: one hit, one miss. Label 1: two hits, one false. Label 2: one false, no target.
PREDICTED = np.array([[1, 0, 0], [0, 1, 1], [0, 1, 0], [0, 1, 0]], dtype=bool)


def test_micro_f1_counts_all_decisions_together() -> None:
    assert micro_f1(TARGETS, PREDICTED) == pytest.approx(2 * 3 / (4 + 5))


def test_micro_f1_counts_labels_the_model_does_not_have_as_missed() -> None:
    assert micro_f1(TARGETS, PREDICTED, unknown=3) == pytest.approx(2 * 3 / (4 + 5 + 3))


def test_label_f1_is_zero_for_a_label_only_predicted() -> None:
    np.testing.assert_allclose(label_f1(TARGETS, PREDICTED), [2 / 3, 4 / 5, 0])


def test_macro_f1_leaves_out_labels_without_a_target() -> None:
    assert macro_f1(TARGETS, PREDICTED) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_a_single_label_is_still_measured_by_its_positives() -> None:
    assert micro_f1(TARGETS[:, :1], PREDICTED[:, :1]) == pytest.approx(2 / 3)
    assert macro_f1(TARGETS[:, :1], PREDICTED[:, :1]) == pytest.approx(2 / 3)


def test_nothing_true_and_nothing_predicted_is_zero() -> None:
    nothing = np.zeros((3, 2), dtype=bool)

    assert micro_f1(nothing, nothing) == 0
    assert macro_f1(nothing, nothing) == 0
