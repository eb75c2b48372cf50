"""Bring the labels of articles to the names of a taxonomy."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsclf.schema import Article
from newsclf.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class ResolvedLabels:
    """Articles whose labels are the taxonomy's where it knows them.

    Parameters
    ----------
    articles : length n
        In the order given.
    unknown
        Facet to labels that the taxonomy does not know, with their articles; they stay as they are. Facets that the
        taxonomy has no concepts for are left out.
    """

    articles: tuple[Article, ...]
    unknown: dict[str, dict[str, int]]


def resolve_labels(articles: Sequence[Article], taxonomy: Taxonomy | None) -> ResolvedLabels:
    """Replace labels by the names of the concepts that they mean; without a taxonomy, nothing changes."""
    if taxonomy is None:
        return ResolvedLabels(tuple(articles), {})
    names: dict[tuple[str, str], str | None] = {}
    unknown: dict[str, Counter[str]] = {}
    resolved = []
    for article in articles:
        labels = {}
        for facet, given in article.labels.items():
            for label in given:
                if (facet, label) not in names:
                    concept = taxonomy.resolve(facet, label)
                    names[facet, label] = concept.name if concept else None
                if names[facet, label] is None and taxonomy.concepts(facet):
                    unknown.setdefault(facet, Counter())[label] += 1
            labels[facet] = tuple(dict.fromkeys(names[facet, label] or label for label in given))
        resolved.append(replace(article, labels=labels))
    return ResolvedLabels(tuple(resolved), {facet: dict(found.most_common()) for facet, found in unknown.items()})
