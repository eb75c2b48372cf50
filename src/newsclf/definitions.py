"""What a taxonomy's definitions say of its labels before there are articles."""

from collections.abc import Sequence

import numpy as np

from newsclf.arrays import FloatArray, FloatMatrix
from newsclf.encoders import Encoder
from newsclf.taxonomy import Concept

# A definition one standard deviation nearer to an article than to the mean one moves the margin by this much.
_STRENGTH = 1.0
_TINY = 1e-9


def definition_vectors(concepts: Sequence[Concept | None], encoder: Encoder) -> FloatMatrix:
    """Return (k, d): unit vectors of the definitions, rows of zeros for labels without one."""
    vectors = np.zeros((len(concepts), encoder.dim), dtype=np.float32)
    defined = [(i, c.definition) for i, c in enumerate(concepts) if c is not None and c.definition]
    if defined:
        vectors[[i for i, _ in defined]] = encoder.encode([text for _, text in defined])
    return vectors


def definition_prior(definitions: FloatMatrix, vectors: FloatMatrix, *, before: int, behind: int) -> FloatArray:
    """Turn cosines to definitions into weights that a linear head can add to its own.

    Parameters
    ----------
    definitions : (k, d)
        Unit rows, or zeros for labels without a definition.
    vectors : (n, d)
        Of the training articles; they say what cosine is usual for a label.
    before, behind
        Feature columns on either side of the vector's.

    Returns
    -------
    (k, before + d + behind + 1)
        Weights, then intercept: the cosine of article and definition in standard deviations from its mean.
    """
    cosines = vectors.astype(np.float64) @ definitions.T.astype(np.float64)
    spread = cosines.std(axis=0)
    scale = np.where(spread > _TINY, _STRENGTH / np.maximum(spread, _TINY), 0.0)
    k = len(definitions)
    weights = scale[:, None] * definitions.astype(np.float64)
    intercepts = -scale * cosines.mean(axis=0)
    return np.hstack([np.zeros((k, before)), weights, np.zeros((k, behind)), intercepts[:, None]])
