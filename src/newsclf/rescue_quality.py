"""How well articles fit the topics that they were assigned to after clustering had left them out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsclf.arrays import BoolArray, FloatArray, FloatMatrix, IntArray
from newsclf.errors import DataError
from newsclf.topics import NO_TOPIC


@dataclass(frozen=True, slots=True)
class Fit:
    """How well some articles fit their topics; every figure is None where there is no article to judge.

    Parameters
    ----------
    similarity
        Mean cosine to the mean direction of the topic's original members, in -1..1.
    margin
        Mean of how far that is above the cosine to the nearest other topic, in -2..2; below 0, another is nearer.
        None where there is one topic.
    label_agreement
        Chance, in 0..1, that an article and another drawn from the original members of its topic have the same
        label; None where no labels are given.
    articles
        How many there are.
    """

    similarity: float | None
    margin: float | None
    label_agreement: float | None
    articles: int


@dataclass(frozen=True, slots=True)
class RescueQuality:
    """Rescued articles beside the original members of topics.

    Parameters
    ----------
    members
        Articles that clustering gave a topic.
    rescued
        Articles that it left out and that have one now.
    rescued_share
        Their share, in 0..1, of those that it left out; None where it left out none.
    """

    members: Fit
    rescued: Fit
    rescued_share: float | None


def rescue_quality(
    vectors: FloatMatrix, original: IntArray, final: IntArray, *, labels: Sequence[str | None] | None = None
) -> RescueQuality:
    """Compare rescued articles with the original members of their topics.

    Parameters
    ----------
    vectors : (n, d)
        Unit rows.
    original : (n,)
        Topic ids as clustering gave them, `NO_TOPIC` where it left an article out.
    final : (n,)
        Ids after the rescue, of the same topics.
    labels : length n
        One known label an article, or None; articles without one have no part in label agreement.

    Raises
    ------
    DataError
        If lengths differ, or an article is rescued into a topic without an original member.
    """
    if not len(vectors) == len(original) == len(final) == len(vectors if labels is None else labels):
        raise DataError(
            f"Found {len(vectors)} vectors, {len(original)} original and {len(final)} final ids and "
            f"{'no' if labels is None else len(labels)} labels; expected one of each an article."
        )
    members = np.asarray(original != NO_TOPIC)
    rescued = ~members & (final != NO_TOPIC)
    topics, rows = np.unique(original[members], return_inverse=True)
    if unknown := sorted({int(i) for i in final[rescued]} - {int(i) for i in topics}):
        raise DataError(f"Articles are rescued into topics {unknown}, which have no original member to compare with.")
    own = np.full(len(vectors), -1, dtype=np.intp)  # columns of topics
    own[members], own[rescued] = rows, np.searchsorted(topics, final[rescued])
    cosines = vectors.astype(np.float64) @ _mean_directions(vectors[members], rows, len(topics)).T
    same = np.full(len(vectors), np.nan) if labels is None else _same_label(labels, own, members)
    left_out = int((~members).sum())
    return RescueQuality(
        members=_fit(cosines, own, same, chosen=members),
        rescued=_fit(cosines, own, same, chosen=rescued),
        rescued_share=float(rescued.sum() / left_out) if left_out else None,
    )


def _mean_directions(vectors: FloatMatrix, rows: IntArray, n_topics: int) -> FloatArray:
    """Return (t, d) unit rows, the mean direction of each topic's members."""
    sums = np.zeros((n_topics, vectors.shape[1]))
    np.add.at(sums, rows, vectors)
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True).clip(1e-12))


def _same_label(labels: Sequence[str | None], own: IntArray, members: BoolArray) -> FloatArray:
    """Return (n,) chances that another original member of an article's topic has its label; NaN where none is known."""
    known = np.array([label is not None for label in labels], dtype=bool)
    names, codes = np.unique([label or "" for label in labels], return_inverse=True)
    counted = known & members
    counts = np.zeros((int(own.max(initial=0)) + 1, len(names)))
    np.add.at(counts, (own[counted], codes[counted]), 1)
    others = counts.sum(axis=1)[own] - counted
    alike = counts[own, codes] - counted
    judged = known & (own >= 0) & (others > 0)
    return np.where(judged, alike / others.clip(1), np.nan)


def _fit(cosines: FloatArray, own: IntArray, same: FloatArray, *, chosen: BoolArray) -> Fit:
    """Average over the chosen articles of (n, t) cosines, (n,) columns of topics and (n,) chances of the same label."""
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return Fit(None, None, None, 0)
    mine = cosines[rows, own[rows]]
    others = cosines[rows].copy()
    others[np.arange(len(rows)), own[rows]] = -np.inf
    judged = same[rows][~np.isnan(same[rows])]
    return Fit(
        similarity=float(mine.mean()),
        margin=float((mine - others.max(axis=1)).mean()) if cosines.shape[1] > 1 else None,
        label_agreement=float(judged.mean()) if len(judged) else None,
        articles=len(rows),
    )
