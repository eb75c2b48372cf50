from math import log

import numpy as np
import pytest

from newsclf import DataError
from newsclf.topic_measures import (
    assignment_agreement,
    label_agreement,
    pairwise_ari,
    share_without_topic,
    stability,
    topic_diversity,
)

KEYWORDS = [["oil", "price", "opec"], ["oil", "gas", "rig"]]
# Of the 6 pairs of 4 articles, 2 are together in the first run, 1 in the second, 1 in both: chance would be 2 x 1/6,
# the most (2 + 1)/2, and the index (1 - 1/3) / (3/2 - 1/3).
TWO_PAIRS, ONE_PAIR = np.array([0, 0, 1, 1]), np.array([7, 7, -1, -1])
FOUR_SEVENTHS = 4 / 7


def test_diversity_is_the_share_of_distinct_words_among_the_first_of_each_topic() -> None:
    assert topic_diversity(KEYWORDS) == 5 / 6
    assert topic_diversity(KEYWORDS, top=1) == 1 / 2
    assert topic_diversity([["oil"], ["oil", "gas"]]) == 2 / 3
    assert topic_diversity([]) is None
    assert topic_diversity([[]]) is None


def test_the_share_without_a_topic_counts_what_stands_for_none() -> None:
    assert share_without_topic(np.array([0, -1, 3, -1])) == 0.5


def test_two_assignments_agree_on_an_article_where_both_give_the_same_topic_or_none() -> None:
    assert assignment_agreement(np.array([0, 1, -1, -1]), np.array([0, 2, -1, 1])) == 0.5


def test_an_article_without_a_topic_is_a_cluster_of_its_own() -> None:
    np.testing.assert_allclose(pairwise_ari([TWO_PAIRS, ONE_PAIR]), [[1, FOUR_SEVENTHS], [FOUR_SEVENTHS, 1]])


def test_what_an_id_means_may_differ_from_run_to_run() -> None:
    assert pairwise_ari([TWO_PAIRS, 9 - TWO_PAIRS])[0, 1] == 1


def test_stability_is_the_mean_over_pairs_of_runs_also_over_articles_with_a_topic_in_both() -> None:
    found = stability([TWO_PAIRS, TWO_PAIRS, ONE_PAIR])

    assert found.ari == pytest.approx((1 + 2 * FOUR_SEVENTHS) / 3)
    assert found.lowest_ari == pytest.approx(FOUR_SEVENTHS)
    assert found.ari_with_topic == 1
    assert found.with_topic == pytest.approx((1 + 0.5 + 0.5) / 3)


def test_stability_takes_hundreds_of_articles_without_a_topic() -> None:
    none = np.full(300, -1)

    found = stability([none, none])

    assert (found.ari, found.ari_with_topic, found.with_topic) == (1, None, 0)


def test_topics_that_are_the_labels_agree_fully() -> None:
    found = label_agreement(np.array([3, 3, 1, 1]), ["a", "a", "b", "b"])

    assert (found.nmi, found.ami, found.articles) == (pytest.approx(1), pytest.approx(1), 4)


def test_label_agreement_is_mutual_information_over_the_mean_entropy() -> None:
    found = label_agreement(np.array([0, 0, 1, 1]), ["a", "a", "a", "b"])

    information = log(4 / 3) / 2 + log(2 / 3) / 4 + log(2) / 4
    entropies = log(2), -3 / 4 * log(3 / 4) - log(1 / 4) / 4
    assert found.nmi == pytest.approx(information / (sum(entropies) / 2))
    # Wherever the one b falls, it shares its topic with one a: all is chance.
    assert found.ami == pytest.approx(0, abs=1e-12)


def test_articles_without_a_topic_are_one_cluster_against_labels_and_those_without_a_label_have_no_part() -> None:
    found = label_agreement(np.array([0, 0, -1, -1, 5]), ["a", "a", "b", "b", None])

    assert (found.nmi, found.articles) == (pytest.approx(1), 4)
    mixed = label_agreement(np.array([0, 0, 1, 1, -1, -1]), ["a", "a", "b", "b", "a", "b"])
    assert mixed.nmi < 0.9
    assert (mixed.nmi_with_topic, mixed.ami_with_topic) == (pytest.approx(1), pytest.approx(1))


def test_without_any_topic_there_is_nothing_to_compare_with_labels() -> None:
    found = label_agreement(np.array([-1, -1]), ["a", "b"])

    assert (found.nmi, found.nmi_with_topic, found.ami_with_topic) == (0, None, None)


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(DataError, match=r"Found assignments of \[1, 2\] articles"):
        assignment_agreement(np.array([0]), np.array([0, 1]))
    with pytest.raises(DataError, match="Found no article"):
        share_without_topic(np.array([], dtype=int))
    with pytest.raises(DataError, match="Found 1 runs; stability compares at least two"):
        stability([TWO_PAIRS])
    with pytest.raises(DataError, match="Found 4 topic ids and 1 labels"):
        label_agreement(TWO_PAIRS, ["a"])
    with pytest.raises(DataError, match="No article is labelled"):
        label_agreement(TWO_PAIRS, [None] * 4)
