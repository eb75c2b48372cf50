"""An encoder whose texts are shared out to the workers of a cluster, for training."""

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from newsclf.arrays import BoolArray, FloatMatrix
from newsclf.config import STATIC_ENCODER
from newsclf.distributed.cluster import Cluster, connected, import_ray
from newsclf.distributed.worker_setup import WorkerSetup, settle
from newsclf.errors import ConfigError, EncoderError

if TYPE_CHECKING:
    from newsclf.encoders import Encoder

# Texts given to a worker at once at most: enough to fill its batches.
_PIECE_TEXTS = 32
# Pieces for each worker at least, so that all end at about the same time.
_PIECES_A_WORKER = 4
_MAX_RETRIES = 5


class RayEncoder:
    """Encodes as the encoder of that name does, by workers, from ``with`` to its end; then in this process.

    Parameters
    ----------
    name
        Of the encoder, which every machine of the cluster can load.
    cluster
        Who shares the work.
    max_windows
        See `load_encoder`.

    Raises
    ------
    ConfigError
        If it is the static encoder, which training makes, and which needs no cluster.
    """

    def __init__(self, name: str, cluster: Cluster | None = None, *, max_windows: int | None = None) -> None:
        from newsclf.encoders import load_encoder

        if name == STATIC_ENCODER:
            raise ConfigError(f"The encoder {name!r} is faster than a cluster is reached; leave --engine ray out.")
        self._local: Encoder = load_encoder(name, max_windows)
        self._max_windows = max_windows
        self._cluster = cluster or Cluster()
        self._stack = ExitStack()
        self._pool: Any = None
        self._workers = 1
        self.name = self._local.name
        self.fingerprint = self._local.fingerprint
        self.cache_key = self._local.cache_key
        self.dim = self._local.dim

    def __enter__(self) -> Self:
        ray = import_ray()
        from ray.util import ActorPool

        self._workers = self._stack.enter_context(connected(self._cluster))
        setup = WorkerSetup(self._cluster.threads_per_worker, self._cluster.pin)
        kind = ray.remote(num_cpus=self._cluster.threads_per_worker, max_restarts=-1, max_task_retries=_MAX_RETRIES)(
            _EmbedWorker
        )
        actors = [kind.remote(self.name, self._max_windows, self.cache_key, setup) for _ in range(self._workers)]
        self._stack.callback(lambda: [ray.kill(actor) for actor in actors])
        self._pool = ActorPool(actors)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool = None
        self._stack.__exit__(kind, error, trace)

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) float32 unit vectors; row i belongs to ``texts[i]``."""
        if self._pool is None or len(texts) <= _PIECE_TEXTS:
            return self._local.encode(texts)
        # Texts of a length go together, and the longest first, so that no worker is left with them.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        size = piece_size(len(texts), self._workers)
        pieces = [order[start : start + size] for start in range(0, len(order), size)]
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        found = self._pool.map(lambda actor, piece: actor.encode.remote([texts[i] for i in piece]), pieces)
        for piece, rows in zip(pieces, found, strict=True):
            vectors[piece] = rows
        return vectors

    def unread(self, texts: Sequence[str]) -> BoolArray:
        """Say of n texts which are not read to their end, (n,)."""
        return self._local.unread(texts)


def piece_size(texts: int, workers: int) -> int:
    """Return how many of some texts a worker is given at once."""
    return max(1, min(_PIECE_TEXTS, texts // (_PIECES_A_WORKER * workers)))


class _EmbedWorker:
    """One process that holds the encoder."""

    def __init__(self, name: str, max_windows: int | None, cache_key: str, setup: WorkerSetup) -> None:
        self._claim = settle(setup)
        from newsclf.encoders import load_encoder

        self._encoder = load_encoder(name, max_windows)
        if self._encoder.cache_key != cache_key:
            raise EncoderError(
                f"A worker's encoder {name!r} is {self._encoder.cache_key} (weights, what runs them, and in which "
                f"type), that of the process that asks it {cache_key}, and their vectors would be mixed. Give all "
                f"machines the same files, extras and hardware, this one too."
            )

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        return self._encoder.encode(texts)
