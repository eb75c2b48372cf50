import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score
from sklearn.metrics import hamming_loss as reference_hamming_loss

from newsclf.metrics import (
    Decisions,
    hamming_loss,
    label_f1,
    label_precision,
    label_recall,
    macro_f1,
    micro_f1,
    samples_f1,
    share_without_label,
    subset_accuracy,
    weighted_f1,
)

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


def decisions(unknown: tuple[int, ...] = (0, 0, 0, 0)) -> Decisions:
    return Decisions(TARGETS, PREDICTED, np.array(unknown))


def test_figures_of_labels_and_articles_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    targets, predicted = rng.random((60, 5)) < 0.3, rng.random((60, 5)) < 0.3
    targets[:, 4] = False
    found = Decisions(targets, predicted, np.zeros(60, dtype=int))

    assert micro_f1(targets, predicted) == pytest.approx(f1_score(targets, predicted, average="micro"))
    assert weighted_f1(targets, predicted) == pytest.approx(
        f1_score(targets, predicted, average="weighted", zero_division=0)
    )
    assert samples_f1(found) == pytest.approx(f1_score(targets, predicted, average="samples", zero_division=1))
    assert hamming_loss(targets, predicted) == pytest.approx(reference_hamming_loss(targets, predicted))
    assert subset_accuracy(found) == pytest.approx(accuracy_score(targets, predicted))
    for ours, theirs in ((label_precision, precision_score), (label_recall, recall_score)):
        np.testing.assert_allclose(ours(targets, predicted), theirs(targets, predicted, average=None, zero_division=0))


def test_samples_f1_is_the_mean_over_articles_and_nothing_for_nothing_is_right() -> None:
    # Articles: 1/1 right; one of two found, one false: 1/2; right; nothing carried, one false: 0.
    assert samples_f1(decisions()) == pytest.approx((1 + 1 / 2 + 1 + 0) / 4)
    nothing = np.zeros((2, 3), dtype=bool)
    assert samples_f1(Decisions(nothing, nothing, np.zeros(2, dtype=int))) == 1


def test_a_label_the_model_does_not_have_makes_its_article_wrong() -> None:
    assert subset_accuracy(decisions()) == pytest.approx(2 / 4)
    assert subset_accuracy(decisions((1, 0, 0, 0))) == pytest.approx(1 / 4)
    assert samples_f1(decisions((1, 0, 0, 0))) == pytest.approx((2 / 3 + 1 / 2 + 1 + 0) / 4)


def test_hamming_loss_and_weighted_f1_of_a_single_label_ask_about_that_label() -> None:
    assert hamming_loss(TARGETS[:, :1], PREDICTED[:, :1]) == pytest.approx(1 / 4)
    assert weighted_f1(TARGETS[:, :1], PREDICTED[:, :1]) == pytest.approx(2 / 3)


def test_the_share_without_a_label_counts_articles_that_were_given_none() -> None:
    assert share_without_label(np.array([[1, 0], [0, 0], [0, 0], [1, 1]], dtype=bool)) == pytest.approx(1 / 2)
