from collections.abc import Sequence

import numpy as np
import pytest
from support import HashedWordEncoder

from newsclf import Article, NewsClassifier, TrainConfig, train


@pytest.fixture(scope="module")
def steady_model(corpus: Sequence[Article], tmp_path_factory: pytest.TempPathFactory) -> NewsClassifier:
    """Four topics, asked for by number, the steadier of two runs."""
    config = TrainConfig(topics=4, topic_runs=2, cache_dir=tmp_path_factory.mktemp("cache"))
    return train(corpus[:300], config, encoder=HashedWordEncoder())


@pytest.mark.slow
def test_a_model_has_the_number_of_topics_that_was_asked_for(steady_model: NewsClassifier) -> None:
    assert len(steady_model.bundle.topics.model.topics) == steady_model.metrics["topics"]["found"] == 4


@pytest.mark.slow
def test_figures_say_how_steady_topics_are_and_how_good_the_rescued_ones(steady_model: NewsClassifier) -> None:
    figures = steady_model.metrics["topics"]
    steady = figures["stability"]

    assert (steady["seeds"], steady["bootstraps"]) == (2, 2)
    assert steady["kept_seed"] in {0, 1}
    assert -1 <= steady["lowest_ari"] <= steady["ari"] <= 1
    assert -1 <= steady["lowest_bootstrap_ari"] <= steady["bootstrap_ari"] <= 1
    assert figures["train_share_without_topic"] <= 0.1
    assert 0 < figures["diversity"] <= 1
    assert figures["clustered"]["similarity"] > figures["rescued"]["similarity"] > 0
    assert figures["rescued"]["margin"] > 0


@pytest.mark.slow
def test_the_card_shows_each_topic_and_how_far_it_can_be_relied_on(steady_model: NewsClassifier) -> None:
    figures, card = steady_model.metrics["topics"], steady_model.bundle.card

    assert f"Adjusted Rand index of 2 runs with other seeds: {figures['stability']['ari']:.3f}" in card
    assert f"given the nearest topic: {figures['rescued']['articles']:,}" in card
    for row in figures["topics"]:
        assert f"| {row['id']} {row['name']} | {row['size']} |" in card
        assert row["examples"][0] in card


@pytest.mark.slow
def test_words_are_those_of_the_articles_that_clustering_put_there(
    steady_model: NewsClassifier, corpus: Sequence[Article]
) -> None:
    words = steady_model.bundle.topics.words

    assert words.ids.tolist() == [topic.id for topic in steady_model.bundle.topics.model.topics]
    assert (np.asarray(words.counts.sum(axis=1)).ravel() > 0).all()


@pytest.mark.slow
def test_real_topics_of_the_corpus_leave_few_articles_out(real_model: NewsClassifier) -> None:
    figures = real_model.metrics["topics"]

    assert figures["found"] >= 5
    assert figures["route"] == "UMAP and HDBSCAN"
    assert figures["stability"] is None
    assert figures["train_share_without_topic"] <= 0.1
    assert figures["clustered"]["label_agreement"] > 0.2
