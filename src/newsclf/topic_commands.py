"""Change the topics of a trained model: each function gives a new model, and leaves the old one as it was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from newsclf.arrays import FloatMatrix
from newsclf.embedding import EmbeddingCache, embed
from newsclf.fitting import default_cache_dir
from newsclf.inference import NewsClassifier
from newsclf.label_resolution import resolve_labels
from newsclf.model_card import model_card
from newsclf.progress import Progress, silent
from newsclf.reading.passed import cleaned_article
from newsclf.schema import Article
from newsclf.topic_fitting import default_min_size
from newsclf.topic_hierarchy import merge_topics
from newsclf.topic_state import TopicState
from newsclf.topic_updating import TopicUpdate, add_articles
from newsclf.topics import NO_TOPIC, Topic


@dataclass(frozen=True, slots=True)
class EmbeddedArticles:
    """Articles as a model reads them.

    Parameters
    ----------
    articles : length n
        Cleaned, with the labels' names that the model knows.
    vectors : (n, d) float32
        Unit rows.
    """

    articles: tuple[Article, ...]
    vectors: FloatMatrix


@dataclass(frozen=True, slots=True)
class MergedTopics:
    """A model with merged topics, and those that were made, in the order of their groups."""

    model: NewsClassifier
    new_topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class AddedArticles:
    """A model that articles were added to, and what became of each."""

    model: NewsClassifier
    update: TopicUpdate

    @property
    def new_topics(self) -> tuple[Topic, ...]:
        """The topics that were made."""
        return tuple(self.update.state.model.topic(topic_id) for topic_id in self.update.new_ids)

    @property
    def joined(self) -> int:
        """How many of the articles went to topics that there were."""
        return len(self.update.article_topics) - self.founded - self.wait

    @property
    def founded(self) -> int:
        """How many went to topics made of them and of what waited."""
        return int(np.isin(self.update.article_topics, self.update.new_ids).sum())

    @property
    def wait(self) -> int:
        """How many of them wait."""
        return int((self.update.article_topics == NO_TOPIC).sum())


def merge(model: NewsClassifier, groups: Sequence[Collection[int]]) -> MergedTopics:
    """Make one topic of each group; keywords and names come from the words of all their articles.

    Parameters
    ----------
    groups
        Ids, at least two to a group, each in one group only.

    Raises
    ------
    DataError
        If an id is not of the model or stands twice, or a group has fewer than two.
    """
    old = model.bundle.topics
    topics = merge_topics(old.model, groups, words=old.words, word_vectors=model.encoder.encode)
    new = tuple(topic for topic in topics.topics if topic.id >= old.model.next_id)
    state = replace(old, model=topics, words=old.words.following(topics))
    did = {"did": "merge", "groups": [sorted(group) for group in groups], "new_ids": [topic.id for topic in new]}
    return MergedTopics(_changed(model, state, did), new)


def add(
    model: NewsClassifier,
    articles: Sequence[Article],
    *,
    min_size: int | None = None,
    min_similarity: float | None = None,
    cache_dir: Path | None = None,
    progress: Progress = silent,
) -> AddedArticles:
    """Add articles to the topics that they belong to; what fits none waits until it makes one.

    Labels, heads and figures stay as they are. An article that is added twice counts twice.

    Parameters
    ----------
    articles
        Header lines with labels and page furniture are removed first.
    min_size
        Fewest articles of a new topic; None for the number that the model was trained with, or, where that was left
        open, the size of its smallest topic, and 5 at least.
    min_similarity
        See `newsclf.topic_updating.add_articles`.
    cache_dir
        Where vectors are kept between runs; None for the user's cache directory.

    Raises
    ------
    DataError
        If an article is blank once page furniture is gone.
    ConfigError
        If `min_size` is below 2, or the model has no topic and `min_similarity` is None.
    """
    given = embedded(model, articles, cache_dir=cache_dir, progress=progress)
    update = add_articles(
        model.bundle.topics,
        given.articles,
        given.vectors,
        min_size=_min_size(model) if min_size is None else min_size,
        min_similarity=min_similarity,
        word_vectors=model.encoder.encode,
    )
    did = {
        "did": "add",
        "articles": len(given.articles),
        "settled": len(update.settled),
        "new_ids": list(update.new_ids),
    }
    return AddedArticles(_changed(model, update.state, did), update)


def embedded(
    model: NewsClassifier, articles: Sequence[Article], *, cache_dir: Path | None = None, progress: Progress = silent
) -> EmbeddedArticles:
    """Clean articles as training does, resolve their labels, and embed them; parameters are those of `add`.

    Raises
    ------
    DataError
        If an article is blank once page furniture is gone.
    """
    cleaned = [cleaned_article(article, i) for i, article in enumerate(articles)]
    cache = EmbeddingCache(cache_dir or default_cache_dir(), model.encoder)
    vectors, _ = embed([article.content for article in cleaned], model.encoder, cache=cache, progress=progress)
    return EmbeddedArticles(resolve_labels(cleaned, model.bundle.taxonomy).articles, vectors)


def _min_size(model: NewsClassifier) -> int:
    configured: int | None = model.bundle.manifest["config"]["topic_min_size"]
    sizes = (topic.size for topic in model.bundle.topics.model.topics)
    return configured or max(default_min_size(0), min(sizes, default=0))


def _changed(model: NewsClassifier, state: TopicState, did: dict[str, Any]) -> NewsClassifier:
    """Return the model with other topics, which its manifest and its card say."""
    bundle = model.bundle
    change = did | {"when": datetime.now(UTC).isoformat(timespec="seconds")}
    manifest = {**bundle.manifest, "topic_changes": [*bundle.manifest.get("topic_changes", ()), change]}
    card = model_card(manifest, bundle.metrics)
    return replace(model, bundle=replace(bundle, topics=state, manifest=manifest, card=card))
