"""From articles to fitted heads: what training and the label audit do alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import platformdirs
from scipy.sparse import csr_array

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
from newsclf.parallel import in_chunks
from newsclf.place_features import place_columns
from newsclf.places import country_codes
from newsclf.progress import Progress, silent
from newsclf.reading.archive_page import clean_texts
from newsclf.schema import Article
from newsclf.taxonomy import Concept, Taxonomy, load_taxonomy

_Table = TypeVar("_Table", FloatMatrix, csr_array)


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
class LearnedWords:
    """The words of the learning side, and what the heads see of its n articles."""

    vocabulary: Vocabulary
    features: Features


def configured_taxonomy(config: TrainConfig) -> Taxonomy | None:
    """Read the taxonomy that a configuration names."""
    if config.taxonomy is None:
        return None
    return load_taxonomy(None if config.taxonomy == BUILTIN_TAXONOMY else Path(config.taxonomy))


def check_articles(
    articles: Sequence[Article], taxonomy: Taxonomy | None, *, jobs: int = 1, progress: Progress = silent
) -> ResolvedLabels:
    """Clean articles, stop where they cannot be learned from, and bring their labels to the taxonomy's names.

    `jobs` processes read them, -1 for one a core.

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
    given = [(article.title, article.text) for article in articles]
    texts = in_chunks(clean_texts, given, jobs=jobs, stage="clean articles", progress=progress)
    cleaned = [_with_text(article, *text) for article, text in zip(articles, texts, strict=True)]
    blank = next((i for i, article in enumerate(cleaned) if not article.content.strip()), None)
    if blank is not None:
        raise DataError(f"Article {blank} ({cleaned[blank].id!r}) has neither title nor text; leave it out.")
    check_label_leak(cleaned, taxonomy, jobs=jobs, progress=progress)
    return resolve_labels(cleaned, taxonomy)


def _with_text(article: Article, title: str, text: str) -> Article:
    """Return an article with another text; one that is as it was is not held twice."""
    return article if (article.title, article.text) == (title, text) else replace(article, title=title, text=text)


def default_cache_dir() -> Path:
    """Return where vectors are kept between runs unless a folder is given."""
    return Path(platformdirs.user_cache_dir("newsclf")) / "embeddings"


@dataclass(frozen=True, slots=True)
class SidesRead:
    """What an encoder makes of the articles to learn from and of those to measure on.

    Parameters
    ----------
    train, test : (n, d), (m, d)
        Their vectors.
    computed
        How many vectors were not in the cache.
    truncated
        How many articles of both are not read to their end.
    """

    train: FloatMatrix
    test: FloatMatrix
    computed: int
    truncated: int


def read_sides(
    train: Sequence[Article],
    test: Sequence[Article],
    encoder: Encoder,
    config: TrainConfig,
    *,
    is_cached: bool = True,
    progress: Progress = silent,
) -> SidesRead:
    """Embed articles of both sides; vectors that are cached are not computed again."""
    articles = [*train, *test]
    vectors, computed = embed_articles(articles, encoder, config, is_cached=is_cached, progress=progress)
    truncated = int(encoder.unread([article.content for article in articles]).sum())
    return SidesRead(vectors[: len(train)], vectors[len(train) :], computed, truncated)


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


def learn_words(side: LearningSide, *, jobs: int = 1, progress: Progress = silent) -> LearnedWords:
    """Learn words on the learning side alone, and read its articles; `jobs` processes find their places."""
    vocabulary, words = fit_vocabulary(side.articles)
    columns = place_columns(side.taxonomy, country_codes())
    features = Features.of(side.articles, words, side.vectors, columns, jobs=jobs, progress=progress)
    return LearnedWords(vocabulary, features)


def fit_heads(
    side: LearningSide,
    words: LearnedWords,
    plans: Sequence[FacetPlan],
    config: TrainConfig,
    *,
    progress: Progress = silent,
) -> dict[str, FittedHead]:
    """Fit one head a facet on the learning side alone."""
    heads = {}
    for plan in plans:
        # Not by a name, so that the features of two facets are not held at once.
        heads[plan.facet] = fit_head(
            _head_data(plan, side, words, is_required=plan.facet in config.require_label),
            seed=config.seed,
            jobs=config.jobs,
            progress=progress,
        )
    return heads


def _head_data(plan: FacetPlan, side: LearningSide, words: LearnedWords, *, is_required: bool) -> HeadData:
    """Choose the articles labelled in a facet, and say what speaks for its labels before any article does."""
    features = words.features
    concepts = [side.taxonomy.resolve(plan.facet, label) if side.taxonomy else None for label in plan.labels]
    return HeadData(
        features=_rows_of(features.matrix(plan.facet), plan.rows),
        vector_columns=features.vector_columns,
        targets=target_matrix([side.articles[i] for i in plan.rows], plan.facet, plan.labels),
        groups=side.groups[plan.rows],
        labels=plan.labels,
        ids=tuple(concept.id if concept else "" for concept in concepts),
        prior=_prior(plan, concepts, words, side.encoder),
        is_required=is_required,
        unseen=None if side.unseen is None else side.unseen[plan.rows],
    )


def _rows_of(table: _Table, rows: IntArray) -> _Table:
    """Return rows of a table, each once and ascending; the table itself where these are all."""
    return table if len(rows) == table.shape[0] else table[rows]


def _prior(plan: FacetPlan, concepts: Sequence[Concept | None], words: LearnedWords, encoder: Encoder) -> FloatArray:
    """Turn the definitions of a facet's k labels, and the names of those without one, into (k, m + 1) weights."""
    features = words.features
    start, stop = features.vector_columns
    behind = features.width(plan.facet) - stop
    vectors, weighed = _rows_of(features.vectors, plan.rows), _rows_of(features.words, plan.rows)
    weights = definition_prior(definition_vectors(concepts, encoder), vectors, before=start, behind=behind)
    undefined = [
        "" if concept is not None and concept.definition else label
        for concept, label in zip(concepts, plan.labels, strict=True)
    ]
    weights[:, :start] += name_prior(undefined, weighed, words.vocabulary)
    return weights
