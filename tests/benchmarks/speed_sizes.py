"""How much each speed benchmark measures, at size and in a trial run."""

import os
from dataclasses import dataclass, replace

#: Set to anything, everything runs on a few articles, once, and no result is kept.
TRIAL = "NEWSCLF_SPEED_TRIAL"
#: Rows that memory is watched over, instead of a million.
MEMORY_ROWS = "NEWSCLF_SPEED_MEMORY_ROWS"
#: Processes of newsclf and of the bare encoder, instead of one a core: a GPU wants few.
WORKERS = "NEWSCLF_SPEED_WORKERS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Articles and repetitions.

    Parameters
    ----------
    train, themes
        Articles that every entry is trained on once, and how many of the commonest themes they are of.
    slow, fast
        Articles of 250 words that entries with and without a network label.
    whole
        Articles as they are.
    rounds
        Runs of each entry, in turn.
    cold
        Fresh processes that give a first prediction.
    stages
        Articles that are labelled without the encoder.
    memory
        Rows of the file that memory is watched over.
    growth
        Articles that are trained on and labelled, rising.
    ray_minilm, ray_static
        Articles that one and two Ray workers label.
    """

    train: int
    themes: int
    slow: int
    fast: int
    whole: int
    rounds: int
    cold: int
    stages: int
    memory: int
    growth: tuple[int, ...]
    ray_minilm: int
    ray_static: int


FULL = Sizes(
    train=2_000,
    themes=40,
    slow=2_000,
    fast=20_000,
    whole=1_024,
    rounds=3,
    cold=5,
    stages=2_000,
    memory=1_000_000,
    growth=(1_000, 3_000, 10_000, 30_000),
    ray_minilm=5_000,
    ray_static=60_000,
)
_FEW = Sizes(
    train=60,
    themes=3,
    slow=20,
    fast=60,
    whole=8,
    rounds=1,
    cold=1,
    stages=40,
    memory=600,
    growth=(40, 60),
    ray_minilm=16,
    ray_static=60,
)


def is_trial() -> bool:
    """Say whether this run only shows that everything works."""
    return bool(os.environ.get(TRIAL))


def chosen_sizes() -> Sizes:
    """Return the sizes of this run."""
    sizes = _FEW if is_trial() else FULL
    rows = os.environ.get(MEMORY_ROWS)
    return replace(sizes, memory=int(rows)) if rows else sizes


def chosen_workers() -> int:
    """Return how many processes share the work of one entry."""
    return int(os.environ.get(WORKERS) or len(os.sched_getaffinity(0)))
