"""What training measures on the articles held out, as plain values for ``metrics.json``."""

from collections.abc import Mapping, Sequence
from typing import Any

from newsclf.answering import Answers
from newsclf.arrays import BoolMatrix, FloatMatrix, IntArray
from newsclf.baselines import majority_baseline, tfidf_baseline, tfidf_features
from newsclf.config import TrainConfig
from newsclf.evaluating import measure_answers
from newsclf.evaluation import decisions_on, labelled_rows, target_matrix
from newsclf.labels import FacetPlan
from newsclf.metrics import macro_f1, micro_f1
from newsclf.schema import Article
from newsclf.splitting import Split
from newsclf.topics import NO_TOPIC, TopicModel


def article_counts(split: Split, config: TrainConfig, *, truncated: int) -> dict[str, Any]:
    """Count the articles on each side, and those on either that the encoder does not read to their end."""
    dropped = len(split.near_copies) if config.near_copies == "drop" else 0
    return {
        "read": len(split.train) + len(split.test) + len(split.left_out) + dropped,
        "split": split.strategy,
        "train": len(split.train),
        "test": len(split.test),
        "left_out": len(split.left_out),
        "truncated": truncated,
        "near_copies": len(split.near_copies),
        "near_copies_handling": "dropped from training" if config.near_copies == "drop" else "kept in training",
    }


def held_out_figures(
    plans: Sequence[FacetPlan],
    train: Sequence[Article],
    test: Sequence[Article],
    *,
    answers: Answers,
    groups: IntArray,
    config: TrainConfig,
) -> dict[str, Any]:
    """Measure the answers for the test articles, beside two baselines, as `newsclf.evaluate` would.

    Of n test articles, `groups` are near-copies of each other, (n,).
    """
    counts = {plan.facet: plan.counts for plan in plans}
    found = measure_answers(
        test, answers, groups=groups, train_counts=counts, empty_labels=config.empty_labels
    ).to_dict()
    # Of facets that the same articles are labelled in, words are counted once.
    features: dict[bytes, tuple[Any, Any]] = {}
    facets = {}
    for plan in plans:
        rows = labelled_rows(test, plan.facet, empty_labels=config.empty_labels)
        learned, measured = [train[i] for i in plan.rows], [test[i] for i in rows]
        key = plan.rows.tobytes() + b"|" + rows.tobytes()
        if key not in features:
            features[key] = tfidf_features(learned, measured)
        facets[plan.facet] = _facet(
            plan, found["facets"][plan.facet], learned, measured, features=features[key], config=config
        )
    return {"facets": facets, "statuses": found["statuses"]}


def _facet(
    plan: FacetPlan,
    figures: dict[str, Any],
    learned: Sequence[Article],
    measured: Sequence[Article],
    *,
    features: tuple[Any, Any],
    config: TrainConfig,
) -> dict[str, Any]:
    """Return a facet's figures beside those of the baselines, on the articles that are labelled in it."""
    targets = target_matrix(learned, plan.facet, plan.labels)
    baselines = {
        "majority": majority_baseline(targets, len(measured)),
        "tfidf_linear_svc": tfidf_baseline(features, targets, seed=config.seed, jobs=config.jobs),
    }
    by_label = figures.pop("by_label")
    return {
        "test": figures,
        **{name: _f1(measured, predicted, plan) for name, predicted in baselines.items()},
        "labels": by_label,
        "too_few": dict(plan.too_few),
    }


def micro_f1_of(plan: FacetPlan, test: Sequence[Article], answers: Answers, config: TrainConfig) -> float:
    """Return the micro F1 of the answers for n test articles, on those labelled in a facet."""
    rows = labelled_rows(test, plan.facet, empty_labels=config.empty_labels)
    return float(_f1([test[i] for i in rows], answers.decided[plan.facet][rows], plan)["micro_f1"])


def _f1(measured: Sequence[Article], predicted: BoolMatrix, plan: FacetPlan) -> dict[str, Any]:
    found = decisions_on(measured, predicted, facet=plan.facet, labels=plan.labels)
    return {
        "articles": len(measured),
        "micro_f1": micro_f1(found.targets, predicted, unknown=int(found.unknown.sum())),
        "macro_f1": macro_f1(found.targets, predicted),
    }


def held_out_topic_figures(topics: TopicModel, test_vectors: FloatMatrix) -> dict[str, Any]:
    """Return the share of test articles that belong to no topic."""
    ids, _ = topics.assign(test_vectors)
    return {"share_without_topic": float((ids == NO_TOPIC).mean())}


def headline_figures(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Return the two figures of each facet that the manifest shows."""
    return {
        facet: {name: figures["test"][name] for name in ("micro_f1", "macro_f1")}
        for facet, figures in metrics["facets"].items()
    }
