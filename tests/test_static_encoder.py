import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from model2vec import StaticModel
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

from newsclf import ConfigError, EncoderError, TrainConfig, encoder_location
from newsclf.bert_encoder import BertEncoder, find_bert
from newsclf.distilling import distil
from newsclf.encoders import load_encoder, read_encoder
from newsclf.static_encoder import StaticEncoder

VECTORS = np.array([[0, 0], [3, 4], [0, 2]], dtype=np.float32)


@pytest.fixture
def encoder() -> StaticEncoder:
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "dam": 1, "river": 2}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    return StaticEncoder(VECTORS, tokenizer.to_str(), name="tiny")


def test_a_text_is_the_mean_of_its_tokens_at_length_one(encoder: StaticEncoder) -> None:
    rows = encoder.encode(["Dam", "dam River nothing", "nothing"])

    np.testing.assert_allclose(rows, [[0.6, 0.8], np.array([3, 6]) / np.hypot(3, 6), [0, 0]], atol=1e-7)
    assert rows.dtype == np.float32
    assert encoder.encode([]).shape == (0, 2)


def test_a_text_of_any_length_is_read_whole(encoder: StaticEncoder) -> None:
    long = "dam " * 5_000 + "river " * 5_000

    np.testing.assert_allclose(encoder.encode([long])[0], np.array([1.5, 3]) / np.hypot(1.5, 3), atol=1e-5)
    assert encoder.unread([long]).tolist() == [False]


def test_a_text_alone_gets_what_it_gets_in_a_batch(encoder: StaticEncoder) -> None:
    texts = ["dam " * i + "river" for i in range(50)]

    np.testing.assert_array_equal(encoder.encode(texts), np.vstack([encoder.encode([text]) for text in texts]))


def test_what_is_saved_is_read_again_by_newsclf_and_by_model2vec(encoder: StaticEncoder, tmp_path: Path) -> None:
    encoder.save(tmp_path)
    again = read_encoder(tmp_path, name="tiny")

    assert again.fingerprint == encoder.fingerprint
    np.testing.assert_array_equal(again.encode(["dam river"]), encoder.encode(["dam river"]))
    np.testing.assert_allclose(
        StaticModel.from_pretrained(tmp_path).encode(["dam river"]), encoder.encode(["dam river"]), atol=1e-3
    )


def test_weights_of_tokens_that_would_be_left_out_are_refused(encoder: StaticEncoder, tmp_path: Path) -> None:
    encoder.save(tmp_path)
    save_file({"embeddings": VECTORS, "weights": np.ones(3)}, tmp_path / "model.safetensors")

    with pytest.raises(EncoderError, match="holds embeddings, weights; only embeddings can be read"):
        read_encoder(tmp_path, name="tiny")


def test_other_vectors_have_another_fingerprint(encoder: StaticEncoder) -> None:
    assert StaticEncoder(2 * VECTORS, encoder._tokenizer, name="tiny").fingerprint != encoder.fingerprint


def test_it_cannot_be_fine_tuned() -> None:
    with pytest.raises(ConfigError, match=r"finetune is 1, but the encoder is 'static'"):
        TrainConfig(encoder="static", finetune=1)


def test_it_has_no_windows_to_leave_unread() -> None:
    with pytest.raises(ConfigError, match=r"max_windows is 2, but the encoder is 'static', which has no windows"):
        TrainConfig(encoder="static", max_windows=2)


def test_only_a_bert_is_distilled(encoder: StaticEncoder) -> None:
    with pytest.raises(EncoderError, match="A static encoder is made of a BERT with mean pooling; found StaticEncoder"):
        distil(encoder, name="static")


def test_only_wordpiece_is_distilled() -> None:
    files = find_bert(encoder_location._builtin_folder())
    assert files is not None
    bert = BertEncoder(files, name="other")
    bert.files = replace(files, texts={**files.texts, "tokenizer.json": b'{"model": {"type": "Unigram", "vocab": []}}'})

    with pytest.raises(EncoderError, match="cuts words by WordPiece; 'other' has Unigram"):
        distil(bert, name="static")


@pytest.mark.slow
def test_the_distilled_encoder_puts_like_texts_together_and_is_the_same_every_time() -> None:
    static = load_encoder("static")
    bank, rate, match = static.encode(
        ["The central bank raised its interest rate.", "Borrowing costs rose.", "The striker scored two goals."]
    )

    assert static.dim == 256
    assert bank @ rate > bank @ match + 0.1
    assert distil(load_encoder(), name="static").fingerprint == static.fingerprint
    special = [json.loads(static._tokenizer)["model"]["vocab"][token] for token in ("[CLS]", "[PAD]", "[unused5]")]
    assert not static._stored[special].any()
