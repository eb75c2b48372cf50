"""JSON and arrays of a model directory, written and read in one way."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from newsclf.errors import BundleError


def write_arrays(path: Path, **arrays: Any) -> None:
    """Write arrays by name, as safetensors."""
    # Row by row: safetensors writes the memory as it lies, whatever the layout.
    path.write_bytes(safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))


def read_arrays(path: Path) -> dict[str, Any]:
    """Read arrays by name."""
    loaded: dict[str, Any] = safetensors.numpy.load_file(path)
    return loaded


def write_json(path: Path, value: Any) -> None:
    """Write a value for people to read: one entry a line."""
    _write(path, json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def write_json_lines(path: Path, rows: Iterable[Any]) -> None:
    """Write one value a line."""
    _write(path, "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows))


def read_json(path: Path) -> Any:
    """Read a value, or raise BundleError."""
    return _parsed(path, many=False)


def read_json_lines(path: Path) -> list[Any]:
    """Read one value a line, or raise BundleError."""
    return list(_parsed(path, many=True))


def _write(path: Path, text: str) -> None:
    # Half of a character pair, which UTF-8 cannot hold, becomes the escape that JSON has for it.
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def _parsed(path: Path, *, many: bool) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        # Not splitlines: texts may hold U+2028 and its like, which JSON does not escape.
        return [json.loads(line) for line in text.split("\n") if line] if many else json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(f"{path} cannot be read: {error}. Train the model again.") from error
