import tracemalloc

import numpy as np
import pytest

from newsclf import Article, DataError
from newsclf.topic_words import TopicWords, count_words
from newsclf.topics import NO_TOPIC, Topic, TopicModel


def counted(*articles: Article, topics: list[int] | None = None, ids: list[int] | None = None) -> TopicWords:
    found = np.array(topics or [0] * len(articles))
    return count_words(articles, found, ids=np.array(ids or [0]))


def as_dict(words: TopicWords, row: int = 0) -> dict[str, int]:
    counts = words.counts.toarray()[row].tolist()
    return {form: n for form, n in zip(words.forms, counts, strict=True) if n}


def test_words_are_letters_at_least_three_without_stop_words_and_contractions() -> None:
    words = counted(Article(title="Oil at $80", text="The oil isn't Iraq's, officials said; O’Brien’s crude."))

    assert as_dict(words) == {"oil": 1, "Iraq": 1, "officials": 1, "Brien": 1, "crude": 1}


def test_articles_count_for_their_topic_and_those_without_one_not_at_all() -> None:
    words = counted(
        Article(text="oil"), Article(text="goal oil"), Article(text="rain"), topics=[7, 3, NO_TOPIC], ids=[3, 7]
    )

    assert words.ids.tolist() == [3, 7]
    assert (as_dict(words, 0), as_dict(words, 1)) == ({"goal": 1, "oil": 1}, {"oil": 1})


def test_publishers_names_are_left_out_in_every_article_but_not_their_words() -> None:
    words = counted(
        Article(text="Hill aides voted. A hill in York.", source="The Hill"),
        Article(text="The New York Times reported what REUTERS saw in New York.", source="New York Times"),
        Article(text="Reuters' tanker", source="Reuters"),
    )

    assert as_dict(words) == {
        "New": 1,
        "York": 2,
        "aides": 1,
        "hill": 1,
        "reported": 1,
        "saw": 1,
        "tanker": 1,
        "voted": 1,
    }


def test_a_byline_is_left_out_of_the_authors_own_articles_alone() -> None:
    words = counted(
        Article(text="By Jane Hope and Bob Stone. Hope saw hope. Stone fell.", author="Jane Hope and Bob Stone"),
        Article(text="Jane Hope resigned."),
    )

    assert as_dict(words) == {"saw": 1, "hope": 1, "fell": 1, "Jane": 1, "Hope": 1, "resigned": 1}


@pytest.mark.parametrize("author", [" ", "Jane Hope, \u2028", "by"])
def test_a_byline_with_nothing_where_a_name_should_be_is_read(author: str) -> None:
    assert as_dict(counted(Article(text="Hill voted.", author=author))) == {"Hill": 1, "voted": 1}


def test_words_of_articles_without_a_topic_have_no_column() -> None:
    words = counted(Article(text="oil"), Article(text="rain", source="AFP"), topics=[0, NO_TOPIC])

    assert (words.forms, words.publishers) == (("oil",), ("AFP",))


def test_topics_and_articles_that_are_not_equally_many_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        counted(Article(text="oil"), Article(text="rain"), topics=[0])


def test_counting_many_articles_of_many_topics_takes_little_memory() -> None:
    n, t = 20_000, 300
    articles = [Article(text="oil")] * n
    topics, ids = np.arange(n) % t, np.arange(t)

    tracemalloc.start()
    words = count_words(articles, topics, ids=ids)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert words.counts.sum() == n
    # A dense mask of all articles by all topics would take 48 MB as int64 and 6 MB as bool.
    assert peak < 6_000_000


def test_articles_without_words_give_no_columns() -> None:
    words = counted(Article(text="It is 5 to 12."))

    assert words.counts.shape == (1, 0)
    assert words.spellings() == {}


def test_an_article_counts_once_for_a_word_with_the_spelling_it_has_most() -> None:
    words = counted(Article(text="Oil oil oil OPEC OPEC opec Rain rain"), Article(text="oil"))

    assert as_dict(words) == {"OPEC": 1, "oil": 2, "rain": 1}


def test_spellings_are_the_commonest_and_lower_case_adds_them_up() -> None:
    words = counted(*(Article(text=text) for text in ["OPEC", "OPEC", "opec", "Oil", "oil", "oil", "Rain", "rain"]))

    assert words.spellings() == {"opec": "OPEC", "oil": "oil", "rain": "rain"}
    vocabulary, counts = words.lower_case()
    assert vocabulary == ("oil", "opec", "rain")
    assert counts.toarray().tolist() == [[3, 3, 2]]


def test_counts_of_two_sets_of_articles_are_those_of_both_at_once() -> None:
    articles = [
        Article(text="oil oil tanker", source="Reuters"),
        Article(text="goal"),
        Article(text="oil Goal", source="AFP"),
    ]
    topics = np.array([3, 5, 9])
    first = count_words(articles[:2], topics[:2], ids=np.array([3, 5]))
    second = count_words(articles[2:], topics[2:], ids=np.array([3, 9]))

    both = first.plus(second)

    whole = count_words(articles, topics, ids=np.array([3, 5, 9]))
    assert (both.ids.tolist(), both.forms, both.publishers) == ([3, 5, 9], whole.forms, whole.publishers)
    assert both.counts.toarray().tolist() == whole.counts.toarray().tolist()


def test_rows_follow_a_model_with_merged_and_with_new_topics() -> None:
    words = counted(
        Article(text="oil"), Article(text="oil crude"), Article(text="goal"), topics=[1, 2, 4], ids=[1, 2, 4]
    )
    topics = (Topic(4, "", (), 1), Topic(5, "", (), 2, merged_from=(1, 2)), Topic(6, "", (), 0))
    model = TopicModel(topics, np.zeros((3, 2), dtype=np.float32), np.zeros(3))

    followed = words.following(model)

    assert followed.ids.tolist() == [4, 5, 6]
    assert [as_dict(followed, row) for row in range(3)] == [{"goal": 1}, {"oil": 2, "crude": 1}, {}]
    with pytest.raises(DataError, match="There is no topic 9"):
        counted(Article(text="oil"), topics=[9], ids=[9]).following(model)


def test_processes_count_what_one_does(monkeypatch: pytest.MonkeyPatch, plenty_of_memory: None) -> None:
    monkeypatch.setattr("newsclf.parallel._FEW", 0)
    articles = [
        Article(
            text=f"Wheat prices rose {'sharply ' * (i % 3)}in Kansas, Reuters said.",
            author="Ann Wheat",
            source="Reuters",
        )
        for i in range(1_200)
    ]
    topics, ids = np.arange(1_200) % 2, np.array([0, 1])

    one, two = (count_words(articles, topics, ids=ids, jobs=jobs) for jobs in (1, 2))

    assert one.forms == two.forms == ("Kansas", "prices", "rose", "sharply")
    np.testing.assert_array_equal(one.counts.toarray(), two.counts.toarray())
