"""Compare two models on the same articles."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from newsclf.answering import Answers
from newsclf.arrays import IntArray
from newsclf.bootstrap import PairedDifference, drawn_figures, paired_difference
from newsclf.config import EmptyLabels
from newsclf.embedding import embed
from newsclf.errors import DataError
from newsclf.evaluating import check_labelled, cleaned_articles
from newsclf.evaluation import decisions_on, labelled_rows
from newsclf.inference import NewsClassifier
from newsclf.label_resolution import resolve_labels
from newsclf.metrics import Decisions, macro_f1, micro_f1
from newsclf.near_copies import near_copy_groups
from newsclf.schema import Article


@dataclass(frozen=True, slots=True)
class FacetComparison:
    """Two models on the articles labelled in one facet, and on the labels that both have."""

    articles: int
    labels: int
    micro_f1: PairedDifference
    macro_f1: PairedDifference


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison in every facet that both models have."""

    facets: Mapping[str, FacetComparison]

    def __str__(self) -> str:
        return "\n".join(
            f"{facet}: {found.articles:,} articles, {found.labels:,} labels\n"
            f"  micro F1 {_shown(found.micro_f1)}\n  macro F1 {_shown(found.macro_f1)}"
            for facet, found in self.facets.items()
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts, strings and numbers, ready for JSON."""
        return dict(json.loads(json.dumps(asdict(self), allow_nan=False)))


def compare(
    model_a: NewsClassifier,
    model_b: NewsClassifier,
    articles: Sequence[Article],
    *,
    empty_labels: EmptyLabels = "none",
    seed: int = 0,
) -> Comparison:
    """Compare two models on labelled articles that neither has seen, by a paired bootstrap.

    Parameters
    ----------
    articles
        Their labels are resolved by the first model's taxonomy, or the second's where the first has none. Labels
        that not both models have count for neither.
    empty_labels
        What an empty list of labels says: that none applies, or that the article was not labelled.
    seed
        Of the bootstrap, which draws near-copies together.

    Raises
    ------
    DataError
        If the models share no label, no article was labelled in a facet of both, or an article is blank or no
        `Article`, or if all articles of a facet are near-copies of each other.
    """
    shared = {
        facet: [x for x in labels if x in model_b.facets.get(facet, ())] for facet, labels in model_a.facets.items()
    }
    shared = {facet: labels for facet, labels in shared.items() if labels}
    if not shared:
        raise DataError("The two models have no label in common; there is nothing to compare.")
    taxonomy = model_a.bundle.taxonomy or model_b.bundle.taxonomy
    cleaned = resolve_labels(cleaned_articles(articles), taxonomy).articles
    check_labelled(cleaned, shared, empty_labels=empty_labels)
    answers = _answers(model_a, model_b, cleaned)
    groups = near_copy_groups([article.content for article in cleaned])
    found = {}
    for facet, labels in shared.items():
        rows = labelled_rows(cleaned, facet, empty_labels=empty_labels)
        if len(rows):
            pair = tuple(_decisions(cleaned, answer, facet, labels, rows) for answer in answers)
            found[facet] = _compare_facet(facet, *pair, groups=groups[rows], seed=seed)
    return Comparison(found)


def _answers(model_a: NewsClassifier, model_b: NewsClassifier, articles: Sequence[Article]) -> tuple[Answers, Answers]:
    texts = [article.content for article in articles]
    vectors, _ = embed(texts, model_a.encoder)
    is_same = model_a.encoder.fingerprint == model_b.encoder.fingerprint
    others = vectors if is_same else embed(texts, model_b.encoder)[0]
    return model_a.answers(articles, vectors), model_b.answers(articles, others)


def _decisions(
    articles: Sequence[Article], answers: Answers, facet: str, labels: Sequence[str], rows: IntArray
) -> Decisions:
    columns = np.array([answers.labels[facet].index(label) for label in labels])
    predicted = answers.decided[facet][np.ix_(rows, columns)]
    found = decisions_on([articles[i] for i in rows], predicted, facet=facet, labels=labels)
    return found.columns(np.arange(len(labels)))


def _compare_facet(facet: str, first: Decisions, second: Decisions, *, groups: IntArray, seed: int) -> FacetComparison:
    if len(np.unique(groups)) < 2:
        raise DataError(
            f"The {len(groups)} articles with labels in {facet} are all near-copies of each other; a comparison needs "
            f"at least two different ones."
        )
    drawn = [drawn_figures(decisions, groups, seed=seed) for decisions in (first, second)]
    differences = {name: drawn[0][name] - drawn[1][name] for name in drawn[0]}
    pairs = {
        name: paired_difference(
            figure(first.targets, first.predicted), figure(second.targets, second.predicted), differences[name]
        )
        for name, figure in (("micro_f1", micro_f1), ("macro_f1", macro_f1))
    }
    return FacetComparison(articles=len(groups), labels=first.targets.shape[1], **pairs)


def _shown(pair: PairedDifference) -> str:
    return (
        f"{pair.first:.3f} against {pair.second:.3f}, difference {pair.difference:+.3f} "
        f"({pair.interval.low:+.3f} to {pair.interval.high:+.3f}); "
        f"not better in {pair.share_not_better:.1%} of the draws"
    )
