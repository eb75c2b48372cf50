import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from support import ROOT

import newsclf
from newsclf import Article, BundleError, DataError, NewsClassifier, load

BOMB = "A car bomb outside the provincial police headquarters killed nine people; no group claimed the attack."
VOTE = "The ruling party lost its majority in parliament after a close election, the commission said."
PAGE = f"""# Nine Killed in Bombing

By [A. Writer](https://example.org/a)

The Example, May 4, 2012

Region: [Oceania](https://example.org/r)
Theme: [Sport](https://example.org/t)
In-depth Report: [CRICKET](https://example.org/d)

{BOMB}

Please donate to The Example.
"""


def assert_equal_but_for_rounding(found: Sequence[newsclf.Prediction], expected: Sequence[newsclf.Prediction]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert one.labels == other.labels
        assert (one.topic and one.topic.id) == (other.topic and other.topic.id)
        assert one.status == other.status
        for facet, scored in one.labels_by_facet.items():
            others = [s.score for s in other.labels_by_facet[facet]]
            assert [s.score for s in scored] == pytest.approx(others, abs=1e-3)


def test_one_text_gives_one_prediction_and_a_list_gives_a_list(model: NewsClassifier) -> None:
    one = model.predict(BOMB)
    many = model.predict([VOTE, BOMB])

    assert isinstance(many, list)
    assert one.labels == many[1].labels
    assert len(many) == 2


def test_a_string_is_one_text_and_not_its_letters(model: NewsClassifier) -> None:
    assert isinstance(model.predict("x"), newsclf.Prediction)


def test_an_article_and_a_generator_are_taken_too(model: NewsClassifier) -> None:
    article = Article(title="Vote", text=VOTE)

    assert model.predict(article) == model.predict(text for text in [f"Vote\n\n{VOTE}"])[0]


def test_an_empty_list_gives_an_empty_list(model: NewsClassifier) -> None:
    assert model.predict([]) == []


def test_scores_are_probabilities_in_falling_order_at_or_above_their_cuts(
    model: NewsClassifier, corpus: Sequence[Article]
) -> None:
    for prediction in model.predict(corpus[:60]):
        for facet, scored in prediction.labels_by_facet.items():
            head = model.bundle.heads[facet]
            values = [s.score for s in scored]
            assert values == sorted(values, reverse=True)
            assert all(0 <= s.score <= 1 and s.score >= head.cuts[head.labels.index(s.label)] for s in scored)


def test_the_header_lines_of_a_page_have_no_say(model: NewsClassifier) -> None:
    without = PAGE.replace("[Oceania]", "[Canada]").replace("[Sport]", "[Health]").replace("[CRICKET]", "[HOCKEY]")
    bare = f"Nine Killed in Bombing\n\n{BOMB}"

    assert model.predict(PAGE) == model.predict(without) == model.predict(bare)


def test_an_article_given_with_header_lines_is_cleaned_as_well(model: NewsClassifier) -> None:
    headed = Article(title="Vote", text=f"Theme: Sport\nRegion: Oceania\n\n{VOTE}")

    assert model.predict(headed) == model.predict(Article(title="Vote", text=VOTE))


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "Theme: Sport\nRegion: Oceania"], ids=repr)
def test_a_text_with_nothing_to_label_is_an_error(text: str, model: NewsClassifier) -> None:
    with pytest.raises(DataError, match="Text 1 is blank"):
        model.predict([BOMB, text])


@pytest.mark.parametrize("wrong", [None, 3, b"bytes", {"text": BOMB}], ids=["None", "int", "bytes", "dict"])
def test_what_is_no_text_is_named(wrong: object, model: NewsClassifier) -> None:
    with pytest.raises(DataError, match=f"texts is {type(wrong).__name__}"):
        model.predict(wrong)  # type: ignore[call-overload]


def test_what_is_no_text_inside_a_list_is_named_with_its_place(model: NewsClassifier) -> None:
    with pytest.raises(DataError, match="Text 2 is int"):
        model.predict([BOMB, VOTE, 3])  # type: ignore[list-item]


def test_a_batch_gives_each_text_what_it_gets_alone(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    together = model.predict(corpus[:80])

    assert_equal_but_for_rounding([model.predict(article) for article in corpus[:80]], together)
    assert_equal_but_for_rounding(model.predict(corpus[:80][::-1])[::-1], together)


@pytest.mark.slow
def test_a_batch_gives_each_text_what_it_gets_alone_with_the_real_encoder(
    real_model: NewsClassifier, corpus: Sequence[Article]
) -> None:
    together = real_model.predict(corpus[:60])
    alone = [real_model.predict(article) for article in corpus[:60]]

    assert_equal_but_for_rounding(alone, together)


@pytest.mark.slow
def test_a_reloaded_model_predicts_exactly_as_the_one_in_memory(
    real_model: NewsClassifier, corpus: Sequence[Article], tmp_path: Path
) -> None:
    real_model.save(tmp_path / "model")

    assert load(tmp_path / "model").predict(corpus) == real_model.predict(corpus)


@pytest.mark.slow
def test_the_topics_are_those_that_the_training_articles_speak_of(
    real_model: NewsClassifier, corpus: Sequence[Article]
) -> None:
    given = [prediction.topic for prediction in real_model.predict(corpus)]

    assert real_model.metrics["topics"]["found"] >= 3
    assert sum(topic is not None for topic in given) > len(corpus) / 2
    for topic in filter(None, given):
        assert topic.name.lower() == ", ".join(topic.keywords[:3])
        assert 0 < topic.similarity <= 1


def test_predict_without_a_model_uses_the_default_one(
    real_model: NewsClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_model.save(tmp_path / "models" / "default")
    monkeypatch.chdir(tmp_path)

    assert newsclf.predict(BOMB) == real_model.predict(BOMB)


def test_predict_with_a_model_that_is_missing_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSCLF_MODEL", str(tmp_path / "none"))

    with pytest.raises(BundleError, match=r"No model at .*none. Run `python train\.py`"):
        newsclf.predict(BOMB)


def test_predict_works_anywhere_with_no_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    found = newsclf.predict("A suicide bomber killed nine people at a checkpoint near Homs on Sunday, the army said.")

    assert "Terrorism" in found.labels
    assert [region.label for region in found.regions] == ["Middle East & North Africa"]
    assert [country.label for country in found.countries] == ["Syria"]


def test_importing_newsclf_is_fast_and_loads_neither_torch_nor_bertopic() -> None:
    code = """
import sys, time
start = time.perf_counter()
import newsclf
seconds = time.perf_counter() - start
heavy = {"torch", "bertopic", "sentence_transformers", "sklearn", "numpy"} & set(sys.modules)
assert not heavy, heavy
assert seconds < 1, seconds
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.slow
def test_prediction_never_imports_bertopic(real_model: NewsClassifier, tmp_path: Path) -> None:
    real_model.save(tmp_path / "model")
    code = f"""
import sys, newsclf
newsclf.load({str(tmp_path / "model")!r}).predict({BOMB!r})
heavy = {{"bertopic", "umap", "hdbscan", "datasketch", "newsclf.training", "newsclf.topic_fitting"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_every_public_name_can_be_reached() -> None:
    assert all(hasattr(newsclf, name) for name in newsclf.__all__)
    assert set(newsclf.__all__) <= set(dir(newsclf))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'clasify'"):
        _ = newsclf.clasify  # type: ignore[attr-defined]
