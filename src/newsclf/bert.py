"""The network BERT with mean pooling, run without padding windows.

transformers runs it too, but takes seconds to import, and pads. Here a batch is rows of tokens, out of which
windows of one length attend together; a window's vector is the same in any batch, in bfloat16 to the last bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn.functional import gelu, layer_norm, linear, normalize, scaled_dot_product_attention

from newsclf.arrays import FloatArray
from newsclf.bert_engine import BertShape

# Rows of tokens that weights are laid out for; others run as well.
_ROWS = 2_048
# Tokens a batch: large enough to fill the cores, small enough to stay in their cache; and what fills a GPU.
_BATCH_TOKENS = {"cpu": 4_096, "cuda": 65_536}
# Batches are rounded up to a multiple of 16 rows at least.
_LEAST_STEP_BITS = 4


class Bert:
    """A BERT with mean pooling.

    Parameters
    ----------
    weights
        Tensors by their names in transformers.
    device, dtype
        Where it runs, and in which type it multiplies.
    """

    def __init__(
        self, weights: Mapping[str, torch.Tensor], shape: BertShape, *, device: torch.device, dtype: torch.dtype
    ) -> None:
        self._device = device
        self.batch_tokens = _BATCH_TOKENS[device.type]
        self.rounding = f"{device.type}-{str(dtype).removeprefix('torch.')}"
        parts = _Parts(weights, shape, device=device, dtype=dtype)
        self._words = parts.tensor("embeddings.word_embeddings.weight")
        kind = parts.tensor("embeddings.token_type_embeddings.weight")[0]
        self._places = parts.tensor("embeddings.position_embeddings.weight") + kind
        self._norm = parts.norm("embeddings.LayerNorm")
        self._layers = [_Layer(parts, f"encoder.layer.{i}", shape.heads) for i in range(shape.layers)]

    @classmethod
    def read(cls, weights: Path, shape: BertShape) -> "Bert":
        """Read a file of safetensors, for the best device and type that are here."""
        device, dtype = best_device_and_type()
        # Mapped from the file, so that they take no memory until they are read.
        named = {name.removeprefix("bert."): tensor for name, tensor in load_file(weights).items()}
        return cls(named, shape, device=device, dtype=dtype)

    @torch.inference_mode()
    def vectors(self, windows: list[list[int]]) -> FloatArray:
        """Return (b, d) unit vectors of b windows of token ids that are sorted by length."""
        groups = [(length, len(list(alike))) for length, alike in groupby(map(len, windows))]
        tokens = [token for window in windows for token in window]
        spare = _round_up(len(tokens)) - len(tokens)
        ids = torch.tensor(tokens + [0] * spare, device=self._device)
        places = torch.cat([torch.arange(length).repeat(count) for length, count in [*groups, (1, spare)]])
        rows = self._norm(self._words[ids] + self._places[places.to(self._device)])
        for layer in self._layers:
            rows = layer(rows, groups)
        pooled = [part.float().mean(dim=1) for part in _by_window(rows, groups)]
        return normalize(torch.cat(pooled), dim=1).cpu().numpy().astype(np.float64)


def _round_up(n: int) -> int:
    """Return the least size that holds n rows of tokens, of at most eight between a size and its double.

    Were each batch of a size of its own, the buffers of one would fit into the gaps of none, and oneDNN would keep
    kernels for each: memory grew by 16 MB with every hundred articles.
    """
    step = 1 << max(_LEAST_STEP_BITS, n.bit_length() - 4)
    return -(-n // step) * step


def _by_window(rows: torch.Tensor, groups: Sequence[tuple[int, int]]) -> list[torch.Tensor]:
    """Take rows of tokens, those of no window at the end, apart into a (count, length, d) view of each group."""
    sizes = [length * count for length, count in groups]
    parts = torch.split(rows[: sum(sizes)], sizes)
    return [part.view(count, length, -1) for part, (length, count) in zip(parts, groups, strict=True)]


class _Layer:
    def __init__(self, parts: "_Parts", name: str, heads: int) -> None:
        self._heads = heads
        attention = f"{name}.attention"
        self._queries_keys_values = parts.linear(*(f"{attention}.self.{part}" for part in ("query", "key", "value")))
        self._attended = parts.linear(f"{attention}.output.dense")
        self._attended_norm = parts.norm(f"{attention}.output.LayerNorm")
        self._wide = parts.linear(f"{name}.intermediate.dense")
        self._narrow = parts.linear(f"{name}.output.dense")
        self._norm = parts.norm(f"{name}.output.LayerNorm")

    def __call__(self, rows: torch.Tensor, groups: Sequence[tuple[int, int]]) -> torch.Tensor:
        mixed = torch.zeros_like(rows)
        whole = self._queries_keys_values(rows)
        for part, into in zip(_by_window(whole, groups), _by_window(mixed, groups), strict=True):
            self._attend(part, into)
        rows = self._attended_norm(self._attended.plus(mixed, rows))
        return self._norm(self._narrow.plus(self._wide.then_gelu(rows), rows))

    def _attend(self, part: torch.Tensor, into: torch.Tensor) -> None:
        """Write (count, length, d) of (count, length, 3 * d) queries, keys and values."""
        count, length, width = part.shape
        shape = (count, length, 3, self._heads, width // (3 * self._heads))
        query, key, value = part.view(shape).permute(2, 0, 3, 1, 4)
        attended = scaled_dot_product_attention(query, key, value).transpose(1, 2)
        into.view(attended.shape).copy_(attended)


class _Parts:
    """Layers made of weights, on one device and of one type."""

    def __init__(
        self, weights: Mapping[str, torch.Tensor], shape: BertShape, *, device: torch.device, dtype: torch.dtype
    ) -> None:
        self._weights = weights
        self._epsilon = shape.epsilon
        self._to: dict[str, Any] = {"device": device, "dtype": dtype}
        self._linear = _PackedLinear if _can_pack(device, dtype) else _Linear

    def tensor(self, name: str) -> torch.Tensor:
        return self._weights[name].to(**self._to)

    def norm(self, name: str) -> "_Norm":
        return _Norm(self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias"), self._epsilon)

    def linear(self, *names: str) -> "_Linear":
        """Return one layer that gives the outputs of all that are named side by side."""
        weight = torch.cat([self.tensor(f"{name}.weight") for name in names])
        return self._linear(weight, torch.cat([self.tensor(f"{name}.bias") for name in names]))


@dataclass(frozen=True, slots=True)
class _Norm:
    weight: torch.Tensor
    bias: torch.Tensor
    epsilon: float

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        return layer_norm(rows, self.weight.shape, self.weight, self.bias, self.epsilon)


class _Linear:
    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        self._weight, self._bias = weight, bias

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        return linear(rows, self._weight, self._bias)

    def then_gelu(self, rows: torch.Tensor) -> torch.Tensor:
        return gelu(self(rows))

    def plus(self, rows: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
        return self(rows) + others


class _PackedLinear(_Linear):
    """The same through oneDNN, as torch.compile would have it: weights in its own layout, what follows fused in."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        super().__init__(torch.ops.mkldnn._reorder_linear_weight(weight, _ROWS), bias)  # noqa: SLF001

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        return self._run(rows, "none", "")

    def then_gelu(self, rows: torch.Tensor) -> torch.Tensor:
        return self._run(rows, "gelu", "none")

    def plus(self, rows: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
        fused = torch.ops.mkldnn._linear_pointwise.binary  # noqa: SLF001
        return fused(rows, others, self._weight, self._bias, "add")  # type: ignore[no-any-return]

    def _run(self, rows: torch.Tensor, what: str, algorithm: str) -> torch.Tensor:
        fused = torch.ops.mkldnn._linear_pointwise  # noqa: SLF001
        return fused(rows, self._weight, self._bias, what, [], algorithm)  # type: ignore[no-any-return]


def _can_pack(device: torch.device, dtype: torch.dtype) -> bool:
    """Say whether torch has what `_PackedLinear` calls; it is torch's own, and may go."""
    ours = torch.ops.mkldnn
    has_them = hasattr(ours, "_reorder_linear_weight") and hasattr(getattr(ours, "_linear_pointwise", None), "binary")
    return has_them and device.type == "cpu" and dtype == torch.bfloat16


def best_device_and_type() -> tuple[torch.device, torch.dtype]:
    """Choose a GPU if there is one, and bfloat16 where the hardware multiplies in it."""
    if torch.cuda.is_available():
        has_bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.device("cuda"), torch.bfloat16 if has_bfloat16 else torch.float32
    return torch.device("cpu"), torch.bfloat16 if _cpu_has_bfloat16() else torch.float32


def _cpu_has_bfloat16() -> bool:
    """Say whether the processor has instructions for it; elsewhere it is slower than float32."""
    found: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # since torch 2.11
    has_onednn: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return has_onednn and any(found.get(name) for name in ("avx512_bf16", "amx_bf16"))
