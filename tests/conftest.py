"""What tests share: a tiny real encoder, a slice of the built-in corpus, and one model fitted on it."""

import os
from pathlib import Path

import pytest

# Before huggingface_hub is imported: no test may reach for a model hub.
os.environ["HF_HUB_OFFLINE"] = "1"
# What users have without extras; tests of OpenVINO name it.
os.environ["NEWSCLF_ENCODER_ENGINE"] = "torch"

from support import ROOT, HashedWordEncoder
from topic_models import with_topics

from newsclf import Article, NewsClassifier, TrainConfig, inference, read_articles, train


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


@pytest.fixture
def saved_with_topics(model: NewsClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of `model` with three topics, that is loaded with the tiny encoder."""
    monkeypatch.setattr(inference, "load_encoder", lambda *_, **__: HashedWordEncoder())
    with_topics(model).save(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def plenty_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let as many processes start as are asked for."""
    monkeypatch.setattr("newsclf.parallel.free_bytes", lambda: 10**12)


@pytest.fixture(scope="session")
def real_model(corpus: list[Article], tmp_path_factory: pytest.TempPathFactory) -> NewsClassifier:
    """A model with the real encoder and real topics."""
    return train(corpus, TrainConfig(cache_dir=tmp_path_factory.mktemp("cache"), topic_min_size=5))
