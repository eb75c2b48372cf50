from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from newsclf import Article, DataError
from newsclf.arrays import FloatMatrix
from newsclf.topic_hierarchy import Linkage, merge_topics, topic_tree
from newsclf.topic_words import count_words
from newsclf.topics import NO_TOPIC, Topic, TopicModel


def at_angles(degrees: Sequence[float]) -> FloatMatrix:
    radians = np.radians(degrees)
    return np.column_stack([np.cos(radians), np.sin(radians)]).astype(np.float32)


def model(degrees: Sequence[float], sizes: Sequence[int], ids: Sequence[int]) -> TopicModel:
    topics = [Topic(i, f"name {i}", (f"a{i}", f"b{i}"), size) for i, size in zip(ids, sizes, strict=True)]
    return TopicModel(tuple(topics), at_angles(degrees), np.full(len(topics), np.cos(np.radians(5))))


FOUR = model([0, 90, 12, 100], [10, 20, 30, 20], ids=[2, 5, 6, 8])


def random_unit_rows(seed: int, n: int, *, dim: int = 4) -> FloatMatrix:
    rows = np.random.default_rng(seed).normal(size=(n, dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("method", ["average", "ward"])
def test_topics_that_point_the_same_way_join_first(method: Linkage) -> None:
    tree = topic_tree(FOUR, method=method)

    assert tree.groups(4) == ((2,), (5,), (6,), (8,))
    assert tree.groups(3) == ((2,), (5, 8), (6,))
    assert tree.groups(2) == ((2, 6), (5, 8))
    assert tree.groups(1) == ((2, 5, 6, 8),)


def test_an_average_tree_measures_cosine_distances() -> None:
    joins = topic_tree(FOUR).joins

    # 10 degrees, 12 degrees, and the mean over 90, 100, 78 and 88.
    last = np.mean([1 - np.cos(np.radians(angle)) for angle in (90, 100, 78, 88)])
    np.testing.assert_allclose(joins[:, 2], [1 - np.cos(np.radians(10)), 1 - np.cos(np.radians(12)), last], atol=1e-6)


def test_equal_centroids_join_at_distance_0() -> None:
    tree = topic_tree(model([33, 33, 120], [1, 1, 1], ids=[0, 1, 2]))

    assert tree.joins[0, 2] == pytest.approx(0, abs=1e-9)
    assert tree.groups(2) == ((0, 1), (2,))


@pytest.mark.parametrize("n", [0, 1])
def test_a_tree_of_one_topic_or_of_none_has_no_joins(n: int) -> None:
    tree = topic_tree(model([0] * n, [1] * n, ids=range(n)))

    assert tree.joins.shape == (0, 4)
    assert [tree.groups(k) for k in range(1, n + 1)] == [((0,),)] * n


def test_more_groups_than_topics_are_refused() -> None:
    with pytest.raises(DataError, match=r"4 topics cannot become 5\. Ask for 1 to 4"):
        topic_tree(FOUR).groups(5)


def test_a_merged_topic_gets_a_new_id_and_is_found_by_the_old_ones() -> None:
    merged = merge_topics(FOUR, [[6, 2]])

    assert merged.ids.tolist() == [5, 8, 9]
    assert merged.topic(2) == merged.topic(6) == merged.topics[2]
    assert (merged.topics[2].size, merged.topics[2].merged_from) == (40, (2, 6))
    assert merged.next_id == 10


def test_a_merged_centroid_is_the_mean_by_size() -> None:
    centroid = merge_topics(FOUR, [[2, 6]]).centroids[-1]

    mean = (10 * at_angles([0])[0] + 30 * at_angles([12])[0]) / 40
    np.testing.assert_allclose(centroid, mean / np.linalg.norm(mean), atol=1e-6)


def test_the_lowest_similarity_of_the_whole_is_at_the_farthest_edge_of_a_part() -> None:
    merged = merge_topics(FOUR, [[5, 8]])

    # Two equal parts at 90 and 100 degrees, the whole at 95; each part reaches 5 degrees to either side.
    assert merged.min_similarities[-1] == pytest.approx(np.cos(np.radians(10)), abs=1e-6)


def test_a_text_far_from_the_middle_keeps_its_topic_where_a_third_is_nearer_to_it() -> None:
    three = model([0, 60, 25], [1, 1, 1], ids=[0, 1, 2])
    three = TopicModel(three.topics, three.centroids, np.array([np.cos(np.radians(14)), 0.99, 0.9999]))
    text = at_angles([12])

    assert three.assign(text)[0].tolist() == [0]
    # The middle of 0 and 60 is at 30 degrees; topic 2, at 25, is nearer to the text and does not take it.
    assert merge_topics(three, [[0, 1]]).assign(text)[0].tolist() == [3]


def test_merging_neither_loses_a_text_nor_takes_in_another() -> None:
    n = 8
    topics = tuple(Topic(i, "", (), 5 + i) for i in range(n))
    min_similarities = np.random.default_rng(2).uniform(0.5, 0.9, size=n)
    before = TopicModel(topics, random_unit_rows(0, n), min_similarities)
    vectors = random_unit_rows(1, 5_000)

    after = merge_topics(merge_topics(before, [[0, 1], [4, 6]]), [[8, 2]])

    was, _ = before.assign(vectors)
    now, _ = after.assign(vectors)
    new_id = {0: 10, 1: 10, 2: 10, 4: 9, 6: 9, NO_TOPIC: NO_TOPIC}
    assert now.tolist() == [new_id.get(topic_id, topic_id) for topic_id in was.tolist()]
    assert (now == NO_TOPIC).any()
    assert after.topic(8).merged_from == (0, 1, 2, 8)
    for topic_id, centroid, lowest in zip(after.ids, after.centroids, after.min_similarities, strict=True):
        assert (vectors[now == topic_id] @ centroid >= lowest - 1e-6).all()


def test_keywords_of_the_parts_take_turns_where_there_are_no_counts() -> None:
    merged = merge_topics(FOUR, [[2, 6]]).topics[-1]

    assert merged.keywords == ("a6", "a2")
    assert merged.name == "A6, a2"


def test_a_merged_topic_gets_no_name_that_another_has() -> None:
    before = model([0, 10, 90], sizes=[3, 2, 5], ids=[0, 1, 2])
    words = (("oil", "price", "crude"), ("opec",), ("oil", "opec", "price"))
    named = replace(
        before,
        topics=tuple(replace(t, name=", ".join(w), keywords=w) for t, w in zip(before.topics, words, strict=True)),
    )

    merged = merge_topics(named, [[0, 1]])

    # Keywords in turns: oil, opec, price, but no more than the three of the larger part.
    assert [topic.name for topic in merged.topics] == ["oil, opec, price", "Oil, opec, price (3)"]


def test_keywords_of_the_whole_come_from_the_counts_of_its_parts() -> None:
    texts = ["tanker oil", "oil", "refinery oil", "oil", *["goal match"] * 50, "goal league"]
    articles = [Article(text=text) for text in texts]
    words = count_words(articles, np.array([2, 2, 6, 6, *[5] * 50, 8]), ids=FOUR.ids)

    merged = merge_topics(FOUR, [[2, 6]], words=words)

    assert merged.topics[-1].keywords == ("oil", "refinery", "tanker")
    assert merged.topics[-1].name == "Oil, refinery, tanker"
    assert merged.topics[:2] == (FOUR.topics[1], FOUR.topics[3])


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([[2, 7]], r"There is no topic 7\. Ids of this model: 2, 5, 6, 8"),
        ([[2]], r"The group \[2\] has fewer than two topics"),
        ([[2, 5], [5, 6]], "Topic 5 stands twice"),
        ([[2, 2]], "Topic 2 stands twice"),
    ],
)
def test_groups_that_cannot_be_merged_are_refused(groups: list[list[int]], message: str) -> None:
    with pytest.raises(DataError, match=message):
        merge_topics(FOUR, groups)


def test_a_retired_id_is_refused_with_the_one_to_name_instead() -> None:
    with pytest.raises(DataError, match=r"Topic 2 was merged into 9\. Name that one instead"):
        merge_topics(merge_topics(FOUR, [[2, 6]]), [[2, 5]])
