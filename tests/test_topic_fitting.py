from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclf import Article
from newsclf.arrays import FloatMatrix, IntArray
from newsclf.topic_clustering import NEIGHBOURS, nearest_neighbours
from newsclf.topic_fitting import (
    MOST_CLUSTERED,
    Clusters,
    TopicOptions,
    assigning_model,
    default_min_size,
    find_clusters,
    fit_topics,
    no_topics,
)
from newsclf.topic_stability import _of_bootstrap, steadiest
from newsclf.topics import NO_TOPIC

WORDS = ("oil", "goal", "flood", "vote", "court", "rice")


def groups_of_vectors(*sizes: int, spread: float = 0.05, dim: int = 24) -> tuple[FloatMatrix, IntArray]:
    """Return unit vectors around so many orthogonal directions, and the group of each."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(len(sizes)), sizes)
    vectors = np.eye(dim)[group] + rng.normal(scale=spread, size=(len(group), dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), group


def articles_of(group: Sequence[int]) -> list[Article]:
    return [Article(title=WORDS[g], text=f"{WORDS[g]} {WORDS[g]} report number") for g in group]


@pytest.mark.slow
def test_groups_of_vectors_become_topics_named_by_their_words() -> None:
    vectors, group = groups_of_vectors(40, 30, 20)
    fitted = fit_topics(articles_of(group), vectors, TopicOptions(min_size=10))
    ids, _ = fitted.model.assign(vectors)

    assert [topic.keywords[0] for topic in fitted.model.topics] == ["oil", "goal", "flood"]
    assert [topic.size for topic in fitted.model.topics] == [int((ids == i).sum()) for i in range(3)]
    assert (ids[ids != NO_TOPIC] == group[ids != NO_TOPIC]).all()
    assert (ids == NO_TOPIC).mean() <= 0.1
    assert fitted.found.route == "UMAP and HDBSCAN"


@pytest.mark.slow
def test_one_seed_finds_the_same_topics_twice() -> None:
    vectors, _ = groups_of_vectors(40, 30, 20, spread=0.2)
    once, again = (find_clusters(vectors, TopicOptions(seed=3, min_size=8)) for _ in range(2))

    assert (once.clustered == again.clustered).all()
    assert (once.centroids == again.centroids).all()


@pytest.mark.slow
def test_a_number_of_topics_joins_the_nearest() -> None:
    vectors, group = groups_of_vectors(30, 30, 30, 30)
    near = np.where(group == 3, 2, group)  # the last two groups share a direction
    blended = vectors + 1.5 * np.eye(vectors.shape[1])[near + 10]
    blended = (blended / np.linalg.norm(blended, axis=1, keepdims=True)).astype(np.float32)
    found = find_clusters(blended, TopicOptions(n_topics=3, min_size=10))

    assert len(found.centroids) == 3
    assert len({int(found.clustered[i]) for i in np.flatnonzero((near == 2) & (found.clustered != NO_TOPIC))}) == 1


@pytest.mark.slow
def test_more_topics_than_groups_are_made_of_smaller_groups_or_said_to_be_missing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    vectors, _ = groups_of_vectors(40, 30, 20)
    found = find_clusters(vectors, TopicOptions(n_topics=80, min_size=10))

    assert 3 <= len(found.centroids) < 80
    assert "80 topics were asked for; there are no more than" in caplog.text


@pytest.mark.slow
def test_a_large_archive_is_clustered_in_part_and_assigned_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsclf.topic_fitting.MOST_CLUSTERED", 60)
    vectors, group = groups_of_vectors(80, 60, 40)
    fitted = fit_topics(articles_of(group), vectors, TopicOptions(min_size=8))
    ids, _ = fitted.model.assign(vectors)

    assert fitted.found.route == "UMAP and HDBSCAN on 60 articles drawn, the nearest centroid for the rest"
    assert len(fitted.found.drawn) == 60
    assert (fitted.found.clustered[np.setdiff1d(np.arange(180), fitted.found.drawn)] == NO_TOPIC).all()
    assert (ids == NO_TOPIC).mean() <= 0.1
    assert sum(topic.size for topic in fitted.model.topics) == int((ids != NO_TOPIC).sum())


@pytest.mark.parametrize(
    "articles",
    [
        pytest.param([Article(text=f"{word} news today") for word in WORDS[:5]], id="five articles"),
        pytest.param([Article(text="oil prices rose")] * 60, id="one article sixty times"),
        pytest.param([], id="none"),
    ],
)
def test_what_cannot_be_clustered_gives_no_topic_and_says_why(
    articles: list[Article], caplog: pytest.LogCaptureFixture
) -> None:
    index = [WORDS.index(article.text.split()[0]) for article in articles]
    fitted = fit_topics(articles, np.eye(8, dtype=np.float32)[index])

    assert fitted.model.topics == ()
    assert (fitted.model.assign(np.eye(8, dtype=np.float32))[0] == NO_TOPIC).all()
    assert f"no topics: {len(articles)} articles are too few, or too much the same, to cluster" in caplog.text


@pytest.mark.slow
def test_very_short_texts_without_words_give_no_topic(caplog: pytest.LogCaptureFixture) -> None:
    vectors, _ = groups_of_vectors(30, 30)
    fitted = fit_topics([Article(text="42")] * 60, vectors, TopicOptions(min_size=10))

    assert fitted.model.topics == ()
    assert "no words to name them by" in caplog.text


def two_clusters(vectors: FloatMatrix, clustered: IntArray) -> Clusters:
    centroids = np.eye(2, vectors.shape[1], dtype=np.float32)
    return Clusters(centroids, clustered, np.arange(len(vectors)), "by hand")


def test_left_out_articles_are_assigned_or_kept_without_a_topic() -> None:
    cosines = np.array([1.0] * 50 + [0.8] * 50)  # clustering took the first fifty and left out the others
    vectors = np.stack([cosines, np.zeros(100), np.sqrt(1 - cosines**2)], axis=1).astype(np.float32)
    found = two_clusters(vectors, np.repeat([0, NO_TOPIC], 50))
    assigned = assigning_model(vectors, found, TopicOptions(outliers="assign"))
    kept = assigning_model(vectors, found, TopicOptions(outliers="keep"))

    assert assigned.assign(vectors)[0].tolist() == [0] * 100
    assert kept.assign(vectors)[0].tolist() == [0] * 50 + [NO_TOPIC] * 50
    assert [topic.size for topic in kept.topics] == [50, 0]
    assert (assigned.typical_similarity, kept.typical_similarity) == pytest.approx((0.9, 1.0))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(50, 400))
def test_at_most_a_tenth_is_left_without_a_topic_when_all_are_assigned(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, 5))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    model = assigning_model(vectors, two_clusters(vectors, np.full(n, NO_TOPIC)), TopicOptions())

    assert (model.assign(vectors)[0] == NO_TOPIC).sum() <= 0.02 * n


def test_an_article_is_at_no_distance_from_itself() -> None:
    vectors, _ = groups_of_vectors(30, 30, spread=0.3)
    indices, distances = nearest_neighbours(vectors)

    assert indices[:, 0].tolist() == list(range(60))
    assert (distances[:, 0] == 0).all()
    np.testing.assert_allclose(distances[7, 1:], np.sort(1 - vectors @ vectors[7])[1:NEIGHBOURS], atol=1e-6)


def test_a_topic_is_a_hundredth_of_the_articles_within_limits() -> None:
    assert [default_min_size(n) for n in (0, 499, 700, 2_999, 3_000, MOST_CLUSTERED)] == [5, 5, 7, 29, 30, 30]


def test_topics_that_were_not_looked_for_take_no_text() -> None:
    assert no_topics(3).model.assign(np.eye(3, dtype=np.float32))[0].tolist() == [NO_TOPIC] * 3


@pytest.mark.slow
def test_clear_groups_are_the_same_from_every_seed_and_bootstrap() -> None:
    vectors, _ = groups_of_vectors(40, 40, 40)
    steps: list[tuple[str, int, int]] = []
    options = TopicOptions(seed=5, min_size=10)
    steady = steadiest(vectors, options, runs=2, progress=lambda *step: steps.append(step))

    assert steady.seeds is not None
    assert steady.seeds.ari > 0.9
    assert min(steady.bootstraps) > 0.9
    assert len(steady.bootstraps) == 2
    assert steady.options.seed in {5, 6}
    assert steps == [("fit topics", done, 4) for done in range(5)]


def test_the_run_that_is_most_like_the_others_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = groups_of_vectors(20, 20)
    columns = {0: [0, 5], 1: [0, 1], 2: [0, 1], 9: [0, 1]}  # seed 0 finds what no other does

    def found(vectors: FloatMatrix, options: TopicOptions) -> Clusters:
        centroids = np.eye(vectors.shape[1], dtype=np.float32)[columns[options.seed]]
        return Clusters(centroids, np.zeros(len(vectors), dtype=np.intp), np.arange(len(vectors)), "by hand")

    monkeypatch.setattr("newsclf.topic_stability.find_clusters", found)
    steady = steadiest(vectors, TopicOptions(), runs=3)

    assert steady.options.seed == 1
    assert steady.seeds is not None
    assert steady.seeds.lowest_ari < steady.seeds.ari < 1


def test_a_run_without_topics_is_not_kept_where_another_found_some(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = groups_of_vectors(20, 20)

    def found(vectors: FloatMatrix, options: TopicOptions) -> Clusters:
        n = len(vectors)
        centroids = np.eye(vectors.shape[1], dtype=np.float32)[: 2 if options.seed == 1 else 0]
        return Clusters(centroids, np.full(n, NO_TOPIC), np.arange(n), "by hand")

    monkeypatch.setattr("newsclf.topic_stability.find_clusters", found)

    assert steadiest(vectors, TopicOptions(), runs=3).options.seed == 1


def test_too_few_articles_are_tried_once_and_say_nothing_of_steadiness(caplog: pytest.LogCaptureFixture) -> None:
    steady = steadiest(np.eye(5, dtype=np.float32), TopicOptions(), runs=5)

    assert (steady.seeds, steady.bootstraps, steady.model.topics) == (None, (), ())
    assert caplog.text.count("too few, or too much the same") == 1


@pytest.mark.parametrize(("n", "articles_drawn", "expected"), [(10_000, 6_321, 19), (100_000, 63_212, 30)])
def test_a_topic_of_a_bootstrap_needs_fewer_articles_as_fewer_are_clustered(
    n: int, articles_drawn: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TopicOptions] = []

    def found(vectors: FloatMatrix, options: TopicOptions) -> Clusters:
        asked.append(options)
        return two_clusters(vectors, np.zeros(len(vectors), dtype=np.intp))

    monkeypatch.setattr("newsclf.topic_stability.find_clusters", found)
    vectors = np.ones((articles_drawn, 2), dtype=np.float32)
    _of_bootstrap(vectors, TopicOptions(), n=n)

    assert asked[0].min_size == expected
