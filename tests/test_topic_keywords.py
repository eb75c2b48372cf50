import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array, csr_matrix

from newsclf import Article
from newsclf.arrays import FloatMatrix
from newsclf.topic_keywords import (
    c_tf_idf,
    distinct_names,
    diverse_order,
    keywords,
    topic_name,
    with_distinct_names,
    with_keywords,
)
from newsclf.topic_words import TopicWords, count_words
from newsclf.topics import Topic, TopicModel


@pytest.fixture(scope="module")
def bertopics_transformer() -> Any:
    """BERTopic's own class, loaded by its file: the package would bring torch."""
    package = importlib.util.find_spec("bertopic")
    assert package is not None
    assert package.submodule_search_locations is not None
    path = Path(package.submodule_search_locations[0]) / "vectorizers" / "_ctfidf.py"
    spec = importlib.util.spec_from_file_location("bertopics_ctfidf", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ClassTfidfTransformer


def test_weights_are_those_of_bertopic(bertopics_transformer: Any) -> None:
    counts = np.random.default_rng(3).poisson(0.8, size=(6, 40)) + np.eye(6, 40, dtype=np.int64)

    expected = bertopics_transformer(reduce_frequent_words=True).fit_transform(csr_matrix(counts.astype(float)))

    np.testing.assert_allclose(c_tf_idf(csr_array(counts)).toarray(), expected.toarray(), rtol=1e-12)


def test_weights_are_as_worked_out_by_hand() -> None:
    weights = c_tf_idf(csr_array(np.array([[3, 1, 0], [0, 1, 3], [0, 0, 0]]))).toarray()

    # Topics have 4, 4 and 0 words, 2.67 on average, which is cut to 2; the words stand 3, 2 and 3 times.
    rare, common = np.log(2 / 3 + 1), np.log(2 / 2 + 1)
    np.testing.assert_allclose(weights[0], [np.sqrt(3 / 4) * rare, np.sqrt(1 / 4) * common, 0])
    assert weights[2].tolist() == [0, 0, 0]


def test_diversity_passes_over_a_word_like_one_that_was_chosen() -> None:
    weights = np.array([1.0, 0.9, 0.5])
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)

    # After the first: 0.7 * 0.9 - 0.3 * 1 = 0.33 and 0.7 * 0.5 - 0 = 0.35.
    assert diverse_order(weights, vectors, n=3, diversity=0.3) == [0, 2, 1]
    assert diverse_order(weights, vectors, n=2, diversity=0) == [0, 1]
    assert diverse_order(weights, vectors, n=1, diversity=0.3) == [0]


def words_of(*texts: str) -> TopicWords:
    """Each text is a topic, each of its words an article; the long one makes three words few, as in real news."""
    each = [text.split() for text in (*texts, "rain " * 1_000)]
    articles = [Article(text=word) for words in each for word in words]
    topics = np.repeat(np.arange(len(each)), [len(words) for words in each])
    return count_words(articles, topics, ids=np.arange(len(each)))


def unit_vectors(words: Sequence[str]) -> FloatMatrix:
    """Words that begin alike are alike."""
    rows = {"tax": [1, 0], "cut": [0, 1], "rai": [0, 1]}
    return np.array([rows[word[:3]] for word in words], dtype=np.float32)


def test_keywords_are_the_words_of_a_topic_that_others_lack() -> None:
    words = words_of("tax tax tax taxes taxes cut year", "goal goal match year")

    assert keywords(words, n=3) == [("tax", "taxes", "cut"), ("goal", "match", "year"), ("rain",)]


def test_with_word_vectors_keywords_differ_in_meaning() -> None:
    words = words_of("tax tax tax taxes taxes cut", "taxi")

    assert keywords(words, n=2, word_vectors=unit_vectors, diversity=0.5)[0] == ("tax", "cut")


def test_of_equal_words_the_first_in_the_alphabet_is_taken() -> None:
    assert keywords(words_of("zebra lion ape"), n=2)[0] == ("ape", "lion")


def test_topics_get_keywords_in_lower_case_and_a_name_as_it_is_spelt() -> None:
    words = words_of("oil OPEC OPEC oil oil Iraq", "goal")
    model = TopicModel(
        (*(Topic(i, f"name {i}", ("old",), 3) for i in range(4)),), np.zeros((4, 2), dtype=np.float32), np.zeros(4)
    )

    named = with_keywords(model, words, ids=[0, 3])

    assert named.topics[0].keywords == ("oil", "opec", "iraq")
    assert named.topics[0].name == "Oil, OPEC, Iraq"
    assert named.topics[1:] == model.topics[1:]


def test_a_name_is_the_first_three_words() -> None:
    assert topic_name(["oil", "OPEC", "crude", "tanker"]) == "Oil, OPEC, crude"
    assert topic_name([]) == ""


OIL = ("oil", "OPEC", "price", "tanker", "export")


def test_a_name_that_another_topic_has_gets_the_next_keyword_in_place_of_the_last() -> None:
    names = distinct_names({1: "a", 2: "b", 4: "c"}, {4: OIL, 1: OIL, 2: OIL})

    assert names == {1: "Oil, OPEC, price", 2: "Oil, OPEC, tanker", 4: "Oil, OPEC, export"}


def test_topics_that_keep_their_name_come_before_those_of_lower_ids() -> None:
    kept = distinct_names({1: "a", 2: "Oil, OPEC, price", 3: "oil, opec, tanker"}, {1: OIL})
    given_again = distinct_names({1: "a", 2: "Oil, OPEC, price"}, {1: OIL, 2: OIL})

    # Topic 3 differs in capitals alone.
    assert kept == {1: "Oil, OPEC, export", 2: "Oil, OPEC, price", 3: "oil, opec, tanker"}
    assert given_again == {1: "Oil, OPEC, tanker", 2: "Oil, OPEC, price"}


def test_where_keywords_do_not_suffice_the_id_stands_behind_the_name() -> None:
    assert distinct_names({1: "a", 6: "b"}, {1: OIL[:3], 6: OIL[:3]}) == {
        1: "Oil, OPEC, price",
        6: "Oil, OPEC, price (6)",
    }
    assert distinct_names({1: "A", 6: "a"}, {6: ()}) == {1: "A", 6: "a (6)"}


def test_topics_of_the_same_words_get_names_of_their_own() -> None:
    words = words_of(
        "oil oil oil oil opec opec opec price price tanker", "oil oil oil oil opec opec opec price price tanker"
    )
    model = TopicModel(
        (*(Topic(i, f"name {i}", (), 3) for i in (0, 1, 2)),), np.zeros((3, 2), dtype=np.float32), np.zeros(3)
    )

    named = with_keywords(model, words)

    assert [topic.name for topic in named.topics] == ["Oil, opec, price", "Oil, opec, tanker", "Rain"]
    assert named.topics[0].keywords == named.topics[1].keywords == ("oil", "opec", "price", "tanker")


def test_of_a_model_with_a_name_twice_the_topic_of_the_higher_id_is_renamed() -> None:
    topics = (Topic(8, "Oil, opec, price", OIL, 3), Topic(2, "oil, OPEC, price", OIL, 3), Topic(5, "Rain", (), 3))
    model = TopicModel(topics, np.zeros((3, 2), dtype=np.float32), np.zeros(3))

    assert [topic.name for topic in with_distinct_names(model).topics] == [
        "Oil, OPEC, tanker",
        "oil, OPEC, price",
        "Rain",
    ]
    assert with_distinct_names(with_distinct_names(model)) == with_distinct_names(model)
