"""Fit the second stage of a cascade, and measure what it is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from newsclf.answering import Answers, answer, ask_second
from newsclf.bundle import Bundle
from newsclf.cascade import SecondStage, expected_wrong
from newsclf.config import TrainConfig
from newsclf.familiarity import fit_familiarity
from newsclf.features import Features
from newsclf.fitting import LearnedWords, LearningSide, SidesRead, fit_heads
from newsclf.head_fitting import FittedHead
from newsclf.labels import FacetPlan
from newsclf.measuring import micro_f1_of
from newsclf.progress import Progress, silent
from newsclf.schema import Article


def fit_second_stage(
    side: LearningSide,
    words: LearnedWords,
    first: Mapping[str, FittedHead],
    plans: Sequence[FacetPlan],
    config: TrainConfig,
    *,
    progress: Progress = silent,
) -> SecondStage:
    """Fit heads on the second encoder's vectors, and choose whom they are asked for.

    Parameters
    ----------
    side
        What to learn from, with the vectors of the second encoder.
    words, first
        What the first stage learned of words and sees of the same articles, and its heads.
    """
    seen = LearnedWords(words.vocabulary, words.features.with_vectors(side.vectors))
    heads = fit_heads(side, seen, plans, config, progress=progress)
    return SecondStage(
        heads={facet: found.head for facet, found in heads.items()},
        familiarity=fit_familiarity(side.vectors, seed=config.seed),
        limit=asking_limit(first, plans, words.features, share=config.cascade),
    )


def asking_limit(
    first: Mapping[str, FittedHead], plans: Sequence[FacetPlan], features: Features, *, share: float
) -> float:
    """Return the most wrong decisions to expect of a training article, but for the share that is above it."""
    scores = {}
    for plan in plans:
        found = first[plan.facet]
        known = found.head.scores(features.matrix(plan.facet))
        # Of articles that it was fitted on, what machines say that had not seen them.
        known[plan.rows] = np.where(np.isnan(found.held_out), known[plan.rows], found.held_out)
        scores[plan.facet] = known
    doubts = expected_wrong({facet: found.head for facet, found in first.items()}, scores)
    return float(np.quantile(doubts, 1 - share))


@dataclass(frozen=True, slots=True)
class StageAnswers:
    """What a model says of the test articles, and what each stage of a cascade says of all of them alone."""

    model: Answers
    first: Answers | None = None
    second: Answers | None = None


def answers_by_stage(
    bundle: Bundle, test: Sequence[Article], read: SidesRead, second: SidesRead | None, *, jobs: int = 1
) -> StageAnswers:
    """Return the answers for the test articles, which both encoders of a cascade have read.

    `jobs` processes find the articles' places, -1 for one a core.
    """
    features = bundle.features(test, read.test, jobs=jobs)
    first = answer(bundle.heads, bundle.familiarity, features)
    if second is None or bundle.second is None:
        return StageAnswers(first)
    model = ask_second(bundle, features, first, lambda rows: second.test[rows])
    slow = answer(bundle.second.heads, bundle.second.familiarity, features.with_vectors(second.test))
    return StageAnswers(model, first, slow)


def cascade_figures(
    answers: StageAnswers, plans: Sequence[FacetPlan], test: Sequence[Article], config: TrainConfig
) -> dict[str, Any]:
    """Return the share of the test articles that the second stage answers, and micro F1 by facet and stage.

    That is nothing where the model is no cascade.
    """
    if answers.first is None or answers.second is None:
        return {}
    stages = {"first": answers.first, "cascade": answers.model, "second": answers.second}
    f1 = {
        plan.facet: {name: micro_f1_of(plan, test, found, config) for name, found in stages.items()} for plan in plans
    }
    share = float(answers.model.by_second.mean())
    return {"cascade": {"share_wanted": config.cascade, "share_embedded": share, "micro_f1": f1}}
