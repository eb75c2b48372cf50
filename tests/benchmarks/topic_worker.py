"""Fit one topic model with several seeds: ``topic_worker.py CASE FACTORY SEEDS TOPICS FOLDER``.

The case is a folder with ``texts.json`` and ``vectors.npy``. Writes ``answers.npz``, ``keywords.json`` and
``clock.json`` into the other folder. Runs in the model's own environment, which may not have newsclf.
"""

import importlib
import json
import sys
import time
from pathlib import Path

import numpy as np
from topic_peers.protocol import Setting, TopicModel

#: Articles that are assigned one by one.
ALONE = 1_000


def main(case: str, factory: str, seeds: str, topics: str, folder: str) -> None:
    """Fit with each seed; the model of the first is asked again, in a batch, alone, and after loading."""
    texts = json.loads((Path(case) / "texts.json").read_text(encoding="utf-8"))
    vectors = np.load(Path(case) / "vectors.npy")
    ids, keywords, seconds = [], [], []
    answers: dict[str, np.ndarray] = {}
    for seed in range(int(seeds)):
        start = time.perf_counter()
        model = _model(factory, Setting(seed, int(topics)))  # the first time, its libraries are imported here
        ids.append(model.fit(texts, vectors))
        seconds.append(time.perf_counter() - start)
        keywords.append(model.keywords())
        if not answers:
            answers = _again(model, texts, vectors, Path(folder))
    np.savez_compressed(Path(folder) / "answers.npz", ids=np.stack(ids), **answers)
    (Path(folder) / "keywords.json").write_text(json.dumps(keywords), encoding="utf-8")
    (Path(folder) / "clock.json").write_text(json.dumps(seconds), encoding="utf-8")


def _again(model: TopicModel, texts: list[str], vectors: np.ndarray, folder: Path) -> dict[str, np.ndarray]:
    assigned = model.assign(texts, vectors)
    rows = np.sort(np.random.default_rng(0).permutation(len(texts))[:ALONE])
    alone = np.concatenate([model.assign([texts[i]], vectors[i : i + 1]) for i in rows])
    saved = folder / "model"
    saved.mkdir()
    reloaded = model.reloaded(saved).assign(texts, vectors)
    return {"assigned": assigned, "reloaded": reloaded, "rows": rows, "alone": alone}


def _model(factory: str, setting: Setting) -> TopicModel:
    module, _, name = factory.partition(":")
    model: TopicModel = getattr(importlib.import_module(module), name)(setting)
    return model


if __name__ == "__main__":
    main(*sys.argv[1:])
