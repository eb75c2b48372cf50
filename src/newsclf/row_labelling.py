"""From rows of a table to their labels as columns; what every way of labelling files shares."""

from collections.abc import Sequence
from typing import Any

from newsclf.bundle import Bundle
from newsclf.inference import NewsClassifier
from newsclf.reading.records import Reject
from newsclf.reading.rows import Row, article_of
from newsclf.schema import FACET_COLUMNS, Article, LabelScore, Prediction


class RowLabeller:
    """Answers rows with the columns that labelling adds to them.

    Parameters
    ----------
    model
        What labels.
    """

    def __init__(self, model: NewsClassifier) -> None:
        self._model = model

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that `label` adds, in order."""
        return added_columns(self._model.bundle)

    def label(self, rows: Sequence[Row]) -> list[dict[str, Any] | Reject]:
        """Label n rows at once.

        Returns
        -------
        list of dict or Reject
            One for each row, in order: its new columns, or why the row is no article. Lists of names have the best
            one first, and ``scores`` has a list of the same length for each; ``topic`` and ``topic_id`` are None
            where a text has no topic.
        """
        read = [article_of(row) for row in rows]
        predictions = iter(self._model.predict_cleaned([item for item in read if isinstance(item, Article)]))
        return [item if isinstance(item, Reject) else self._columns(next(predictions)) for item in read]

    def _columns(self, prediction: Prediction) -> dict[str, Any]:
        found = _answer(prediction)
        return {name: found[name] for name in self.columns}


def added_columns(bundle: Bundle) -> tuple[str, ...]:
    """Return the columns that labelling by a model adds, in order."""
    facets = (FACET_COLUMNS.get(facet, facet) for facet in bundle.heads)
    truncated = ("truncated",) if bundle.manifest["encoder"]["max_windows"] is not None else ()
    return (*facets, "countries", "topic", "topic_id", "status", *truncated, "scores")


def _answer(prediction: Prediction) -> dict[str, Any]:
    facets: dict[str, Sequence[LabelScore]] = {
        FACET_COLUMNS.get(facet, facet): found for facet, found in prediction.labels_by_facet.items()
    }
    facets["countries"] = prediction.countries
    topic = prediction.topic
    return {
        **{column: [scored.label for scored in found] for column, found in facets.items()},
        "topic": topic and topic.name,
        "topic_id": topic and topic.id,
        "status": prediction.status,
        "truncated": prediction.truncated,
        "scores": {
            **{column: [scored.score for scored in found] for column, found in facets.items()},
            "topic": topic and topic.similarity,
        },
    }
