"""What turns texts into vectors: the built-in encoder, a static one, or any other of sentence-transformers."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from safetensors import SafetensorError

from newsclf.arrays import BoolArray, FloatMatrix
from newsclf.bert_encoder import BertEncoder, find_bert
from newsclf.config import DEFAULT_ENCODER, STATIC_ENCODER
from newsclf.encoder_location import locate_encoder
from newsclf.errors import ConfigError, EncoderError, NoRoomError
from newsclf.sentence_encoder import SentenceEncoder, no_bars
from newsclf.static_encoder import STATIC_TYPE, StaticEncoder

# What reading files that are missing, damaged or of something else raises.
_DAMAGE = (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError, ImportError, SafetensorError)


class Encoder(Protocol):
    """What turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """The name or path it was asked for under."""

    @property
    def fingerprint(self) -> str:
        """A hash of the weights and of how they are used: with equal prints, vectors are equal but for rounding."""

    @property
    def cache_key(self) -> str:
        """The fingerprint, with what rounding depends on: equal keys, equal vectors."""

    @property
    def dim(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) unit vectors; row i belongs to ``texts[i]``."""

    def unread(self, texts: Sequence[str]) -> BoolArray:
        """Say of n texts which are not read to their end, (n,)."""


class StoredEncoder(Encoder, Protocol):
    """An encoder that can be written to a folder, and so be part of a model."""

    def save(self, folder: Path) -> None:
        """Write a folder that `read_encoder` reads: JSON and safetensors, no pickle."""


def load_encoder(
    name: str = DEFAULT_ENCODER, max_windows: int | None = None, *, is_late: bool = False
) -> StoredEncoder:
    """Load an encoder by name or path, or make the static one; the same one is loaded once a process.

    Parameters
    ----------
    max_windows
        How many windows of a text it reads, from the beginning; None for all.
    is_late
        Whether a BERT may be opened when it is first asked for a vector; its files are looked at now.

    Raises
    ------
    EncoderError
        If it is neither built in, nor a local folder, nor in the hub's cache, and the hub cannot be
        reached (within 2 seconds), or if its files are damaged.
    """
    return _load(name, max_windows, is_late)


@lru_cache(maxsize=2)
def _load(name: str, max_windows: int | None, is_late: bool) -> StoredEncoder:
    if name == STATIC_ENCODER:
        return static_encoder_of(DEFAULT_ENCODER, max_windows)
    location, is_local = locate_encoder(name)
    if Path(location).is_dir():
        return read_encoder(Path(location), name=name, max_windows=max_windows, is_late=is_late)
    try:
        return _from_sentence_transformers(location, name=name, max_windows=max_windows, is_local=is_local)
    except _DAMAGE as error:
        raise _not_loaded(name, error) from error


def static_encoder_of(name: str, max_windows: int | None = None) -> StaticEncoder:
    """Make the static encoder of another, which is loaded as `load_encoder` does.

    Raises
    ------
    EncoderError
        If that cannot be loaded, or is no BERT.
    """
    from newsclf.distilling import distil

    return distil(load_encoder(name, max_windows), name=STATIC_ENCODER)


def read_encoder(folder: Path, *, name: str, max_windows: int | None = None, is_late: bool = False) -> StoredEncoder:
    """Read an encoder from a folder, anew every time: it may have changed.

    Raises
    ------
    EncoderError
        If its files are damaged.
    ConfigError
        If the environment asks for an engine that is not there.
    """
    try:
        if _model_type(folder) == STATIC_TYPE:
            return StaticEncoder.read(folder, name=name)
        files = find_bert(folder)
        if files is not None:
            return BertEncoder(files, name=name, max_windows=max_windows, is_late=is_late)
        return _from_sentence_transformers(str(folder), name=name, max_windows=max_windows, is_local=True)
    except ConfigError:  # of the engine; nothing is wrong with the files
        raise
    except _DAMAGE as error:
        raise _not_loaded(name, error) from error


def _model_type(folder: Path) -> str:
    config = folder / "config.json"
    return str(json.loads(config.read_text(encoding="utf-8")).get("model_type", "")) if config.is_file() else ""


def _from_sentence_transformers(
    location: str, *, name: str, max_windows: int | None, is_local: bool
) -> SentenceEncoder:
    with no_bars():
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(location, local_files_only=is_local, trust_remote_code=False)
    return SentenceEncoder(model, name=name, max_windows=max_windows)


def _not_loaded(name: str, error: Exception) -> EncoderError:
    if type(error).__name__ == "OutOfMemoryError":  # torch's, which may not have been imported
        return NoRoomError(
            f"There is no room for the encoder {name!r}: {error}. Give fewer --workers, or another encoder."
        )
    return EncoderError(
        f"The encoder {name!r} could not be loaded: {error}. Expected a sentence-transformers model; "
        f"leave --encoder out for the built-in {DEFAULT_ENCODER}."
    )
