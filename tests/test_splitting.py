import numpy as np
import pytest

from newsclf import Article, DataError, TrainConfig
from newsclf.config import SplitStrategy
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
        pytest.param(articles("", ""), TrainConfig(split="source"), "two sources; found none", id="no source"),
        pytest.param(
            [Article(title="a", source="Wire"), Article(title="b")],
            TrainConfig(split="source"),
            "two sources; found 'Wire'",
            id="one source",
        ),
    ],
)
def test_a_split_that_cannot_be_made_says_why(given: list[Article], config: TrainConfig, message: str) -> None:
    with pytest.raises(DataError, match=message):
        split_articles(given, np.arange(len(given)), config)


@pytest.mark.parametrize("strategy", ["random", "stratified"])
def test_articles_that_are_all_copies_cannot_be_split(strategy: SplitStrategy) -> None:
    with pytest.raises(DataError, match="near-copies of each other"):
        split_articles(articles(*[""] * 5), np.zeros(5, dtype=np.intp), TrainConfig(split=strategy))


def sourced(*sources: str) -> list[Article]:
    return [Article(title=str(i), source=source) for i, source in enumerate(sources)]


@pytest.mark.parametrize("seed", range(5))
def test_a_source_split_never_trains_on_a_source_of_the_test(seed: int) -> None:
    # Ten sources of 1 to 19 articles, 100 in all.
    given = sourced(*[f"paper {i}" for i in range(10) for _ in range(2 * i + 1)])

    split = split_articles(given, np.arange(100), TrainConfig(split="source", seed=seed))

    assert split.strategy == "source"
    assert not {given[i].source for i in split.train} & {given[i].source for i in split.test}
    # A source that is passed over would have missed by more than half of its at most 19 articles.
    assert 11 <= len(split.test) <= 29
    assert len(split.train) + len(split.test) == 100


def test_articles_without_a_source_are_left_out_and_near_copies_of_another_source_dropped() -> None:
    given = sourced("Wire", "Wire", "Wire", "Wire", "Daily", "")

    split = split_articles(given, np.array([0, 1, 2, 9, 9, 5]), TrainConfig(split="source"))

    assert (split.test.tolist(), split.left_out.tolist()) == ([4], [5])
    assert (split.train.tolist(), split.near_copies.tolist()) == ([0, 1, 2], [3])


def test_of_sources_that_are_all_too_large_the_smallest_is_tested_on() -> None:
    given = sourced(*["A"] * 5, *["B"] * 4, *["C"] * 6)

    split = split_articles(given, np.arange(15), TrainConfig(split="source", test_share=0.1))

    assert split.test.tolist() == [5, 6, 7, 8]


def test_one_seed_gives_one_source_split() -> None:
    given = sourced(*[f"paper {i}" for i in range(20)] * 3)
    drawn = [split_articles(given, np.arange(60), TrainConfig(split="source", seed=seed)).test for seed in (1, 1, 2)]

    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert drawn[0].tolist() != drawn[2].tolist()


def holders_of_labels(corpus: list[Article], facet: str) -> dict[str, set[int]]:
    holders: dict[str, set[int]] = {}
    for i, article in enumerate(corpus):
        for label in article.labels[facet]:
            holders.setdefault(label, set()).add(i)
    return holders


@pytest.mark.parametrize("seed", range(3))
def test_a_stratified_split_gives_every_label_of_every_facet_its_share(corpus: list[Article], seed: int) -> None:
    split = split_articles(corpus, np.arange(len(corpus)), TrainConfig(split="stratified", seed=seed))

    assert split.strategy == "stratified"
    assert abs(len(split.test) - 0.2 * len(corpus)) <= 5
    for facet in ("theme", "region"):
        for holders in holders_of_labels(corpus, facet).values():
            assert abs(len(holders & set(split.test.tolist())) - 0.2 * len(holders)) < 1.5


def test_a_stratified_split_never_parts_near_copies(corpus: list[Article]) -> None:
    groups = np.random.default_rng(0).integers(len(corpus) // 3, size=len(corpus))

    split = split_articles(corpus, groups, TrainConfig(split="stratified", seed=3))

    assert not set(groups[split.train]) & set(groups[split.test])
    for holders in holders_of_labels(corpus, "theme").values():
        assert abs(len(holders & set(split.test.tolist())) - 0.2 * len(holders)) < 2.5


def test_a_stratified_split_tests_on_one_article_of_five_and_none_of_two() -> None:
    # Of five articles with a label one is tested on; of two, none, for 0.4 is nearer to none than to one.
    names = [("A",)] * 5 + [("B",)] * 5 + [("C",)] * 2 + [()] * 3
    given = [Article(title=str(i), labels={"theme": labels}) for i, labels in enumerate(names)]

    split = split_articles(given, np.arange(15), TrainConfig(split="stratified"))

    tested = [names[i] for i in split.test]
    assert sorted(tested) == [(), ("A",), ("B",)]


def test_one_seed_gives_one_stratified_split(corpus: list[Article]) -> None:
    drawn = [
        split_articles(corpus, np.arange(len(corpus)), TrainConfig(split="stratified", seed=seed)).test
        for seed in (1, 1, 2)
    ]

    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert drawn[0].tolist() != drawn[2].tolist()


def test_a_stratified_split_of_articles_without_labels_has_the_share_of_the_articles() -> None:
    split = split_articles(articles(*[""] * 50), np.arange(50), TrainConfig(split="stratified"))

    assert len(split.test) == 10
