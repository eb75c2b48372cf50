"""What training measures on the articles held out, as plain values for ``metrics.json``."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from newsclf.arrays import BoolMatrix, FloatMatrix
from newsclf.config import TrainConfig
from newsclf.evaluation import labelled_rows, majority_baseline, measure, target_matrix, tfidf_baseline
from newsclf.labels import FacetPlan
from newsclf.metrics import label_f1
from newsclf.schema import Article
from newsclf.splitting import Split
from newsclf.topics import NO_TOPIC, TopicModel


def article_counts(split: Split, config: TrainConfig) -> dict[str, Any]:
    """Count the articles on each side."""
    dropped = len(split.near_copies) if config.near_copies == "drop" else 0
    return {
        "read": len(split.train) + len(split.test) + len(split.left_out) + dropped,
        "split": split.strategy,
        "train": len(split.train),
        "test": len(split.test),
        "left_out": len(split.left_out),
        "near_copies": len(split.near_copies),
        "near_copies_handling": "dropped from training" if config.near_copies == "drop" else "kept in training",
    }


def facet_figures(
    plan: FacetPlan, train: Sequence[Article], test: Sequence[Article], *, decided: BoolMatrix, config: TrainConfig
) -> dict[str, Any]:
    """Measure a head's (n, k) decisions beside two baselines, on the test articles labelled in its facet."""
    rows = labelled_rows(test, plan.facet, empty_labels=config.empty_labels)
    learned = [train[i] for i in plan.rows]
    measured = [test[i] for i in rows]
    answers = {
        "test": decided[rows],
        "majority": majority_baseline(learned, len(measured), facet=plan.facet, labels=plan.labels),
        "tfidf_linear_svc": tfidf_baseline(learned, measured, facet=plan.facet, labels=plan.labels, seed=config.seed),
    }
    figures = {
        name: asdict(measure(measured, answer, facet=plan.facet, labels=plan.labels))
        for name, answer in answers.items()
    }
    targets = target_matrix(measured, plan.facet, plan.labels)
    return figures | {"labels": _by_label(plan, targets, decided[rows]), "too_few": dict(plan.too_few)}


def _by_label(plan: FacetPlan, targets: BoolMatrix, predicted: BoolMatrix) -> dict[str, Any]:
    f1 = label_f1(targets, predicted)
    return {
        label: {"train": count, "test": int(targets[:, i].sum()), "f1": float(f1[i])}
        for i, (label, count) in enumerate(plan.counts.items())
    }


def topic_figures(topics: TopicModel, test_vectors: FloatMatrix) -> dict[str, Any]:
    """Count the topics, and the share of test articles that belong to none."""
    ids, _ = topics.assign(test_vectors)
    return {"found": len(topics.topics), "share_without_topic": float((ids == NO_TOPIC).mean())}


def headline_figures(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Return the two figures of each facet that the manifest shows."""
    return {
        facet: {name: figures["test"][name] for name in ("micro_f1", "macro_f1")}
        for facet, figures in metrics["facets"].items()
    }
