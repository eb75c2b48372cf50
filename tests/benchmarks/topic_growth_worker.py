"""Find topics among so many articles: ``topic_growth_worker.py CASE ARTICLES CLOCK``.

The case is a folder with ``texts.json`` and ``vectors.npy``. More articles than it has are drawn from it again, each
copy's vector turned a little, at random, so that no two are the same. Runs in a process of its own, whose peak memory
the launcher takes.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from newsclf import Article
from newsclf.arrays import FloatMatrix
from newsclf.topic_fitting import TopicOptions, assigning_model, find_clusters, name_topics

# Length of the random part beside the unit vector: the copy's cosine to the original is 0.89.
_TURN = 0.5


def main(case: str, n: str, clock: str) -> None:
    """Write the seconds of each step, the number of topics and the route."""
    texts = json.loads((Path(case) / "texts.json").read_text(encoding="utf-8"))
    vectors, rows = grown(np.load(Path(case) / "vectors.npy"), int(n))
    articles = [Article(text=texts[i]) for i in rows.tolist()]
    import bertopic  # noqa: F401 - what it costs to import is no matter of size

    seconds = {}
    start = time.perf_counter()
    options = TopicOptions()
    found = find_clusters(vectors, options)
    seconds["cluster"] = time.perf_counter() - start
    start = time.perf_counter()
    model = assigning_model(vectors, found, options)
    seconds["assign"] = time.perf_counter() - start
    start = time.perf_counter()
    name_topics(articles, found, model)
    seconds["name"] = time.perf_counter() - start
    answer = {"seconds": seconds, "topics": len(model.topics), "route": found.route}
    Path(clock).write_text(json.dumps(answer), encoding="utf-8")


def grown(vectors: FloatMatrix, n: int) -> tuple[FloatMatrix, "np.ndarray"]:
    """Return n unit vectors and the row that each comes from; the first ones are as they were."""
    if n <= len(vectors):
        return vectors[:n], np.arange(n)
    rng = np.random.default_rng(0)
    rows = np.concatenate([np.arange(len(vectors)), rng.integers(len(vectors), size=n - len(vectors))])
    found = np.empty((n, vectors.shape[1]), dtype=np.float32)
    for start in range(0, n, 10_000):
        part = vectors[rows[start : start + 10_000]]
        noise = rng.normal(size=part.shape).astype(np.float32)
        part = part + _TURN * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        found[start : start + 10_000] = part / np.linalg.norm(part, axis=1, keepdims=True)
    found[: len(vectors)] = vectors
    return found, rows


if __name__ == "__main__":
    main(*sys.argv[1:])
