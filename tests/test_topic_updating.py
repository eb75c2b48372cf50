from collections.abc import Sequence

import numpy as np
import pytest

from newsclf import Article, ConfigError, DataError
from newsclf.arrays import FloatMatrix
from newsclf.topic_hierarchy import merge_topics
from newsclf.topic_state import TopicState
from newsclf.topic_updating import add_articles
from newsclf.topic_words import TopicWords, count_words
from newsclf.topics import NO_TOPIC, Topic, TopicModel

OIL, GOAL = 2, 5
MODEL = TopicModel(
    topics=(Topic(OIL, "Oil", ("oil",), 3), Topic(GOAL, "Goal", ("goal",), 2)),
    centroids=np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32),
    min_similarities=np.array([0.9, 0.9]),
    typical_similarity=0.9,
)
WORDS = count_words(
    [Article(text="oil tanker"), Article(text="oil"), *[Article(text="goal league")] * 75],
    np.repeat([OIL, GOAL], [2, 75]),
    ids=MODEL.ids,
)
STATE = TopicState.start(MODEL, WORDS)
RAIN = np.array([[0, 0, 1], [0, 0.28, 0.96], [0.28, 0, 0.96]], dtype=np.float32)
RAIN_TEXTS = ("storm floods river valley", "river floods town bridge", "rescue boats floods storm")


def articles(texts: Sequence[str]) -> list[Article]:
    return [Article(text=text) for text in texts]


def vectors(*rows: Sequence[float]) -> FloatMatrix:
    return np.array(rows, dtype=np.float32)


def counts_of(words: TopicWords, topic_id: int) -> dict[str, int]:
    row = words.counts.toarray()[words.ids.tolist().index(topic_id)]
    return {form: int(n) for form, n in zip(words.forms, row, strict=True) if n}


def test_an_article_that_fits_makes_its_topic_grow() -> None:
    update = add_articles(STATE, articles(["refinery oil"]), vectors([0.96, 0, 0.28]), min_size=3)

    model = update.state.model
    assert update.article_topics.tolist() == [OIL]
    assert [topic.size for topic in model.topics] == [4, 2]
    # Three articles at (1, 0, 0) and the new one: (3.96, 0, 0.28), made a unit vector.
    np.testing.assert_allclose(model.centroids[0], [3.96 / 3.969886, 0, 0.28 / 3.969886], atol=1e-6)
    assert counts_of(update.state.words, OIL) == {"oil": 3, "refinery": 1, "tanker": 1}
    assert model.topics[0].keywords == ("oil", "refinery", "tanker")
    assert model.topics[1] == MODEL.topics[1]
    assert (model.centroids[1] == MODEL.centroids[1]).all()
    assert (model.min_similarities == MODEL.min_similarities).all()


def test_what_fits_no_topic_waits_and_is_not_counted() -> None:
    update = add_articles(STATE, articles(RAIN_TEXTS[:2]), RAIN[:2], min_size=3)

    assert update.article_topics.tolist() == [NO_TOPIC, NO_TOPIC]
    assert [article.text for article in update.state.waiting.articles] == list(RAIN_TEXTS[:2])
    assert (update.state.waiting.vectors == RAIN[:2]).all()
    assert update.state.model.topics == MODEL.topics
    assert (update.new_ids, update.settled) == ((), {})


def test_enough_that_lie_together_make_a_topic_with_the_next_id() -> None:
    waiting = add_articles(STATE, articles(RAIN_TEXTS[:2]), RAIN[:2], min_size=3).state

    update = add_articles(waiting, articles(RAIN_TEXTS[2:]), RAIN[2:], min_size=3)

    model = update.state.model
    assert model.ids.tolist() == [OIL, GOAL, 6]
    assert (update.new_ids, update.settled, update.article_topics.tolist()) == ((6,), {0: 6, 1: 6}, [6])
    assert update.state.waiting.articles == ()
    # The mean of the three is (0.28, 0.28, 2.92) / 3.
    centroid = np.array([0.28, 0.28, 2.92]) / np.linalg.norm([0.28, 0.28, 2.92])
    np.testing.assert_allclose(model.centroids[2], centroid, atol=1e-6)
    assert model.min_similarities[2] == pytest.approx((RAIN @ centroid).min(), abs=2e-6)
    assert model.topics[2].size == 3
    assert model.topics[2].keywords[:3] == ("floods", "river", "storm")
    assert model.topics[2].name == "Floods, river, storm"


def test_articles_that_are_not_all_alike_make_no_topic() -> None:
    # The outer two are each at 0.8 to the middle one, and at 0.28 to each other.
    chain = vectors([0, -0.6, 0.8], [0, 0, 1], [0, 0.6, 0.8])

    update = add_articles(STATE, articles(RAIN_TEXTS), chain, min_size=3, min_similarity=0.5)

    assert update.new_ids == ()
    assert len(update.state.waiting.articles) == 3


@pytest.mark.parametrize(("cosine", "made"), [(0.85, (6,)), (0.77, ())])
def test_articles_are_alike_above_the_square_of_the_usual_lowest_similarity(
    cosine: float, made: tuple[int, ...]
) -> None:
    # Three rows around (0, 0, 1), a away from it at 120 degrees to each other: every two have cosine 1 - 1.5 a².
    a = np.sqrt((1 - cosine) / 1.5)
    turns = np.radians([0, 120, 240])
    rows = np.column_stack([a * np.cos(turns), a * np.sin(turns), np.full(3, np.sqrt(1 - a**2))]).astype(np.float32)

    # 0.9 squared is 0.81.
    assert add_articles(STATE, articles(RAIN_TEXTS), rows, min_size=3).new_ids == made


def test_copies_of_one_article_make_no_topic() -> None:
    update = add_articles(STATE, articles([RAIN_TEXTS[0]] * 5), np.repeat(RAIN[:1], 5, axis=0), min_size=3)

    assert update.new_ids == ()
    assert len(update.state.waiting.articles) == 5


def test_nothing_new_changes_nothing() -> None:
    update = add_articles(STATE, [], np.zeros((0, 3), dtype=np.float32), min_size=3)

    assert update.state.model.topics == MODEL.topics
    assert (update.state.model.centroids == MODEL.centroids).all()
    assert update.state.words.counts.toarray().tolist() == WORDS.counts.toarray().tolist()


def test_what_waits_fits_no_topic_of_the_new_model() -> None:
    rows = np.random.default_rng(0).normal(size=(300, 3))
    found = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    texts = [f"{chr(97 + i % 26) * 4} {chr(97 + i // 26) * 5} {chr(97 + i % 7) * 6}" for i in range(300)]

    update = add_articles(STATE, articles(texts), found, min_size=8)

    model = update.state.model
    ids, _ = model.assign(update.state.waiting.vectors)
    assert len(update.new_ids) >= 3
    assert model.ids.tolist() == [OIL, GOAL, *range(6, 6 + len(update.new_ids))]
    assert set(ids.tolist()) == {NO_TOPIC}
    assert sum(topic.size for topic in model.topics) + len(update.state.waiting.articles) == 305


def test_a_merged_topic_grows_in_the_part_that_the_article_is_nearest_to() -> None:
    model = merge_topics(MODEL, [[OIL, GOAL]])
    state = TopicState.start(model, WORDS.following(model))

    grown = add_articles(state, articles(["oil"]), vectors([0.96, 0, 0.28]), min_size=3).state.model

    assert grown.parts is not None
    assert grown.parts.sizes.tolist() == [4, 2]
    np.testing.assert_allclose(grown.parts.centroids[0], [3.96 / 3.969886, 0, 0.28 / 3.969886], atol=1e-6)
    assert (grown.parts.centroids[1] == MODEL.centroids[1]).all()
    assert grown.topics[0].size == 6
    # The farther part and its reach, from where the whole is now.
    to_part = np.arccos(grown.parts.centroids @ grown.centroids[0]) + np.arccos(0.9)
    assert grown.min_similarities[0] == pytest.approx(np.cos(to_part.max()), abs=1e-6)


def test_a_model_without_topics_can_get_its_first() -> None:
    none = TopicModel((), np.zeros((0, 3), dtype=np.float32), np.zeros(0))
    state = TopicState.start(none, count_words([], np.array([], dtype=np.intp), ids=none.ids))

    with pytest.raises(ConfigError, match=r"no topic to say how alike articles of one are\. Give min_similarity"):
        add_articles(state, articles(RAIN_TEXTS), RAIN, min_size=3)
    update = add_articles(state, articles(RAIN_TEXTS), RAIN, min_size=3, min_similarity=0.8)

    assert update.article_topics.tolist() == [0, 0, 0]


def test_options_and_articles_that_cannot_work_are_refused() -> None:
    with pytest.raises(ConfigError, match="min_size is 1: a topic needs at least 2 articles"):
        add_articles(STATE, [], np.zeros((0, 3), dtype=np.float32), min_size=1)
    with pytest.raises(DataError, match="There are 1 articles and 3 vectors"):
        add_articles(STATE, articles(["x"]), RAIN, min_size=3)


@pytest.mark.parametrize("cosine", [1.5, -3, float("nan")])
def test_a_similarity_that_is_no_cosine_is_an_error(cosine: float) -> None:
    with pytest.raises(ConfigError, match="it is a cosine: give a number from -1 to 1"):
        add_articles(STATE, articles(RAIN_TEXTS), RAIN, min_size=3, min_similarity=cosine)
