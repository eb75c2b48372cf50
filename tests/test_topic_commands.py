from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import HashedWordEncoder
from topic_models import GAS, GOAL, OIL, STORMS, TEXTS, with_topics

from newsclf import Article, ConfigError, DataError, NewsClassifier
from newsclf.bundle import read_bundle
from newsclf.topic_commands import add, embedded, merge
from newsclf.topics import NO_TOPIC


@pytest.fixture
def grouped(model: NewsClassifier) -> NewsClassifier:
    return with_topics(model)


def storms(n: int, *, first: int = 0) -> list[Article]:
    return [Article(text=text) for text in STORMS[first : first + n]]


def test_merged_topics_are_named_from_the_words_of_both(grouped: NewsClassifier) -> None:
    merged = merge(grouped, [[GAS, OIL]])

    (whole,) = merged.new_topics
    assert (whole.id, whole.size, whole.merged_from) == (8, 20, (OIL, GAS))
    assert set(whole.keywords) == {"oil", "tankers", "left", "port", "gas", "pipelines", "reached", "coast"}
    state = merged.model.bundle.topics
    assert state.words.ids.tolist() == state.model.ids.tolist() == [GOAL, 8]
    assert state.words.counts.sum(axis=1).tolist() == [40, 80]


def test_what_was_done_stands_in_manifest_and_card_and_the_old_model_stays(grouped: NewsClassifier) -> None:
    merged = merge(grouped, [[GAS, OIL]]).model
    changed = merge(merged, [[GOAL, 8]]).model

    first, second = changed.bundle.manifest["topic_changes"]
    assert {key: first[key] for key in ("did", "groups", "new_ids")} == {
        "did": "merge",
        "groups": [[OIL, GAS]],
        "new_ids": [8],
    }
    assert second["new_ids"] == [9]
    day = first["when"][:10]
    assert f"its topics were changed since: merge ({day}), merge ({second['when'][:10]})." in changed.bundle.card
    assert "topic_changes" not in grouped.bundle.manifest
    assert "changed since" not in grouped.bundle.card
    assert grouped.bundle.topics.model.ids.tolist() == [OIL, GOAL, GAS]


def test_articles_join_wait_and_settle(grouped: NewsClassifier, tmp_path: Path) -> None:
    first = add(grouped, [Article(text=TEXTS[OIL]), *storms(2)], min_size=4, cache_dir=tmp_path)

    assert (first.joined, first.founded, first.wait, first.new_topics) == (1, 0, 2, ())
    assert first.update.article_topics.tolist() == [OIL, NO_TOPIC, NO_TOPIC]
    assert first.model.bundle.topics.model.topic(OIL).size == 11

    second = add(first.model, storms(3, first=2), min_size=4, cache_dir=tmp_path)

    assert (second.joined, second.founded, second.wait) == (0, 3, 0)
    assert second.update.settled == {0: 8, 1: 8}
    assert [(topic.id, topic.size) for topic in second.new_topics] == [(8, 5)]
    assert {"storm", "floods"} < set(second.new_topics[0].keywords)
    changes = second.model.bundle.manifest["topic_changes"]
    assert [(c["did"], c["articles"], c["settled"], c["new_ids"]) for c in changes] == [
        ("add", 3, 0, []),
        ("add", 3, 2, [8]),
    ]


def test_a_model_that_was_saved_between_two_additions_ends_as_one_that_was_not(
    grouped: NewsClassifier, tmp_path: Path
) -> None:
    first = add(grouped, storms(2), min_size=4, cache_dir=tmp_path / "cache").model
    first.save(tmp_path / "model")
    again = NewsClassifier(first.encoder, read_bundle(tmp_path / "model"))

    straight, saved = (
        add(m, storms(4, first=2), min_size=4, cache_dir=tmp_path / "cache").model for m in (first, again)
    )

    a, b = straight.bundle.topics, saved.bundle.topics
    assert a.model.topics == b.model.topics
    assert (a.model.centroids == b.model.centroids).all()
    assert (a.words.forms, a.words.counts.toarray().tolist()) == (b.words.forms, b.words.counts.toarray().tolist())
    assert a.waiting.articles == b.waiting.articles
    assert straight.predict(TEXTS[OIL]) == saved.predict(TEXTS[OIL])


def test_articles_are_cleaned_resolved_and_embedded_once(grouped: NewsClassifier, tmp_path: Path) -> None:
    encoder = HashedWordEncoder()
    model = replace(grouped, encoder=encoder)
    page = Article(text=f"Theme: Oil\n\n{TEXTS[OIL]}", labels={"theme": ("terrorism",)})

    found = embedded(model, [page], cache_dir=tmp_path)
    again = embedded(model, [page], cache_dir=tmp_path)

    assert found.articles == again.articles == (Article(text=TEXTS[OIL], labels={"theme": ("Terrorism",)}),)
    assert encoder.encoded == [TEXTS[OIL]]
    np.testing.assert_array_equal(found.vectors, again.vectors)


@pytest.mark.parametrize(
    ("configured", "smallest", "needed"),
    [
        pytest.param(3, 10, 3, id="as trained"),
        pytest.param(None, 10, 10, id="as the smallest topic"),
        pytest.param(None, 2, 5, id="five at least"),
    ],
)
def test_a_new_topic_needs_as_many_articles_as_training_asked_for_or_the_smallest_topic_has(
    configured: int | None, smallest: int, needed: int, grouped: NewsClassifier, tmp_path: Path
) -> None:
    bundle = grouped.bundle
    topics = (replace(bundle.topics.model.topics[0], size=smallest), *bundle.topics.model.topics[1:])
    manifest = {**bundle.manifest, "config": {**bundle.manifest["config"], "topic_min_size": configured}}
    state = replace(bundle.topics, model=replace(bundle.topics.model, topics=topics))
    model = replace(grouped, bundle=replace(bundle, topics=state, manifest=manifest))

    def made(n: int) -> int:
        return len(add(model, storms(n), cache_dir=tmp_path).new_topics)

    assert (made(needed - 1), made(needed)) == (0, 1)


def test_blank_articles_and_models_without_topics_are_refused(
    model: NewsClassifier, grouped: NewsClassifier, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="Text 1 is blank"):
        add(grouped, [Article(text="oil"), Article(text=" ")], cache_dir=tmp_path)
    with pytest.raises(ConfigError, match="no topic to say how alike"):
        add(model, storms(3), cache_dir=tmp_path)
