"""What definitions and names say of labels before there are articles."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from newsclf.arrays import FloatArray, FloatMatrix
from newsclf.encoders import Encoder
from newsclf.features import TITLE_WEIGHT, Vocabulary
from newsclf.taxonomy import Concept
from newsclf.words import split_words

# A definition one standard deviation nearer to an article than to the mean one moves the margin by this much.
_STRENGTH = 1.0
# A text that holds all the words of a label's name, as often as texts that have them do, moves the margin by this
# much (chosen out of fold on the training side of Reuters-21578 R90, where it helps the rare labels most).
_NAME_STRENGTH = 0.3
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


def name_prior(names: Sequence[str], words: csr_array, vocabulary: Vocabulary) -> FloatArray:
    """Let the words of a label's name speak for it, where no definition does.

    Parameters
    ----------
    names : length k
        Empty for labels that have a definition.
    words : (n, v)
        Word features of the training articles; they say how much a word weighs where it comes.

    Returns
    -------
    (k, v)
        Weights: an article with all the words of a name in its body gets `_NAME_STRENGTH`, with half of them half.
    """
    columns = words.tocsc()
    weights = np.zeros((len(names), words.shape[1]))
    for label, name in enumerate(names):
        found = _name_words(name)
        for word in found:
            for column, strength in _columns(word, vocabulary):
                values = columns.data[columns.indptr[column] : columns.indptr[column + 1]]
                if len(values):
                    weights[label, column] += _NAME_STRENGTH * strength / (len(found) * values.mean())
    return weights


def _name_words(name: str) -> list[str]:
    """Return the words of a name as the vocabulary writes them: ``palm-oil``, ``middle_east``."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words = dict.fromkeys(split_words(name.replace("_", " ")))
    return [word for word in words if word not in ENGLISH_STOP_WORDS]


def _columns(word: str, vocabulary: Vocabulary) -> list[tuple[int, float]]:
    """Return a word's columns with their say: the title's, then the body's."""
    titles = vocabulary.title.columns
    found = [(titles[word], TITLE_WEIGHT)] if word in titles else []
    bodies = vocabulary.body.columns
    return found + ([(len(titles) + bodies[word], 1.0)] if word in bodies else [])
