"""Whether a text is like anything seen in training: how near it is to the nearest of some typical vectors."""

from dataclasses import dataclass

import numpy as np

from newsclf.arrays import BoolArray, FloatArray, FloatMatrix

# Enough to lie near every subject of a news collection, few enough to cost nothing.
_PROTOTYPES = 64
# Share of the training articles that lie farther out than the limit.
_FAR_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Familiarity:
    """Typical vectors of the training articles.

    Parameters
    ----------
    prototypes : (p, d) float32
        Unit rows.
    limit
        A text whose cosine to the nearest prototype is below it is far from anything seen in training.
    """

    prototypes: FloatMatrix
    limit: float

    def similarities(self, vectors: FloatMatrix) -> FloatArray:
        """Return each vector's cosine to the nearest prototype, (n,), of (n, d) unit vectors."""
        return np.asarray((vectors.astype(np.float64) @ self.prototypes.T.astype(np.float64)).max(axis=1))

    def is_far(self, vectors: FloatMatrix) -> BoolArray:
        """Say which of n texts are far from anything seen in training."""
        return np.asarray(self.similarities(vectors) < self.limit)


def fit_familiarity(vectors: FloatMatrix, *, seed: int) -> Familiarity:
    """Choose prototypes by k-means over the (n, d) unit vectors of the training articles."""
    from sklearn.cluster import MiniBatchKMeans

    k = min(_PROTOTYPES, len(np.unique(vectors, axis=0)))
    fitted = MiniBatchKMeans(n_clusters=k, n_init=1, random_state=seed).fit(vectors.astype(np.float64))
    centres = fitted.cluster_centers_
    norms = np.linalg.norm(centres, axis=1, keepdims=True).clip(1e-12)
    known = Familiarity((centres / norms).astype(np.float32), 0.0)
    return Familiarity(known.prototypes, float(np.quantile(known.similarities(vectors), _FAR_SHARE)))
