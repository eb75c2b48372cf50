"""Which colour each topic has. Arrays only."""

import numpy as np

from newsclf.arrays import FloatArray

#: As many as the page's style sheet names, for light and dark; the first nine are the clearest.
N_COLOURS = 18


def assign_colours(centres: FloatArray) -> tuple[int, ...]:
    """Give topics numbers of colours, so that those that share one stand far apart on the map.

    Parameters
    ----------
    centres : (t, 2)
        On the map, the largest topic first; NaN for topics without an article on it.

    Returns
    -------
    length t, each below `N_COLOURS`
        The first topics have a colour of their own; each later one takes that whose topics are farthest away.
    """
    colours = list(range(min(len(centres), N_COLOURS)))
    for topic in range(N_COLOURS, len(centres)):
        distances = np.nan_to_num(np.linalg.norm(centres[:topic] - centres[topic], axis=1))
        nearest = [distances[np.equal(colours, colour)].min() for colour in range(N_COLOURS)]
        # Where nothing tells them apart, the colour that is used least.
        uses = np.bincount(colours, minlength=N_COLOURS)
        colours.append(int(np.lexsort((uses, -np.asarray(nearest)))[0]))
    return tuple(colours)
