"""Sentence encoders that are a BERT with mean pooling, read from a folder without sentence-transformers."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from newsclf.arrays import BoolArray, FloatArray, FloatMatrix
from newsclf.bert_engine import BertEngine, BertShape
from newsclf.engine_choice import open_engine
from newsclf.windows import WINDOW_OVERLAP_TOKENS, average_windows, cut_windows, read_tokenizer, unit_rows, unread

_WEIGHTS = "model.safetensors"
# Goes into the fingerprint: raise it when the same weights are used in another way.
_VERSION = 2
# What of a configuration makes another network of the same weights, with the values that are run here.
_AS_BERT = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "position_embedding_type": "absolute",
    "is_decoder": False,
    "add_cross_attention": False,
}
_TEXT_FILES = frozenset({".json", ".txt"})


@dataclass(frozen=True, slots=True)
class BertFiles:
    """The files of such an encoder.

    Parameters
    ----------
    config
        What ``config.json`` holds.
    window
        Tokens that it reads at once.
    texts
        Its small files by their paths below the folder, as they are.
    """

    folder: Path
    config: Mapping[str, Any]
    window: int
    texts: Mapping[str, bytes]


class BertEncoder:
    """A BERT with mean pooling that reads a text in windows; its vector is the mean of theirs, weighted by tokens.

    Parameters
    ----------
    files
        From `find_bert`.
    name
        What it was asked for under.
    max_windows
        How many windows of a text are read, from its beginning; None for all.
    is_late
        Whether the network is only made when the first vector is asked for, which takes a second.
    """

    def __init__(self, files: BertFiles, *, name: str, max_windows: int | None = None, is_late: bool = False) -> None:
        self.name = name
        self.files = files
        self.max_windows = max_windows
        self.dim = int(files.config["hidden_size"])
        # Mapped, so that it can be saved though its folder is gone, and takes no memory before.
        self._weights = np.memmap(files.folder / _WEIGHTS, dtype=np.uint8, mode="r")
        self._shape = BertShape(
            heads=int(files.config["num_attention_heads"]),
            layers=int(files.config["num_hidden_layers"]),
            epsilon=float(files.config.get("layer_norm_eps", 1e-12)),
        )
        self._engine: BertEngine | None = None
        self._opening = Lock()
        self._tokenizer = read_tokenizer(files.texts["tokenizer.json"].decode("utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(files.window, stride=WINDOW_OVERLAP_TOKENS)
        self.fingerprint = self._hash()
        if not is_late:
            self._bert()

    @property
    def cache_key(self) -> str:
        """The fingerprint, with what rounding depends on."""
        return f"{self.fingerprint}-{self._bert().rounding}"

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) float32 unit vectors; row i belongs to ``texts[i]``."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        windows = cut_windows(self._tokenizer, texts, max_windows=self.max_windows)
        return average_windows(windows, len(texts), self._vectors, batch_tokens=self._bert().batch_tokens)

    def token_vectors(self, ids: Sequence[int]) -> FloatArray:
        """Return (n, dim) unit vectors of n tokens, each as the only one of a text."""
        before, after = self._tokenizer.encode("").ids
        size = self._bert().batch_tokens // 3
        parts = [ids[start : start + size] for start in range(0, len(ids), size)]
        return np.concatenate([self._vectors([[before, token, after] for token in part]) for part in parts])

    def unread(self, texts: Sequence[str]) -> BoolArray:
        """Say of n texts which are not read to their end, (n,)."""
        return unread(self._tokenizer, texts, window=self.files.window, max_windows=self.max_windows)

    def save(self, folder: Path) -> None:
        """Write a folder that `find_bert` and sentence-transformers read: JSON and safetensors, no pickle."""
        for path, content in self.files.texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        (folder / _WEIGHTS).write_bytes(self._weights.data)

    def _vectors(self, windows: list[list[int]]) -> FloatArray:
        return unit_rows(self._bert().vectors(windows))

    def _bert(self) -> BertEngine:
        with self._opening:
            if self._engine is None:
                self._engine = open_engine(self.files.folder / _WEIGHTS, self._shape)
            return self._engine

    def _hash(self) -> str:
        used = [_VERSION, self.files.window, WINDOW_OVERLAP_TOKENS, self.max_windows, *astuple(self._shape)]
        digest = hashlib.sha256(json.dumps(used).encode() + self.files.texts["tokenizer.json"])
        with (self.files.folder / _WEIGHTS).open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
        return digest.hexdigest()[:32]


def find_bert(folder: Path) -> BertFiles | None:
    """Return the files of a folder of sentence-transformers that holds a BERT with mean pooling; None of any other.

    Raises
    ------
    OSError, ValueError, KeyError
        If files are missing or damaged.
    """
    modules = _read(folder / "modules.json", [])
    types = [str(module["type"]) for module in modules]
    kinds = [kind.rsplit(".", 1)[-1] if kind.startswith("sentence_transformers.") else kind for kind in types]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]) or modules[0]["path"]:
        return None
    config = _read(folder / "config.json", {})
    pooling = _read(folder / modules[1]["path"] / "config.json", {})
    is_bert = "model_type" in config and all(config.get(key, value) == value for key, value in _AS_BERT.items())
    is_bert = is_bert and not config.get("pruned_heads") and not (folder / "adapter_config.json").exists()
    is_bert = is_bert and not _read(folder / "config_sentence_transformers.json", {}).get("default_prompt_name")
    has_files = (folder / _WEIGHTS).is_file() and (folder / "tokenizer.json").is_file()
    window = _window(folder, config)
    if (
        not (is_bert and has_files and _is_mean(pooling) and _keeps_case_alike(folder))
        or window <= 2 * WINDOW_OVERLAP_TOKENS
    ):
        return None
    texts = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TEXT_FILES
    }
    return BertFiles(folder, config, window, texts)


def _is_mean(pooling: Mapping[str, Any]) -> bool:
    """Say whether a pooling is the mean of all tokens, in the older or newer spelling of its configuration."""
    chosen = [key for key, value in pooling.items() if key.startswith("pooling_mode_") and value]
    return bool(pooling.get("pooling_mode", "mean" if chosen == ["pooling_mode_mean_tokens"] else "") == "mean")


def _keeps_case_alike(folder: Path) -> bool:
    """Say whether a tokenizer has the case that transformers, which lets another file overrule it, would give it."""
    wanted = _read(folder / "tokenizer_config.json", {}).get("do_lower_case")
    normalizer = _read(folder / "tokenizer.json", {}).get("normalizer") or {}
    return wanted is None or wanted == normalizer.get("lowercase", wanted)


def _window(folder: Path, config: Mapping[str, Any]) -> int:
    """Return how many tokens are read at once; 0 where no file says so, or the text is to be made lower case first."""
    sentence = _read(folder / "sentence_bert_config.json", {})
    if sentence.get("do_lower_case"):
        return 0
    limit = sentence.get("max_seq_length") or _read(folder / "tokenizer_config.json", {}).get("model_max_length") or 0
    return min(int(limit), int(config.get("max_position_embeddings", 0)))


def _read(path: Path, default: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else default
