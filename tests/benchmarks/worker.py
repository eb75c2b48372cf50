"""Fit one peer and let it answer, fold by fold: ``worker.py TASK.json FACTORY FOLDS STATIC_MODEL VECTORS FOLDER``.

Writes ``answers.npz`` and ``clock.json`` into the folder. Runs in the peer's own environment, which may not have
newsclf.
"""

import importlib
import json
import sys
import time
from pathlib import Path

import numpy as np
from peers.protocol import Peer, Setting, Text


def main(task: str, factory: str, folds: str, static_model: str, vectors: str, folder: str) -> None:
    """Run the first folds of a task."""
    case = json.loads(Path(task).read_text(encoding="utf-8"))
    texts = [Text(*article) for article in case["articles"]]
    targets = np.zeros((len(texts), len(case["labels"])), dtype=bool)
    for row, columns in enumerate(case["targets"]):
        targets[row, columns] = True
    setting = Setting(
        facet=case["facet"],
        labels=tuple(case["labels"]),
        one_label=case["one_label"],
        taxonomy=case["taxonomy"],
        topics=case["topics"],
        folder=Path(folder),
        static_model=Path(static_model),
        vectors=Path(vectors),
    )
    answers: dict[str, np.ndarray] = {}
    clock: dict[str, list[float]] = {"fit": [], "predict": []}
    for number, fold in enumerate(case["folds"][: int(folds)]):
        peer = _peer(factory, setting)
        start = time.perf_counter()
        peer.fit([texts[i] for i in fold["train"]], targets[fold["train"]])
        fitted = time.perf_counter()
        answer = peer.answer([texts[i] for i in fold["test"]])
        clock["predict"].append(time.perf_counter() - fitted)
        clock["fit"].append(fitted - start)
        answers[f"decided_{number}"] = answer.decided
        answers[f"scores_{number}"] = answer.scores().astype(np.float32)
    np.savez_compressed(Path(folder) / "answers.npz", **answers)
    (Path(folder) / "clock.json").write_text(json.dumps(clock), encoding="utf-8")


def _peer(factory: str, setting: Setting) -> Peer:
    module, _, name = factory.partition(":")
    peer: Peer = getattr(importlib.import_module(module), name)(setting)
    return peer


if __name__ == "__main__":
    main(*sys.argv[1:])
