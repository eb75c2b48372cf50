"""How many of the labels made wrong on purpose an audit finds."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from corrupting import found_in, swap_labels
from recording import record

import newsclf
from newsclf import Article

pytestmark = pytest.mark.benchmark

_SHARE = 0.05


def r90_training_side(articles: Sequence[Article]) -> list[Article]:
    """Return the ModApte training articles with the topics that have an article on both sides."""
    sides = [{topic for a in articles if a.split == side for topic in a.themes} for side in ("train", "test")]
    topics = sides[0] & sides[1]
    kept = [
        replace(a, labels={"theme": tuple(topic for topic in a.themes if topic in topics)})
        for a in articles
        if a.split == "train"
    ]
    return [article for article in kept if article.themes]


def audit_figures(articles: Sequence[Article], *, cache_dir: Path, seed: int = 0) -> dict[str, float]:
    """Corrupt a twentieth of the themes, and count how many of them an audit finds."""
    corrupted = swap_labels(articles, "theme", share=_SHARE, seed=seed)
    audit = newsclf.audit(corrupted.articles, newsclf.TrainConfig(taxonomy=None, cache_dir=cache_dir))
    figures = {name: round(value, 4) for name, value in asdict(found_in(audit, corrupted)).items()}
    return {"n": len(articles), "corrupted": len(corrupted.surplus), "issues": len(audit.issues), **figures}


def test_an_audit_finds_most_labels_made_wrong_on_reuters(benchmark_data: Path, runs: Path) -> None:
    articles = r90_training_side(newsclf.read_articles(benchmark_data / "reuters21578.jsonl.gz"))
    figures = audit_figures(articles, cache_dir=runs / "vectors")
    record(
        "label_audit_reuters",
        {"facet": "theme", **figures},
        data="Reuters-21578 R90",
        split="ModApte, training side, 5% of the labels swapped",
    )

    # On 600 of the articles, over three seeds, they were 0.78 to 0.83 and 0.64 to 0.67. Errors that the collection
    # had before count as false.
    assert figures["n"] == 7_770
    assert figures["precision"] >= 0.7
    assert figures["recall"] >= 0.6
