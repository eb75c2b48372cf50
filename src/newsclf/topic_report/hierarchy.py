"""Where the lines of a dendrogram run. Arrays only."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import leaves_list

from newsclf.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Dendrogram:
    """Lines that join topics, level by level.

    Parameters
    ----------
    order : (t,)
        The topics as they stand beside each other; ``order[0]`` is at position 0.
    positions, heights : (t - 1, 4)
        The corners of each join: up from the first part, across, down to the second.
    members : length t - 1
        The topics that each join has below it.
    """

    order: IntArray
    positions: FloatArray
    heights: FloatArray
    members: tuple[tuple[int, ...], ...]


def draw_dendrogram(linkage: FloatArray) -> Dendrogram:
    """Turn a scipy linkage over t topics, (t - 1, 4), into lines.

    scipy's own ``dendrogram`` calls itself once a level, and fails on deep hierarchies of many topics.
    """
    t = len(linkage) + 1
    order = np.asarray(leaves_list(linkage), dtype=np.intp)
    position = np.zeros(2 * t - 1)
    position[order] = np.arange(t)
    height = np.concatenate([np.zeros(t), linkage[:, 2]])
    below: list[tuple[int, ...]] = [(i,) for i in range(t)]
    pairs = linkage[:, :2].astype(np.intp)
    for join, (a, b) in enumerate(pairs, start=t):
        position[join] = (position[a] + position[b]) / 2
        below.append(below[a] + below[b])
    first, second = pairs[:, 0], pairs[:, 1]
    return Dendrogram(
        order,
        np.stack([position[first], position[first], position[second], position[second]], axis=1),
        np.stack([height[first], height[t:], height[t:], height[second]], axis=1),
        tuple(below[t:]),
    )
