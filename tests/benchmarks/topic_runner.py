"""Run a topic model on a set in a process of its own, and measure what it found."""

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from peers.roster import Entry
from recording import Book
from runner import HERE, NotRunError, call, python_of
from topic_peers.roster import FIND_OUT, NEWSCLF, TOLD_LABELS
from topic_scoring import TopicAnswers, topic_figures
from topic_sets import TopicSet

from newsclf.encoders import Encoder

#: Fits of each model, seeds from 0.
SEEDS = 5


@dataclass(frozen=True, slots=True)
class TopicBench:
    """Where answers and vectors are kept between runs, what makes vectors, and where results go."""

    runs: Path
    book: Book
    encoder: Encoder
    seeds: int = SEEDS

    def measure(self, topic_set: TopicSet, entry: Entry) -> Mapping[str, Any]:
        """Run a topic model on a set and return its row of the results.

        Raises
        ------
        NotRunError
            If the model needs an environment that is not there, or newsclf has not run on the set.
        """
        answers = self._run(topic_set, entry)
        figures = {
            "n": len(topic_set.texts),
            "labelled": sum(label is not None for label in topic_set.labels),
            "seeds": self.seeds,
            "how": entry.how,
            **topic_figures(topic_set, answers),
        }
        key = f"topics_{topic_set.name}/{entry.name}"
        self.book.record(key, figures, data=topic_set.data, split=topic_set.cut)
        return self.book.read()[key]

    def _run(self, topic_set: TopicSet, entry: Entry) -> TopicAnswers:
        python = python_of(entry)
        case = topic_set.write_case(self.encoder, self.runs)
        topics = self._topics(topic_set, entry, case)
        folder = case / entry.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        worker = [python, str(HERE / "topic_worker.py"), str(case), entry.factory, str(self.seeds), str(topics)]
        call([sys.executable, "-S", str(HERE / "launcher.py"), str(folder / "cost.json"), *worker, str(folder)])
        return _read(folder)

    def _topics(self, topic_set: TopicSet, entry: Entry, case: Path) -> int:
        """Return how many topics a model is told to find; 0 where it finds out itself."""
        if entry in FIND_OUT:
            return 0
        if entry in TOLD_LABELS:
            return len(set(topic_set.labels) - {None})
        return self._found_by_newsclf(case)

    def _found_by_newsclf(self, case: Path) -> int:
        file = case / NEWSCLF.name / "keywords.json"
        if not file.is_file():
            raise NotRunError(f"newsclf has not run on {case.name}; other models are told how many topics it found")
        return len(json.loads(file.read_text(encoding="utf-8"))[0])


def _read(folder: Path) -> TopicAnswers:
    with np.load(folder / "answers.npz") as saved:
        arrays = dict(saved)
    return TopicAnswers(
        **arrays,
        keywords=json.loads((folder / "keywords.json").read_text(encoding="utf-8")),
        seconds=json.loads((folder / "clock.json").read_text(encoding="utf-8")),
        peak_bytes=json.loads((folder / "cost.json").read_text(encoding="utf-8"))["peak_bytes"],
    )
