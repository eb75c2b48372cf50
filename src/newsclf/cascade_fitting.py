"""Fit the second stage of a cascade, and measure what it is worth."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from newsclf.answering import Answers, answer, answer_in_stages
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
        limit=_limit(first, plans, words.features, share=config.cascade),
    )


def _limit(first: Mapping[str, FittedHead], plans: Sequence[FacetPlan], features: Features, *, share: float) -> float:
    """Return how many wrong decisions are to be expected of all but such a share of the training articles."""
    scores = {}
    for plan in plans:
        found = first[plan.facet]
        scores[plan.facet] = found.head.scores(features.matrix(plan.facet))
        # Of the articles that the head was fitted on, what machines say that had not seen them.
        scores[plan.facet][plan.rows] = np.nan_to_num(found.held_out)
    doubts = expected_wrong({facet: found.head for facet, found in first.items()}, scores)
    return float(np.quantile(doubts, 1 - share))


def answers_by_stage(
    bundle: Bundle, test: Sequence[Article], read: SidesRead, second: SidesRead | None
) -> dict[str, Answers]:
    """Return the answers of the ``model`` for the test articles, and those of a cascade's ``first`` and ``second``."""
    features = bundle.features(test, read.test)
    if second is None or bundle.second is None:
        return {"model": answer(bundle.heads, bundle.familiarity, features)}
    again = features.with_vectors(second.test)
    return {
        "first": answer(bundle.heads, bundle.familiarity, features),
        "model": answer_in_stages(bundle, features, lambda rows: second.test[rows]),
        "second": answer(bundle.second.heads, bundle.second.familiarity, again),
    }


def cascade_figures(
    answers: Mapping[str, Answers], plans: Sequence[FacetPlan], test: Sequence[Article], config: TrainConfig
) -> dict[str, Any]:
    """Return the share of the test articles that the second stage answers, and micro F1 by facet and stage.

    That is nothing where the model is no cascade.
    """
    if not config.cascade:
        return {}
    f1 = {
        plan.facet: {name: micro_f1_of(plan, test, found, config) for name, found in answers.items()} for plan in plans
    }
    share = float(answers["model"].by_second.mean())
    return {"cascade": {"share_wanted": config.cascade, "share_embedded": share, "micro_f1": f1}}
