"""Group near-copies of articles, so that none stands on both sides of a split."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from newsclf.arrays import IntArray
from newsclf.progress import Progress, silent

# Broder, "On the resemblance and containment of documents" (1997): shared word sequences over all of them.
_SHINGLE_WORDS = 3
_MIN_RESEMBLANCE = 0.5
_PERMUTATIONS = 128
# Fixes the hash functions only; it is not the seed of a run, since which texts resemble each other is a fact.
_HASH_SEED = 1


def near_copy_groups(texts: Sequence[str], *, progress: Progress = silent) -> IntArray:
    """Give a number to each group of texts that share at least half of their three-word sequences.

    Parameters
    ----------
    texts : length n

    Returns
    -------
    (n,) int
        Equal numbers are near-copies of each other, directly or through others in the group.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=_MIN_RESEMBLANCE, num_perm=_PERMUTATIONS)
    shingles = (_shingles(text) for text in texts)
    sketches = MinHash.generator(shingles, num_perm=_PERMUTATIONS, seed=_HASH_SEED, hashfunc=_hash32)
    kept: list[MinHash] = []
    pairs: list[tuple[int, int]] = []
    for i, sketch in enumerate(sketches):
        pairs += [(i, j) for j in index.query(sketch) if sketch.jaccard(kept[j]) >= _MIN_RESEMBLANCE]
        index.insert(i, sketch)
        kept.append(sketch)
        if i % 256 == 0:
            progress("find near-copies", i, len(texts))
    progress("find near-copies", len(texts), len(texts))
    return _components(pairs, len(texts))


def _shingles(text: str) -> list[bytes]:
    words = re.findall(r"\w+", text.casefold())
    last = max(1, len(words) - _SHINGLE_WORDS + 1)
    return list({" ".join(words[i : i + _SHINGLE_WORDS]).encode() for i in range(last)})


def _hash32(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=4).digest(), "little")


def _components(pairs: Sequence[tuple[int, int]], n: int) -> IntArray:
    rows, columns = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    graph = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(n, n))
    groups: IntArray = connected_components(graph, directed=False)[1].astype(np.intp)
    return groups
