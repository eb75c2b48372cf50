import time

import numpy as np
import pytest

from newsclf.bootstrap import Interval, drawn_figures, paired_difference, percentile_intervals
from newsclf.metrics import Decisions, macro_f1, micro_f1


def simulated(rng: np.random.Generator, n: int, k: int = 3) -> Decisions:
    """Labels carried by three tenths of the articles; one decision in ten is wrong."""
    targets = rng.random((n, k)) < 0.3
    return Decisions(targets, targets ^ (rng.random((n, k)) < 0.1), np.zeros(n, dtype=int))


def alone(decisions: Decisions) -> np.ndarray:
    return np.arange(len(decisions.targets))


def repeated(decisions: Decisions, times: int) -> Decisions:
    return decisions.rows(np.repeat(alone(decisions), times))


def width(interval: Interval) -> float:
    return interval.high - interval.low


def test_a_draw_is_measured_as_its_articles_would_be() -> None:
    found = simulated(np.random.default_rng(0), 7)
    found = Decisions(found.targets, found.predicted, np.array([0, 2, 0, 0, 1, 0, 0]))
    right = np.array([1, 0, 1, 1, 0, 0, 1], dtype=bool)

    drawn = drawn_figures(found, alone(found), right=right, draws=5, seed=3)

    rng = np.random.default_rng(3)
    for i, rows in enumerate(rng.integers(7, size=(5, 7))):
        part = found.rows(rows)
        assert drawn["micro_f1"][i] == pytest.approx(
            micro_f1(part.targets, part.predicted, unknown=int(part.unknown.sum()))
        )
        assert drawn["macro_f1"][i] == pytest.approx(macro_f1(part.targets, part.predicted))
        assert drawn["accuracy"][i] == pytest.approx(right[rows].mean())


def test_one_seed_gives_one_interval() -> None:
    found = simulated(np.random.default_rng(0), 50)
    one, again, other = (drawn_figures(found, alone(found), seed=seed)["micro_f1"] for seed in (1, 1, 2))

    assert (one == again).all()
    assert (one != other).any()


def test_near_copies_drawn_as_one_cluster_widen_the_interval() -> None:
    copied = repeated(simulated(np.random.default_rng(0), 60), 4)
    clusters = np.repeat(np.arange(60), 4)

    apart = percentile_intervals(drawn_figures(copied, alone(copied), seed=0), alone(copied))
    together = percentile_intervals(drawn_figures(copied, clusters, seed=0), clusters)

    # Four copies of an article say as much as one: half the standard error would be wrong.
    assert width(together["micro_f1"]) == pytest.approx(2 * width(apart["micro_f1"]), rel=0.2)
    assert width(together["macro_f1"]) > 1.5 * width(apart["macro_f1"])


def test_copies_as_one_cluster_give_the_interval_of_the_articles_without_copies() -> None:
    found = simulated(np.random.default_rng(0), 60)

    plain = drawn_figures(found, alone(found), seed=0)
    copied = drawn_figures(repeated(found, 4), np.repeat(alone(found), 4), seed=0)

    np.testing.assert_allclose(copied["micro_f1"], plain["micro_f1"])


def test_the_interval_holds_the_true_figure_in_about_95_percent_of_samples() -> None:
    # Of each decision: 0.27 hit, 0.03 missed, 0.07 false.
    true = 2 * 0.27 / (2 * 0.27 + 0.03 + 0.07)
    rng = np.random.default_rng(11)

    held = []
    for seed in range(300):
        found = simulated(rng, 150)
        drawn = drawn_figures(found, alone(found), draws=300, seed=seed)
        interval = percentile_intervals(drawn, alone(found))["micro_f1"]
        held.append(interval.low <= true <= interval.high)

    assert 0.91 <= np.mean(held) <= 0.98


def test_a_single_cluster_has_no_interval() -> None:
    found = simulated(np.random.default_rng(0), 5)
    one = np.zeros(5, dtype=int)

    assert percentile_intervals(drawn_figures(found, one, seed=0), one) == {}


def test_nothing_carried_and_nothing_predicted_is_zero_in_every_draw() -> None:
    nothing = np.zeros((4, 1), dtype=bool)
    drawn = drawn_figures(Decisions(nothing, nothing, np.zeros(4, dtype=int)), np.arange(4), seed=0)

    assert not drawn["micro_f1"].any()
    assert not drawn["macro_f1"].any()


def test_a_paired_difference_is_much_narrower_than_two_intervals() -> None:
    first = simulated(np.random.default_rng(0), 400)
    worse = first.predicted.copy()
    worse[:20] = ~first.targets[:20]  # these articles all wrong, the others the same
    second = Decisions(first.targets, worse, first.unknown)
    drawn = [drawn_figures(d, alone(d), seed=0)["micro_f1"] for d in (first, second)]

    found = paired_difference(
        micro_f1(first.targets, first.predicted), micro_f1(second.targets, second.predicted), drawn[0] - drawn[1]
    )

    assert found.difference == pytest.approx(found.first - found.second)
    assert found.interval.low < found.difference < found.interval.high
    assert width(found.interval) < width(percentile_intervals({"x": drawn[0]}, alone(first))["x"])
    assert found.share_not_better == 0


def test_a_draw_without_difference_counts_as_not_better() -> None:
    assert paired_difference(0.5, 0.5, np.array([0.0, -0.1, 0.1, 0.2])).share_not_better == 0.5


def test_three_thousand_articles_and_ninety_labels_take_a_moment() -> None:
    rng = np.random.default_rng(0)
    targets, predicted = rng.random((3_000, 90)) < 0.02, rng.random((3_000, 90)) < 0.02
    found = Decisions(targets, predicted, np.zeros(3_000, dtype=int))

    start = time.perf_counter()
    drawn = drawn_figures(found, alone(found), seed=0)

    assert time.perf_counter() - start < 2
    assert drawn["macro_f1"].shape == (1_000,)
