"""The network BERT with mean pooling, run by OpenVINO: faster than torch by one thread, in less memory.

The graph is put together here from the weights. Converting one from transformers would import that and torch.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from newsclf.arrays import FloatArray, FloatMatrix
from newsclf.bert_engine import BertShape
from newsclf.cores import usable_cores

# OpenVINO tells its makers over the network that it was imported, unless this package of theirs is missing.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino as ov  # noqa: E402
from openvino import opset13 as ops  # noqa: E402

_Node = Any


class OpenVinoBert:
    """A BERT with mean pooling; each window is a request of its own, and as many run at once as there are threads.

    Parameters
    ----------
    weights
        A file of safetensors, by their names in transformers.
    """

    # Windows run one by one, whatever the batch; this many are tokens enough for every thread.
    batch_tokens = 65_536

    def __init__(self, weights: Path, shape: BertShape) -> None:
        core = ov.Core()
        has_bfloat16 = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.rounding = f"openvino-{'bfloat16' if has_bfloat16 else 'float32'}"
        threads = _threads()
        options = {
            "INFERENCE_PRECISION_HINT": "bf16" if has_bfloat16 else "f32",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": threads,
            # Processes of one thread would all be pinned to the first core.
            "ENABLE_CPU_PINNING": False,
        }
        compiled = core.compile_model(_network(_read(weights), shape), "CPU", options)
        self._queue = ov.AsyncInferQueue(compiled, threads)
        self._lock = Lock()

    def vectors(self, windows: list[list[int]]) -> FloatArray:
        """Return (b, d) vectors of b windows of token ids."""
        found: list[FloatArray] = [np.zeros(0)] * len(windows)

        def keep(request: ov.InferRequest, row: int) -> None:
            found[row] = request.get_output_tensor().data[0].mean(axis=0, dtype=np.float64)

        with self._lock:
            self._queue.set_callback(keep)
            for row, window in enumerate(windows):
                self._queue.start_async({0: np.array([window], dtype=np.int64)}, row)
            self._queue.wait_all()
        return np.stack(found)


def _threads() -> int:
    """Return how many threads this process was given, as for other libraries, or a thread a core that it may use."""
    named = os.environ.get("OMP_NUM_THREADS", "")
    if named.isdecimal() and int(named):
        return int(named)
    return usable_cores()


def _read(weights: Path) -> dict[str, FloatMatrix]:
    from safetensors import safe_open

    with safe_open(weights, framework="numpy") as stored:
        names = [name for name in stored.keys() if not name.endswith("position_ids")]  # noqa: SIM118
        return {name.removeprefix("bert."): stored.get_tensor(name).astype(np.float32, copy=False) for name in names}


def _network(weights: Mapping[str, FloatMatrix], shape: BertShape) -> ov.Model:
    """Return a network from (b, l) token ids to the (b, l, d) last hidden states."""
    build = _Builder(weights, shape)
    ids = ops.parameter([-1, -1], np.int64, name="ids")
    rows = build.norm(build.embedded(ids), "embeddings.LayerNorm")
    for i in range(shape.layers):
        layer = f"encoder.layer.{i}"
        mixed = build.linear(build.attention(rows, f"{layer}.attention.self"), f"{layer}.attention.output.dense")
        rows = build.norm(ops.add(mixed, rows), f"{layer}.attention.output.LayerNorm")
        wide = ops.gelu(build.linear(rows, f"{layer}.intermediate.dense"), "erf")
        rows = build.norm(ops.add(build.linear(wide, f"{layer}.output.dense"), rows), f"{layer}.output.LayerNorm")
    return ov.Model([ops.result(rows)], [ids], "bert")


class _Builder:
    """Parts of the network, by the names that their weights have."""

    def __init__(self, weights: Mapping[str, FloatMatrix], shape: BertShape) -> None:
        self._weights, self._shape = weights, shape

    def embedded(self, ids: _Node) -> _Node:
        """Return (b, l, d) sums of the embeddings of tokens, of their places and of the first kind of sentence."""
        words = ops.gather(self._stored("embeddings.word_embeddings.weight"), ids, _axis(0))
        kind = self._weights["embeddings.token_type_embeddings.weight"][:1]
        places = _shared(self._weights["embeddings.position_embeddings.weight"] + kind)
        length = ops.slice(ops.shape_of(ids), _axes(1), _axes(2), _axes(1))
        return ops.add(words, ops.slice(places, _axes(0), length, _axes(1), _axes(0)))

    def attention(self, rows: _Node, name: str) -> _Node:
        """Return (b, l, d) of the heads side by side."""
        query, key, value = (self._by_head(self.linear(rows, f"{name}.{part}")) for part in ("query", "key", "value"))
        attended = ops.scaled_dot_product_attention(query, key, value, causal=False)
        # A 0 in a shape keeps what is there.
        return ops.reshape(ops.transpose(attended, _axes(0, 2, 1, 3)), _axes(0, 0, -1), special_zero=True)

    def _by_head(self, rows: _Node) -> _Node:
        """Return (b, heads, l, d / heads) of (b, l, d)."""
        apart = ops.reshape(rows, _axes(0, 0, self._shape.heads, -1), special_zero=True)
        return ops.transpose(apart, _axes(0, 2, 1, 3))

    def linear(self, rows: _Node, name: str) -> _Node:
        product = ops.matmul(rows, self._stored(f"{name}.weight"), transpose_a=False, transpose_b=True)
        return ops.add(product, self._stored(f"{name}.bias"))

    def norm(self, rows: _Node, name: str) -> _Node:
        scaled = ops.mvn(rows, _axes(-1), True, self._shape.epsilon, "inside_sqrt")
        return ops.add(ops.multiply(scaled, self._stored(f"{name}.weight")), self._stored(f"{name}.bias"))

    def _stored(self, name: str) -> _Node:
        return _shared(self._weights[name])


def _shared(values: FloatMatrix) -> _Node:
    """Return a constant that keeps the array in place of a copy."""
    return ops.constant(values, shared_memory=True)


def _axes(*values: int) -> _Node:
    return ops.constant(np.array(values, dtype=np.int64))


def _axis(value: int) -> _Node:
    return ops.constant(np.int64(value))
