"""What the machine is that speed was measured on."""

import os
import platform
from pathlib import Path
from typing import Any

import torch

from newsclf.bert import best_device_and_type


def machine_facts() -> dict[str, Any]:
    """Return cores, the processor's name, the type that the encoder multiplies in, torch's threads, and the GPU."""
    device, dtype = best_device_and_type()
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "encoder_type": str(dtype).removeprefix("torch."),
        "torch": torch.__version__,
        "torch_threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if device.type == "cuda" else None,
    }


def _processor() -> str:
    """Return the name, and where a virtual machine hides it, also family and model, which tell what it can do."""
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return platform.processor() or platform.machine()
    first = info.read_text(encoding="utf-8").split("\n\n", 1)[0]
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in first.splitlines())}
    name = facts.get("model name", platform.machine())
    return f"{name}, family {facts.get('cpu family', '?')}, model {facts.get('model', '?')}"
