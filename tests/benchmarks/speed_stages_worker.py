"""CPU time of all that newsclf does beside encoding: ``speed_stages_worker.py MODEL SOURCE ANSWER.json``.

Vectors are worked out first and handed over by a stand-in for the encoder. The whole is timed through the pipeline
itself; the parts that can be called alone are timed once more, and what is left is told as the rest. To be run with
one thread.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from newsclf import Article, NewsClassifier
from newsclf.arrays import BoolArray, FloatMatrix
from newsclf.chunk_labelling import ChunkLabeller
from newsclf.embedding import embed
from newsclf.features import Features, word_features
from newsclf.inference import load
from newsclf.labelled_formats import OutputForm
from newsclf.place_features import place_columns, place_features
from newsclf.places import country_codes, country_scores
from newsclf.reading.rows import Row, UnreadRow, article_of
from newsclf.reading.sources import RowSource
from newsclf.row_labelling import RowLabeller

Done = TypeVar("Done")
_CHUNK = 256


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

    def time(self, stage: str, work: Callable[[], Done]) -> Done:
        """Do a piece of work, and add up what it took."""
        start = time.process_time()
        done = work()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.process_time() - start
        return done


def main(directory: str, source: str, answer: str) -> None:
    """Write the seconds of each stage and of all, and the number of articles."""
    model = load(directory)
    articles = [article for chunk in _chunks(source) for article in _articles(chunk)]
    known = replace(model, encoder=KnownVectors(model, [article.content for article in articles]))
    labeller = ChunkLabeller(Path(directory), OutputForm(".jsonl"))
    labeller._labeller = RowLabeller(known)
    labeller.label(0, next(_chunks(source)))  # build the automaton of places
    clock = Clock()
    for number, chunk in enumerate(_chunks(source), 1):
        clock.time("all", lambda number=number, chunk=chunk: labeller.label(number, chunk))
    for chunk in _chunks(source):
        _time_parts(clock, known, chunk)
    clock.seconds["rest"] = clock.seconds["all"] - sum(s for stage, s in clock.seconds.items() if stage != "all")
    Path(answer).write_text(json.dumps({"seconds": clock.seconds, "n": len(articles)}), encoding="utf-8")


def _time_parts(clock: Clock, model: NewsClassifier, chunk: Sequence[UnreadRow]) -> None:
    bundle = model.bundle
    columns = place_columns(bundle.taxonomy, country_codes())
    articles = clock.time("read and clean", lambda: _articles(chunk))
    vectors = model.encoder.encode([article.content for article in articles])
    clock.time("words", lambda: word_features(articles, bundle.vocabulary))
    clock.time("places", lambda: place_features([country_scores(a.title, a.text) for a in articles], columns))
    features = bundle.features(articles, vectors)
    clock.time("heads", lambda: _run_heads(model, features, vectors))
    clock.time("topics", lambda: bundle.topics.model.assign(vectors))


def _run_heads(model: NewsClassifier, features: Features, vectors: FloatMatrix) -> None:
    model.bundle.familiarity.is_far(vectors)
    for facet, head in model.bundle.heads.items():
        matrix = features.matrix(facet)
        scores = head.scores(matrix)
        head.decide(scores)
        head.is_doubtful(matrix, scores)


def _articles(chunk: Sequence[UnreadRow]) -> list[Article]:
    read = (unread() for unread in chunk)
    return [article for row in read if isinstance(row, Row) and isinstance(article := article_of(row), Article)]


def _chunks(source: str) -> Iterator[list[UnreadRow]]:
    rows = iter(RowSource(source))
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


if __name__ == "__main__":
    main(*sys.argv[1:])
