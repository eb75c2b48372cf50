"""What the heads see of an article: weighted words of title and body beside the sentence vector."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, hstack

from newsclf.arrays import FloatMatrix, IntArray
from newsclf.parallel import in_chunks
from newsclf.place_features import PlaceColumns, place_features
from newsclf.places import CountryScores, country_scores
from newsclf.progress import Progress, silent
from newsclf.schema import Article
from newsclf.words import WordTable, split_words

# Titles repeat what bodies say: at half weight they help, at full weight they drown the body.
TITLE_WEIGHT = 0.5
# Facets that are about places. A theme must not learn that oil means the Gulf.
PLACE_FACETS = frozenset({"region", "dossier"})
# A word seen in one article only cannot carry over to another.
_MIN_ARTICLES_OF_WORD = 2
_MAX_WORDS = 50_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of titles and of bodies with their weights."""

    title: WordTable
    body: WordTable

    @property
    def size(self) -> int:
        """How many columns `word_features` has."""
        return self.title.size + self.body.size


def fit_vocabulary(articles: Sequence[Article]) -> tuple[Vocabulary, csr_array]:
    """Learn words and their inverse document frequencies from n training articles; return their weights too, (n, v)."""
    title, of_titles = _fit([article.title for article in articles])
    body, of_bodies = _fit([article.text for article in articles])
    return Vocabulary(title, body), _side_by_side(of_titles, of_bodies)


def _fit(texts: Sequence[str]) -> tuple[WordTable, csr_array]:
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    for min_articles in (_MIN_ARTICLES_OF_WORD, 1):
        vectorizer = CountVectorizer(
            analyzer=split_words, min_df=min_articles, max_features=_MAX_WORDS, dtype=np.float64
        )
        try:
            counts = csr_array(vectorizer.fit_transform(texts))
        except ValueError:  # no word is left, as where all articles are title-only
            continue
        counts.sort_indices()
        words = {word: i for i, word in enumerate(vectorizer.get_feature_names_out())}
        table = WordTable(words, TfidfTransformer().fit(counts).idf_)
        return table, table.weigh_counts(counts)
    return WordTable({}, np.zeros(0)), csr_array((len(texts), 0))


def word_features(articles: Sequence[Article], vocabulary: Vocabulary) -> csr_array:
    """Return the (n, v) weights of the words of titles, then of bodies."""
    title = vocabulary.title.weigh([article.title for article in articles])
    return _side_by_side(title, vocabulary.body.weigh([article.text for article in articles]))


def _side_by_side(title: csr_array, body: csr_array) -> csr_array:
    return csr_array(hstack([TITLE_WEIGHT * title, body], format="csr"))


@dataclass(frozen=True, slots=True)
class Features:
    """What the heads see of n articles.

    Parameters
    ----------
    words : (n, v)
    vectors : (n, d) float32
        Unit rows.
    places : (n, p)
    named : length n
        The countries that each article names, which `places` was made from.
    """

    words: csr_array
    vectors: FloatMatrix
    places: csr_array
    named: Sequence[CountryScores]

    @classmethod
    def of(
        cls,
        articles: Sequence[Article],
        words: csr_array,
        vectors: FloatMatrix,
        columns: PlaceColumns,
        *,
        jobs: int = 1,
        progress: Progress = silent,
    ) -> "Features":
        """Read the places of n cleaned articles in `jobs` processes, beside their (n, v) words and (n, d) vectors."""
        texts = [(article.title, article.text) for article in articles]
        named = [*in_chunks(_named, texts, jobs=jobs, stage="find places", progress=progress)]
        return cls(words, vectors, place_features(named, columns), named)

    def with_vectors(self, vectors: FloatMatrix, rows: IntArray | None = None) -> "Features":
        """Return the same words and places, of m rows or of all, beside the (m, d) vectors of another encoder."""
        if rows is None:
            return replace(self, vectors=vectors)
        return Features(self.words[rows], vectors, self.places[rows], [self.named[i] for i in rows.tolist()])

    @property
    def vector_columns(self) -> tuple[int, int]:
        """First column of the vector in `matrix`, and the one behind its last."""
        start = self.words.shape[1]
        return start, start + self.vectors.shape[1]

    def width(self, facet: str) -> int:
        """Return how many columns `matrix` has."""
        return self.vector_columns[1] + (self.places.shape[1] if facet in PLACE_FACETS else 0)

    def matrix(self, facet: str) -> csr_array:
        """Return (n, v + d), and for facets of places (n, v + d + p): the columns of a head's weights, in order."""
        parts = [self.words, _sparse(self.vectors)]
        return csr_array(hstack([*parts, self.places] if facet in PLACE_FACETS else parts, format="csr"))


def _sparse(vectors: FloatMatrix) -> csr_array:
    """Return (n, d) numbers as they are, without the lists of rows and columns that looking for zeros takes."""
    n, d = vectors.shape
    # liblinear takes 32-bit indices only; where these do not do, it says so.
    index = np.int32 if n * d <= np.iinfo(np.int32).max else np.int64
    columns, ends = np.tile(np.arange(d, dtype=index), n), np.arange(n + 1, dtype=index) * index(d)
    return csr_array((vectors.astype(np.float64).ravel(), columns, ends), shape=(n, d))


def _named(texts: Sequence[tuple[str, str]]) -> list[CountryScores]:
    return [country_scores(title, text) for title, text in texts]
