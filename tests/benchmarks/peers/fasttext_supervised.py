"""fastText, with the settings of its own tutorials on text classification."""

import re
from collections.abc import Sequence
from typing import Any

import fasttext
import numpy as np

from peers.protocol import Answer, BoolMatrix, FloatMatrix, Setting, Text, answer_from

# One thread and one seed: more threads are faster, and no two runs are equal.
REPEATABLE = {"thread": 1, "seed": 0}
# https://fasttext.cc/docs/en/supervised-tutorial.html: its last command for several labels, and for one the same
# with the learning rate that it ends on and the plain softmax.
SEVERAL = {"lr": 0.5, "epoch": 25, "wordNgrams": 2, "bucket": 200_000, "dim": 50, "loss": "ova"}
_ONE = {"lr": 1.0, "epoch": 25, "wordNgrams": 2, "bucket": 200_000, "dim": 50, "loss": "softmax"}
LABEL = "__label__"


class FastText:
    """Lower case, punctuation apart, as the tutorial prepares texts. It does not learn from texts without a label."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._model: Any = None

    def fit(self, texts: Sequence[Text], targets: BoolMatrix) -> None:
        """Learn from n texts and their (n, k) labels."""
        file = self._setting.folder / "train.txt"
        with file.open("w", encoding="utf-8") as stream:
            for text, row in zip(texts, targets, strict=True):
                named = " ".join(f"{LABEL}{j}" for j in np.flatnonzero(row))
                stream.write(f"{named} {prepared_line(text.content)}\n")
        options = _ONE if self._setting.one_label else SEVERAL
        self._model = fasttext.train_supervised(input=str(file), verbose=0, **options, **REPEATABLE)
        file.unlink()

    def answer(self, texts: Sequence[Text]) -> Answer:
        """Label texts."""
        return answer_from(self._scores(texts), self._setting, cut=0.5)

    def _scores(self, texts: Sequence[Text]) -> FloatMatrix:
        scores = np.zeros((len(texts), len(self._setting.labels)))
        named, found = self._model.predict([prepared_line(text.content) for text in texts], k=-1)
        for row, (labels, values) in enumerate(zip(named, found, strict=True)):
            scores[row, [int(label.removeprefix(LABEL)) for label in labels]] = values
        return scores


def prepared_line(text: str) -> str:
    """Return a text as the tutorial prepares it, on one line."""
    return " ".join(re.sub(r"([.!?,'/()])", r" \1 ", text.lower()).split())
