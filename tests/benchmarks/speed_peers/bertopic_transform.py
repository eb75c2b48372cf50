"""BERTopic's own transform, with its UMAP and HDBSCAN, on vectors that are given."""

from collections.abc import Sequence
from pathlib import Path

from bertopic import BERTopic

from newsclf.arrays import FloatMatrix
from newsclf.embedding import EmbeddingCache, embed
from newsclf.encoders import load_encoder
from speed_peers.protocol import Setting, contents, read_rows, write_rows


class BertopicTransform:
    """Its defaults, saved as a pickle: only that keeps what transform runs when it is first fitted."""

    reloads = False

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._file = setting.folder / "model.pickle"

    def train(self) -> None:
        """Find topics in the source."""
        texts = contents(read_rows(self._setting.source))
        model = BERTopic()
        model.fit(texts, embeddings=self._vectors(texts))
        model.save(str(self._file), serialization="pickle", save_embedding_model=False)

    def load(self) -> None:
        """Load the topics, and the vectors of what will be labelled."""
        self._given = self._vectors(contents(read_rows(self._setting.source)))
        self._model = BERTopic.load(str(self._file))

    def label_file(self, output: Path) -> None:
        """Give each article of the source its topic."""
        rows = read_rows(self._setting.source)
        topics, _ = self._model.transform(contents(rows), embeddings=self._given)
        write_rows(output, rows, ([str(topic)] for topic in topics))

    def _vectors(self, texts: Sequence[str]) -> FloatMatrix:
        encoder = load_encoder()
        return embed(texts, encoder, cache=EmbeddingCache(self._setting.vectors, encoder))[0]
