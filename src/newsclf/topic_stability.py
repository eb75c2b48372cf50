"""How much topics depend on the seed and on the articles at hand, and which of several runs to keep."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from newsclf.arrays import FloatMatrix
from newsclf.progress import Progress, silent
from newsclf.schema import Article
from newsclf.topic_fitting import Clusters, TopicOptions, assigning_model, default_min_size, find_clusters
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
        How alike the runs are.
    bootstraps : length b
        How alike topics found in each bootstrap of the articles are to those of the run, on all articles, by the
        adjusted Rand index.
    """

    found: Clusters
    model: TopicModel
    options: TopicOptions
    seeds: Stability
    bootstraps: tuple[float, ...]


def steadiest(
    articles: Sequence[Article],
    vectors: FloatMatrix,
    options: TopicOptions,
    *,
    runs: int,
    progress: Progress = silent,
) -> SteadyTopics:
    """Look for topics with so many seeds, from the given one on, and keep the run that is most like all others.

    Then as many bootstraps are drawn from the articles, with replacement, each article that was drawn counting once;
    topics are looked for in each with the kept run's seed, and all articles assigned to them.

    Parameters
    ----------
    runs
        At least 2.
    """
    found, models = [], []
    for run in range(runs):
        progress(_STAGE, run, 2 * runs)
        found.append(find_clusters(articles, vectors, replace(options, seed=options.seed + run)))
        models.append(assigning_model(vectors, found[-1], options))
    assigned = [model.assign(vectors)[0] for model in models]
    kept = int(pairwise_ari(assigned).mean(axis=1).argmax())
    options = replace(options, seed=options.seed + kept)
    alike = []
    for draw in range(runs):
        progress(_STAGE, runs + draw, 2 * runs)
        model = _of_bootstrap(articles, vectors, options, draw=draw)
        alike.append(float(pairwise_ari([assigned[kept], model.assign(vectors)[0]])[0, 1]))
    progress(_STAGE, 2 * runs, 2 * runs)
    return SteadyTopics(found[kept], models[kept], options, stability(assigned), tuple(alike))


def _of_bootstrap(articles: Sequence[Article], vectors: FloatMatrix, options: TopicOptions, *, draw: int) -> TopicModel:
    """Return the topics of one bootstrap; as it has two thirds of the articles, a topic needs fewer."""
    n = len(articles)
    rows = np.unique(np.random.default_rng([options.seed, draw]).integers(n, size=n))
    fewest = (options.min_size or default_min_size(n)) * len(rows) / n
    options = replace(options, min_size=max(2, round(fewest)))
    clusters = find_clusters([articles[i] for i in rows.tolist()], vectors[rows], options)
    return assigning_model(vectors[rows], clusters, options)
