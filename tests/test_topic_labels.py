import numpy as np

from newsclf import Article
from newsclf.topic_labels import count_labels, match_dossiers
from newsclf.topics import NO_TOPIC

IDS = np.array([4, 9])


def article(*, themes: list[str] | None = None, dossiers: list[str] | None = None) -> Article:
    given = {"theme": themes, "dossier": dossiers}
    return Article(title="x", labels={facet: tuple(names) for facet, names in given.items() if names is not None})


THEMED = [
    article(themes=["Oil", "War"]),
    article(themes=["Oil"]),
    article(themes=[]),
    article(),
    article(),
    article(themes=["Sport"]),
]
TOPICS = np.array([4, 4, 4, 4, 9, NO_TOPIC])


def test_shares_are_of_the_articles_that_were_labelled() -> None:
    found = count_labels(THEMED, TOPICS, ids=IDS, facet="theme")

    # Of topic 4, three of four articles were labelled, one of them with nothing; of topic 9 none. Sport is of no topic.
    assert found.labels == ("Oil", "War")
    assert found.counts.tolist() == [[2, 1], [0, 0]]
    assert found.labelled.tolist() == [3, 0]
    assert found.unlabelled.tolist() == [1, 1]
    np.testing.assert_allclose(found.shares, [[2 / 3, 1 / 3], [np.nan, np.nan]])


def test_an_empty_list_can_mean_that_nobody_looked() -> None:
    found = count_labels(THEMED, TOPICS, ids=IDS, facet="theme", empty_labels="unlabelled")

    assert found.labelled.tolist() == [2, 0]
    assert found.shares[0].tolist() == [1, 0.5]


def test_a_topics_dossier_is_the_one_with_the_best_f1() -> None:
    articles = [
        *[article(dossiers=["Iraq"])] * 3,
        article(dossiers=["Iraq", "Wars"]),
        *[article(dossiers=["Wars"])] * 5,
        article(dossiers=[]),
        article(),
    ]
    topics = np.array([4, 4, 4, 4, 9, 9, 9, 9, NO_TOPIC, 4, 4])

    iraq, wars = match_dossiers(articles, topics, ids=IDS)

    # Topic 4 has five articles labelled with reports, four of them Iraq, which has four in all.
    assert (iraq.topic, iraq.dossier, iraq.shared, iraq.in_topic, iraq.in_dossier) == (4, "Iraq", 4, 5, 4)
    assert (iraq.precision, iraq.recall, iraq.f1) == (4 / 5, 1, 8 / 9)
    # Wars has six: four in topic 9, one in topic 4, one in none.
    assert (wars.topic, wars.dossier, wars.precision, wars.recall, wars.f1) == (9, "Wars", 1, 4 / 6, 8 / 10)


def test_of_equal_dossiers_the_first_in_the_alphabet_is_taken_and_a_topic_without_one_is_left_out() -> None:
    (match,) = match_dossiers([article(dossiers=["B", "A"]), article()], np.array([9, 4]), ids=IDS)

    assert (match.topic, match.dossier) == (9, "A")


def test_without_dossiers_nothing_matches() -> None:
    assert match_dossiers(THEMED, TOPICS, ids=IDS) == ()
