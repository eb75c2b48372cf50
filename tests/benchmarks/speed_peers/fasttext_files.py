"""fastText, with the settings and the preparation of texts of its own tutorials."""

from pathlib import Path

import fasttext
from peers.fasttext_supervised import LABEL, REPEATABLE, SEVERAL, prepared_line

from speed_peers.protocol import Setting, contents, read_rows, write_rows


class FastTextFiles:
    """One against all, cut at 0.5; predict has one thread."""

    reloads = False

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._file = setting.folder / "model.bin"

    def train(self) -> None:
        """Learn from the source."""
        rows = read_rows(self._setting.source)
        lines = self._setting.folder / "train.txt"
        with lines.open("w", encoding="utf-8") as stream:
            for row, text in zip(rows, contents(rows), strict=True):
                named = " ".join(LABEL + theme.replace(" ", "_") for theme in row["themes"])
                stream.write(f"{named} {prepared_line(text)}\n")
        model = fasttext.train_supervised(input=str(lines), verbose=0, **SEVERAL, **REPEATABLE)
        model.save_model(str(self._file))

    def load(self) -> None:
        """Load the model."""
        self._model = fasttext.load_model(str(self._file))

    def label_file(self, output: Path) -> None:
        """Label the source, all of it at once."""
        rows = read_rows(self._setting.source)
        found, _ = self._model.predict([prepared_line(text) for text in contents(rows)], k=-1, threshold=0.5)
        write_rows(output, rows, ([name.removeprefix(LABEL) for name in names] for names in found))
