"""Whatever is added to topics and merged, a model directory gives back what was put into it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclf import Article
from newsclf.arrays import FloatMatrix
from newsclf.topic_hierarchy import merge_topics
from newsclf.topic_state import TopicState
from newsclf.topic_state_storage import read_topic_state, topic_state_fits, write_topic_state
from newsclf.topic_updating import add_articles
from newsclf.topic_words import count_words
from newsclf.topics import NO_TOPIC, Topic, TopicModel

DIM = 3
QUICK = settings(max_examples=50, deadline=None)
TEXTS = st.one_of(
    st.lists(st.sampled_from(["oil", "Oil", "OPEC", "goal", "storm", "Ещё", "the", "\n\n", "\u2028", "\ud800"])).map(
        " ".join
    ),
    st.text(max_size=30),
)
ARTICLES = st.builds(
    Article,
    **dict.fromkeys(("title", "text", "id", "date", "source", "url", "author", "split"), TEXTS),
    labels=st.dictionaries(st.sampled_from(["theme", "region"]), st.lists(TEXTS, max_size=2).map(tuple)),
)


def unit_rows(seed: int, n: int) -> FloatMatrix:
    rows = np.random.default_rng(seed).normal(size=(n, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def state_of(topics: set[int], counted: Sequence[Article], added: Sequence[Article], *, seed: int) -> TopicState:
    """Return topics that articles were added to, the first two of them merged with an even seed."""
    ids = sorted(topics)
    model = TopicModel(
        topics=tuple(Topic(i, f"name {i}", (f"word{i}",), 3) for i in ids),
        centroids=unit_rows(seed, len(ids)),
        min_similarities=np.full(len(ids), 0.8),
        typical_similarity=0.85 if seed % 3 else None,
    )
    words = count_words(counted, np.resize([*ids, NO_TOPIC], len(counted)), ids=model.ids)
    if len(ids) > 1 and seed % 2 == 0:
        model = merge_topics(model, [ids[:2]], words=words)
    state = TopicState.start(model, words.following(model))
    return add_articles(state, added, unit_rows(seed + 1, len(added)), min_size=2, min_similarity=0.5).state


@given(
    st.sets(st.integers(0, 300), max_size=5),
    st.lists(ARTICLES, max_size=6),
    st.lists(ARTICLES, max_size=6),
    st.integers(0, 99),
)
@QUICK
def test_a_state_that_is_read_is_the_one_that_was_written(
    topics: set[int], counted: list[Article], added: list[Article], seed: int
) -> None:
    state = state_of(topics, counted, added, seed=seed)

    with tempfile.TemporaryDirectory() as folder:
        write_topic_state(Path(folder), state)
        again = read_topic_state(Path(folder))

    vectors = unit_rows(100, 50)
    assert topic_state_fits(again, DIM)
    assert again.model.topics == state.model.topics
    for before, after in zip(state.model.assign(vectors), again.model.assign(vectors), strict=True):
        assert (before == after).all()
    assert (again.words.forms, again.words.publishers) == (state.words.forms, state.words.publishers)
    assert again.words.ids.tolist() == state.words.ids.tolist()
    assert again.words.counts.dtype == state.words.counts.dtype
    assert again.words.counts.toarray().tolist() == state.words.counts.toarray().tolist()
    assert again.waiting.articles == state.waiting.articles
    assert (again.waiting.vectors == state.waiting.vectors).all()
