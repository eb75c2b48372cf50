"""A cascade: the static encoder's heads answer, and a second encoder's where they are in doubt."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from support import HashedWordEncoder

from newsclf import Article, ConfigError, EncoderError, NewsClassifier, TrainConfig, load, train
from newsclf.answering import answer
from newsclf.arrays import BoolArray
from newsclf.bundle import read_bundle, write_bundle
from newsclf.cascade import SecondStage, expected_wrong
from newsclf.cascade_fitting import answers_by_stage, asking_limit
from newsclf.embedding import embed
from newsclf.errors import BundleError, EncoderMismatchError
from newsclf.features import Features
from newsclf.fitting import SidesRead
from newsclf.head_fitting import FittedHead
from newsclf.heads import Head, Parts
from newsclf.labels import FacetPlan
from newsclf.stored_files import write_json
from newsclf.topic_commands import merge


class ShortSightedEncoder(HashedWordEncoder):
    """Leaves every text unread to its end."""

    def unread(self, texts: list[str]) -> BoolArray:
        return np.ones(len(texts), dtype=bool)


@pytest.fixture(scope="module")
def cascade(corpus: list[Article], tmp_path_factory: pytest.TempPathFactory) -> NewsClassifier:
    """A real static encoder, and hashed words in the place of the slow one."""
    config = TrainConfig(topics=False, cascade=0.3, cache_dir=tmp_path_factory.mktemp("cache"))
    return train(corpus, config, encoder=HashedWordEncoder())


def second_of(model: NewsClassifier) -> SecondStage:
    assert model.bundle.second is not None
    return model.bundle.second


def test_each_article_is_answered_by_one_stage_alone(cascade: NewsClassifier, corpus: list[Article]) -> None:
    contents = [article.content for article in corpus]
    vectors, _ = embed(contents, cascade.encoder)
    features = cascade.bundle.features(corpus, vectors)
    first = answer(cascade.bundle.heads, cascade.bundle.familiarity, features)
    second = second_of(cascade)
    others = answer(second.heads, second.familiarity, features.with_vectors(HashedWordEncoder().encode(contents)))
    found = cascade.answers(corpus, vectors)

    doubted = expected_wrong(cascade.bundle.heads, first.scores) > second.limit
    assert 0 < doubted.mean() < 0.5
    np.testing.assert_array_equal(found.by_second, doubted)
    for facet in cascade.facets:
        wanted = np.where(doubted[:, None], others.scores[facet], first.scores[facet])
        np.testing.assert_allclose(found.scores[facet], wanted, atol=1e-12)
        given = np.where(doubted[:, None], others.decided[facet], first.decided[facet])
        np.testing.assert_array_equal(found.decided[facet], given)
    statuses = [others.statuses[i] if doubted[i] else first.statuses[i] for i in range(len(corpus))]
    assert list(found.statuses) == statuses
    assert found.countries == first.countries


def test_what_is_measured_is_what_is_predicted(cascade: NewsClassifier, corpus: list[Article]) -> None:
    contents = [article.content for article in corpus]
    read, slow = (
        SidesRead(vectors[:0], vectors, 0, 0)
        for vectors in (embed(contents, encoder)[0] for encoder in (cascade.encoder, HashedWordEncoder()))
    )
    measured = answers_by_stage(cascade.bundle, corpus, read, slow).model
    predicted = cascade.answers(corpus, read.test)

    assert 0 < measured.by_second.mean() < 1
    np.testing.assert_array_equal(measured.by_second, predicted.by_second)
    for facet in cascade.facets:
        np.testing.assert_allclose(measured.scores[facet], predicted.scores[facet], atol=1e-12)
        np.testing.assert_array_equal(measured.decided[facet], predicted.decided[facet])
    assert (measured.statuses, measured.countries) == (predicted.statuses, predicted.countries)


def test_only_articles_in_doubt_are_embedded_by_the_second_encoder(
    cascade: NewsClassifier, corpus: list[Article]
) -> None:
    slow = HashedWordEncoder()
    model = replace(cascade, second_encoder=slow)
    vectors, _ = embed([article.content for article in corpus], model.encoder)
    asked = model.answers(corpus, vectors).by_second

    assert slow.encoded == [article.content for article, is_asked in zip(corpus, asked, strict=True) if is_asked]


def test_an_answer_is_the_same_alone_in_a_batch_and_once_saved(
    cascade: NewsClassifier, corpus: list[Article], tmp_path: Path
) -> None:
    cascade.save(tmp_path / "model")
    again = NewsClassifier(cascade.encoder, read_bundle(tmp_path / "model"), cascade.second_encoder)
    texts = [article.content for article in corpus[:40]]

    together = cascade.predict(texts)
    assert again.predict(texts) == together
    for text, found in zip(texts, together, strict=True):
        alone = cascade.predict(text)
        assert alone.status == found.status
        for facet, labels in found.labels_by_facet.items():
            assert [x.label for x in alone.labels_by_facet[facet]] == [x.label for x in labels]
            np.testing.assert_allclose(
                [x.score for x in alone.labels_by_facet[facet]], [x.score for x in labels], atol=1e-6
            )


def test_evidence_is_of_the_stage_that_answered(cascade: NewsClassifier, corpus: list[Article]) -> None:
    vectors, _ = embed([article.content for article in corpus], cascade.encoder)
    answers = cascade.answers(corpus, vectors)
    labelled = np.any([given.any(axis=1) for given in answers.decided.values()], axis=0)
    second = second_of(cascade)
    for is_second, stage, encoder in (
        (False, cascade.bundle.heads, cascade.encoder),
        (True, second.heads, HashedWordEncoder()),
    ):
        i = int(np.flatnonzero(labelled & (answers.by_second == is_second))[0])
        article = corpus[i]
        evidence = cascade.predict(article, explain=True).evidence
        assert evidence is not None
        features = cascade.bundle.features([article], encoder.encode([article.content]))
        for label in evidence.labels:
            head = stage[label.facet]
            margin = head.margins(features.matrix(label.facet))[0, head.labels.index(label.label)]
            parts = (
                sum(term.contribution for term in label.terms)
                + label.other_terms_contribution
                + label.vector_contribution
                + label.place_contribution
                + label.intercept
            )
            assert parts == pytest.approx(margin, abs=1e-6)


def test_only_what_the_second_encoder_was_asked_for_can_be_truncated(
    cascade: NewsClassifier, corpus: list[Article]
) -> None:
    model = replace(cascade, second_encoder=ShortSightedEncoder())
    vectors, _ = embed([article.content for article in corpus], model.encoder)

    truncated = [prediction.truncated for prediction in model.predict_cleaned(corpus)]
    assert truncated == model.answers(corpus, vectors).by_second.tolist()


def test_the_report_has_the_share_embedded_and_the_f1_of_each_stage(cascade: NewsClassifier) -> None:
    figures = cascade.metrics["cascade"]

    assert figures["share_wanted"] == 0.3
    assert 0.1 < figures["share_embedded"] < 0.6
    assert set(figures["micro_f1"]) == set(cascade.facets)
    for facet, f1 in figures["micro_f1"].items():
        assert f1["cascade"] == pytest.approx(cascade.metrics["facets"][facet]["test"]["micro_f1"], abs=1e-12)
        assert 0 < f1["first"] < 1
        assert 0 < f1["second"] < 1
    assert f"{figures['share_embedded']:.1%} of the test articles (30% wanted)" in cascade.bundle.card
    manifest = cascade.bundle.manifest
    assert manifest["encoder"]["name"] == "static"
    assert manifest["second_encoder"] == {"name": "hashed words", "fingerprint": "hashed-words-64", "dim": 64}


def test_expected_wrong_decisions_add_up_over_facets(cascade: NewsClassifier) -> None:
    heads = {facet: replace(head, cuts=np.full(len(head.labels), 0.5)) for facet, head in cascade.bundle.heads.items()}
    scores = {facet: np.zeros((2, len(head.labels))) for facet, head in heads.items()}
    scores["theme"][0, :2] = 0.9, 0.2  # given, and wrong with 0.1; not given, and wrong with 0.2
    scores["region"][0, 0] = 0.4

    np.testing.assert_allclose(expected_wrong(heads, scores), [0.7, 0.0])


@pytest.mark.parametrize(("share", "limit"), [(0.25, 0.3), (0.5, 0.2), (0.95, 0.1)])
def test_the_limit_leaves_the_share_wanted_above_it_by_what_unseen_articles_score(share: float, limit: float) -> None:
    head = Head(
        labels=("Sport",),
        ids=("",),
        weights=np.zeros((1, 2)),
        intercepts=np.array([np.log(0.3 / 0.7)]),  # a score of 0.3 for every article
        slopes=np.ones(1),
        offsets=np.zeros(1),
        cuts=np.array([0.5]),
        parts=Parts((1, 2), np.zeros(1), np.zeros(1)),
        doubt_limit=1.0,
    )
    # Of five articles the fourth was not labelled, and of the third no fold could say anything: 0.3 for both.
    plan = FacetPlan("theme", np.array([0, 1, 2, 4]), {"Sport": 4}, {}, 1)
    held_out = np.array([[0.1], [0.2], [np.nan], [0.9]])  # doubts 0.1, 0.2, 0.3 and 0.1
    features = Features(csr_array((5, 1)), np.ones((5, 1), dtype=np.float32), csr_array((5, 0)), [()] * 5)

    found = asking_limit({"theme": FittedHead(head, held_out)}, [plan], features, share=share)
    assert found == pytest.approx(limit)


def test_a_label_that_every_article_has_leaves_none_in_doubt(tmp_path: Path) -> None:
    articles = [Article(text=f"The match of day {i} ended.", labels={"theme": ("Sport",)}) for i in range(12)]
    config = TrainConfig(topics=False, cascade=0.25, taxonomy=None, cache_dir=tmp_path)
    model = train(articles, config, encoder=HashedWordEncoder())

    assert model.metrics["cascade"]["share_embedded"] == 0.0


def test_a_smaller_share_wanted_embeds_fewer(cascade: NewsClassifier, corpus: list[Article], tmp_path: Path) -> None:
    config = TrainConfig(topics=False, cascade=0.1, cache_dir=tmp_path)
    frugal = train(corpus, config, encoder=HashedWordEncoder())

    assert frugal.metrics["cascade"]["share_embedded"] < cascade.metrics["cascade"]["share_embedded"]
    assert second_of(frugal).limit > second_of(cascade).limit


def test_another_second_encoder_than_the_one_of_training_is_refused(
    cascade: NewsClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cascade.save(tmp_path / "model")
    asked = []

    def other(name: str, max_windows: int | None, *, is_late: bool) -> HashedWordEncoder:
        asked.append((name, max_windows, is_late))
        encoder = HashedWordEncoder()
        encoder.fingerprint = encoder.fingerprint if len(asked) == 1 else "another"
        return encoder

    monkeypatch.setattr("newsclf.inference.load_encoder", other)
    assert load(tmp_path / "model").predict("Oil rose.") == cascade.predict("Oil rose.")
    with pytest.raises(EncoderMismatchError, match="another"):
        load(tmp_path / "model")
    assert asked == [("hashed words", None, True)] * 2


def test_topics_of_a_cascade_change_and_its_second_stage_stays(
    cascade: NewsClassifier, corpus: list[Article], tmp_path: Path
) -> None:
    config = TrainConfig(topic_min_size=5, cascade=0.3, cache_dir=tmp_path)
    model = train(corpus, config, encoder=HashedWordEncoder())
    ids = [topic.id for topic in model.bundle.topics.model.topics]

    merged = merge(model, [ids[:2]]).model
    assert len(merged.bundle.topics.model.topics) == len(ids) - 1
    found, before = merged.predict(corpus[:30]), model.predict(corpus[:30])
    assert [x.labels_by_facet for x in found] == [x.labels_by_facet for x in before]
    assert second_of(merged) is second_of(model)


def test_a_model_put_together_without_its_second_encoder_says_so(
    cascade: NewsClassifier, corpus: list[Article]
) -> None:
    model = replace(cascade, second_encoder=None)

    with pytest.raises(EncoderError, match="put together without its second encoder"):
        model.predict(corpus)


def test_a_second_stage_of_other_labels_is_damage(cascade: NewsClassifier, tmp_path: Path) -> None:
    second = second_of(cascade)
    renamed = {
        facet: replace(head, labels=tuple(f"{label}?" for label in head.labels)) for facet, head in second.heads.items()
    }
    write_bundle(replace(cascade.bundle, second=replace(second, heads=renamed)), tmp_path / "model")

    with pytest.raises(BundleError, match="shapes that do not fit each other"):
        read_bundle(tmp_path / "model")


def test_a_second_stage_changed_after_it_was_written_is_refused(cascade: NewsClassifier, tmp_path: Path) -> None:
    cascade.save(tmp_path / "model")
    write_json(tmp_path / "model" / "second" / "cascade.json", {"limit": 0.0})

    with pytest.raises(BundleError, match=r"was changed after it was written: second/cascade\.json"):
        read_bundle(tmp_path / "model")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"cascade": 0.25, "encoder": "static"}, "the encoder is 'static', which is its first stage"),
        ({"cascade": 0.25, "finetune": 1}, r"cascade is 0\.25 and finetune is 1; give one of them"),
        ({"cascade": 1.0}, r"cascade is 1\.0; give a number from 0 to 0\.95"),
    ],
)
def test_options_that_do_not_go_together_are_named(options: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        TrainConfig(**options)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_real_cascade_is_loaded_with_both_encoders(corpus: list[Article], tmp_path: Path) -> None:
    model = train(corpus, TrainConfig(topics=False, cascade=0.25, cache_dir=tmp_path / "cache"))
    model.save(tmp_path / "model")
    again = load(tmp_path / "model")
    assert again.second_encoder is not None
    assert again.second_encoder.name == "all-MiniLM-L6-v2"
    assert again.predict(corpus[:20]) == model.predict(corpus[:20])

    # What the first stage is sure of costs no torch.
    by_second = model.answers(corpus, embed([article.content for article in corpus], model.encoder)[0]).by_second
    for position, has_torch in ((int(by_second.argmin()), "False"), (int(by_second.argmax()), "True")):
        code = (
            "import sys, newsclf; model, title, text = sys.argv[1:];"
            "newsclf.load(model).predict(newsclf.Article(title=title, text=text)); print('torch' in sys.modules)"
        )
        given = [tmp_path / "model", corpus[position].title, corpus[position].text]
        run = subprocess.run([sys.executable, "-c", code, *given], check=True, capture_output=True, text=True)
        assert run.stdout == f"{has_torch}\n"
