"""Measure labels and scores against articles that carry labels."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from newsclf.arrays import BoolMatrix, FloatArray, IntArray
from newsclf.bootstrap import drawn_figures, percentile_intervals
from newsclf.config import EmptyLabels
from newsclf.evaluation_report import evaluation_text
from newsclf.figures import Calibration, FacetFigures, LabelFigures, StatusFigures
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
from newsclf.probability_metrics import (
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
from newsclf.schema import Article
from newsclf.slices import slice_figures


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of every facet, and how the answers spread over the statuses.

    Parameters
    ----------
    statuses
        Status to its share of all articles.
    """

    facets: Mapping[str, FacetFigures]
    statuses: Mapping[str, float]

    def __str__(self) -> str:
        return evaluation_text(self.facets, self.statuses)

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, dicts, strings and numbers, ready for JSON; what has no value is None."""
        return dict(json.loads(json.dumps(asdict(self), allow_nan=False)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is known of n measured articles, and of the model, beside labels and scores.

    Parameters
    ----------
    groups : (n,) int
        Near-copies share a number.
    statuses : length n
        The status of each answer.
    train_counts
        Label to its training articles; empty where they are not known.
    seed
        Of the bootstrap.
    """

    groups: IntArray
    statuses: Sequence[str]
    train_counts: Mapping[str, int]
    seed: int


def labelled_rows(articles: Sequence[Article], facet: str, *, empty_labels: EmptyLabels) -> IntArray:
    """Return the indices of the articles that were labelled in a facet."""
    rows = [
        i
        for i, article in enumerate(articles)
        if facet in article.labels and (article.labels[facet] or empty_labels == "none")
    ]
    return np.array(rows, dtype=np.intp)


def target_matrix(articles: Sequence[Article], facet: str, labels: Sequence[str]) -> BoolMatrix:
    """Return (n, k): whether article i carries ``labels[j]``."""
    column = {label: j for j, label in enumerate(labels)}
    targets = np.zeros((len(articles), len(labels)), dtype=bool)
    for i, article in enumerate(articles):
        for label in article.labels.get(facet, ()):
            if label in column:
                targets[i, column[label]] = True
    return targets


def decisions_on(articles: Sequence[Article], predicted: BoolMatrix, *, facet: str, labels: Sequence[str]) -> Decisions:
    """Set the (n, k) predictions for n articles against what they carry."""
    targets = target_matrix(articles, facet, labels)
    carried = np.array([len(set(article.labels[facet])) for article in articles], dtype=np.intp)
    return Decisions(targets, predicted, carried - targets.sum(axis=1))


def measure(
    articles: Sequence[Article],
    scores: FloatArray,
    predicted: BoolMatrix,
    *,
    facet: str,
    labels: Sequence[str],
    background: Background,
) -> FacetFigures:
    """Measure the (n, k) scores and predictions for n articles, at least one, labelled in a facet."""
    decisions = decisions_on(articles, predicted, facet=facet, labels=labels)
    targets = decisions.targets
    right = best_is_right(decisions, scores)
    counts = [background.train_counts[label] for label in labels] if background.train_counts else None
    by_label = _by_label(decisions, scores, labels, background.train_counts)
    precisions = [row.average_precision for row in by_label.values() if row.average_precision is not None]
    drawn = drawn_figures(decisions, background.groups, right=right, seed=background.seed)
    return FacetFigures(
        articles=len(articles),
        labels=len(labels),
        unknown_labels=int(decisions.unknown.sum()),
        micro_f1=micro_f1(targets, predicted, unknown=int(decisions.unknown.sum())),
        macro_f1=macro_f1(targets, predicted),
        weighted_f1=weighted_f1(targets, predicted),
        samples_f1=samples_f1(decisions),
        accuracy=None if right is None else float(right.mean()),
        mean_average_precision=float(np.mean(precisions)) if precisions else None,
        lrap=ranking_average_precision(targets, scores),
        hamming_loss=hamming_loss(targets, predicted),
        subset_accuracy=subset_accuracy(decisions),
        share_without_label=share_without_label(predicted),
        intervals=percentile_intervals(drawn, background.groups),
        calibration=_calibration(targets, scores),
        risk_coverage=risk_coverage(decisions, article_confidence(predicted, scores)),
        slices=slice_figures(articles, decisions, counts),
        by_status=_by_status(decisions, background.statuses),
        by_label=by_label,
    )


def _calibration(targets: BoolMatrix, scores: FloatArray) -> Calibration:
    return Calibration(
        mean_ece=mean_ece(targets, label_ece(targets, scores)),
        mean_brier=float(label_brier(targets, scores).mean()),
        reliability=reliability(targets, scores),
    )


def _by_status(decisions: Decisions, statuses: Sequence[str]) -> dict[str, StatusFigures]:
    rows = {status: np.flatnonzero(np.array(statuses) == status) for status in sorted(set(statuses))}
    parts = {status: decisions.rows(chosen) for status, chosen in rows.items()}
    return {
        status: StatusFigures(
            articles=len(rows[status]),
            micro_f1=micro_f1(part.targets, part.predicted, unknown=int(part.unknown.sum())),
            share_wrong=float(part.wrong.mean()),
        )
        for status, part in parts.items()
    }


def _by_label(
    decisions: Decisions, scores: FloatArray, labels: Sequence[str], train_counts: Mapping[str, int]
) -> dict[str, LabelFigures]:
    targets, predicted = decisions.targets, decisions.predicted
    support = targets.sum(axis=0)
    precisions, recalls = label_precision(targets, predicted), label_recall(targets, predicted)
    f1, eces, briers = label_f1(targets, predicted), label_ece(targets, scores), label_brier(targets, scores)
    ranked = label_average_precision(targets, scores)
    return {
        label: LabelFigures(
            train=train_counts.get(label),
            test=int(support[i]),
            precision=float(precisions[i]),
            recall=float(recalls[i]),
            f1=float(f1[i]),
            average_precision=float(ranked[i]) if support[i] else None,
            ece=float(eces[i]),
            brier=float(briers[i]),
        )
        for i, label in enumerate(labels)
    }
