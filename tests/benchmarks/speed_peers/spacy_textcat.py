"""spaCy's text classifier for several labels, a bag of words, in an otherwise blank English pipeline."""

import random
from pathlib import Path

import spacy
from spacy.training import Example
from spacy.util import minibatch

from speed_peers.protocol import Setting, contents, read_rows, write_rows

_EPOCHS = 3
_BATCH = 64
_BAG_OF_WORDS = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": False,
    "ngram_size": 1,
    "no_output_layer": False,
}
_CUT = 0.5


class SpacyTextcat:
    """`textcat_multilabel` with `TextCatBOW`, its fastest, and `nlp.pipe` with its defaults."""

    reloads = False

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._folder = setting.folder / "model"

    def train(self) -> None:
        """Learn from the source."""
        rows = read_rows(self._setting.source)
        names = sorted({theme for row in rows for theme in row["themes"]})
        nlp = spacy.blank("en")
        nlp.add_pipe("textcat_multilabel", config={"model": _BAG_OF_WORDS})
        examples = [
            Example.from_dict(nlp.make_doc(text), {"cats": {name: name in row["themes"] for name in names}})
            for row, text in zip(rows, contents(rows), strict=True)
        ]
        nlp.initialize(lambda: examples)
        rng = random.Random(0)
        for _ in range(_EPOCHS):
            rng.shuffle(examples)
            for batch in minibatch(examples, size=_BATCH):
                nlp.update(batch)
        nlp.to_disk(self._folder)

    def load(self) -> None:
        """Load the pipeline."""
        self._nlp = spacy.load(self._folder)

    def label_file(self, output: Path) -> None:
        """Label the source."""
        rows = read_rows(self._setting.source)
        docs = self._nlp.pipe(contents(rows))
        write_rows(output, rows, ([name for name, score in doc.cats.items() if score > _CUT] for doc in docs))
