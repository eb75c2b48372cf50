from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import HashedWordEncoder

from newsclf import Article, DataError, LabelLeakError, NewsClassifier, TrainConfig, evaluate, train
from newsclf.arrays import BoolArray


def config(folder: Path, **options: object) -> TrainConfig:
    return TrainConfig(topics=False, cache_dir=folder, **options)  # type: ignore[arg-type]


def test_two_trainings_with_one_seed_give_the_same_figures_and_weights(
    corpus: Sequence[Article], tmp_path: Path
) -> None:
    first, second = (
        train(corpus, config(tmp_path / name, seed=5), encoder=HashedWordEncoder()) for name in ("one", "two")
    )

    assert first.metrics == second.metrics
    assert (first.bundle.heads["theme"].weights == second.bundle.heads["theme"].weights).all()


def test_the_number_of_processes_changes_nothing(
    corpus: Sequence[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plenty_of_memory: None
) -> None:
    # So that few articles are shared out too.
    for limit in ("parallel._FEW", "cuts._FEW", "head_fitting._SMALL_WORK", "baselines._SMALL_WORK"):
        monkeypatch.setattr(f"newsclf.{limit}", 0)

    one, two = (train(corpus, config(tmp_path, jobs=jobs), encoder=HashedWordEncoder()) for jobs in (1, 2))

    assert one.metrics == two.metrics
    for facet, head in one.bundle.heads.items():
        other = two.bundle.heads[facet]
        for name in ("weights", "intercepts", "slopes", "offsets", "cuts", "doubt_limit"):
            np.testing.assert_array_equal(getattr(head, name), getattr(other, name), err_msg=f"{facet} {name}")
        np.testing.assert_array_equal(head.parts.words_means, other.parts.words_means)
        np.testing.assert_array_equal(head.parts.vector_means, other.parts.vector_means)


@pytest.mark.slow
def test_the_whole_recipe_with_topics_is_the_same_on_every_run(
    corpus: Sequence[Article], real_model: NewsClassifier, tmp_path: Path
) -> None:
    again = train(corpus, TrainConfig(cache_dir=tmp_path, topic_min_size=5))

    assert again.metrics == real_model.metrics
    assert (again.bundle.topics.model.centroids == real_model.bundle.topics.model.centroids).all()
    assert again.bundle.topics.model.topics == real_model.bundle.topics.model.topics


def test_texts_that_are_not_read_to_their_end_are_counted_and_told(
    corpus: Sequence[Article], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class ShortSighted(HashedWordEncoder):
        def unread(self, texts: Sequence[str]) -> BoolArray:
            return np.arange(len(texts)) < 7

    model = train(corpus[:200], config(tmp_path, max_windows=1), encoder=ShortSighted())

    counts = model.metrics["articles"]
    assert counts["truncated"] == 7
    used = counts["train"] + counts["test"]
    assert f"7 of {used} articles are longer than what the encoder reads of them" in caplog.text
    assert f"the first windows alone, 1 at most: 7 of these {used} articles are." in model.bundle.card
    evaluate(model, corpus[:20])
    assert "7 of 20 articles are longer than what the encoder reads of them" in caplog.text
    assert str(model.predict(corpus[0])).endswith("; read in part")
    assert "1 of 1 texts are longer than what the encoder reads of them" in caplog.text


def test_after_adding_articles_only_these_are_embedded(corpus: Sequence[Article], tmp_path: Path) -> None:
    train(corpus[:200], config(tmp_path), encoder=HashedWordEncoder())

    model = train(corpus[:230], config(tmp_path), encoder=HashedWordEncoder())

    assert model.bundle.manifest["embedded"] == 30


def test_the_encoder_never_sees_a_header_line(corpus: Sequence[Article], tmp_path: Path) -> None:
    encoder = HashedWordEncoder()
    headed = [
        replace(
            article, text=f"Region: {'; '.join(article.regions)}\nTheme: {'; '.join(article.themes)}\n{article.text}"
        )
        for article in corpus
    ]

    with_header = train(headed, config(tmp_path / "a"), encoder=encoder)

    assert not [text for text in encoder.encoded if "Theme:" in text or "Region:" in text]
    plain = train(corpus, config(tmp_path / "b"), encoder=HashedWordEncoder())
    assert with_header.metrics == plain.metrics


def test_training_stops_where_a_label_can_still_be_read_off(corpus: Sequence[Article], tmp_path: Path) -> None:
    joined = [replace(a, text=f"{a.text} By Staff Theme: {a.themes[0]} Region: World.") for a in corpus]

    with pytest.raises(LabelLeakError, match="still show their own labels in a header"):
        train(joined, config(tmp_path), encoder=HashedWordEncoder())


def test_a_facet_without_labels_is_left_out_with_the_reason(model: NewsClassifier) -> None:
    assert model.metrics["facets_without_head"] == {
        "dossier": "no training article has a label in the column 'dossiers'"
    }


def test_a_facet_that_was_asked_for_and_has_no_labels_is_an_error(corpus: Sequence[Article], tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No head can be fitted for dossier: no training article has a label"):
        train(corpus, config(tmp_path, facets=("dossier",)), encoder=HashedWordEncoder())


def test_a_facet_without_articles_to_measure_on_is_left_out_with_the_reason(
    corpus: Sequence[Article], tmp_path: Path
) -> None:
    sides = [replace(a, split="test" if i % 4 == 0 else "train") for i, a in enumerate(corpus)]
    seen = [replace(a, labels={**a.labels, "dossier": ("Gulf",)}) if a.split == "train" else a for a in sides]
    reason = "no article on the test side is labelled in it, so that nothing could be measured"

    model = train(seen, config(tmp_path), encoder=HashedWordEncoder())

    assert model.metrics["facets_without_head"] == {"dossier": reason}
    with pytest.raises(DataError, match=f"No head can be fitted for dossier: {reason}"):
        train(seen, config(tmp_path, facets=("dossier",)), encoder=HashedWordEncoder())


def test_labels_with_too_few_articles_get_no_head_and_are_counted(corpus: Sequence[Article], tmp_path: Path) -> None:
    rare = [replace(a, labels={"theme": (*a.themes, "Chess")}) if i < 3 else a for i, a in enumerate(corpus)]

    model = train(rare, config(tmp_path, facets=("theme",)), encoder=HashedWordEncoder())

    assert "Chess" not in model.facets["theme"]
    assert 1 <= model.metrics["facets"]["theme"]["too_few"]["Chess"] <= 3


def test_where_every_label_is_too_rare_the_error_names_them(corpus: Sequence[Article], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"every label has fewer than 9999 training articles: .* \(\d+\)"):
        train(corpus, config(tmp_path, min_label_count=9999), encoder=HashedWordEncoder())


@pytest.mark.parametrize("n", [0, 1, 4])
def test_too_few_articles_are_an_error_that_says_how_many_are_needed(
    n: int, corpus: Sequence[Article], tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=f"Found {n} articles; training needs at least 5"):
        train(corpus[:n], config(tmp_path), encoder=HashedWordEncoder())


def test_an_article_without_words_is_an_error_that_names_it(corpus: Sequence[Article], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Article 30 \('empty'\) has neither title nor text"):
        train([*corpus[:30], Article(id="empty")], config(tmp_path), encoder=HashedWordEncoder())


def test_an_empty_list_of_labels_counts_as_none_applies_unless_told_otherwise(
    corpus: Sequence[Article], tmp_path: Path
) -> None:
    asked = {"facets": ("region",)}
    as_none = train(corpus, config(tmp_path, **asked), encoder=HashedWordEncoder())
    as_unlabelled = train(corpus, config(tmp_path, **asked, empty_labels="unlabelled"), encoder=HashedWordEncoder())

    measured = [m.metrics["facets"]["region"]["test"]["articles"] for m in (as_none, as_unlabelled)]
    assert measured[0] == as_none.metrics["articles"]["test"]
    assert measured[1] < measured[0]


def test_labels_resolve_to_the_names_of_the_taxonomy_and_carry_its_ids(
    corpus: Sequence[Article], tmp_path: Path
) -> None:
    archive = {"Terrorism": "War on Terror", "Oil & Energy": "oil and energy"}
    renamed = [replace(a, labels={"theme": tuple(archive.get(t, t) for t in a.themes)}) for a in corpus]

    model = train(renamed, config(tmp_path / "a", facets=("theme",)), encoder=HashedWordEncoder())

    plain = train(corpus, config(tmp_path / "b", facets=("theme",)), encoder=HashedWordEncoder())
    assert model.metrics == plain.metrics
    assert dict(zip(model.facets["theme"], model.bundle.heads["theme"].ids, strict=True))["Sport"] == "theme:sport"


def test_labels_that_the_taxonomy_does_not_know_stay_and_are_counted(corpus: Sequence[Article], tmp_path: Path) -> None:
    marked = [replace(a, labels={"theme": (*a.themes, "Chess")}) if i % 3 else a for i, a in enumerate(corpus)]

    model = train(marked, config(tmp_path, facets=("theme",)), encoder=HashedWordEncoder())

    assert model.metrics["labels_not_in_taxonomy"] == {"theme": {"Chess": sum(i % 3 > 0 for i in range(len(corpus)))}}
    head = model.bundle.heads["theme"]
    assert head.ids[head.labels.index("Chess")] == ""


def test_without_a_taxonomy_labels_are_what_the_articles_say(corpus: Sequence[Article], tmp_path: Path) -> None:
    lower = [replace(a, labels={"region": tuple(r.lower() for r in a.regions)}) for a in corpus]

    model = train(lower, config(tmp_path, taxonomy=None), encoder=HashedWordEncoder())

    assert "middle east & north africa" in model.facets["region"]
    assert model.bundle.taxonomy is None


def test_a_region_is_known_by_a_city_that_training_never_showed(model: NewsClassifier) -> None:
    text = "UDON THANI - A market hall burned down on Tuesday, the fire brigade said."

    assert "udon" not in model.bundle.vocabulary.body.columns
    assert [region.label for region in model.predict(text).regions] == ["East & Southeast Asia"]
    assert [country.label for country in model.predict(text).countries] == ["Thailand"]


def test_a_label_on_every_article_is_always_predicted(corpus: Sequence[Article], tmp_path: Path) -> None:
    labelled = [replace(a, labels={"theme": ("News", *a.themes)}) for a in corpus]

    model = train(labelled, config(tmp_path, facets=("theme",)), encoder=HashedWordEncoder())

    assert "News" in model.predict("Anything at all.").labels


def test_title_only_articles_can_be_learned_from(corpus: Sequence[Article], tmp_path: Path) -> None:
    titles = [replace(article, text="") for article in corpus]

    model = train(titles, config(tmp_path), encoder=HashedWordEncoder())

    assert model.metrics["facets"]["region"]["test"]["micro_f1"] > 0


def test_the_heads_beat_both_baselines_on_the_built_in_corpus(model: NewsClassifier) -> None:
    for figures in model.metrics["facets"].values():
        assert figures["test"]["micro_f1"] > figures["tfidf_linear_svc"]["micro_f1"]
        assert figures["test"]["micro_f1"] > figures["majority"]["micro_f1"]


def test_evaluate_gives_the_figures_that_training_measured(corpus: Sequence[Article], tmp_path: Path) -> None:
    sides = [replace(a, split="test" if i % 4 == 0 else "train") for i, a in enumerate(corpus)]
    model = train(sides, config(tmp_path), encoder=HashedWordEncoder())

    found = evaluate(model, [a for a in sides if a.split == "test"])

    for facet in ("theme", "region"):
        measured = model.metrics["facets"][facet]
        figures = found.to_dict()["facets"][facet]
        assert figures.pop("by_label") == measured["labels"]
        assert figures == measured["test"]
        assert measured["test"]["intervals"].keys() == {"micro_f1", "macro_f1"}
    assert found.to_dict()["statuses"] == model.metrics["statuses"]


def test_evaluate_needs_labels_of_the_models_facets(model: NewsClassifier) -> None:
    with pytest.raises(DataError, match="None of the 1 articles has labels in theme, region"):
        evaluate(model, [Article(title="Unlabelled")])


def test_progress_names_every_stage_that_takes_long(corpus: Sequence[Article], tmp_path: Path) -> None:
    stages: list[str] = []

    train(corpus, config(tmp_path), encoder=HashedWordEncoder(), progress=lambda stage, *_: stages.append(stage))

    assert list(dict.fromkeys(stages)) == [
        "clean articles",
        "look for labels in texts",
        "find near-copies",
        "embed",
        "find places",
        "fit heads",
        "measure",
    ]
