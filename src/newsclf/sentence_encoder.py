"""Sentence encoders that sentence-transformers runs: all but those that `bert_encoder` can run by itself."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from newsclf.arrays import BoolArray, FloatArray, FloatMatrix
from newsclf.windows import WINDOW_OVERLAP_TOKENS, average_windows, cut_windows, unit_rows, unread

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Padded tokens a batch: large enough to fill the cores, small enough to stay in their cache.
_BATCH_TOKENS = 8_192
# Goes into the fingerprint: raise it when the same weights are used in another way.
_POOLING_VERSION = 2
# Of a network's configuration, what says where it is from, and not what it computes.
_NOT_COMPUTED = frozenset({"_name_or_path", "architectures", "transformers_version", "dtype", "torch_dtype"})


class SentenceEncoder:
    """A sentence-transformers model that reads a text in windows; its vector is the mean of theirs, by tokens.

    Parameters
    ----------
    max_windows
        How many windows of a text are read, from its beginning; None for all. Models without a limit to their input
        read all of a text at once, and those without a fast tokenizer its beginning, whatever this says.
    """

    def __init__(self, model: "SentenceTransformer", *, name: str, max_windows: int | None = None) -> None:
        self._model = model.eval()
        self.name = name
        self.max_windows = max_windows
        self.dim = int(model.get_embedding_dimension() or 0)
        self._tokenizer = _window_tokenizer(model)
        self.fingerprint = _fingerprint(model, max_windows)
        self.cache_key = f"{self.fingerprint}-{model.device.type}-{str(model.dtype).removeprefix('torch.')}"

    @property
    def model(self) -> "SentenceTransformer":
        """What it runs; loaded encoders are shared, so change only a copy."""
        return self._model

    def save(self, folder: Path) -> None:
        """Write a folder that `read_encoder` and sentence-transformers read: JSON and safetensors, no pickle."""
        with no_bars():
            self._model.save(str(folder), create_model_card=False, safe_serialization=True)
        for weights in folder.rglob("*.safetensors"):
            shutil.copymode(folder / "modules.json", weights)  # safetensors lets only the owner read

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) float32 unit vectors; row i belongs to ``texts[i]``."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        if self._tokenizer is None:
            vectors = self._model.encode(list(texts), show_progress_bar=False, convert_to_numpy=True)
            return unit_rows(np.asarray(vectors, dtype=np.float64)).astype(np.float32)
        windows = cut_windows(self._tokenizer, texts, max_windows=self.max_windows)
        return average_windows(windows, len(texts), self._forward, batch_tokens=_BATCH_TOKENS)

    def unread(self, texts: Sequence[str]) -> BoolArray:
        """Say of n texts which are not read to their end, (n,); it is not known of models that do not read windows."""
        if self._tokenizer is None:
            return np.zeros(len(texts), dtype=bool)
        return unread(self._tokenizer, texts, window=int(self._model.max_seq_length or 0), max_windows=self.max_windows)

    def _forward(self, ids: list[list[int]]) -> FloatArray:
        import torch

        padded = self._model.tokenizer.pad({"input_ids": ids}, return_tensors="pt")
        features = {key: value.to(self._model.device) for key, value in padded.items()}
        with torch.inference_mode():
            vectors = self._model(features)["sentence_embedding"].float().cpu().numpy()
        return unit_rows(np.asarray(vectors, dtype=np.float64))


def _window_tokenizer(model: "SentenceTransformer") -> Any:
    """Return a tokenizer that cuts windows; None where the model has no limit that windows must keep to."""
    from tokenizers import Tokenizer

    fast, limit = getattr(model.tokenizer, "backend_tokenizer", None), model.max_seq_length
    if fast is None or limit is None or limit <= 2 * WINDOW_OVERLAP_TOKENS:
        return None
    tokenizer = Tokenizer.from_str(fast.to_str())  # a copy: transformers sets and unsets limits on its own
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit, stride=WINDOW_OVERLAP_TOKENS)
    return tokenizer


def _fingerprint(model: "SentenceTransformer", max_windows: int | None) -> str:
    import torch

    used = f"{_POOLING_VERSION} {model.max_seq_length} {WINDOW_OVERLAP_TOKENS} {max_windows}"
    digest = hashlib.sha256(used.encode())
    for module in model:
        digest.update(f"{type(module).__name__} {getattr(module, 'pooling_mode', '')}".encode())
        network = getattr(module, "auto_model", None)
        if network is not None:
            computes = {key: value for key, value in network.config.to_dict().items() if key not in _NOT_COMPUTED}
            digest.update(json.dumps(computes, sort_keys=True, default=str).encode())
    fast = getattr(model.tokenizer, "backend_tokenizer", None)
    if fast is not None:
        # Transformers sets and unsets its limits.
        digest.update(json.dumps(json.loads(fast.to_str()) | {"truncation": None, "padding": None}).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        # As bytes, for numpy has no bfloat16.
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:32]


@contextmanager
def no_bars() -> Iterator[None]:
    """Keep transformers from drawing a bar for a model that is loaded or saved in a moment."""
    from transformers.utils import logging

    was_enabled = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_enabled:
            logging.enable_progress_bar()
