"""What tests share: a tiny real encoder, a slice of the built-in corpus, and one model fitted on it."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

# Before huggingface_hub is imported: no test may reach for a model hub.
os.environ["HF_HUB_OFFLINE"] = "1"

from sklearn.feature_extraction.text import HashingVectorizer

from newsclf import Article, NewsClassifier, TrainConfig, read_articles, train
from newsclf.arrays import FloatMatrix

ROOT = Path(__file__).parents[1]


class HashedWordEncoder:
    """Bags of hashed words as unit vectors: a real encoder, small enough for every test."""

    name = "hashed words"
    fingerprint = "hashed-words-64"
    dim = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self._hasher = HashingVectorizer(n_features=self.dim, alternate_sign=True, norm="l2")

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        self.encoded += texts
        rows = self._hasher.transform(texts).toarray()
        rows[~rows.any(axis=1), 0] = 1.0
        return np.asarray(rows, dtype=np.float32)


@pytest.fixture
def encoder() -> HashedWordEncoder:
    return HashedWordEncoder()


@pytest.fixture(scope="session")
def corpus() -> list[Article]:
    """Every fourth article of the built-in corpus."""
    return list(read_articles(ROOT / "data" / "articles.jsonl"))[::4]


@pytest.fixture(scope="session")
def model(corpus: list[Article], tmp_path_factory: pytest.TempPathFactory) -> NewsClassifier:
    """A model with the tiny encoder and no topics; `real_model` has both."""
    config = TrainConfig(topics=False, cache_dir=tmp_path_factory.mktemp("cache"))
    return train(corpus, config, encoder=HashedWordEncoder())


@pytest.fixture(scope="session")
def real_model(corpus: list[Article], tmp_path_factory: pytest.TempPathFactory) -> NewsClassifier:
    """A model with the real encoder and real topics."""
    return train(corpus, TrainConfig(cache_dir=tmp_path_factory.mktemp("cache"), topic_min_size=5))
