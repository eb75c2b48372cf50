"""How much topics depend on the seed and on the articles at hand, and which of several runs to keep."""

from dataclasses import dataclass, replace

import numpy as np

from newsclf.arrays import FloatMatrix
from newsclf.progress import Progress, silent
from newsclf.topic_fitting import (
    MOST_CLUSTERED,
    Clusters,
    TopicOptions,
    assigning_model,
    can_cluster,
    default_min_size,
    find_clusters,
)
from newsclf.topic_measures import Stability, pairwise_ari, stability
from newsclf.topics import TopicModel

_STAGE = "fit topics"


@dataclass(frozen=True, slots=True)
class SteadyTopics:
    """The steadiest of several runs.

    Parameters
    ----------
    found, model
        Its clusters, and the topics of them, without names.
    options
        As given, with its seed.
    seeds
        How alike the runs are; None where no run found a topic.
    bootstraps : length b
        How alike topics found in each bootstrap of the articles are to those of the run, on all articles, by the
        adjusted Rand index; bootstraps in which too few articles differ are left out.
    """

    found: Clusters
    model: TopicModel
    options: TopicOptions
    seeds: Stability | None
    bootstraps: tuple[float, ...]


def steadiest(
    vectors: FloatMatrix,
    options: TopicOptions,
    *,
    runs: int,
    progress: Progress = silent,
) -> SteadyTopics:
    """Look for topics with so many seeds, from the given one on, and keep the run that is most like all others.

    Then as many bootstraps are drawn from the articles, with replacement, each article that was drawn counting once;
    topics are looked for in each with the kept run's seed, and all articles assigned to them. A run that found no topic
    is not kept where another did.

    Parameters
    ----------
    runs
        At least 2.
    """
    found, models = [], []
    # Where there is too little to cluster, once is enough to find that out.
    seeds = range(options.seed, options.seed + (runs if can_cluster(vectors) else 1))
    for run, seed in enumerate(seeds):
        progress(_STAGE, run, 2 * runs)
        found.append(find_clusters(vectors, replace(options, seed=seed)))
        models.append(assigning_model(vectors, found[-1], options))
    with_topics = [run for run, model in enumerate(models) if model.topics]
    if not with_topics:
        return SteadyTopics(found[0], models[0], options, None, ())
    assigned = [model.assign(vectors)[0] for model in models]
    likeness = pairwise_ari(assigned).mean(axis=1)
    kept = max(with_topics, key=lambda run: (likeness[run], -run))
    options = replace(options, seed=seeds[kept])
    alike = []
    for draw in range(runs):
        progress(_STAGE, runs + draw, 2 * runs)
        rows = np.unique(np.random.default_rng([options.seed, draw]).integers(len(vectors), size=len(vectors)))
        if can_cluster(vectors[rows]):
            model = _of_bootstrap(vectors[rows], options, n=len(vectors))
            alike.append(float(pairwise_ari([assigned[kept], model.assign(vectors)[0]])[0, 1]))
    progress(_STAGE, 2 * runs, 2 * runs)
    return SteadyTopics(found[kept], models[kept], options, stability(assigned), tuple(alike))


def _of_bootstrap(vectors: FloatMatrix, options: TopicOptions, *, n: int) -> TopicModel:
    """Return the topics of one bootstrap of n articles; as fewer are clustered, a topic needs fewer."""
    all_clustered, clustered = min(n, MOST_CLUSTERED), min(len(vectors), MOST_CLUSTERED)
    fewest = (options.min_size or default_min_size(all_clustered)) * clustered / all_clustered
    options = replace(options, min_size=max(2, round(fewest)))
    return assigning_model(vectors, find_clusters(vectors, options), options)
