import copy
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from scipy.sparse import csr_array
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, StaticEmbedding, Transformer
from support import HashedWordEncoder
from transformers import BertConfig, BertModel, BertTokenizerFast

from newsclf import Article, BundleError, ConfigError, DataError, NewsClassifier, TrainConfig, finetuning, load, train
from newsclf.bundle import _hashes
from newsclf.encoders import StoredEncoder, read_encoder
from newsclf.finetuning import TuningData, fine_tune, hold_out, tuning_data
from newsclf.head_fitting import fit_head
from newsclf.held_out import HeadData
from newsclf.labels import FacetPlan, plan_facets
from newsclf.progress import silent
from newsclf.sentence_encoder import SentenceEncoder

TEXTS = ["Rebels shelled the port for a third day.", "The central bank raised its rate to 12 per cent. " * 40]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """More threads only wait for each other on a model this small."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tiny_encoder(corpus: Sequence[Article], tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    """A BERT of two layers and 32 dimensions that has learned nothing yet, with the words of the corpus."""
    folder = tmp_path_factory.mktemp("bert")
    # Counted, not trained: training a vocabulary breaks ties differently in every process.
    words = Counter(word for article in corpus for word in re.findall(r"\w+|[^\w\s]", article.content.lower()))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(word for word, _ in words.most_common(1_000))]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    with torch.random.fork_rng():
        torch.manual_seed(1)
        BertModel(BertConfig(vocab_size=len(vocabulary), **shape)).save_pretrained(folder)
    model = SentenceTransformer(modules=[Transformer(str(folder)), Pooling(32), Normalize()], device="cpu")
    return SentenceEncoder(model, name="tiny")


@pytest.fixture(scope="module")
def data(corpus: Sequence[Article]) -> TuningData:
    articles = corpus[:100]
    plans, _ = plan_facets(articles, articles, TrainConfig())
    return tuning_data(articles, plans, seen=np.ones(len(articles), dtype=bool))


@pytest.fixture(scope="module")
def sides(corpus: Sequence[Article]) -> list[Article]:
    """Some of the corpus, every fifth article on the test side."""
    return [replace(a, split="test" if i % 5 == 0 else "train") for i, a in enumerate(corpus[:300])]


@pytest.fixture(scope="module")
def tuned(
    sides: list[Article], tiny_encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory
) -> NewsClassifier:
    folder = tmp_path_factory.mktemp("cache")
    model = train(sides, TrainConfig(finetune=1, topics=False, cache_dir=folder), encoder=tiny_encoder)
    assert not list(folder.iterdir()), "vectors of a tuned encoder are of no use to any other run"
    return model


@pytest.fixture
def saved(tuned: NewsClassifier, tmp_path: Path) -> Path:
    tuned.save(tmp_path / "model")
    return tmp_path / "model"


def weights(encoder: StoredEncoder, folder: Path) -> dict[str, torch.Tensor]:
    encoder.save(folder)
    return load_file(folder / "model.safetensors")


def test_the_loss_falls_where_words_tell_the_labels(tiny_encoder: SentenceEncoder) -> None:
    texts = ["The home team won the cup match.", "The central bank raised its interest rate to curb inflation."] * 32
    targets = np.array([[True, False], [False, True]] * 32)
    data = TuningData(tuple(texts), targets, np.ones_like(targets))

    with finetuning._own_randomness(0, torch.device("cpu")):
        losses = finetuning._train(copy.deepcopy(tiny_encoder.model), data, TrainConfig(finetune=100), silent)

    assert len(losses) == 100
    assert losses[-1] < losses[50] < losses[0]
    assert losses[-1] < np.log(2) / 2  # log 2: to know no more than that half of the texts carry a label


def test_one_seed_gives_the_same_weights_and_another_seed_others(
    tiny_encoder: SentenceEncoder, data: TuningData
) -> None:
    tuned = []
    for seed in (3, 3, 4):
        tuned.append(fine_tune(tiny_encoder, data, TrainConfig(finetune=1, seed=seed)))
        torch.rand(1)  # what others draw in between must not matter
    one, again, other = tuned

    assert one.fingerprint == again.fingerprint
    assert one.fingerprint != other.fingerprint
    np.testing.assert_array_equal(one.encode(TEXTS), again.encode(TEXTS))


def test_the_encoder_that_was_given_stays_as_it_was(
    tiny_encoder: SentenceEncoder, data: TuningData, tmp_path: Path
) -> None:
    before = weights(tiny_encoder, tmp_path / "before")

    after = weights(fine_tune(tiny_encoder, data, TrainConfig(finetune=1)), tmp_path / "tuned")

    still = weights(tiny_encoder, tmp_path / "still")
    assert all(torch.equal(tensor, before[name]) for name, tensor in still.items())
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert any("layer.0" in name for name in changed)
    assert any("word_embeddings" in name for name in changed)


def test_no_random_state_outside_changes(tiny_encoder: SentenceEncoder, data: TuningData) -> None:
    def states() -> tuple[Any, ...]:
        return torch.get_rng_state().tolist(), random.getstate(), str(np.random.get_state())

    before = states()
    fine_tune(tiny_encoder, data, TrainConfig(finetune=1))

    assert states() == before


def test_progress_counts_the_steps_of_all_epochs(tiny_encoder: SentenceEncoder, data: TuningData) -> None:
    small = TuningData(data.texts[:70], data.targets[:70], data.known[:70])
    calls: list[tuple[str, int, int]] = []

    fine_tune(tiny_encoder, small, TrainConfig(finetune=2), progress=lambda *call: calls.append(call))

    assert calls == [("fine-tune encoder", step, 6) for step in range(7)]  # 70 articles are 3 batches of 32


def test_no_more_tokens_are_read_than_asked_for_nor_than_the_encoder_reads(tiny_encoder: SentenceEncoder) -> None:
    long = " ".join(["storm"] * 500)

    assert [len(finetuning._tokens(tiny_encoder.model, [long], limit)[0]) for limit in (16, 512)] == [16, 128]


def test_a_facet_in_which_an_article_was_not_labelled_says_nothing_of_it() -> None:
    logits = torch.tensor([[0.0, 9.0], [0.0, 0.0]], requires_grad=True)
    targets, known = np.array([[True, False], [False, True]]), np.array([[True, False], [True, True]])

    loss = finetuning._loss(logits, targets, known)
    loss.backward()  # type: ignore[no-untyped-call]

    assert loss.item() == pytest.approx(np.log(2))  # each of three known decisions is at 0, where it costs log 2
    assert logits.grad is not None
    assert logits.grad[0, 1] == 0


def test_labels_of_all_facets_stand_side_by_side_and_articles_with_none_are_left_out() -> None:
    articles = [
        Article(title="a", labels={"theme": ("Sport",)}),
        Article(title="b"),
        Article(title="c", labels={"region": ("Europe",), "theme": ()}),
        Article(title="d", labels={"region": ("Asia",)}),
    ]
    plans = [
        FacetPlan("theme", np.array([0, 2]), {"Sport": 1}, {}, 1),
        FacetPlan("region", np.array([2, 3]), {"Asia": 1, "Europe": 1}, {}, 1),
    ]

    found = tuning_data(articles, plans, seen=np.array([True, True, True, False]))

    assert found.texts == ("a", "c")
    assert found.targets.tolist() == [[True, False, False], [False, False, True]]
    assert found.known.tolist() == [[True, False, False], [True, True, True]]


def test_about_a_seventh_is_held_out_and_near_copies_stay_together() -> None:
    groups = np.arange(1_000) // 2
    plans = [FacetPlan("theme", np.arange(1_000), {"Sport": 9}, {}, 1)]

    unseen = hold_out(plans, groups, seed=0)

    assert unseen.sum() == 150
    assert (unseen[::2] == unseen[1::2]).all()
    assert (hold_out(plans, groups, seed=0) == unseen).all()


@pytest.mark.parametrize(
    ("rows", "groups"),
    [
        pytest.param([0], range(100), id="one labelled article"),
        pytest.param(range(100), [0] * 100, id="nothing but near-copies"),
    ],
)
def test_too_few_articles_to_stand_on_both_sides_are_an_error(rows: Sequence[int], groups: Sequence[int]) -> None:
    plans = [FacetPlan("dossier", np.array(rows), {"Fukushima": 1}, {}, 1)]

    with pytest.raises(DataError, match=r"labelled in dossier, [01] were kept from fine-tuning.*leave --finetune out"):
        hold_out(plans, np.array(groups), seed=0)


def test_fine_tuning_sees_neither_the_test_side_nor_the_articles_that_cuts_are_learned_on(
    sides: list[Article], tiny_encoder: SentenceEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    unseen: list[int] = []
    tokens = finetuning._tokens

    def spy_on_tokens(model: SentenceTransformer, given: Sequence[str], limit: int) -> list[list[int]]:
        texts.extend(given)
        return tokens(model, given, limit)

    def spy_on_head(data: Any, **options: Any) -> Any:
        unseen.append(int(data.unseen.sum()))
        return fit_head(data, **options)

    monkeypatch.setattr(finetuning, "_tokens", spy_on_tokens)
    monkeypatch.setattr("newsclf.fitting.fit_head", spy_on_head)
    config = TrainConfig(finetune=1, topics=False, cache_dir=tmp_path, facets=("theme",))
    model = train(sides, config, encoder=tiny_encoder)

    assert not {a.content for a in sides if a.split == "test"} & set(texts)
    assert set(texts) <= {a.content for a in sides if a.split == "train"}
    assert len(texts) + unseen[0] == model.metrics["articles"]["train"]
    assert 0.1 < unseen[0] / model.metrics["articles"]["train"] < 0.2


def test_probabilities_are_those_of_articles_that_the_encoder_has_not_seen() -> None:
    """A feature that always tells the label, save in 40 unseen articles, where it tells nothing."""
    says = np.tile([True, False], 100)
    unseen = np.arange(200) >= 160
    targets = np.where(unseen, np.tile([True, True, False, False], 50), says)
    data = HeadData(
        features=csr_array(np.column_stack([says, ~says]).astype(np.float64)),
        vector_columns=(1, 2),
        targets=targets[:, None],
        groups=np.arange(200),
        labels=("Sport",),
        ids=("",),
        prior=np.zeros((1, 3)),
    )
    clear = csr_array(np.array([[1.0, 0.0]]))

    trusting = fit_head(data, seed=0, jobs=1).head.scores(clear)
    honest = fit_head(replace(data, unseen=unseen), seed=0, jobs=1).head.scores(clear)

    assert trusting[0, 0] == pytest.approx(0.9, abs=0.03)  # 90 of 100 articles with the feature carry the label
    assert honest[0, 0] == pytest.approx(0.5, abs=0.03)  # 10 of 20


def test_two_fine_tuned_trainings_with_one_seed_give_the_same_figures(
    sides: list[Article], tuned: NewsClassifier, tiny_encoder: SentenceEncoder, tmp_path: Path
) -> None:
    again = train(sides, TrainConfig(finetune=1, topics=False, cache_dir=tmp_path), encoder=tiny_encoder)

    assert again.metrics == tuned.metrics
    assert again.encoder.fingerprint == tuned.encoder.fingerprint


def test_the_saved_model_carries_its_encoder_and_predicts_exactly_the_same(
    tuned: NewsClassifier, saved: Path, tmp_path: Path
) -> None:
    loaded = load(saved)

    assert loaded.predict(TEXTS) == tuned.predict(TEXTS)
    assert loaded.encoder.fingerprint == tuned.encoder.fingerprint
    loaded.save(tmp_path / "copy")
    assert load(tmp_path / "copy").predict(TEXTS) == tuned.predict(TEXTS)


def test_a_model_trained_anew_at_the_same_place_is_read_anew(
    sides: list[Article], tiny_encoder: SentenceEncoder, saved: Path, tmp_path: Path
) -> None:
    first = load(saved).encoder.fingerprint
    config = TrainConfig(finetune=1, seed=9, topics=False, cache_dir=tmp_path / "cache", facets=("region",))
    other = train(sides, config, encoder=tiny_encoder)

    other.save(saved)

    assert load(saved).encoder.fingerprint == other.encoder.fingerprint != first


def test_the_encoders_folder_is_json_and_safetensors_that_all_may_read_and_is_in_the_sums(saved: Path) -> None:
    files = {path.relative_to(saved).as_posix() for path in (saved / "encoder").rglob("*") if path.is_file()}

    assert {Path(name).suffix for name in files} == {".json", ".safetensors"}
    assert "encoder/model.safetensors" in files
    assert files <= set(json.loads((saved / "manifest.json").read_text())["files"])
    assert (saved / "encoder" / "model.safetensors").stat().st_mode == (saved / "manifest.json").stat().st_mode


def test_the_manifest_and_the_card_say_that_the_encoder_is_the_models_own(
    saved: Path, tiny_encoder: SentenceEncoder
) -> None:
    manifest = json.loads((saved / "manifest.json").read_text())

    assert manifest["encoder"]["name"] == "encoder/ of this model, fine-tuned from tiny"
    assert manifest["encoder"]["base"] == {"name": "tiny", "fingerprint": tiny_encoder.fingerprint}
    assert manifest["config"]["finetune"] == 1
    assert "Fine-tuned from `tiny` on the labels (epochs: 1);" in (saved / "README.md").read_text()


def test_what_torch_would_unpickle_is_refused(saved: Path) -> None:
    (saved / "encoder" / "model.safetensors").rename(saved / "encoder" / "pytorch_model.bin")
    _resign(saved)

    with pytest.raises(BundleError, match=r"holds pytorch_model\.bin, which no model does; nothing of it was loaded"):
        load(saved)


def test_a_module_of_its_own_is_never_run(saved: Path) -> None:
    modules = saved / "encoder" / "modules.json"
    modules.write_text(modules.read_text().replace("sentence_transformers.base.modules.normalize.", "os."))
    _resign(saved)

    with pytest.raises(BundleError, match=r"holds os\.Normalize, which no model does; nothing of it was loaded"):
        load(saved)


def test_damaged_weights_are_refused(saved: Path) -> None:
    (saved / "encoder" / "model.safetensors").write_bytes(b"not what was saved")
    _resign(saved)

    with pytest.raises(BundleError, match="is damaged or not a newsclf model"):
        load(saved)


def _resign(folder: Path) -> None:
    """Write the sums anew, as someone would who means harm."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": _hashes(folder)}))


def test_without_fine_tuning_a_model_names_its_encoder_and_its_options_say_nothing_of_it(model: NewsClassifier) -> None:
    assert model.bundle.own_encoder is None
    assert "base" not in model.bundle.manifest["encoder"]
    assert not {"finetune", "finetune_tokens"} & set(model.bundle.manifest["config"])


@pytest.mark.parametrize("kind", ["hashed words", "static"])
def test_an_encoder_that_is_no_transformer_cannot_be_fine_tuned(
    kind: str, corpus: Sequence[Article], tiny_encoder: SentenceEncoder, tmp_path: Path
) -> None:
    words = StaticEmbedding(tiny_encoder.model.tokenizer.backend_tokenizer, embedding_dim=8)
    static = SentenceEncoder(SentenceTransformer(modules=[words], device="cpu"), name="static")
    encoder = HashedWordEncoder() if kind == "hashed words" else static

    with pytest.raises(ConfigError, match=f"the encoder '{kind}' is no transformer.*leave --finetune out"):
        train(corpus, TrainConfig(finetune=1, topics=False, cache_dir=tmp_path), encoder=encoder)


@pytest.mark.slow
def test_the_real_encoder_is_tuned_saved_and_read_as_any_other(data: TuningData, tmp_path: Path) -> None:
    from newsclf.encoders import load_encoder

    few = TuningData(data.texts[:64], data.targets[:64], data.known[:64])
    encoder = fine_tune(load_encoder(), few, TrainConfig(finetune=1, finetune_tokens=32))
    encoder.save(tmp_path / "encoder")

    again = read_encoder(tmp_path / "encoder", name=encoder.name)
    assert again.fingerprint == encoder.fingerprint != load_encoder().fingerprint
    np.testing.assert_array_equal(again.encode(TEXTS), encoder.encode(TEXTS))
