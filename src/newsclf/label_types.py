"""Arrow types of the columns that labelling adds, which every table of labels has."""

from collections.abc import Sequence
from typing import Any


def label_types(columns: Sequence[str]) -> dict[str, Any]:
    """Return the type of each of `RowLabeller.columns`; ``scores`` mirrors those that hold names, and the topic."""
    import pyarrow

    lists = columns[: columns.index("topic")]
    scores = {**dict.fromkeys(lists, pyarrow.list_(pyarrow.float64())), "topic": pyarrow.float64()}
    types = {
        **dict.fromkeys(lists, pyarrow.list_(pyarrow.string())),
        "topic": pyarrow.string(),
        "topic_id": pyarrow.int64(),
        "status": pyarrow.string(),
        "truncated": pyarrow.bool_(),
        "scores": pyarrow.struct(scores),
    }
    return {name: types[name] for name in columns}
