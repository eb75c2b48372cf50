"""The topics of a model directory, with the counts of their words and the articles that wait for one."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from newsclf.arrays import IntArray
from newsclf.schema import Article
from newsclf.stored_files import read_arrays, read_json, read_json_lines, write_arrays, write_json, write_json_lines
from newsclf.topic_state import TopicState, Waiting
from newsclf.topic_storage import read_topics, topic_arrays, topic_rows, topics_fit
from newsclf.topic_words import TopicWords

_CSR = ("data", "indices", "indptr")
_TEXTS = tuple(found.name for found in fields(Article) if found.name != "labels")


def write_topic_state(folder: Path, state: TopicState) -> None:
    """Write topics, words, and waiting articles where there are any, into a model directory."""
    write_arrays(folder / "topics.safetensors", **topic_arrays(state.model))
    write_json(folder / "topics.json", topic_rows(state.model))
    words = state.words.following(state.model)
    write_arrays(folder / "topic_words.safetensors", **_word_arrays(words))
    write_json(folder / "topic_words.json", {"publishers": words.publishers, "forms": words.forms})
    if state.waiting.articles:
        write_arrays(folder / "waiting.safetensors", vectors=state.waiting.vectors)
        write_json_lines(folder / "waiting.jsonl", map(_row, state.waiting.articles))


def read_topic_state(folder: Path) -> TopicState:
    """Read what was written; `topic_state_fits` says whether the parts belong together.

    Raises
    ------
    BundleError, KeyError, TypeError, ValueError, OSError
        If a file or a column is missing, or holds something else.
    """
    model = read_topics(read_arrays(folder / "topics.safetensors"), read_json(folder / "topics.json"))
    counts, named = read_arrays(folder / "topic_words.safetensors"), read_json(folder / "topic_words.json")
    forms, publishers = tuple(named["forms"]), tuple(named["publishers"])
    words = TopicWords(model.ids, forms, _counts(counts, (len(model.topics), len(forms))), publishers)
    articles, vectors = folder / "waiting.jsonl", folder / "waiting.safetensors"
    if not (articles.exists() or vectors.exists()):
        return TopicState.start(model, words)
    waiting = Waiting(tuple(map(_article, read_json_lines(articles))), read_arrays(vectors)["vectors"])
    return TopicState(model, words, waiting)


def topic_state_fits(state: TopicState, dim: int) -> bool:
    """Whether topics, words and waiting articles are of the kinds and shapes that belong together."""
    words, waiting = state.words, state.waiting
    return topics_fit(state.model, dim) and all(
        (
            _are_strings(words.forms) and list(words.forms) == sorted(set(words.forms)),
            _are_strings(words.publishers),
            bool((words.counts.data > 0).all()),
            waiting.vectors.shape == (len(waiting.articles), dim),
        )
    )


def _word_arrays(words: TopicWords) -> dict[str, Any]:
    counts = csr_array(words.counts, copy=True)
    counts.sum_duplicates()
    counts.eliminate_zeros()
    return {name: _narrow(getattr(counts, name)) for name in _CSR}


def _narrow(values: IntArray) -> IntArray:
    """Return numbers from 0 in the narrowest type that holds them: most words are counted in one byte."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


def _counts(arrays: Mapping[str, Any], shape: tuple[int, int]) -> csr_array:
    data, indices, indptr = (arrays[name].astype(np.int64) for name in _CSR)
    counts = csr_array((data, indices, indptr), shape=shape)
    counts.check_format(full_check=True)
    return counts


def _row(article: Article) -> dict[str, Any]:
    labels = {facet: list(names) for facet, names in article.labels.items()}
    return {name: getattr(article, name) for name in _TEXTS} | {"labels": labels}


def _article(row: Mapping[str, Any]) -> Article:
    if not _are_strings(tuple(row[name] for name in _TEXTS)):
        raise ValueError(f"the waiting article {row['id']!r:.40} has a column that is no text")
    labels = {facet: tuple(names) for facet, names in row["labels"].items()}
    if not all(_are_strings(names) for names in labels.values()):
        raise ValueError(f"the waiting article {row['id']!r:.40} has labels that are no text")
    return Article(**{name: row[name] for name in _TEXTS}, labels=labels)


def _are_strings(values: tuple[Any, ...]) -> bool:
    return all(isinstance(value, str) for value in values)
