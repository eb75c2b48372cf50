import numpy as np
import pytest

from newsclf import Article, DataError, TrainConfig
from newsclf.splitting import split_articles


def articles(*splits: str, dates: tuple[str, ...] = ()) -> list[Article]:
    days = dates or ("",) * len(splits)
    return [
        Article(title=str(i), split=split, date=day) for i, (split, day) in enumerate(zip(splits, days, strict=True))
    ]


def test_a_given_split_is_honoured() -> None:
    split = split_articles(articles("train", "unused", "test", "train"), np.arange(4), TrainConfig())

    assert split.strategy == "given"
    assert (split.train.tolist(), split.test.tolist(), split.left_out.tolist()) == ([0, 3], [2], [1])


def test_training_articles_with_a_near_copy_in_the_test_are_dropped() -> None:
    split = split_articles(articles("train", "test", "train"), np.array([7, 7, 8]), TrainConfig())

    assert split.train.tolist() == [2]
    assert split.near_copies.tolist() == [0]


def test_near_copies_can_be_kept_for_a_fixed_protocol() -> None:
    config = TrainConfig(near_copies="keep")

    split = split_articles(articles("train", "test", "train"), np.array([7, 7, 8]), config)

    assert split.train.tolist() == [0, 2]
    assert split.near_copies.tolist() == [0]


def test_a_random_split_never_parts_near_copies() -> None:
    groups = np.repeat(np.arange(25), 4)

    split = split_articles(articles(*[""] * 100), groups, TrainConfig(seed=3))

    assert split.strategy == "random"
    assert not set(groups[split.train]) & set(groups[split.test])
    assert len(split.test) == 20


def test_one_seed_gives_one_split() -> None:
    drawn = [split_articles(articles(*[""] * 50), np.arange(50), TrainConfig(seed=seed)).test for seed in (1, 1, 2)]

    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert drawn[0].tolist() != drawn[2].tolist()


def test_a_date_split_tests_on_the_latest_and_never_parts_a_day() -> None:
    dates = ("2025-01-03", "2025-01-01", "2025-01-02", "2025-01-03", "")

    split = split_articles(articles(*[""] * 5, dates=dates), np.arange(5), TrainConfig(split="date", test_share=0.25))

    assert (split.train.tolist(), split.test.tolist(), split.left_out.tolist()) == ([1, 2], [0, 3], [4])


@pytest.mark.parametrize(
    ("given", "config", "message"),
    [
        pytest.param(articles("train", ""), TrainConfig(split="given"), "found '', 'train'", id="given without test"),
        pytest.param(articles("", ""), TrainConfig(split="date"), "none has one", id="date without dates"),
        pytest.param(
            articles("", "", dates=("2025-01-01",) * 2), TrainConfig(split="date"), "0 training", id="one day only"
        ),
    ],
)
def test_a_split_that_cannot_be_made_says_why(given: list[Article], config: TrainConfig, message: str) -> None:
    with pytest.raises(DataError, match=message):
        split_articles(given, np.arange(len(given)), config)


def test_articles_that_are_all_copies_cannot_be_split() -> None:
    with pytest.raises(DataError, match="near-copies of each other"):
        split_articles(articles(*[""] * 5), np.zeros(5, dtype=np.intp), TrainConfig())
