"""Make a static encoder of a BERT: what it says of each token alone, in fewer dimensions, common tokens softened."""

import json
from collections.abc import Mapping

import numpy as np
from sklearn.decomposition import PCA

from newsclf.arrays import FloatArray
from newsclf.bert_encoder import BertEncoder
from newsclf.errors import EncoderError
from newsclf.static_encoder import StaticEncoder

# As model2vec has it: dimensions, and how far a token as common as its rank says is softened.
_DIMENSIONS = 256
_SOFTENING = 1e-4


def distil(encoder: object, *, name: str) -> StaticEncoder:
    """Return the static encoder of a BERT.

    After model2vec's ``distill`` (Tulkens and van Dongen 2024), whose extra needs another release of transformers: the
    vector of each token between the marks of a text's ends, PCA, and weights by smooth inverse frequency (Arora et al.
    2017), with Zipf's law for frequencies.

    Raises
    ------
    EncoderError
        If the encoder is no BERT.
    """
    if not isinstance(encoder, BertEncoder):
        raise EncoderError(
            f"A static encoder is made of a BERT with mean pooling; found {type(encoder).__name__}. Give another "
            f"--encoder, or leave --cascade out."
        )
    tokenizer = json.loads(encoder.files.texts["tokenizer.json"])
    tokenizer |= {"truncation": None, "padding": None, "post_processor": None}
    if tokenizer["model"]["type"] != "WordPiece":
        raise EncoderError(
            f"A static encoder is made of a BERT that cuts words by WordPiece; {encoder.name!r} has "
            f"{tokenizer['model']['type']}. Give another --encoder, or leave --cascade out."
        )
    tokens: Mapping[str, int] = tokenizer["model"]["vocab"]
    marks = {token["content"] for token in tokenizer["added_tokens"]}
    spoken = [i for token, i in sorted(tokens.items(), key=lambda item: item[1]) if _is_spoken(token, marks)]
    reduction = PCA(min(_DIMENSIONS, encoder.dim), svd_solver="covariance_eigh")
    reduced = reduction.fit_transform(encoder.token_vectors(spoken))
    vectors = np.zeros((max(tokens.values()) + 1, reduced.shape[1]))
    vectors[spoken] = reduced * _inverse_frequencies(len(spoken))[:, None]
    return StaticEncoder(vectors.astype(np.float32), json.dumps(tokenizer, ensure_ascii=False), name=name)


def _is_spoken(token: str, marks: set[str]) -> bool:
    return token not in marks and not token.startswith("[unused")


def _inverse_frequencies(n: int) -> FloatArray:
    """Return weights of n tokens, the most common one first."""
    shares = 1 / np.arange(2, n + 2)
    return np.asarray(_SOFTENING / (_SOFTENING + shares / shares.sum()))
