"""Sentence encoders: the built-in one, any other of sentence-transformers, and windows over long texts."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from newsclf.arrays import FloatArray, FloatMatrix, IntArray
from newsclf.config import DEFAULT_ENCODER
from newsclf.encoder_location import locate_encoder
from newsclf.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# A phrase that a window's end cuts in two stands whole in the next one.
WINDOW_OVERLAP_TOKENS = 32
# Padded tokens a batch: large enough to fill the cores, small enough to stay in their cache.
_BATCH_TOKENS = 8_192
# Goes into the fingerprint: raise it when the same weights are used in another way.
_POOLING_VERSION = 1


class Encoder(Protocol):
    """What turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """The name or path it was asked for under."""

    @property
    def fingerprint(self) -> str:
        """A hash of the weights and of how they are used: equal prints, equal vectors."""

    @property
    def dim(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) unit vectors; row i belongs to ``texts[i]``."""


class SentenceEncoder:
    """A sentence-transformers model that reads the whole of every text.

    A text longer than the model's input is cut into windows that overlap by `WINDOW_OVERLAP_TOKENS`; its
    vector is the mean of theirs, weighted by their tokens.
    """

    def __init__(self, model: "SentenceTransformer", *, name: str) -> None:
        self._model = model.eval()
        self.name = name
        self.dim = int(model.get_embedding_dimension() or 0)
        self.fingerprint = _fingerprint(model)

    @property
    def model(self) -> "SentenceTransformer":
        """What it runs; loaded encoders are shared, so change only a copy."""
        return self._model

    def save(self, folder: Path) -> None:
        """Write a folder that `read_encoder` and sentence-transformers read: JSON and safetensors, no pickle."""
        with _no_bars():
            self._model.save(str(folder), create_model_card=False, safe_serialization=True)
        for weights in folder.rglob("*.safetensors"):
            shutil.copymode(folder / "modules.json", weights)  # safetensors lets only the owner read

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) float32 unit vectors; row i belongs to ``texts[i]``."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        if not self._reads_windows():
            vectors = self._model.encode(list(texts), show_progress_bar=False, convert_to_numpy=True)
            return _unit_rows(np.asarray(vectors, dtype=np.float64)).astype(np.float32)
        windows = self._tokenizer(
            list(texts),
            truncation=True,
            max_length=self._model.max_seq_length,
            stride=WINDOW_OVERLAP_TOKENS,
            return_overflowing_tokens=True,
            padding=False,
        )
        ids: list[list[int]] = windows["input_ids"]
        lengths = np.array([len(window) for window in ids], dtype=np.intp)
        owners = np.asarray(windows["overflow_to_sample_mapping"])
        sums = np.zeros((len(texts), self.dim))
        for batch in _batches(lengths):
            vectors = self._forward([ids[i] for i in batch])
            np.add.at(sums, owners[batch], vectors * lengths[batch, None])
        return _unit_rows(sums).astype(np.float32)

    @property
    def _tokenizer(self) -> Any:
        return self._model.tokenizer

    def _reads_windows(self) -> bool:
        """Say whether the model has a limit that windows must keep to; static embeddings have none."""
        limit = self._model.max_seq_length
        return callable(self._tokenizer) and limit is not None and limit > 2 * WINDOW_OVERLAP_TOKENS

    def _forward(self, ids: list[list[int]]) -> FloatArray:
        import torch

        padded = self._tokenizer.pad({"input_ids": ids}, return_tensors="pt")
        features = {key: value.to(self._model.device) for key, value in padded.items()}
        with torch.inference_mode():
            vectors = self._model(features)["sentence_embedding"].float().cpu().numpy()
        return _unit_rows(np.asarray(vectors, dtype=np.float64))


def _batches(lengths: IntArray) -> Iterator[IntArray]:
    """Yield indices of windows, longest first, so that a batch pads little."""
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        size = max(1, _BATCH_TOKENS // int(lengths[order[start]]))
        yield order[start : start + size]
        start += size


def _unit_rows(rows: FloatArray) -> FloatArray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-12))


def _fingerprint(model: "SentenceTransformer") -> str:
    digest = hashlib.sha256(f"{_POOLING_VERSION} {model.max_seq_length} {WINDOW_OVERLAP_TOKENS}".encode())
    for module in model:
        digest.update(f"{type(module).__name__} {getattr(module, 'pooling_mode', '')}".encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:32]


@lru_cache(maxsize=2)
def load_encoder(name: str = DEFAULT_ENCODER) -> SentenceEncoder:
    """Load an encoder by name or path; the same one is loaded once a process.

    Raises
    ------
    EncoderError
        If it is neither built in, nor a local folder, nor in the hub's cache, and the hub cannot be
        reached (within 2 seconds), or if its files are damaged.
    """
    location, is_local = locate_encoder(name)
    return _load(location, name=name, local_files_only=is_local)


def read_encoder(folder: Path, *, name: str) -> SentenceEncoder:
    """Read what `SentenceEncoder.save` wrote, anew every time: the folder may have changed.

    Raises
    ------
    EncoderError
        If its files are damaged.
    """
    return _load(str(folder), name=name, local_files_only=True)


def _load(location: str, *, name: str, local_files_only: bool) -> SentenceEncoder:
    try:
        with _no_bars():
            from sentence_transformers import SentenceTransformer

            model = SentenceTransformer(location, local_files_only=local_files_only, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        raise EncoderError(
            f"The encoder {name!r} could not be loaded: {error}. Expected a sentence-transformers model; "
            f"leave --encoder out for the built-in {DEFAULT_ENCODER}."
        ) from error
    return SentenceEncoder(model, name=name)


@contextmanager
def _no_bars() -> Iterator[None]:
    """Keep transformers from drawing a bar for a model that is loaded or saved in a moment."""
    from transformers.utils import logging

    was_enabled = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_enabled:
            logging.enable_progress_bar()
