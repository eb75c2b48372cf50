"""Train on so many articles: ``speed_growth_worker.py SOURCE ENCODER CACHE ANSWER.json``.

The encoder is loaded (the static one made) and vectors that the cache lacks are worked out first, and timed, so that
training itself finds them.
"""

import json
import sys
import time
from pathlib import Path

import newsclf
from newsclf import TrainConfig
from newsclf.embedding import EmbeddingCache, embed
from newsclf.encoders import load_encoder


def main(source: str, encoder: str, cache: str, answer: str) -> None:
    """Write the seconds of loading, of embedding what was new, and of each stage of training."""
    articles = newsclf.read_articles(source).articles
    start = time.perf_counter()
    loaded = load_encoder(encoder)
    loading = time.perf_counter() - start
    start = time.perf_counter()
    _, new = embed([article.content for article in articles], loaded, cache=EmbeddingCache(Path(cache), loaded))
    embedding = time.perf_counter() - start
    model = newsclf.train(articles, TrainConfig(encoder=encoder, cache_dir=Path(cache)))
    found = {
        "new": new,
        "load": loading,
        "embed": embedding,
        "stages": model.bundle.manifest["seconds"],
        "embedded_in_training": model.bundle.manifest["embedded"],
        "topics": len(model.bundle.topics.model.topics),
    }
    Path(answer).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
