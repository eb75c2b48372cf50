"""Articles that topics are found in, each made from the folder of real news."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np

from newsclf import Article, read_articles
from newsclf.arrays import FloatMatrix
from newsclf.embedding import EmbeddingCache, embed
from newsclf.encoders import Encoder
from newsclf.reading.archive_page import clean_article

_SEED = 0
_REUTERS_ARTICLES = 10_000
# Coherence slides windows over every word, and these are ten times as long as those of Reuters.
_ALLSIDES_ARTICLES = 3_000


@dataclass(frozen=True, slots=True)
class TopicSet:
    """Texts to find topics in, and what is known of them.

    Parameters
    ----------
    name
        Its part of the results' keys.
    data, cut
        What it was made from, in words.
    texts : length n
        Title and text as training reads them; none blank.
    labels : length n
        The one label of each article, or None where it has none or several.
    """

    name: str
    data: str
    cut: str
    texts: tuple[str, ...]
    labels: tuple[str | None, ...]

    def vectors(self, encoder: Encoder, folder: Path) -> FloatMatrix:
        """Return (n, d) unit vectors; those that the folder has are not computed again."""
        return embed(self.texts, encoder, cache=EmbeddingCache(folder, encoder))[0]

    def write_case(self, encoder: Encoder, runs: Path) -> Path:
        """Write what processes of their own read; answers to another set of the same name are gone then."""
        case = runs / f"topics_{self.name}"
        content = json.dumps(self.texts)
        file = case / "texts.json"
        if not file.is_file() or file.read_text(encoding="utf-8") != content:
            shutil.rmtree(case, ignore_errors=True)
            case.mkdir(parents=True)
            np.save(case / "vectors.npy", self.vectors(encoder, runs / "vectors"))
            file.write_text(content, encoding="utf-8")
        return case


def make_topic_set(articles: Sequence[Article], *, name: str, data: str, limit: int | None = None) -> TopicSet:
    """Take the articles that have a text, all of them or so many, drawn with one seed and left in order."""
    kept = [article for article in map(clean_article, articles) if article.text.strip()]
    if limit is not None and limit < len(kept):
        drawn = np.random.default_rng(_SEED).permutation(len(kept))[:limit]
        kept = [kept[i] for i in np.sort(drawn)]
    return TopicSet(
        name=name,
        data=data,
        cut="all articles with a text" if limit is None else f"{len(kept):,} articles with a text, drawn",
        texts=tuple(article.content for article in kept),
        labels=tuple(article.themes[0] if len(article.themes) == 1 else None for article in kept),
    )


def _build(folder: Path, *, file: str, name: str, data: str, limit: int | None) -> TopicSet:
    return make_topic_set(read_articles(folder / file).articles, name=name, data=data, limit=limit)


_BBC = partial(_build, file="bbc2005.jsonl.gz", name="bbc", data="BBC 2005", limit=None)
_REUTERS = partial(_build, file="reuters21578.jsonl.gz", name="reuters", data="Reuters-21578", limit=_REUTERS_ARTICLES)
_ALLSIDES = partial(_build, file="allsides-train.jsonl.gz", name="allsides", data="AllSides", limit=_ALLSIDES_ARTICLES)
#: Name to what makes the set from the folder of real news.
TOPIC_SETS: Mapping[str, Callable[[Path], TopicSet]] = MappingProxyType(
    {"bbc": _BBC, "reuters": _REUTERS, "allsides": _ALLSIDES}
)
