"""Static encoders: a vector for each token, and a text's is the mean of its tokens'. No network runs."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from newsclf.arrays import BoolArray, FloatMatrix
from newsclf.windows import read_tokenizer

#: What ``config.json`` calls them, as model2vec has it.
STATIC_TYPE = "model2vec"
_WEIGHTS = "model.safetensors"
_EMBEDDINGS = "embeddings"
# Goes into the fingerprint: raise it when the same weights are used in another way.
_VERSION = 1


class StaticEncoder:
    """A model of model2vec, which reads the whole of every text.

    Parameters
    ----------
    vectors : (v, dim)
        Of each token of the tokenizer; float16 is how it is stored.
    tokenizer
        The JSON of a `tokenizers.Tokenizer`.
    """

    def __init__(self, vectors: FloatMatrix, tokenizer: str, *, name: str) -> None:
        from model2vec import StaticModel

        self.name = name
        self.dim = int(vectors.shape[1])
        self._stored = vectors.astype(np.float16)
        self._tokenizer = tokenizer
        self._model = StaticModel(
            self._stored.astype(np.float32), read_tokenizer(tokenizer), normalize=True, max_length=None
        )
        digest = hashlib.sha256(f"{_VERSION} {tokenizer}".encode())
        digest.update(self._stored.tobytes())
        self.fingerprint = self.cache_key = digest.hexdigest()[:32]

    @classmethod
    def read(cls, folder: Path, *, name: str) -> "StaticEncoder":
        """Read what `save` wrote, or model2vec.

        Raises
        ------
        ValueError
            If tokens share vectors or have weights, as with model2vec's ``vocabulary_quantization``.
        """
        from safetensors.numpy import load_file

        arrays = load_file(folder / _WEIGHTS)
        if set(arrays) != {_EMBEDDINGS}:
            raise ValueError(f"{_WEIGHTS} holds {', '.join(sorted(arrays))}; only {_EMBEDDINGS} can be read")
        return cls(arrays[_EMBEDDINGS], (folder / "tokenizer.json").read_text(encoding="utf-8"), name=name)

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) float32 unit vectors; row i belongs to ``texts[i]``, and is 0 where it has no known token."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.asarray(self._model.encode(list(texts), use_multiprocessing=False), dtype=np.float32)

    def unread(self, texts: Sequence[str]) -> BoolArray:
        """Say of n texts which are not read to their end, (n,): none."""
        return np.zeros(len(texts), dtype=bool)

    def save(self, folder: Path) -> None:
        """Write a folder that `read` and model2vec read: JSON and safetensors, no pickle."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        save_file({_EMBEDDINGS: self._stored}, folder / _WEIGHTS)
        (folder / _WEIGHTS).chmod(0o644)  # safetensors lets only the owner read
        (folder / "tokenizer.json").write_text(self._tokenizer, encoding="utf-8")
        config = {"model_type": STATIC_TYPE, "hidden_dim": self.dim, "normalize": True, "max_length": None}
        (folder / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
