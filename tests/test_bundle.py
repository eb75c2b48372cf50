import json
import os
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import HashedWordEncoder

from newsclf import Article, BundleError, EncoderMismatchError, NewsClassifier, inference
from newsclf.bundle import read_bundle
from newsclf.topic_hierarchy import merge_topics
from newsclf.topic_state import TopicState
from newsclf.topic_words import count_words
from newsclf.topics import Topic, TopicModel

TEXT = "Rebels shelled the port for a third day and the ferry to the islands was stopped."


@pytest.fixture
def saved(model: NewsClassifier, tmp_path: Path) -> Path:
    model.save(tmp_path / "model")
    return tmp_path / "model"


def test_a_model_directory_holds_json_safetensors_and_a_card(saved: Path) -> None:
    names = {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()}

    assert names == {
        "manifest.json",
        "vocabulary.json",
        "vocabulary.safetensors",
        "taxonomy.json",
        "heads/theme.safetensors",
        "heads/region.safetensors",
        "thresholds.json",
        "familiarity.safetensors",
        "topics.safetensors",
        "topics.json",
        "topic_words.safetensors",
        "topic_words.json",
        "metrics.json",
        "README.md",
    }


def test_a_reloaded_bundle_predicts_bit_for_bit_the_same(model: NewsClassifier, saved: Path) -> None:
    again = NewsClassifier(model.encoder, read_bundle(saved))

    assert again.predict(TEXT) == model.predict(TEXT)
    assert again.bundle.taxonomy == model.bundle.taxonomy
    for facet, head in model.bundle.heads.items():
        assert (again.bundle.heads[facet].weights == head.weights).all()
        assert (again.bundle.heads[facet].cuts == head.cuts).all()


def test_merged_topics_answer_after_reading_as_before(model: NewsClassifier, tmp_path: Path) -> None:
    texts = ["Oil tankers left port.", "The goal came late.", "Floods closed the valley road."]
    topics = TopicModel(
        topics=(Topic(3, "Oil", ("oil",), 5), Topic(7, "Goal", ("goal",), 5), Topic(8, "Flood", ("flood",), 5)),
        centroids=model.encoder.encode(texts),
        min_similarities=np.full(3, 0.9),
    )
    words = count_words([Article(text=text) for text in texts], topics.ids, ids=topics.ids)
    state = TopicState.start(merge_topics(topics, [[3, 8]]), words)
    merged = NewsClassifier(model.encoder, replace(model.bundle, topics=state))
    merged.save(tmp_path / "model")

    again = NewsClassifier(model.encoder, read_bundle(tmp_path / "model"))

    found = [prediction.topic for prediction in again.predict(texts)]
    assert [topic and topic.id for topic in found] == [9, 7, 9]
    assert found == [prediction.topic for prediction in merged.predict(texts)]


def test_the_manifest_says_what_the_model_was_made_from_and_with(saved: Path) -> None:
    manifest = json.loads((saved / "manifest.json").read_text())

    assert manifest["format"] == 5
    encoder = {"name": "hashed words", "fingerprint": "hashed-words-64", "dim": 64, "max_windows": None}
    assert manifest["encoder"] == encoder
    assert manifest["config"]["seed"] == 0
    assert len(manifest["data"]["sha256"]) == 64
    assert {"newsclf", "scikit-learn", "sentence-transformers", "bertopic"} <= set(manifest["packages"])
    assert set(manifest["figures"]) == {"theme", "region"}
    assert len(manifest["recipe"]) == 64
    assert "cache_dir" not in manifest["config"]


def test_the_model_card_shows_the_held_out_figures(model: NewsClassifier, saved: Path) -> None:
    card = (saved / "README.md").read_text()

    test = model.metrics["facets"]["theme"]["test"]
    interval = test["intervals"]["micro_f1"]
    assert f"| {test['micro_f1']:.3f} ({interval['low']:.3f} to {interval['high']:.3f}) |" in card
    for status, row in test["by_status"].items():
        assert f"{status}: {row['articles'] / test['articles']:.1%}, {row['share_wrong']:.1%}" in card


def test_a_changed_file_is_refused_by_name(saved: Path) -> None:
    path = saved / "thresholds.json"
    path.write_text(path.read_text().replace("0.", "1.", 1))

    with pytest.raises(BundleError, match=r"was changed after it was written: thresholds\.json"):
        read_bundle(saved)


def test_a_file_that_was_added_is_refused(saved: Path) -> None:
    (saved / "heads" / "extra.safetensors").write_bytes(b"")

    with pytest.raises(BundleError, match=r"was changed after it was written: heads/extra\.safetensors"):
        read_bundle(saved)


def test_a_missing_file_is_refused(saved: Path) -> None:
    (saved / "topics.json").unlink()

    with pytest.raises(BundleError, match=r"was changed after it was written: topics\.json"):
        read_bundle(saved)


def test_a_folder_that_is_no_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"is not a model directory: it has no manifest\.json"):
        read_bundle(tmp_path)


@pytest.mark.parametrize("found", [1, "2", None])
def test_another_format_is_refused_with_both_numbers(found: object, saved: Path) -> None:
    manifest = json.loads((saved / "manifest.json").read_text())
    (saved / "manifest.json").write_text(json.dumps({**manifest, "format": found}))

    with pytest.raises(BundleError, match=f"has format {found!r}; this release reads format 5"):
        read_bundle(saved)


def test_a_manifest_that_is_no_json_is_refused(saved: Path) -> None:
    (saved / "manifest.json").write_text("{")

    with pytest.raises(BundleError, match="cannot be read"):
        read_bundle(saved)


def test_a_pickle_in_place_of_a_head_is_not_run(saved: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    (saved / "heads" / "theme.safetensors").write_bytes(pickle.dumps(Trap()))
    _resign(saved)

    with pytest.raises(BundleError, match="is damaged or not a newsclf model"):
        read_bundle(saved)
    assert not (tmp_path / "sprung").exists()


def test_parts_that_do_not_fit_each_other_are_refused(saved: Path) -> None:
    thresholds = json.loads((saved / "thresholds.json").read_text())
    thresholds["theme"]["labels"].pop()
    (saved / "thresholds.json").write_text(json.dumps(thresholds))
    _resign(saved)

    with pytest.raises(BundleError, match="shapes that do not fit each other"):
        read_bundle(saved)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("topic_words.json", '{"forms": ["oil"]}', "is damaged or not a newsclf model", id="no publishers"),
        pytest.param("topic_words.json", '{"forms": [1, 2], "publishers": []}', "do not fit each other", id="numbers"),
        pytest.param("topic_words.json", "{", "cannot be read", id="no JSON"),
        pytest.param("topic_words.safetensors", "x", "is damaged or not a newsclf model", id="no arrays"),
        pytest.param("waiting.jsonl", "{}\n", "is damaged or not a newsclf model", id="waiting without vectors"),
    ],
)
def test_damaged_words_and_waiting_articles_are_refused(name: str, content: str, message: str, saved: Path) -> None:
    (saved / name).write_text(content, encoding="utf-8")
    _resign(saved)

    with pytest.raises(BundleError, match=message):
        read_bundle(saved)


def test_saving_again_replaces_the_model_whole(model: NewsClassifier, saved: Path) -> None:
    model.save(saved)

    assert read_bundle(saved).metrics == model.metrics
    assert [path.name for path in saved.parent.iterdir()] == ["model"]


def test_a_place_that_holds_something_else_is_never_overwritten(model: NewsClassifier, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.md").write_text("One.")

    with pytest.raises(BundleError, match="exists and is not a model directory"):
        model.save(tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.md").read_text() == "One."


def test_a_failed_write_leaves_the_older_model_as_it_was(
    model: NewsClassifier, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("newsclf.stored_files.safetensors.numpy.save", fail)
    with pytest.raises(OSError, match="disk full"):
        model.save(saved)

    assert read_bundle(saved).metrics == model.metrics
    assert [path.name for path in saved.parent.iterdir()] == ["model"]


def test_another_embedding_space_is_refused(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = HashedWordEncoder()
    other.fingerprint = "another"
    monkeypatch.setattr(inference, "load_encoder", lambda *_, **__: other)

    with pytest.raises(
        EncoderMismatchError, match="fingerprint hashed-words-64, but the encoder found here has another"
    ):
        inference.load(saved)


def _resign(folder: Path) -> None:
    """Write the sums anew, as someone would who means harm."""
    from newsclf.bundle import _hashes

    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": _hashes(folder)}))
