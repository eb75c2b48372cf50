"""What tests share: a tiny real encoder, a slice of the built-in corpus, and one model fitted on it."""

import os

import pytest

# Before huggingface_hub is imported: no test may reach for a model hub.
os.environ["HF_HUB_OFFLINE"] = "1"
# What users have without extras; tests of OpenVINO name it.
os.environ["NEWSCLF_ENCODER_ENGINE"] = "torch"

from support import ROOT, HashedWordEncoder

from newsclf import Article, NewsClassifier, TrainConfig, read_articles, train


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
