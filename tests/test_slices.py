from collections.abc import Sequence

import numpy as np
import pytest

from newsclf import Article
from newsclf.metrics import Decisions
from newsclf.slices import Slice, slice_figures


def decisions(targets: Sequence[Sequence[int]], predicted: Sequence[Sequence[int]]) -> Decisions:
    n = len(targets)
    return Decisions(np.array(targets, dtype=bool), np.array(predicted, dtype=bool), np.zeros(n, dtype=int))


def test_lengths_are_counted_in_words_of_the_text() -> None:
    lengths = {
        "title only": 0,
        "under 100 words": 99,
        "100 to 299 words": 100,
        "300 to 799 words": 300,
        "800 words or more": 800,
    }
    articles = [Article(title="Vote", text="word " * n) for n in lengths.values() for _ in range(20)]
    ones = [[1]] * len(articles)

    found = slice_figures(articles, decisions(ones, ones), None)

    assert {part.name for part in found.shown} == set(lengths)
    assert all((part.by, part.articles, part.micro_f1) == ("length", 20, 1.0) for part in found.shown)
    assert found.too_small == 0


def test_years_and_sources_are_measured_on_their_own_articles() -> None:
    early = [Article(title="a", date="2014-05-06", source="Wire")] * 20
    late = [Article(title="a", date="2015-01-01")] * 30
    # 2014: every label missed. 2015: every label found.
    found = slice_figures([*early, *late], decisions([[1, 0]] * 50, [[0, 0]] * 20 + [[1, 0]] * 30), None)

    assert [part for part in found.shown if part.by != "length"] == [
        Slice("year", "2014", 20, 2, 0.0, 0.0),
        Slice("year", "2015", 30, 2, 1.0, 1.0),
        Slice("source", "Wire", 20, 2, 0.0, 0.0),
    ]


def test_slices_with_fewer_than_twenty_articles_are_only_counted() -> None:
    articles = [Article(title="a", date="2014")] * 20 + [Article(title="a", date="2015")] * 19
    ones = [[1]] * 39

    found = slice_figures(articles, decisions(ones, ones), None)

    assert [(part.by, part.name) for part in found.shown] == [("length", "title only"), ("year", "2014")]
    assert found.too_small == 1


def test_labels_are_sliced_by_their_training_articles() -> None:
    articles = [Article(text="word")] * 40
    # Labels with 9, 10, 49 and 500 training articles; the first is never found, the others always are.
    targets = [[1, 0, 0, 1]] * 20 + [[0, 1, 1, 1]] * 20
    predicted = [[0, 0, 0, 1]] * 20 + [[0, 1, 1, 1]] * 20

    found = slice_figures(articles, decisions(targets, predicted), [9, 10, 49, 500])

    by_support = {part.name: part for part in found.shown if part.by == "training articles"}
    assert by_support == {
        "under 10 articles": Slice("training articles", "under 10 articles", 20, 1, 0.0, 0.0),
        "10 to 49 articles": Slice("training articles", "10 to 49 articles", 20, 2, 1.0, 1.0),
        "500 articles or more": Slice("training articles", "500 articles or more", 40, 1, 1.0, 1.0),
    }


def test_labels_the_model_does_not_have_count_as_missed_in_a_slice_of_articles() -> None:
    ones = np.ones((20, 1), dtype=bool)
    found = slice_figures([Article(text="word")] * 20, Decisions(ones, ones, np.array([2] * 10 + [0] * 10)), [600])

    length, labels = found.shown
    assert length.micro_f1 == pytest.approx(2 * 20 / (20 + 20 + 20))
    assert labels.micro_f1 == 1
