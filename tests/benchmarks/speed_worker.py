"""Train or time one entry: ``speed_worker.py train|label FACTORY SETTING.json [OUTPUT CLOCK.json]``.

Runs in the entry's own environment, which may not have newsclf.
"""

import importlib
import json
import sys
import time
from pathlib import Path

from speed_peers.protocol import Labeller, Setting

# A few articles take less than what loading differs by from time to time.
_LEAST_SECONDS = 0.001
_PATHS = ("folder", "vectors", "static_model", "source")


def main(task: str, factory: str, setting: str, output: str = "", clock: str = "") -> None:
    """Train, or load and label a file and write the seconds of both."""
    told = json.loads(Path(setting).read_text(encoding="utf-8"))
    start = time.perf_counter()
    labeller = _labeller(factory, Setting(**told | {name: Path(told[name]) for name in _PATHS}))
    imported = time.perf_counter() - start
    if task == "train":
        labeller.train()
        return
    start = time.perf_counter()
    labeller.load()
    loaded = time.perf_counter()
    labeller.label_file(Path(output))
    seconds = time.perf_counter() - loaded
    load_seconds = loaded - start
    if labeller.reloads:
        seconds = max(seconds - load_seconds, _LEAST_SECONDS)
    Path(clock).write_text(json.dumps({"load": imported + load_seconds, "label": seconds}), encoding="utf-8")


def _labeller(factory: str, setting: Setting) -> Labeller:
    module, _, name = factory.partition(":")
    labeller: Labeller = getattr(importlib.import_module(module), name)(setting)
    return labeller


if __name__ == "__main__":
    main(*sys.argv[1:])
