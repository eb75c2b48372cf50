"""From rows of a table to their labels as columns; what every way of labelling files shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsclf.inference import NewsClassifier
from newsclf.reading.records import Reject, RejectedRow, article_from_record
from newsclf.schema import FACET_COLUMNS, Article, LabelScore, Prediction

_EXCERPT_CHARS = 120


@dataclass(frozen=True, slots=True)
class Row:
    """A row as its file has it, with the file's name and the number of its line or row, counted from 1."""

    record: Mapping[str, Any]
    file: str
    line: int


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
        facets = (FACET_COLUMNS.get(facet, facet) for facet in self._model.facets)
        return (*facets, "countries", "topic", "topic_id", "status", "scores")

    def label(self, rows: Sequence[Row]) -> list[dict[str, Any] | Reject]:
        """Label n rows at once.

        Returns
        -------
        list of dict or Reject
            One for each row, in order: its new columns, or why the row is no article. Lists of names have the best
            one first, and ``scores`` has a list of the same length for each; ``topic`` and ``topic_id`` are None
            where a text has no topic.
        """
        read = [_read(row) for row in rows]
        predictions = iter(self._model.predict_cleaned([item for item in read if isinstance(item, Article)]))
        return [item if isinstance(item, Reject) else _columns(next(predictions)) for item in read]


def _read(row: Row) -> Article | Reject:
    try:
        return article_from_record(row.record, default_id=f"{row.file}:{row.line}")
    except RejectedRow as rejected:
        excerpt = str(row.record.get("title") or row.record.get("text") or "")[:_EXCERPT_CHARS]
        return Reject(file=row.file, line=row.line, reason=str(rejected), excerpt=excerpt)


def _columns(prediction: Prediction) -> dict[str, Any]:
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
        "scores": {
            **{column: [scored.score for scored in found] for column, found in facets.items()},
            "topic": topic and topic.similarity,
        },
    }
