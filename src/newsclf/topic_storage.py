"""Topics as the arrays and the JSON rows that a model directory holds, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from newsclf.topics import Anchors, Topic, TopicModel

_ANCHORS = ("ids", "centroids", "min_similarities", "sizes")


def topic_arrays(model: TopicModel) -> dict[str, Any]:
    """Return the arrays by name; those of parts only where topics were merged, the typical similarity where known."""
    parts = {} if model.parts is None else {f"part_{name}": getattr(model.parts, name) for name in _ANCHORS}
    typical = {} if model.typical_similarity is None else {"typical_similarity": np.array([model.typical_similarity])}
    return {"centroids": model.centroids, "min_similarities": model.min_similarities, **typical, **parts}


def topic_rows(model: TopicModel) -> list[dict[str, Any]]:
    """Return what people read of each topic, in the order of the arrays."""
    rows = []
    for topic in model.topics:
        row = {"id": topic.id, "name": topic.name, "keywords": list(topic.keywords), "size": topic.size}
        rows.append(row | {"merged_from": list(topic.merged_from)} if topic.merged_from else row)
    return rows


def read_topics(arrays: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> TopicModel:
    """Return the model of stored arrays and rows; `topics_fit` says whether they belong together.

    Raises
    ------
    KeyError
        If an array or a column is missing.
    """
    topics = tuple(
        Topic(row["id"], row["name"], tuple(row["keywords"]), row["size"], tuple(row.get("merged_from", ())))
        for row in rows
    )
    is_merged = any(f"part_{name}" in arrays for name in _ANCHORS)
    parts = Anchors(**{name: arrays[f"part_{name}"] for name in _ANCHORS}) if is_merged else None
    typical = float(arrays["typical_similarity"][0]) if "typical_similarity" in arrays else None
    return TopicModel(topics, arrays["centroids"], arrays["min_similarities"], parts, typical)


def topics_fit(model: TopicModel, dim: int) -> bool:
    """Whether ids are distinct, and the arrays have the rows and columns that they should have."""
    ids = model.ids
    fits = [
        model.centroids.shape == (len(ids), dim),
        model.min_similarities.shape == (len(ids),),
        len(set(ids.tolist())) == len(ids),
        bool((ids >= 0).all()),
    ]
    if model.parts is not None:
        rows = (len(model.parts.ids),)
        fits += [
            model.parts.centroids.shape == (*rows, dim),
            model.parts.min_similarities.shape == rows,
            model.parts.sizes.shape == rows,
            bool(np.isin(model.parts.ids, ids).all()),
        ]
    return all(fits)
