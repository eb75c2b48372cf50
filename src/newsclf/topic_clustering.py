"""Which articles belong together: UMAP several times, HDBSCAN, through BERTopic. Only this module imports them."""

import warnings

import numpy as np

from newsclf.arrays import FloatMatrix, IntArray

NEIGHBOURS = 15
_COMPONENTS = 5
# One layout differs from seed to seed; distances over three side by side do so much less.
_LAYOUTS = 3
_EPOCHS = 200
#: UMAP needs more points than it has neighbours and dimensions.
FEWEST = NEIGHBOURS + _COMPONENTS + 1
# BERTopic counts words to name topics by, and those names are not used: two words for each article cost nothing. One
# alone it cannot count.
_ANY_TEXT = "news article"
# Below this a squared distance is what rounding leaves of 0.
_DUST = 1e-6


def lay_out(vectors: FloatMatrix, *, seed: int) -> FloatMatrix:
    """Lay articles out by UMAP with several seeds on the same neighbours, side by side.

    Parameters
    ----------
    vectors : (n, d) float32
        Unit rows, `FEWEST` different ones at least.

    Returns
    -------
    (n, layouts * components)
    """
    from umap import UMAP

    neighbours = nearest_neighbours(vectors)
    layouts = []
    for state in np.random.SeedSequence(seed).generate_state(_LAYOUTS).tolist():
        umap = UMAP(
            n_neighbors=NEIGHBOURS,
            n_components=_COMPONENTS,
            min_dist=0.0,
            metric="cosine",
            n_epochs=_EPOCHS,
            random_state=state,
            n_jobs=1,
            precomputed_knn=(*neighbours, None),
        )
        with warnings.catch_warnings():
            # New articles are assigned by centroids, never by UMAP.
            warnings.filterwarnings("ignore", message=r"precomputed_knn\[2\]")
            layouts.append(umap.fit_transform(vectors))
    return np.hstack(layouts)


def nearest_neighbours(vectors: FloatMatrix) -> tuple[IntArray, FloatMatrix]:
    """Return the indices and cosine distances, (n, `NEIGHBOURS`), of each article's neighbours, it or a copy first.

    Exact, so that they are the same for every seed, which UMAP's own search among many articles is not.
    """
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute", metric="sqeuclidean").fit(vectors)
    squared, indices = search.kneighbors(vectors)
    # Of unit vectors, half the squared distance is 1 less the cosine. UMAP takes the first distance above 0 for that to
    # the nearest other article: an article must be at 0 from itself.
    return indices, np.where(squared < _DUST, 0, squared / 2).astype(np.float32)


def cluster(layout: FloatMatrix, *, min_size: int) -> IntArray:
    """Cluster articles by where they lie.

    HDBSCAN takes the leaves of its tree: topics of one grain, and much the same ones from seed to seed, where its
    default joins leaves here and not there.

    Parameters
    ----------
    layout : (n, c)
        As `lay_out` gives it.
    min_size
        Fewest articles of a topic.

    Returns
    -------
    (n,)
        From 0, the largest topic first; -1 where an article is in none.
    """
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction
    from hdbscan import HDBSCAN

    model = BERTopic(
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=HDBSCAN(min_cluster_size=min_size, cluster_selection_method="leaf", core_dist_n_jobs=1),
    )
    ids, _ = model.fit_transform([_ANY_TEXT] * len(layout), embeddings=layout)
    return np.asarray(ids, dtype=np.intp)
