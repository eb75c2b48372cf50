"""Few articles, the same ones, or ones of a word: no topics and the reason, and a model that labels all the same."""

from pathlib import Path

import pytest
from support import HashedWordEncoder

from newsclf import Article, DataError, NewsClassifier, TrainConfig, train
from newsclf.bundle import read_bundle

OIL, FLOOD = "Oil & Energy", "Disasters & Accidents"


def article(text: str, theme: str, *, split: str | None = None) -> Article:
    return Article(text=text, labels={"theme": (theme,)}, split=split)


FIVE = [
    article("Oil prices rose in the gulf today", OIL),
    article("Oil exporters met about output", OIL),
    article("A flood hit the coast", FLOOD),
    article("Floods and storms hit the town", FLOOD),
    article("Oil tankers wait at the port", OIL),
]
REPEATED = [article(FIVE[0].text, OIL, split="train" if i < 40 else "test") for i in range(60)]
SHORT = [article("oil" if i % 2 else "wet", OIL if i % 2 else FLOOD) for i in range(60)]


@pytest.mark.parametrize(
    ("articles", "options"),
    [
        pytest.param(FIVE, {"min_label_count": 1}, id="five articles"),
        pytest.param(REPEATED, {"near_copies": "keep"}, id="one article sixty times"),
        pytest.param(SHORT, {}, id="two words thirty times each"),
    ],
)
def test_a_model_without_topics_says_why_and_labels_all_the_same(
    articles: list[Article], options: dict[str, object], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = HashedWordEncoder()
    model = train(articles, TrainConfig(cache_dir=tmp_path / "cache", **options), encoder=encoder)  # type: ignore[arg-type]
    model.save(tmp_path / "model")
    prediction = model.predict("Oil prices rose in the gulf today")

    assert "articles are too few, or too much the same, to cluster" in caplog.text
    assert model.metrics["topics"]["route"] == "no topics: too few articles that differ"
    assert prediction.topic is None
    assert prediction.labels_by_facet["theme"]
    assert "0 topics (no topics: too few articles that differ)." in model.bundle.card
    loaded = NewsClassifier(encoder, read_bundle(tmp_path / "model"))
    assert loaded.predict("Oil prices rose in the gulf today") == prediction


@pytest.mark.parametrize(
    ("articles", "said"),
    [
        pytest.param(FIVE, "every label has fewer than 5 training articles: .* lower --min-label-count", id="five"),
        pytest.param([FIVE[0]] * 60, "all near-copies of each other; there is nothing to measure on", id="repeated"),
        pytest.param([article(" ", OIL)] * 30, "has neither title nor text; leave it out", id="empty"),
    ],
)
def test_what_cannot_be_learned_from_is_an_error_in_words(articles: list[Article], said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=said):
        train(articles, TrainConfig(cache_dir=tmp_path), encoder=HashedWordEncoder())
