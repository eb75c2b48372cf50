"""From articles to fitted heads: what training and the label audit do alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from newsclf.arrays import BoolArray, FloatArray, FloatMatrix, IntArray
from newsclf.config import BUILTIN_TAXONOMY, MIN_ARTICLES, TrainConfig
from newsclf.definitions import definition_prior, definition_vectors, name_prior
from newsclf.embedding import EmbeddingCache, embed
from newsclf.encoders import Encoder
from newsclf.errors import DataError
from newsclf.evaluation import target_matrix
from newsclf.features import Features, Vocabulary, fit_vocabulary
from newsclf.head_fitting import FittedHead, fit_head
from newsclf.held_out import HeadData
from newsclf.label_resolution import ResolvedLabels, resolve_labels
from newsclf.labels import FacetPlan
from newsclf.leakage import check_label_leak
from newsclf.place_features import place_columns
from newsclf.places import country_codes
from newsclf.progress import Progress, silent
from newsclf.reading.archive_page import clean_article
from newsclf.schema import Article
from newsclf.taxonomy import Concept, Taxonomy, load_taxonomy


@dataclass(frozen=True, slots=True)
class LearningSide:
    """The articles to learn from, and what is known of them.

    Parameters
    ----------
    articles : length n
    vectors : (n, d)
    groups : (n,)
        Near-copies share a number, and so a fold.
    taxonomy
        What their labels were resolved by.
    encoder
        What made the vectors; it reads the taxonomy's definitions too.
    unseen : (n,)
        Articles whose labels the encoder was not fine-tuned on; None where it saw none.
    """

    articles: Sequence[Article]
    vectors: FloatMatrix
    groups: IntArray
    taxonomy: Taxonomy | None
    encoder: Encoder
    unseen: BoolArray | None = None


@dataclass(frozen=True, slots=True)
class FittedHeads:
    """Facet to head, with what makes the features that the heads read."""

    vocabulary: Vocabulary
    heads: Mapping[str, FittedHead]


def configured_taxonomy(config: TrainConfig) -> Taxonomy | None:
    """Read the taxonomy that a configuration names."""
    if config.taxonomy is None:
        return None
    return load_taxonomy(None if config.taxonomy == BUILTIN_TAXONOMY else Path(config.taxonomy))


def check_articles(articles: Sequence[Article], taxonomy: Taxonomy | None) -> ResolvedLabels:
    """Clean articles, stop where they cannot be learned from, and bring their labels to the taxonomy's names.

    Raises
    ------
    DataError
        If there are too few articles, or one is blank.
    LabelLeakError
        If texts still show the labels that are to be predicted from them.
    """
    if len(articles) < MIN_ARTICLES:
        raise DataError(
            f"Found {len(articles)} articles; training needs at least {MIN_ARTICLES}, and some hundreds to be of use."
        )
    cleaned = [clean_article(article) for article in articles]
    blank = next((i for i, article in enumerate(cleaned) if not article.content.strip()), None)
    if blank is not None:
        raise DataError(f"Article {blank} ({cleaned[blank].id!r}) has neither title nor text; leave it out.")
    check_label_leak(cleaned, taxonomy)
    return resolve_labels(cleaned, taxonomy)


def default_cache_dir() -> Path:
    """Return where vectors are kept between runs unless a folder is given."""
    return Path(platformdirs.user_cache_dir("newsclf")) / "embeddings"


def embed_articles(
    articles: Sequence[Article],
    encoder: Encoder,
    config: TrainConfig,
    *,
    is_cached: bool = True,
    progress: Progress = silent,
) -> tuple[FloatMatrix, int]:
    """Return the (n, d) vectors of articles, and how many were not in the cache."""
    cache = EmbeddingCache(config.cache_dir or default_cache_dir(), encoder) if is_cached else None
    return embed([article.content for article in articles], encoder, cache=cache, progress=progress)


def fit_heads(
    side: LearningSide, plans: Sequence[FacetPlan], config: TrainConfig, *, progress: Progress = silent
) -> FittedHeads:
    """Fit words and one head a facet on the learning side alone."""
    vocabulary = fit_vocabulary(side.articles)
    columns = place_columns(side.taxonomy, country_codes())
    features = Features.of(side.articles, side.vectors, vocabulary, columns)
    heads = {}
    for plan in plans:
        data = _head_data(plan, side, features, vocabulary, is_required=plan.facet in config.require_label)
        heads[plan.facet] = fit_head(data, seed=config.seed, jobs=config.jobs, progress=progress)
    return FittedHeads(vocabulary, heads)


def _head_data(
    plan: FacetPlan, side: LearningSide, features: Features, vocabulary: Vocabulary, *, is_required: bool
) -> HeadData:
    """Choose the articles labelled in a facet, and say what speaks for its labels before any article does."""
    concepts = [side.taxonomy.resolve(plan.facet, label) if side.taxonomy else None for label in plan.labels]
    return HeadData(
        features=features.matrix(plan.facet)[plan.rows],
        vector_columns=features.vector_columns,
        targets=target_matrix([side.articles[i] for i in plan.rows], plan.facet, plan.labels),
        groups=side.groups[plan.rows],
        labels=plan.labels,
        ids=tuple(concept.id if concept else "" for concept in concepts),
        prior=_prior(plan, concepts, features, vocabulary, side.encoder),
        is_required=is_required,
        unseen=None if side.unseen is None else side.unseen[plan.rows],
    )


def _prior(
    plan: FacetPlan,
    concepts: Sequence[Concept | None],
    features: Features,
    vocabulary: Vocabulary,
    encoder: Encoder,
) -> FloatArray:
    """Turn the definitions of a facet's k labels, and the names of those without one, into (k, m + 1) weights."""
    start, stop = features.vector_columns
    behind = features.matrix(plan.facet).shape[1] - stop
    vectors, words = features.vectors[plan.rows], features.words[plan.rows]
    weights = definition_prior(definition_vectors(concepts, encoder), vectors, before=start, behind=behind)
    undefined = [
        "" if concept is not None and concept.definition else label
        for concept, label in zip(concepts, plan.labels, strict=True)
    ]
    weights[:, :start] += name_prior(undefined, words, vocabulary)
    return weights
