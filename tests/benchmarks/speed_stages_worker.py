"""CPU time of all that newsclf does beside encoding: ``speed_stages_worker.py MODEL SOURCE ANSWER.json``.

Vectors are worked out first and handed over by a stand-in for the encoder. What the pipeline calls is timed while it
runs, and what is left of the whole is told as the rest. To be run with one thread.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from newsclf import Article, NewsClassifier, bundle, features, inference, row_labelling
from newsclf.arrays import BoolArray, FloatMatrix
from newsclf.chunk_labelling import ChunkLabeller
from newsclf.embedding import embed
from newsclf.labelled_formats import OutputForm
from newsclf.reading.rows import Row, UnreadRow, article_of
from newsclf.reading.sources import RowSource
from newsclf.topics import TopicModel

_CHUNK = 256
# Where the pipeline finds what does the work of each stage.
_STAGES: Sequence[tuple[str, Any, str]] = (
    ("read and clean", row_labelling, "article_of"),
    ("words", bundle, "word_features"),
    ("places", features, "country_scores"),
    ("places", features, "place_features"),
    ("heads", inference, "answer_in_stages"),
    ("topics", TopicModel, "assign"),
)


class KnownVectors:
    """Stands in for an encoder with vectors that are known."""

    def __init__(self, model: NewsClassifier, texts: Sequence[str]) -> None:
        encoder = model.encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.fingerprint, self.cache_key = encoder.fingerprint, encoder.cache_key
        self._vectors = dict(zip(texts, embed(texts, encoder)[0], strict=True))

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return (n, dim) vectors."""
        return np.stack([self._vectors[text] for text in texts])

    def unread(self, texts: Sequence[str]) -> BoolArray:
        """Say that all are read to their end."""
        return np.zeros(len(texts), dtype=bool)


class Clock:
    """CPU seconds of this process, by what it did."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, stage: str, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do a piece of work, and add up what it took."""
        start = time.process_time()
        done = work(*arguments)
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.process_time() - start
        return done


def main(directory: str, source: str, answer: str) -> None:
    """Write the seconds of each stage and of all, and the number of articles."""
    model = inference.load(directory)
    chunks = list(_chunks(source))
    articles = [article for chunk in chunks for article in _articles(chunk)]
    known = replace(model, encoder=KnownVectors(model, [article.content for article in articles]))
    labeller = ChunkLabeller(Path(directory), OutputForm(".jsonl"))
    labeller._labeller = row_labelling.RowLabeller(known)
    labeller.label(0, chunks[0])  # build the automaton of places
    clock = Clock()
    with ExitStack() as stack:
        for stage, place, name in _STAGES:
            stack.enter_context(patch.object(place, name, _timed(clock, stage, getattr(place, name))))
        for number, chunk in enumerate(chunks, 1):
            rows = [UnreadRow(partial(clock.time, "read and clean", row.read), row.size) for row in chunk]
            clock.time("all", labeller.label, number, rows)
    clock.seconds["rest"] = clock.seconds["all"] - sum(s for stage, s in clock.seconds.items() if stage != "all")
    Path(answer).write_text(json.dumps({"seconds": clock.seconds, "n": len(articles)}), encoding="utf-8")


def _timed(clock: Clock, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function, which a class can have as a method, that does the work on the clock."""

    def timed(*arguments: Any) -> Any:
        return clock.time(stage, work, *arguments)

    return timed


def _articles(chunk: Sequence[UnreadRow]) -> list[Article]:
    read = (unread() for unread in chunk)
    return [article for row in read if isinstance(row, Row) and isinstance(article := article_of(row), Article)]


def _chunks(source: str) -> Iterator[list[UnreadRow]]:
    rows = iter(RowSource(source))
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


if __name__ == "__main__":
    main(*sys.argv[1:])
