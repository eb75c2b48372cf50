"""An encoder that embeds no text twice: later folds and draws of a task cost nothing anew, nor do scores."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from newsclf.embedding import EmbeddingCache, embed
from newsclf.encoders import Encoder


class Remembering:
    """Another encoder's vectors, kept in a folder."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.fingerprint, self.cache_key = encoder.fingerprint, encoder.cache_key
        self._cache = EmbeddingCache(folder, encoder)
        #: How many texts it was asked for, those it remembers too.
        self.asked = 0

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return (n, dim) vectors."""
        self.asked += len(texts)
        return embed(texts, self._encoder, cache=self._cache)[0]

    def unread(self, texts: Sequence[str]) -> np.ndarray:
        """Return (n,) which texts are not read to their end."""
        return self._encoder.unread(texts)
