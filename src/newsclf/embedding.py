"""Embed texts, each one once: a cache on disk keeps vectors by content and encoder."""

import hashlib
import logging
import os
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from newsclf.arrays import FloatMatrix
from newsclf.encoders import Encoder
from newsclf.errors import DataError
from newsclf.progress import Progress, silent

_LOGGER = logging.getLogger(__name__)

# Texts embedded between two writes to the cache: what an interrupted run loses at most.
_SHARD_TEXTS = 1_024
_KEY_BYTES = 32


class EmbeddingCache:
    """Vectors on disk, in files of about a thousand that are never changed.

    Parameters
    ----------
    folder
        Holds one folder an encoder; safe to delete, and for runs at the same time. Its files are pickles: never
        use a folder that someone else could have written to.
    encoder
        Its key names the folder, so that vectors of two encoders, or of two kinds of hardware, never mix.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._folder = folder / encoder.cache_key
        self._dim = encoder.dim

    def found(self, keys: Sequence[bytes]) -> dict[bytes, FloatMatrix]:
        """Return the vectors, (dim,) each, of those keys that it has; one file at a time is in memory."""
        wanted = frozenset(keys)
        found: dict[bytes, FloatMatrix] = {}
        for shard in sorted(self._folder.glob("*.joblib")) if wanted else ():
            for key, vector in self._read(shard):
                if key in wanted:
                    found[key] = vector.copy()  # a view would keep the whole file
        return found

    def add(self, keys: Sequence[bytes], vectors: FloatMatrix) -> None:
        """Keep vectors, (n, dim), under keys, length n."""
        import joblib

        self._folder.mkdir(parents=True, exist_ok=True)
        final = self._folder / f"{uuid.uuid4().hex}.joblib"
        partial = final.with_suffix(".partial")
        joblib.dump((np.frombuffer(b"".join(keys), dtype=f"V{_KEY_BYTES}"), vectors), partial)
        os.replace(partial, final)  # noqa: PTH105 - atomic, and the name says so

    def _read(self, shard: Path) -> list[tuple[bytes, FloatMatrix]]:
        import joblib  # late: predictions have no cache

        try:
            keys, vectors = joblib.load(shard)
            vectors = np.asarray(vectors, dtype=np.float32).reshape(len(keys), self._dim)
        except Exception as error:  # damaged in whatever way, its texts are embedded again
            _LOGGER.warning("ignoring the damaged cache file %s: %s", shard, error)
            return []
        return [(key.tobytes(), vector) for key, vector in zip(keys, vectors, strict=True)]


def embed(
    texts: Sequence[str], encoder: Encoder, *, cache: EmbeddingCache | None = None, progress: Progress = silent
) -> tuple[FloatMatrix, int]:
    """Embed texts as unit vectors, so that a dot product is a cosine.

    Parameters
    ----------
    texts : length n
        Article texts; none blank.
    cache
        Vectors found in it are not computed again, and new ones are added.

    Returns
    -------
    vectors : (n, dim) float32
        Row i belongs to ``texts[i]``.
    computed
        How many of the texts were embedded now; equal texts count once.

    Raises
    ------
    DataError
        If a text is blank: it has no direction and cannot be normalised.
    """
    blank = next((i for i, text in enumerate(texts) if not text.strip()), None)
    if blank is not None:
        raise DataError(f"Text {blank} is blank; leave out articles that have neither title nor text.")
    keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
    known = cache.found(keys) if cache else {}
    missing = [(key, text) for key, text in dict(zip(keys, texts, strict=True)).items() if key not in known]
    for start in range(0, len(missing), _SHARD_TEXTS):
        progress("embed", start, len(missing))
        shard = missing[start : start + _SHARD_TEXTS]
        vectors = encoder.encode([text for _, text in shard])
        known.update(zip((key for key, _ in shard), vectors, strict=True))
        if cache is not None:
            cache.add([key for key, _ in shard], vectors)
    progress("embed", len(missing), len(missing))
    found = np.stack([known[key] for key in keys]) if keys else np.zeros((0, encoder.dim), dtype=np.float32)
    return found, len(missing)
