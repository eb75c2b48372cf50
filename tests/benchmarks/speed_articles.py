"""Articles that speed is measured on: those of AllSides, whole or cut to 250 words, and as many as are asked for."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from newsclf import Article, read_articles

DATA = "AllSides"
WORDS = 250
_SEED = 0


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """JSON lines of n articles, of which so many differ: the rest are these once more."""

    path: Path
    n: int
    different: int

    @property
    def split(self) -> str:
        """What the file holds, for the results."""
        again = "" if self.different == self.n else f", {self.different:,} different ones repeated"
        return f"{self.n:,} articles{again}"


@lru_cache(maxsize=1)
def allsides(data: Path) -> tuple[Article, ...]:
    """Return the articles that have a text, drawn into one order."""
    articles = [article for article in read_articles(data / "allsides-train.jsonl.gz") if article.text.strip()]
    return tuple(articles[i] for i in np.random.default_rng(_SEED).permutation(len(articles)))


def at_250_words(articles: Sequence[Article]) -> list[Article]:
    """Cut the texts that are long enough to 250 words; others are left out."""
    cut = [(article, cut_words(article.text, WORDS)) for article in articles]
    return [replace(article, text=text) for article, text in cut if text is not None]


def cut_words(text: str, words: int) -> str | None:
    """Return a text up to its so manieth word, with its line ends; None where it has fewer."""
    last = next(islice(re.finditer(r"\S+", text), words - 1, None), None)
    return text[: last.end()] if last else None


def of_common_themes(articles: Sequence[Article], themes: int) -> list[Article]:
    """Keep the articles whose theme is among the commonest."""
    counts = Counter(article.themes[0] for article in articles if article.themes)
    common = {theme for theme, _ in counts.most_common(themes)}
    return [article for article in articles if common & set(article.themes)]


def grown(articles: Sequence[Article], n: int) -> Iterator[Article]:
    """Yield n articles, once there are no more the same with their words shuffled: no near-copies of one another.

    Those have no colons: headings that many share, such as "Politics of US: Trade", would be taken for a label leak.
    """
    yield from articles[:n]
    rng = np.random.default_rng(_SEED)
    for article in islice(cycle(articles), max(0, n - len(articles))):
        words = article.text.replace(":", " ").split()
        text = " ".join(words[i] for i in rng.permutation(len(words)))
        yield replace(article, title=article.title.replace(":", " "), text=text)


def write_articles(file: Path, articles: Sequence[Article], n: int, *, labelled: bool = False) -> ArticleFile:
    """Write n articles as JSON lines, from the first again where there are fewer; labels only where asked for."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [_line(article, labelled=labelled) for article in articles[:n]]
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(islice(cycle(lines), n))
    return ArticleFile(file, n, len(lines))


def _line(article: Article, *, labelled: bool) -> str:
    row: dict[str, object] = {"id": article.id, "title": article.title, "text": article.text}
    if labelled:
        row |= {"themes": article.themes, "regions": article.regions}
    return json.dumps(row, ensure_ascii=False) + "\n"
