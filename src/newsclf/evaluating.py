"""Measure a trained model on labelled articles, as training measures it on those held out."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from newsclf.answering import Answers
from newsclf.arrays import IntArray
from newsclf.config import EmptyLabels
from newsclf.embedding import embed
from newsclf.errors import DataError
from newsclf.evaluation import Background, Evaluation, labelled_rows, measure
from newsclf.inference import NewsClassifier
from newsclf.label_resolution import resolve_labels
from newsclf.near_copies import near_copy_groups
from newsclf.reading.passed import cleaned_article
from newsclf.schema import Article

_LOGGER = logging.getLogger(__name__)


def evaluate(
    model: NewsClassifier, articles: Sequence[Article], *, empty_labels: EmptyLabels = "none", seed: int = 0
) -> Evaluation:
    """Measure a model on labelled articles that it has not seen.

    Parameters
    ----------
    articles
        Each facet is measured on those that were labelled in it.
    empty_labels
        What an empty list of labels says: that none applies, or that the article was not labelled.
    seed
        Of the bootstrap that gives the intervals.

    Raises
    ------
    DataError
        If no article was labelled in any facet of the model, or one is blank or no `Article`.
    """
    cleaned = resolve_labels(cleaned_articles(articles), model.bundle.taxonomy).articles
    check_labelled(cleaned, model.facets, empty_labels=empty_labels)
    contents = [article.content for article in cleaned]
    answers = model.answers(cleaned, embed(contents, model.encoder)[0])
    if truncated := int(model.unread(contents, answers.by_second).sum()):
        _LOGGER.warning("%d of %d articles are longer than what the encoder reads of them", truncated, len(cleaned))
    return measure_answers(
        cleaned,
        answers,
        groups=near_copy_groups(contents),
        train_counts=_train_counts(model),
        empty_labels=empty_labels,
        seed=seed,
    )


def measure_answers(
    articles: Sequence[Article],
    answers: Answers,
    *,
    groups: IntArray,
    train_counts: Mapping[str, Mapping[str, int]],
    empty_labels: EmptyLabels,
    seed: int = 0,
) -> Evaluation:
    """Measure a model's answers for n cleaned articles with resolved labels, in the facets they are labelled in.

    `groups`, (n,), are equal for near-copies; `train_counts` maps facet to label to training articles.
    """
    facets = {}
    for facet, labels in answers.labels.items():
        rows = labelled_rows(articles, facet, empty_labels=empty_labels)
        if len(rows):
            facets[facet] = measure(
                [articles[i] for i in rows],
                answers.scores[facet][rows],
                answers.decided[facet][rows],
                facet=facet,
                labels=labels,
                background=Background(
                    groups=groups[rows],
                    statuses=[answers.statuses[i] for i in rows],
                    train_counts=train_counts.get(facet, {}),
                    seed=seed,
                ),
            )
    counts = Counter(answers.statuses)
    return Evaluation(facets, {status: counts[status] / len(articles) for status in sorted(counts)})


def cleaned_articles(articles: Sequence[Article]) -> list[Article]:
    """Return the articles as a model reads them, or raise DataError where one is blank or no article."""
    for i, article in enumerate(articles):
        if not isinstance(article, Article):
            raise DataError(f"Text {i} is {type(article).__name__}; only an Article has labels to measure against.")
    return [cleaned_article(article, i) for i, article in enumerate(articles)]


def check_labelled(articles: Sequence[Article], facets: Iterable[str], *, empty_labels: EmptyLabels) -> None:
    """Raise DataError where no article was labelled in any of the facets."""
    named = tuple(facets)
    if not any(len(labelled_rows(articles, facet, empty_labels=empty_labels)) for facet in named):
        raise DataError(f"None of the {len(articles)} articles has labels in {', '.join(named)}.")


def _train_counts(model: NewsClassifier) -> dict[str, dict[str, int]]:
    facets = model.metrics.get("facets", {})
    return {
        facet: {label: row["train"] for label, row in figures["labels"].items()} for facet, figures in facets.items()
    }
