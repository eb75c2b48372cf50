"""What reading only the first windows of long articles costs: AllSides, whose articles have six on average."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from recording import record

import newsclf
from newsclf import Article
from newsclf.bert_encoder import BertEncoder
from newsclf.encoders import load_encoder
from newsclf.windows import Windows, average_windows, cut_windows

pytestmark = pytest.mark.benchmark

_TRAIN, _TEST = 3_000, 1_500
_LIMITS = (1, 2, 4, 8, None)
_BATCH_TOKENS = 4_096


class FirstWindows:
    """The encoder's answers for some articles, from vectors of all their windows, computed once."""

    name = "first windows"

    def __init__(self, windows: Windows, vectors: np.ndarray, texts: Sequence[str], limit: int | None) -> None:
        before = np.searchsorted(windows.owners, windows.owners)  # where each window's text begins
        rows = np.flatnonzero(np.arange(len(windows.owners)) - before < (limit or len(windows.owners)))
        kept = Windows([windows.ids[i] for i in rows], windows.owners[rows])
        order = iter(rows[np.argsort(-kept.lengths, kind="stable")])
        means = average_windows(
            kept, len(texts), lambda batch: vectors[[next(order) for _ in batch]], batch_tokens=_BATCH_TOKENS
        )
        self._vectors = dict(zip(texts, means, strict=True))
        self.dim = vectors.shape[1]
        self.fingerprint = self.cache_key = f"first-{limit}"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._vectors[text] for text in texts])

    def unread(self, texts: Sequence[str]) -> np.ndarray:
        return np.zeros(len(texts), dtype=bool)


def test_all_windows_are_read_unless_fewer_are_as_good(benchmark_data: Path, runs: Path) -> None:
    articles = _articles(benchmark_data)
    texts = [article.content for article in articles]
    windows, vectors = _windows(texts, runs)
    counts = np.bincount(windows.owners)
    right, figures = {}, {}
    for limit in _LIMITS:
        with tempfile.TemporaryDirectory() as cache:
            config = newsclf.TrainConfig(topics=False, taxonomy=None, min_label_count=1, cache_dir=Path(cache))
            model = newsclf.train(articles, config, encoder=FirstWindows(windows, vectors, texts, limit))
        test = model.metrics["facets"]["theme"]["test"]
        predictions = model.predict(articles[_TRAIN:])
        right[limit] = np.array([p.labels == a.themes for p, a in zip(predictions, articles[_TRAIN:], strict=True)])
        figures[str(limit or "all")] = {
            "micro_f1": round(test["micro_f1"], 4),
            "macro_f1": round(test["macro_f1"], 4),
            "accuracy": round(float(right[limit].mean()), 4),
            "accuracy_minus_all": None,
            "windows_read": int(np.minimum(counts, limit or counts.max()).sum()),
            "articles_cut": round(float((counts > (limit or counts.max())).mean()), 4),
        }
    for limit in _LIMITS:
        figures[str(limit or "all")]["accuracy_minus_all"] = _interval(right[limit].astype(float) - right[None])
    record(
        "windows_read_allsides",
        {"train": _TRAIN, "n": _TEST, "limits": figures},
        data="AllSides, first theme",
        split="drawn with seed 0",
    )

    assert figures["all"]["micro_f1"] >= max(row["micro_f1"] for row in figures.values()) - 0.01
    assert figures["all"]["accuracy"] >= max(row["accuracy"] for row in figures.values()) - 0.01


def _articles(data: Path) -> list[Article]:
    labelled = [a for a in newsclf.read_articles(data / "allsides-train.jsonl.gz") if a.themes]
    drawn = np.random.default_rng(0).permutation(len(labelled))[: _TRAIN + _TEST].tolist()
    return [
        replace(labelled[i], split="train" if at < _TRAIN else "test", labels={"theme": labelled[i].themes[:1]})
        for at, i in enumerate(drawn)
    ]


def _windows(texts: Sequence[str], runs: Path) -> tuple[Windows, np.ndarray]:
    """Return the windows of texts and their vectors, (w, d), kept between runs."""
    encoder = load_encoder()
    assert isinstance(encoder, BertEncoder)
    windows = cut_windows(encoder._tokenizer, texts, max_windows=None)
    key = hashlib.sha256("\0".join([encoder.cache_key, *texts]).encode("utf-8", "replace")).hexdigest()[:16]
    file = runs / "windows_read" / f"{key}.npy"
    if not file.is_file():
        vectors = np.empty((len(windows.ids), encoder.dim), dtype=np.float32)
        order = iter(np.argsort(-windows.lengths, kind="stable").tolist())

        def remembered(batch: list[list[int]]) -> np.ndarray:
            found = encoder._vectors(batch)
            vectors[[next(order) for _ in batch]] = found
            return found

        average_windows(windows, len(texts), remembered, batch_tokens=_BATCH_TOKENS)
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, vectors)
    return windows, np.load(file).astype(np.float64)


def _interval(differences: np.ndarray) -> list[float]:
    """Return the mean of n differences with its 95% bootstrap interval."""
    draws = np.random.default_rng(0).integers(len(differences), size=(2_000, len(differences)))
    low, high = np.quantile(differences[draws].mean(axis=1), (0.025, 0.975))
    return [round(float(value), 4) for value in (differences.mean(), low, high)]
