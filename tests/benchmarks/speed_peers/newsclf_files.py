"""newsclf, with `newsclf.label_file`."""

import json
import os
from pathlib import Path

import newsclf
from newsclf import TrainConfig, label_workers, labelling  # noqa: F401 - imported before the clock starts
from newsclf.config import DEFAULT_ENCODER, STATIC_ENCODER
from newsclf.engine_choice import ENGINE_VARIABLE
from speed_peers.protocol import Setting

_DEFAULT_ROWS = 256
# Chunks for each process at least: as in a long file, none waits for another at the end.
_CHUNKS = 8


class NewsclfFiles:
    """Its defaults; one process a core, which it starts anew for every file."""

    encoder_name = DEFAULT_ENCODER
    cascade = 0.0
    engine = "torch"
    reloads = True

    def __init__(self, setting: Setting) -> None:
        os.environ[ENGINE_VARIABLE] = self.engine
        self._setting = setting
        self._model = setting.folder / "model"

    def train(self) -> None:
        """Train with all facets and topics."""
        config = TrainConfig(encoder=self.encoder_name, cascade=self.cascade, cache_dir=self._setting.vectors)
        newsclf.train(newsclf.read_articles(self._setting.source).articles, config).save(self._model)

    def load(self) -> None:
        """Label so few articles that starting processes and loading the model is all that takes time."""
        few = self._setting.folder / "few.jsonl"
        rows = [json.dumps({"text": "Oil rose."}) + "\n"] * self._setting.workers
        few.write_text("".join(rows), encoding="utf-8")
        self._label(few, few.with_name("few-labelled.jsonl"), rows_at_once=1)

    def label_file(self, output: Path) -> None:
        """Label the source."""
        size = self._setting.rows // (_CHUNKS * self._setting.workers)
        self._label(self._setting.source, output, rows_at_once=min(_DEFAULT_ROWS, max(1, size)))

    def _label(self, source: Path, output: Path, *, rows_at_once: int) -> None:
        newsclf.label_file(
            self._model,
            source,
            output,
            workers=self._setting.workers,
            rows_at_once=rows_at_once,
            overwrite=True,
            restart=True,
        )


class NewsclfStaticFiles(NewsclfFiles):
    """The same with ``--encoder static``."""

    encoder_name = STATIC_ENCODER


class NewsclfCascadeFiles(NewsclfFiles):
    """The same with ``--cascade 0.25``."""

    cascade = 0.25


class NewsclfOpenVinoFiles(NewsclfFiles):
    """The same with the extra ``openvino``."""

    engine = "openvino"
