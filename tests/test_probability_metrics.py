import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, label_ranking_average_precision_score

from newsclf.metrics import Decisions
from newsclf.probability_metrics import (
    CoveragePoint,
    ReliabilityBin,
    article_confidence,
    best_is_right,
    label_average_precision,
    label_brier,
    label_ece,
    mean_ece,
    ranking_average_precision,
    reliability,
    risk_coverage,
)

TARGETS = np.array([[1, 0], [1, 0], [0, 1]], dtype=bool)
PREDICTED = np.array([[1, 0], [0, 1], [0, 1]], dtype=bool)
# One label: a decision in the lowest bin, two in the second of which one is true, one in the highest.
ONE_TARGET = np.array([[0], [0], [1], [1]], dtype=bool)
ONE_SCORE = np.array([[0.05], [0.15], [0.15], [0.95]])


def decisions(unknown: tuple[int, ...] = (0, 0, 0)) -> Decisions:
    return Decisions(TARGETS, PREDICTED, np.array(unknown))


def test_calibration_error_weighs_each_bins_gap_by_its_decisions() -> None:
    expected = 0.05 * 1 / 4 + 0.35 * 2 / 4 + 0.05 * 1 / 4

    assert label_ece(ONE_TARGET, ONE_SCORE) == pytest.approx([expected])


def test_the_calibration_error_of_a_label_is_its_own() -> None:
    both = label_ece(np.hstack([ONE_TARGET, ~ONE_TARGET]), np.hstack([ONE_SCORE, 1 - ONE_SCORE]))

    assert both == pytest.approx([0.2, 0.2])
    assert label_ece(np.hstack([ONE_TARGET, ONE_TARGET]), np.hstack([ONE_SCORE, 1.0 * ONE_TARGET])) == pytest.approx(
        [0.2, 0.0]
    )


def test_calibration_errors_are_averaged_over_labels_with_fifty_articles() -> None:
    targets = np.arange(100)[:, None] < [50, 49, 90]

    assert mean_ece(targets, np.array([0.1, 0.9, 0.3])) == pytest.approx(0.2)
    assert mean_ece(targets[:, 1:2], np.array([0.9])) is None


def test_brier_is_that_of_scikit_learn() -> None:
    assert label_brier(ONE_TARGET, ONE_SCORE) == pytest.approx([brier_score_loss(ONE_TARGET[:, 0], ONE_SCORE[:, 0])])


def test_reliability_pools_labels_and_leaves_out_empty_bins() -> None:
    expected = [(0.0, 0.1, 1, 0.05, 0.0), (0.1, 0.2, 2, 0.15, 0.5), (0.9, 1.0, 1, 0.95, 1.0)]

    pooled = reliability(ONE_TARGET.reshape(2, 2), ONE_SCORE.reshape(2, 2))

    assert pooled == tuple(ReliabilityBin(*(pytest.approx(x) for x in row)) for row in expected)


def test_a_score_of_one_is_in_the_highest_bin() -> None:
    (top,) = reliability(np.array([[True]]), np.array([[1.0]]))

    assert (top.low, top.high) == (0.9, 1.0)


def test_average_precision_is_that_of_scikit_learn_and_unknown_without_positives() -> None:
    scores = np.array([[0.2, 0.5], [0.9, 0.1], [0.4, 0.3]])
    targets = np.array([[1, 0], [1, 0], [0, 0]], dtype=bool)

    found = label_average_precision(targets, scores)

    assert found[0] == pytest.approx(average_precision_score(targets[:, 0], scores[:, 0]))
    assert found[0] == pytest.approx((1 + 2 / 3) / 2)
    assert np.isnan(found[1])


def test_lrap_leaves_out_articles_without_a_label() -> None:
    scores = np.array([[0.9, 0.1], [0.2, 0.7], [0.4, 0.3], [0.5, 0.5]])
    targets = np.vstack([TARGETS, np.zeros((1, 2), dtype=bool)])

    assert ranking_average_precision(targets, scores) == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
    assert ranking_average_precision(TARGETS, scores[:3]) == pytest.approx(
        label_ranking_average_precision_score(TARGETS, scores[:3])
    )
    assert ranking_average_precision(targets[3:], scores[3:]) is None


def test_lrap_of_a_single_label_is_one() -> None:
    assert ranking_average_precision(ONE_TARGET, ONE_SCORE) == 1


def test_the_best_label_is_right_or_wrong_only_where_every_article_has_exactly_one() -> None:
    scores = np.array([[0.9, 0.1], [0.2, 0.7], [0.4, 0.6]])

    assert best_is_right(decisions(), scores).tolist() == [True, False, True]
    assert best_is_right(decisions((0, 0, 1)), scores) is None
    none_known = Decisions(np.zeros((1, 2), dtype=bool), np.zeros((1, 2), dtype=bool), np.array([1]))
    assert best_is_right(none_known, scores[:1]).tolist() == [False]


def test_confidence_is_the_probability_that_every_decision_is_right() -> None:
    confidence = article_confidence(np.array([[True, False]]), np.array([[0.8, 0.3]]))

    assert confidence == pytest.approx([0.8 * 0.7])


def test_the_surest_articles_come_first_on_the_risk_coverage_curve() -> None:
    # Surest first: article 0, right; article 2, right but for an unknown label; article 1, wrong.
    found = risk_coverage(decisions((0, 0, 1)), np.array([0.9, 0.5, 0.7]))

    assert found.points == tuple(
        CoveragePoint(*(pytest.approx(x) for x in row))
        for row in [(1 / 3, 1.0, 0.0), (2 / 3, 2 * 2 / 5, 1 / 2), (1.0, 2 * 2 / 7, 2 / 3)]
    )
    assert found.area == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)


def test_articles_that_are_equally_sure_share_their_risk() -> None:
    found = risk_coverage(decisions(), np.ones(3))

    assert [point.share_wrong for point in found.points] == pytest.approx([1 / 3] * 3)
    assert found.area == pytest.approx(1 / 3)
