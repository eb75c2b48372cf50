"""Which articles belong together: UMAP several times, HDBSCAN, through BERTopic. Only this module imports them."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsclf.arrays import FloatMatrix, IntArray

_LOGGER = logging.getLogger(__name__)

NEIGHBOURS = 15
_COMPONENTS = 5
# One layout differs from seed to seed; distances over three side by side do so much less (ARI of Reuters at 20 articles
# a topic: 0.75 with one, 0.84 with three).
_LAYOUTS = 3
_EPOCHS = 200
#: UMAP needs more points than it has neighbours and dimensions.
FEWEST = NEIGHBOURS + _COMPONENTS + 1
_WORD = r"(?u)\b[^\W\d_]{3,}\b"


def cluster_articles(texts: Sequence[str], vectors: FloatMatrix, *, seed: int, min_size: int) -> IntArray:
    """Cluster articles by their vectors.

    HDBSCAN takes the leaves of its tree: topics of one grain, and much the same ones from seed to seed, where its
    default joins leaves here and not there.

    Parameters
    ----------
    texts : length n
    vectors : (n, d) float32
        Unit rows, `FEWEST` different ones at least.
    min_size
        Fewest articles of a topic.

    Returns
    -------
    (n,)
        From 0, the largest topic first; -1 where an article is in none.
    """
    from bertopic import BERTopic
    from hdbscan import HDBSCAN
    from sklearn.feature_extraction.text import CountVectorizer

    model = BERTopic(
        umap_model=_Layouts(seed),
        hdbscan_model=HDBSCAN(min_cluster_size=min_size, cluster_selection_method="leaf", core_dist_n_jobs=1),
        vectorizer_model=CountVectorizer(stop_words="english", token_pattern=_WORD),
    )
    try:
        ids, _ = model.fit_transform(list(texts), embeddings=vectors)
    except ValueError as error:
        if "empty vocabulary" not in str(error):
            raise
        _LOGGER.warning("no topics: the articles have no words to name them by")
        return np.full(len(texts), -1, dtype=np.intp)
    return np.asarray(ids, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class _Layouts:
    """UMAP with several seeds on the same neighbours, side by side; stands where BERTopic has one UMAP."""

    seed: int

    def fit_transform(self, vectors: FloatMatrix, y: None = None) -> FloatMatrix:  # noqa: ARG002 - BERTopic gives y
        """Return (n, layouts * components) coordinates."""
        from umap import UMAP

        neighbours = nearest_neighbours(vectors)
        seeds = np.random.SeedSequence(self.seed).generate_state(_LAYOUTS)
        layouts = []
        for state in seeds.tolist():
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
    """Return the indices and cosine distances, (n, `NEIGHBOURS`), of each article's neighbours, itself first.

    Exact, so that they are the same for every seed; UMAP's own search is not, and ten times slower on two cores.
    """
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute", metric="sqeuclidean").fit(vectors)
    distances, indices = search.kneighbors(vectors)
    # Of unit vectors, half the squared distance is 1 less the cosine.
    return indices, np.maximum(distances / 2, 0).astype(np.float32)
