"""Whether the sentences shown for a label carry it: its probability without them, and without as many others.

They are chosen by what happens when each alone is taken out, and here taken out together.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from recording import ROOT, record

import newsclf
from newsclf import Article, LabelEvidence, NewsClassifier
from newsclf.embedding import embed
from newsclf.reading.archive_page import clean_article
from newsclf.sentences import Sentence, split_sentences, without

pytestmark = pytest.mark.benchmark

SEED = 7
DRAWS = 5


@dataclass(frozen=True, slots=True)
class Deletion:
    """How far a label's probability falls without the sentences shown, and on average without others; in words too."""

    shown: float
    others: float
    shown_words: float
    others_words: float


@pytest.fixture(scope="module")
def model() -> NewsClassifier:
    return newsclf.load(ROOT / "models" / "default")


def deletions(model: NewsClassifier, article: Article, rng: random.Random) -> list[Deletion]:
    """Return one deletion for each label that has sentences shown, and as many others that can be drawn."""
    article = clean_article(article)
    evidence = model.predict(article, explain=True).evidence
    assert evidence is not None
    sentences = split_sentences(article)
    cases = [(entry, _shown(entry, article, sentences)) for entry in evidence.labels]
    cases = [(entry, shown) for entry, shown in cases if 0 < len(shown) <= len(sentences) / 2]
    groups = [
        group
        for _, shown in cases
        for group in [shown, *(rng.sample([s for s in sentences if s not in shown], len(shown)) for _ in range(DRAWS))]
    ]
    articles = [article, *(without(article, group) for group in groups)]
    vectors, _ = embed([reduced.content for reduced in articles], model.encoder)
    scores = model.scores(articles, vectors)
    found = []
    for case, (entry, _) in enumerate(cases):
        column = scores[entry.facet][:, model.facets[entry.facet].index(entry.label)]
        rows = slice(1 + case * (DRAWS + 1), 1 + (case + 1) * (DRAWS + 1))
        falls = column[0] - column[rows]
        words = [sum(len(s.text.split()) for s in group) for group in groups[rows.start - 1 : rows.stop - 1]]
        found.append(Deletion(falls[0], float(falls[1:].mean()), words[0], float(np.mean(words[1:]))))
    return found


def _shown(entry: LabelEvidence, article: Article, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences at the offsets that the evidence of a label gives."""
    body = len(article.content) - len(article.text)
    at = {(0 if s.is_title else body) + s.start: s for s in sentences}
    return [at[sentence.start] for sentence in entry.sentences]


def summary(found: Sequence[Deletion]) -> dict[str, float]:
    rows = np.array([[d.shown, d.others, d.shown > d.others, d.shown_words, d.others_words] for d in found])
    names = ("shown", "others", "shown_falls_further", "shown_words", "others_words")
    return {"cases": len(found)} | {n: round(float(v), 4) for n, v in zip(names, rows.mean(axis=0), strict=True)}


@pytest.mark.parametrize(
    ("name", "n", "data"),
    [("wcep-2025", 150, "WCEP 2025"), ("bbc2005", 80, "BBC 2005"), ("muc34-train", 60, "MUC-3 and MUC-4, train")],
    ids=["wcep", "bbc", "muc"],
)
def test_a_label_falls_further_without_the_sentences_shown(
    model: NewsClassifier, benchmark_data: Path, name: str, n: int, data: str
) -> None:
    rng = random.Random(SEED)
    articles = rng.sample(list(newsclf.read_articles(benchmark_data / f"{name}.jsonl.gz")), n)
    found = summary([case for article in articles for case in deletions(model, article, rng)])
    record(f"evidence_deletion_{name.partition('-')[0]}", {"n": n, **found}, data=data, split=f"{n} drawn")

    assert found["shown"] > 2 * found["others"]
    assert found["shown_falls_further"] >= 0.8
