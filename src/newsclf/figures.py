"""What is measured of one facet, as it crosses module borders and goes into ``metrics.json``."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsclf.bootstrap import Interval
from newsclf.probability_metrics import ReliabilityBin, RiskCoverage
from newsclf.slices import Slices


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How good one label is.

    Parameters
    ----------
    train, test
        Training articles that carry it, None where not known; and measured articles that do (its support).
    average_precision
        None where no measured article carries it.
    ece, brier
        Expected calibration error and mean squared error of its scores; lower is better.
    """

    train: int | None
    test: int
    precision: float
    recall: float
    f1: float
    average_precision: float | None
    ece: float
    brier: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether scores mean what they say.

    Parameters
    ----------
    mean_ece
        Mean calibration error of the labels that at least 50 measured articles carry; None without any.
    mean_brier
        Over all labels.
    reliability
        All decisions, by score.
    """

    mean_ece: float | None
    mean_brier: float
    reliability: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class StatusFigures:
    """How good the answers of one status are: micro F1, and the share of articles with any wrong label."""

    articles: int
    micro_f1: float
    share_wrong: float


@dataclass(frozen=True, slots=True)
class FacetFigures:
    """How good the labels of one facet are on articles that were labelled in it.

    Parameters
    ----------
    articles
        How many were measured.
    labels
        How many labels the model has.
    unknown_labels
        How many label assignments name a label that the model does not have. It cannot be found, so each counts as
        missed in micro and samples F1, accuracies, status and coverage figures; figures of labels leave it out.
    micro_f1, macro_f1, weighted_f1, samples_f1
        Over all decisions; the mean over the labels that at least one article has, plain and weighted by these
        articles; and the mean over articles.
    accuracy
        Share of articles whose best-scored label is right; None unless each carries exactly one label.
    mean_average_precision
        Over the labels that at least one article has; None without any.
    lrap
        Label ranking average precision over the articles that carry a label; None without any.
    hamming_loss, subset_accuracy, share_without_label
        Share of wrong decisions; of articles with exactly the right labels; and of articles given none.
    intervals
        95% bootstrap intervals of ``micro_f1``, ``macro_f1`` and, where there is one, ``accuracy``; near-copies are
        drawn together. Empty where all articles are near-copies of each other.
    by_status
        For each status that occurs.
    by_label
        In the order of the model's labels.
    """

    articles: int
    labels: int
    unknown_labels: int
    micro_f1: float
    macro_f1: float
    weighted_f1: float
    samples_f1: float
    accuracy: float | None
    mean_average_precision: float | None
    lrap: float | None
    hamming_loss: float
    subset_accuracy: float
    share_without_label: float
    intervals: Mapping[str, Interval]
    calibration: Calibration
    risk_coverage: RiskCoverage
    slices: Slices
    by_status: Mapping[str, StatusFigures]
    by_label: Mapping[str, LabelFigures]
