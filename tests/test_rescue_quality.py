import numpy as np
import pytest

from newsclf import DataError
from newsclf.rescue_quality import Fit, rescue_quality

# Three members of topic 4, two of topic 9, and two articles left out; the first of them is rescued into topic 4.
VECTORS = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0.8, 0.6], [0.6, 0.8]], dtype=np.float32)
ORIGINAL = np.array([4, 4, 4, 9, 9, -1, -1])
FINAL = np.array([4, 4, 4, 9, 9, 4, -1])
LABELS = ["a", "a", "b", "c", "c", "a", "b"]


def test_rescued_articles_stand_beside_the_members_of_their_topic() -> None:
    found = rescue_quality(VECTORS, ORIGINAL, FINAL)

    assert (found.members.similarity, found.members.margin, found.members.articles) == (1, 1, 5)
    assert (found.rescued.similarity, found.rescued.margin) == pytest.approx((0.8, 0.2))
    assert (found.rescued.articles, found.rescued_share) == (1, 0.5)
    assert found.rescued.label_agreement is None


def test_label_agreement_is_the_chance_that_another_original_member_has_the_label() -> None:
    found = rescue_quality(VECTORS, ORIGINAL, FINAL, labels=LABELS)

    # Of the two others, each a finds one a and b none; each c finds the other. The rescued a finds two of three.
    assert found.members.label_agreement == pytest.approx((1 / 2 + 1 / 2 + 0 + 1 + 1) / 5)
    assert found.rescued.label_agreement == pytest.approx(2 / 3)


def test_articles_without_a_label_have_no_part_in_label_agreement() -> None:
    found = rescue_quality(VECTORS, ORIGINAL, FINAL, labels=[None, "a", "b", "c", None, "a", None])

    # The one c has no other with a label to be compared with.
    assert found.members.label_agreement == 0
    assert found.rescued.label_agreement == pytest.approx(1 / 2)


def test_a_rescue_into_the_wrong_topic_has_a_negative_margin() -> None:
    found = rescue_quality(VECTORS, ORIGINAL, np.array([4, 4, 4, 9, 9, 9, -1]), labels=LABELS)

    assert found.rescued.margin == pytest.approx(-0.2)
    assert found.rescued.label_agreement == 0


def test_where_nothing_was_left_out_nothing_is_judged() -> None:
    found = rescue_quality(VECTORS[:3], ORIGINAL[:3], ORIGINAL[:3])

    assert found.rescued == Fit(None, None, None, 0)
    assert found.rescued_share is None
    assert found.members.margin is None  # one topic


def test_without_topics_nothing_is_rescued() -> None:
    none = np.full(7, -1)

    found = rescue_quality(VECTORS, none, none, labels=LABELS)

    assert (found.members.articles, found.rescued.articles, found.rescued_share) == (0, 0, 0)


def test_a_rescue_needs_original_members_and_one_value_an_article() -> None:
    with pytest.raises(DataError, match=r"rescued into topics \[5\], which have no original member"):
        rescue_quality(VECTORS, ORIGINAL, np.array([4, 4, 4, 9, 9, 5, -1]))
    with pytest.raises(DataError, match="Found 7 vectors, 7 original and 6 final ids and no labels"):
        rescue_quality(VECTORS, ORIGINAL, FINAL[:6])
