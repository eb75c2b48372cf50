"""What runs a BERT: torch, or OpenVINO where that is installed and no GPU is there."""

import logging
import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from newsclf.bert_engine import BertEngine, BertShape
from newsclf.errors import ConfigError

_LOGGER = logging.getLogger(__name__)

#: Names the one to use, in place of the choice made here.
ENGINE_VARIABLE = "NEWSCLF_ENCODER_ENGINE"
_ENGINES = ("torch", "openvino")
# What Linux has for the drivers of Nvidia, of Nvidia below Windows, and of AMD.
_GPU_DEVICES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")


def open_engine(weights: Path, shape: BertShape) -> BertEngine:
    """Read a BERT's weights, a file of safetensors with the names that transformers gives them.

    Raises
    ------
    ConfigError
        If the environment names an engine that does not exist or is not installed.
    OSError, ValueError, KeyError
        If the file is damaged, or not of such a network.
    """
    if chosen_engine() == "openvino":
        if _is_readable_by_numpy(weights):
            from newsclf.openvino_bert import OpenVinoBert

            return OpenVinoBert(weights, shape)
        _LOGGER.warning("torch runs %s: OpenVINO does not read its weights in bfloat16", weights)
    from newsclf.bert import Bert

    return Bert.read(weights, shape)


def chosen_engine() -> str:
    """Return which engine runs a BERT here: the one that the environment names, else OpenVINO or torch.

    Raises
    ------
    ConfigError
        If the one named does not exist or is not installed.
    """
    named = os.environ.get(ENGINE_VARIABLE, "")
    is_there = find_spec("openvino") is not None
    if not named:
        return "openvino" if is_there and not _has_gpu() else "torch"
    if named not in _ENGINES:
        raise ConfigError(f"{ENGINE_VARIABLE} is {named!r}; choose from {', '.join(_ENGINES)}.")
    if named == "openvino" and not is_there:
        raise ConfigError(f"{ENGINE_VARIABLE} is {named!r}, which is missing: pip install 'newsclf[openvino]'")
    return named


def _is_readable_by_numpy(weights: Path) -> bool:
    """Say whether all arrays are of types that numpy has; bfloat16 is none."""
    from safetensors import safe_open

    with safe_open(weights, framework="numpy") as stored:
        return all(stored.get_slice(name).get_dtype() != "BF16" for name in stored.keys())  # noqa: SIM118


def _has_gpu() -> bool:
    """Say whether torch would run on a GPU; it is not imported where there is no driver, or it is a build without."""
    has_driver = sys.platform != "linux" or any(Path(device).exists() for device in _GPU_DEVICES)
    if version("torch").endswith("+cpu") or not has_driver:
        return False
    import torch

    return torch.cuda.is_available()
