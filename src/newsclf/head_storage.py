"""A stage's heads in a model directory: weights as safetensors, what makes decisions of margins as JSON."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from newsclf.errors import BundleError
from newsclf.familiarity import Familiarity
from newsclf.heads import Head, Parts, as_weights
from newsclf.stored_files import read_arrays, read_json, write_arrays, write_json

_WEIGHTS = ("weights", "intercepts")
_MEANS = ("words_means", "vector_means")


def write_heads(folder: Path, heads: Mapping[str, Head], familiarity: Familiarity) -> None:
    """Write a stage's heads, and what its encoder's vectors are like, to a folder that exists."""
    (folder / "heads").mkdir()
    for facet, head in heads.items():
        arrays = {name: getattr(head, name) for name in _WEIGHTS} | {n: getattr(head.parts, n) for n in _MEANS}
        write_arrays(folder / "heads" / f"{facet}.safetensors", **arrays)
    write_json(folder / "thresholds.json", {facet: _thresholds(head) for facet, head in heads.items()})
    write_arrays(
        folder / "familiarity.safetensors",
        prototypes=familiarity.prototypes,
        limit=np.array([familiarity.limit]),
    )


def read_heads(folder: Path, *, words: int, dim: int) -> tuple[dict[str, Head], Familiarity]:
    """Read what `write_heads` wrote, for so many columns of words and dimensions of a vector.

    Raises
    ------
    BundleError
        If a facet is no plain word.
    """
    thresholds = read_json(folder / "thresholds.json")
    heads = {
        facet: _read_head(folder, facet, found, vector_columns=(words, words + dim))
        for facet, found in thresholds.items()
    }
    arrays = read_arrays(folder / "familiarity.safetensors")
    return heads, Familiarity(arrays["prototypes"], float(arrays["limit"][0]))


def head_fits(head: Head, columns: int) -> bool:
    """Say whether a head's parts have shapes that fit each other, and so many columns of features."""
    k = len(head.labels)
    rows = (head.intercepts, head.parts.words_means, head.parts.vector_means)
    return head.weights.shape == (k, columns) and all(row.shape == (k,) for row in rows)


def _thresholds(head: Head) -> dict[str, Any]:
    """Return what turns a head's margins into decisions; labels in the order of its weights."""
    rows = zip(head.labels, head.ids, head.cuts, head.slopes, head.offsets, strict=True)
    labels = [
        {"label": label, "id": concept, "cut": float(cut), "slope": float(slope), "offset": float(offset)}
        for label, concept, cut, slope, offset in rows
    ]
    return {
        "doubt_limit": head.doubt_limit,
        "is_required": head.is_required,
        "is_exclusive": head.is_exclusive,
        "labels": labels,
    }


def _read_head(folder: Path, facet: str, found: dict[str, Any], *, vector_columns: tuple[int, int]) -> Head:
    if not facet.isidentifier():
        raise BundleError(f"{folder / 'thresholds.json'} names the facet {facet!r}; expected a plain word.")
    arrays = read_arrays(folder / "heads" / f"{facet}.safetensors")
    rows = found["labels"]
    return Head(
        labels=tuple(row["label"] for row in rows),
        ids=tuple(row["id"] for row in rows),
        weights=as_weights(arrays["weights"]),
        intercepts=np.asarray(arrays["intercepts"], dtype=np.float64),
        slopes=np.array([row["slope"] for row in rows], dtype=np.float64),
        offsets=np.array([row["offset"] for row in rows], dtype=np.float64),
        cuts=np.array([row["cut"] for row in rows], dtype=np.float64),
        parts=Parts(vector_columns, **{name: np.asarray(arrays[name], dtype=np.float64) for name in _MEANS}),
        doubt_limit=float(found["doubt_limit"]),
        is_required=bool(found["is_required"]),
        is_exclusive=bool(found["is_exclusive"]),
    )
