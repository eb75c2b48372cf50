"""What is said of each topic beside its name: typical articles, themes, regions, the matching in-depth report."""

from collections.abc import Sequence
from typing import Any

from newsclf.arrays import FloatMatrix, IntArray
from newsclf.config import EmptyLabels
from newsclf.schema import Article
from newsclf.topic_examples import representative_articles
from newsclf.topic_labels import TopicLabels, count_labels, match_dossiers
from newsclf.topics import TopicModel

_EXAMPLES = 3
_LABELS = 3
_FACETS = ("theme", "region")


def topic_overview(
    model: TopicModel, articles: Sequence[Article], vectors: FloatMatrix, *, groups: IntArray, empty_labels: EmptyLabels
) -> list[dict[str, Any]]:
    """Return a row for each topic, as plain values, in the order of the model.

    Parameters
    ----------
    articles : length n
    vectors : (n, d) float32
        Unit rows.
    groups : (n,)
        Equal numbers for near-copies.
    empty_labels
        See `count_labels`.

    Returns
    -------
    list of dict
        ``id``, ``name``, ``size``, ``examples`` (titles of the articles nearest to the centroid, or how their texts
        begin), ``theme`` and ``region`` (the commonest labels and their shares of the labelled articles) and
        ``dossier`` (the in-depth report that is nearest to the topic, its precision and recall; None without one).
    """
    ids, _ = model.assign(vectors)
    examples = representative_articles(model, vectors, ids, groups=groups, n=_EXAMPLES)
    labels = {
        facet: count_labels(articles, ids, ids=model.ids, facet=facet, empty_labels=empty_labels) for facet in _FACETS
    }
    dossiers = {match.topic: match for match in match_dossiers(articles, ids, ids=model.ids, empty_labels=empty_labels)}
    rows = []
    for row, topic in enumerate(model.topics):
        match = dossiers.get(topic.id)
        rows.append(
            {
                "id": topic.id,
                "name": topic.name,
                "size": topic.size,
                "examples": [_title(articles[i]) for i in examples[topic.id]],
                **{facet: _commonest(counted, row) for facet, counted in labels.items()},
                "dossier": match and {"name": match.dossier, "precision": match.precision, "recall": match.recall},
            }
        )
    return rows


def _title(article: Article, *, limit: int = 100) -> str:
    title = article.title.strip() or article.text.strip()
    return title if len(title) <= limit else title[: limit - 1].rstrip() + "…"


def _commonest(counted: TopicLabels, row: int) -> dict[str, float]:
    shares = zip(counted.labels, counted.shares[row].tolist(), strict=True)
    return dict(sorted(((label, share) for label, share in shares if share > 0), key=lambda item: -item[1])[:_LABELS])
