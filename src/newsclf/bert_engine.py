"""What an engine is that runs a BERT, whichever it is."""

from dataclasses import dataclass
from typing import Protocol

from newsclf.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class BertShape:
    """What of a BERT's configuration its weights do not show."""

    heads: int
    layers: int
    epsilon: float


class BertEngine(Protocol):
    """A BERT with mean pooling, in memory."""

    @property
    def rounding(self) -> str:
        """Device and type that it multiplies in: engines that share it give the same vectors."""

    @property
    def batch_tokens(self) -> int:
        """How many tokens it is best given at a time."""

    def vectors(self, windows: list[list[int]]) -> FloatArray:
        """Return (b, d) vectors, means of those of the tokens, of b windows of token ids sorted by length.

        A window's vector is the same in any batch but for rounding, in bfloat16 to the last bit.
        """
