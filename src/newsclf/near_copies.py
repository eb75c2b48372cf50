"""Group near-copies of articles, so that none stands on both sides of a split."""

import hashlib
import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from newsclf.arrays import IntArray
from newsclf.parallel import in_chunks
from newsclf.progress import Progress, silent

#: (n, 128): by how many of their columns rows agree says how much texts have in common.
Sketches = NDArray[np.unsignedinteger]

# Broder, "On the resemblance and containment of documents" (1997): shared word sequences over all of them.
_SHINGLE_WORDS = 3
_MIN_RESEMBLANCE = 0.5
_PERMUTATIONS = 128
# Fixes the hash functions only; it is not the seed of a run, since which texts resemble each other is a fact.
_HASH_SEED = 1


def near_copy_groups(texts: Sequence[str], *, jobs: int = 1, progress: Progress = silent) -> IntArray:
    """Give a number to each group of texts that share at least half of their three-word sequences.

    Parameters
    ----------
    texts : length n
    jobs
        Processes, -1 for one a core.

    Returns
    -------
    (n,) int
        Equal numbers are near-copies of each other, directly or through others in the group.
    """
    return group_sketches(sketch_texts(texts, jobs=jobs, progress=progress))


def sketch_texts(texts: Sequence[str], *, jobs: int = 1, progress: Progress = silent) -> Sketches:
    """Return (n, 128): of each text the smallest hashes of its word sequences, in 128 orders."""
    found = in_chunks(_sketch, texts, jobs=jobs, stage="find near-copies", progress=progress)
    return np.array([*found]).reshape(len(texts), _PERMUTATIONS)


def group_sketches(sketches: Sketches) -> IntArray:
    """Return the numbers of `near_copy_groups`, (n,), of sketched texts."""
    from datasketch import MinHashLSH

    # What two texts are compared for: an equal band of their sketches (locality-sensitive hashing). Its own tables
    # take 10 kB a text.
    bands = MinHashLSH(threshold=_MIN_RESEMBLANCE, num_perm=_PERMUTATIONS)
    n = len(sketches)
    groups: IntArray = np.arange(n, dtype=np.intp)
    for start in range(0, bands.b * bands.r, bands.r):
        links = [
            link
            for bucket in _buckets(sketches[:, start : start + bands.r], groups)
            for link in _links(bucket, sketches, groups)
        ]
        if links:
            groups = _joined(groups, links)
    return np.unique(groups, return_inverse=True)[1].astype(np.intp)


def _sketch(texts: Sequence[str]) -> list[Sketches]:
    from datasketch import MinHash

    shingles = (_shingles(text) for text in texts)
    found = MinHash.generator(shingles, num_perm=_PERMUTATIONS, seed=_HASH_SEED, hashfunc=_hash32)
    return [sketch.hashvalues for sketch in found]


def _shingles(text: str) -> list[bytes]:
    words = re.findall(r"\w+", text.casefold())
    last = max(1, len(words) - _SHINGLE_WORDS + 1)
    return list({" ".join(words[i : i + _SHINGLE_WORDS]).encode() for i in range(last)})


def _hash32(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=4).digest(), "little")


def _buckets(band: Sketches, groups: IntArray) -> Iterator[IntArray]:
    """Yield the rows whose bands are equal, where they are not of one group already."""
    order = np.lexsort(band.T)
    starts = np.flatnonzero(np.append(True, (band[order[1:]] != band[order[:-1]]).any(axis=1))[: len(order)])
    if not len(starts):
        return
    of = groups[order]
    is_open = np.minimum.reduceat(of, starts) != np.maximum.reduceat(of, starts)
    ends = np.append(starts[1:], len(order))
    for start, end in zip(starts[is_open].tolist(), ends[is_open].tolist(), strict=True):
        yield order[start:end]


def _links(bucket: IntArray, sketches: Sketches, groups: IntArray) -> Iterator[tuple[int, int]]:
    """Yield pairs of groups to join: those of which two rows resemble each other that no chain joins yet."""
    held, of = sketches[bucket], groups[bucket]
    for i in range(len(bucket) - 1):
        if (of[i:] == of[i]).all():
            return
        others = i + 1 + np.flatnonzero(of[i + 1 :] != of[i])
        alike = (held[others] == held[i]).mean(axis=1) >= _MIN_RESEMBLANCE
        joined = np.unique(of[others[alike]])
        yield from ((int(of[i]), group) for group in joined.tolist())
        of[np.isin(of, joined)] = of[i]


def _joined(groups: IntArray, links: Sequence[tuple[int, int]]) -> IntArray:
    rows, columns = np.array(links, dtype=np.intp).T
    n = len(groups)
    graph = coo_array((np.ones(len(links)), (rows, columns)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1][groups], dtype=np.intp)
