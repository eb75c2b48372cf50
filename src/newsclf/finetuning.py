"""Fine-tune an encoder on labelled articles; the only module that trains a transformer.

An encoder that was fine-tuned on an article's labels puts its vector where the labels say. Heads that are fitted on
such vectors are right about these articles more often than about new ones, out of fold as well, and cuts and
probabilities learned from them would be wrong. So a share of the training side is kept from fine-tuning. The heads
are fitted on all of it, and learn cuts and probabilities from the out-of-fold margins of that share alone. Rejected:
an encoder for each fold, which takes several times as long and measures encoders that are not the one saved; and
heads fitted on the share alone, which is too little for rare labels.
"""

import copy
import logging
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.model_selection import GroupShuffleSplit

from newsclf.arrays import BoolArray, BoolMatrix, IntArray
from newsclf.bert_encoder import BertEncoder
from newsclf.config import DEFAULT_ENCODER, TrainConfig
from newsclf.encoders import Encoder, StoredEncoder, read_encoder
from newsclf.errors import ConfigError, DataError
from newsclf.evaluation import target_matrix
from newsclf.labels import FacetPlan
from newsclf.progress import Progress, silent
from newsclf.schema import Article
from newsclf.sentence_encoder import SentenceEncoder, no_bars

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

_LOGGER = logging.getLogger(__name__)

# Of the training side, kept from fine-tuning: a thousand articles of Reuters-21578 R90.
_UNSEEN_SHARE = 0.15
_BATCH = 32
# The usual rates for small BERTs: the encoder has learned much already, the linear layer nothing.
_ENCODER_RATE = 5e-5
_LAYER_RATE = 1e-3
_WEIGHT_DECAY = 0.01
_WARM_UP_SHARE = 0.1
_MAX_GRADIENT_NORM = 1.0


@dataclass(frozen=True, slots=True)
class TuningData:
    """What an encoder is fine-tuned on: n articles, and the k labels of all facets side by side.

    Parameters
    ----------
    texts : length n
    targets : (n, k)
    known : (n, k)
        False where the article was not labelled in the label's facet: nothing is learned there.
    """

    texts: tuple[str, ...]
    targets: BoolMatrix
    known: BoolMatrix


def hold_out(plans: Sequence[FacetPlan], groups: IntArray, *, seed: int) -> BoolArray:
    """Draw the training articles that fine-tuning must not see; near-copies stay together.

    Parameters
    ----------
    plans
        Their rows count the training articles.
    groups : (n,)
        Equal numbers for near-copies.

    Returns
    -------
    (n,) bool

    Raises
    ------
    DataError
        If the articles labelled in some facet are too few to stand on both sides.
    """
    unseen = np.zeros(len(groups), dtype=bool)
    if len(np.unique(groups)) > 1:
        splitter = GroupShuffleSplit(n_splits=1, test_size=_UNSEEN_SHARE, random_state=seed)
        unseen[next(splitter.split(groups, groups=groups))[1]] = True
    for plan in plans:
        n_unseen, n = int(unseen[plan.rows].sum()), len(plan.rows)
        if not 0 < n_unseen < n:
            raise DataError(
                f"Of {n} training articles labelled in {plan.facet}, {n_unseen} were kept from fine-tuning; it needs "
                f"some to learn from and some to choose cuts on. Add labelled articles, name other --facets, or leave "
                f"--finetune out."
            )
    return unseen


def tuning_data(articles: Sequence[Article], plans: Sequence[FacetPlan], *, seen: BoolArray) -> TuningData:
    """Gather what an encoder may see, of n training articles: those marked in the (n,) `seen` that have labels."""
    targets = np.hstack([target_matrix(articles, plan.facet, plan.labels) for plan in plans])
    known = np.zeros_like(targets)
    start = 0
    for plan in plans:
        known[plan.rows, start : start + len(plan.labels)] = True
        start += len(plan.labels)
    rows = np.flatnonzero(seen & known.any(axis=1)).tolist()
    return TuningData(tuple(articles[i].content for i in rows), targets[rows], known[rows])


def fine_tune(encoder: Encoder, data: TuningData, config: TrainConfig, *, progress: Progress = silent) -> StoredEncoder:
    """Train a copy of an encoder, with a linear layer on its vectors, to tell the labels of articles.

    It runs where the encoder is: sentence-transformers puts it on a GPU if there is one. On one machine's CPU,
    one seed gives one result; no random state outside changes.

    Raises
    ------
    ConfigError
        If the encoder is no transformer.
    """
    model = copy.deepcopy(_transformer(encoder)).float()
    with _own_randomness(config.seed, model.device):
        losses = _train(model, data, config, progress)
    _LOGGER.info("fine-tuned %s, mean loss by epoch: %s", encoder.name, [round(loss, 4) for loss in losses])
    name = f"encoder/ of this model, fine-tuned from {encoder.name}"
    # Read as it will be once saved, so that it answers alike.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        SentenceEncoder(model, name=name).save(Path(folder))
        return read_encoder(Path(folder), name=name, max_windows=config.max_windows)


def _transformer(encoder: Encoder) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Transformer

    if isinstance(encoder, BertEncoder):
        with no_bars():
            return SentenceTransformer(str(encoder.files.folder), local_files_only=True, trust_remote_code=False)
    if not isinstance(encoder, SentenceEncoder) or not isinstance(encoder.model[0], Transformer):
        raise ConfigError(
            f"finetune is on, but the encoder {encoder.name!r} is no transformer and cannot be fine-tuned. "
            f"Name one that is, such as {DEFAULT_ENCODER}, or leave --finetune out."
        )
    return encoder.model


@contextmanager
def _own_randomness(seed: int, device: "torch.device") -> Iterator[None]:
    """Draw dropout from the seed, and leave torch's own random states as they were."""
    import torch

    accelerators = [] if device.type == "cpu" else [device]
    with torch.random.fork_rng(accelerators, device_type=device.type):
        # Not torch.manual_seed, which seeds devices too whose state is not put back.
        torch.default_generator.manual_seed(seed)
        if accelerators:
            torch.get_device_module(device).manual_seed(seed)
        yield


def _train(model: "SentenceTransformer", data: TuningData, config: TrainConfig, progress: Progress) -> list[float]:
    """Train the model in place, and return the mean loss of each epoch."""
    import torch
    from transformers import get_linear_schedule_with_warmup

    layer = _linear_layer(data, int(model.get_embedding_dimension() or 0)).to(model.device)
    parameters = [*model.parameters(), *layer.parameters()]
    rates = [
        {"params": list(model.parameters()), "lr": _ENCODER_RATE},
        {"params": list(layer.parameters()), "lr": _LAYER_RATE},
    ]
    optimizer = torch.optim.AdamW(rates, weight_decay=_WEIGHT_DECAY)
    batches = _batches(len(data.texts), config)
    steps = len(batches)
    schedule = get_linear_schedule_with_warmup(optimizer, math.ceil(_WARM_UP_SHARE * steps), steps)
    tokens = _tokens(model, data.texts, config.finetune_tokens)
    losses: list[float] = []
    model.train()
    for step, batch in enumerate(batches):
        progress("fine-tune encoder", step, steps)
        vectors = _vectors(model, [tokens[i] for i in batch])
        loss = _loss(layer(vectors), data.targets[batch], data.known[batch])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(parameters, _MAX_GRADIENT_NORM)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    progress("fine-tune encoder", steps, steps)
    model.zero_grad()
    return [float(epoch.mean()) for epoch in np.split(np.array(losses), config.finetune)]


def _linear_layer(data: TuningData, dim: int) -> "torch.nn.Linear":
    """Return a layer that begins with how common each label is, since few steps are left to learn it."""
    import torch

    layer = torch.nn.Linear(dim, data.targets.shape[1])
    positives = (data.targets & data.known).sum(axis=0)
    odds = (positives + 1) / (data.known.sum(axis=0) - positives + 1)
    with torch.no_grad():
        layer.bias.copy_(torch.from_numpy(np.log(odds)))
    return layer


def _batches(n: int, config: TrainConfig) -> list[IntArray]:
    """Return the indices of every step, each epoch in an order of its own."""
    random = np.random.default_rng(config.seed)
    orders = [random.permutation(n) for _ in range(config.finetune)]
    return [order[start : start + _BATCH] for order in orders for start in range(0, n, _BATCH)]


def _tokens(model: "SentenceTransformer", texts: Sequence[str], limit: int) -> list[list[int]]:
    longest = min(limit, model.max_seq_length or limit)
    tokens: list[list[int]] = model.tokenizer(list(texts), truncation=True, max_length=longest)["input_ids"]
    return tokens


def _vectors(model: "SentenceTransformer", tokens: list[list[int]]) -> "torch.Tensor":
    """Return unit vectors, as the heads will see them, at the length that a linear layer begins well with."""
    import torch

    device = model.device
    padded: dict[str, Any] = model.tokenizer.pad({"input_ids": tokens}, return_tensors="pt")
    features = {name: value.to(device) for name, value in padded.items()}
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
        pooled = model(features)["sentence_embedding"]
    return torch.nn.functional.normalize(pooled.float(), dim=1) * math.sqrt(pooled.shape[1])


def _loss(logits: "torch.Tensor", targets: BoolMatrix, known: BoolMatrix) -> "torch.Tensor":
    """Return the mean binary cross-entropy of the labels that are known."""
    import torch

    wanted, weight = (torch.from_numpy(rows).to(logits.device, logits.dtype) for rows in (targets, known))
    summed = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, weight=weight, reduction="sum")
    return summed / weight.sum()
