"""sentence-transformers and scikit-learn as a user would write it: encode, one logistic regression a label."""

from collections.abc import Sequence
from pathlib import Path

import joblib
import numpy as np
from peers.protocol import FloatMatrix, minilm_folder
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer

from newsclf.windows import WINDOW_OVERLAP_TOKENS
from speed_peers.protocol import Setting, contents, read_rows, write_rows


class PlainMiniLM:
    """In float32; what is behind the first 256 tokens is not read."""

    reloads = False

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._file = setting.folder / "heads.joblib"

    def train(self) -> None:
        """Learn from the vectors of the source."""
        self._encoder = SentenceTransformer(minilm_folder())
        rows = read_rows(self._setting.source)
        names = MultiLabelBinarizer()
        targets = names.fit_transform([row["themes"] for row in rows])
        heads = OneVsRestClassifier(LogisticRegression(max_iter=1_000)).fit(self._vectors(contents(rows)), targets)
        joblib.dump((heads, names), self._file)

    def load(self) -> None:
        """Load encoder and heads."""
        self._encoder = SentenceTransformer(minilm_folder())
        self._heads, self._names = joblib.load(self._file)

    def label_file(self, output: Path) -> None:
        """Label the source, all of it at once."""
        rows = read_rows(self._setting.source)
        decided = self._heads.predict(self._vectors(contents(rows)))
        write_rows(output, rows, self._names.inverse_transform(decided))

    def _vectors(self, texts: Sequence[str]) -> FloatMatrix:
        return np.asarray(self._encoder.encode(list(texts)))


class PlainMiniLMWindows(PlainMiniLM):
    """The same, but texts are read whole, in newsclf's windows, whose vectors are averaged by tokens."""

    def _vectors(self, texts: Sequence[str]) -> FloatMatrix:
        pieces, owners, tokens = self._cut(texts)
        vectors = super()._vectors(pieces)
        sums = np.zeros((len(texts), vectors.shape[1]))
        np.add.at(sums, owners, vectors * np.array(tokens)[:, None])
        return sums / np.linalg.norm(sums, axis=1, keepdims=True)

    def _cut(self, texts: Sequence[str]) -> tuple[list[str], list[int], list[int]]:
        """Return the windows as texts, and for each the text that it is of and how many tokens it has."""
        tokenizer = self._encoder.tokenizer
        found = tokenizer(
            list(texts),
            truncation=True,
            max_length=self._encoder.max_seq_length,
            stride=WINDOW_OVERLAP_TOKENS,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        owners = list(found["overflow_to_sample_mapping"])
        # The first and the last token are marks without a place in the text.
        spans = [(places[1][0], places[-2][1]) for places in found["offset_mapping"]]
        pieces = [texts[owner][start:end] for owner, (start, end) in zip(owners, spans, strict=True)]
        return pieces, owners, [len(ids) for ids in found["input_ids"]]
