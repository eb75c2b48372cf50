"""Lay out articles in two dimensions, so that what is alike stands together."""

from typing import Literal

import numpy as np

from newsclf.arrays import FloatArray, FloatMatrix, IntArray

Method = Literal["auto", "pca", "umap"]

_NEIGHBOURS = 15
# UMAP compares fewer than 4,096 with each other exactly, some ten seconds on one thread; above, it first compiles
# another search for a minute.
_FITTED_BY_UMAP = 4_000
# Of those, the nearest that say where each of the others stands.
_NEAREST = 5
_ROWS_AT_ONCE = 2_000


def choose_drawn(topic_ids: IntArray, *, most: int) -> IntArray:
    """Choose the articles of a map: all, or where there are more than `most`, the same share of each topic.

    They are those at even steps through the articles, topic by topic and each topic's in the order given: nothing is
    left to chance.

    Parameters
    ----------
    topic_ids : (n,)

    Returns
    -------
    (m,)
        Rising indices, at most `most`.
    """
    by_topic = np.argsort(topic_ids, kind="stable")
    return np.sort(by_topic[evenly(len(by_topic), most=most)])


def evenly(n: int, *, most: int) -> IntArray:
    """Return 0 to n - 1, or `most` of these at even steps."""
    return np.arange(n) if n <= most else np.linspace(0, n - 1, most).astype(np.intp)


def lay_out_map(vectors: FloatMatrix, *, seed: int, method: Method = "auto") -> FloatArray:
    """Give each article a place on a map.

    The two directions of PCA hold a small part of what sentence vectors say, and topics pile up on each other; UMAP
    keeps neighbours together, so that topics stand apart. It is fitted on at most 4,000 articles, drawn with the
    seed; the others stand between their nearest ones. PCA stays for very few articles, and for those in a hurry.

    Parameters
    ----------
    vectors : (n, d) float32
        Unit rows.
    seed
        The same vectors and seed give the same map on one machine.
    method
        ``"auto"`` is UMAP where there are enough articles for it, else PCA.

    Returns
    -------
    (n, 2) float64
        Without a unit.
    """
    if method == "pca" or len(vectors) <= 2 * _NEIGHBOURS:
        return _principal_components(vectors)
    fitted = np.arange(len(vectors))
    if len(vectors) > _FITTED_BY_UMAP:
        fitted = np.sort(np.random.default_rng(seed).choice(len(vectors), _FITTED_BY_UMAP, replace=False))
    places = np.zeros((len(vectors), 2))
    places[fitted] = _umap(vectors[fitted], seed=seed)
    others = np.setdiff1d(np.arange(len(vectors)), fitted)
    for start in range(0, len(others), _ROWS_AT_ONCE):
        rows = others[start : start + _ROWS_AT_ONCE]
        places[rows] = _between_nearest(vectors[rows], vectors[fitted], places[fitted])
    return places


def _principal_components(vectors: FloatMatrix) -> FloatArray:
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64) if len(vectors) else vectors
    _, directions = np.linalg.eigh(centred.T @ centred)
    largest = directions[:, ::-1][:, :2]
    # An eigenvector has no sign of its own: its largest entry is made positive, so that maps repeat.
    signs = np.sign(largest[np.abs(largest).argmax(axis=0), np.arange(largest.shape[1])])
    places = np.zeros((len(vectors), 2))
    places[:, : largest.shape[1]] = centred @ (largest * signs)
    return places


def _umap(vectors: FloatMatrix, *, seed: int) -> FloatArray:
    from umap import UMAP

    model = UMAP(n_neighbors=_NEIGHBOURS, min_dist=0.1, metric="cosine", init="pca", random_state=seed, n_jobs=1)
    return np.asarray(model.fit_transform(vectors), dtype=np.float64)


def _between_nearest(vectors: FloatMatrix, fitted: FloatMatrix, places: FloatArray) -> FloatArray:
    """Return the mean place of the nearest fitted articles, the nearer counting more, (m, 2)."""
    cosines = vectors @ fitted.T
    nearest: IntArray = np.argpartition(-cosines, _NEAREST, axis=1)[:, :_NEAREST]
    weights = np.maximum(np.take_along_axis(cosines, nearest, axis=1), 1e-6).astype(np.float64) ** 4
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray((places[nearest] * weights[:, :, None]).sum(axis=1))
