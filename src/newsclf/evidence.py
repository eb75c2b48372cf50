"""What in a text speaks for its labels: sentences, words, the sentence vector, places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from newsclf.arrays import FloatArray, FloatMatrix
from newsclf.bundle import Bundle
from newsclf.encoders import Encoder
from newsclf.features import Features, Vocabulary
from newsclf.given_text import GivenText, read_given
from newsclf.places import find_places
from newsclf.schema import Article, Evidence, LabelEvidence, SentenceEvidence, TermEvidence
from newsclf.sentences import Sentence, split_sentences, without
from newsclf.words import split_words

#: The most sentences and words that are shown for a label.
SENTENCES_SHOWN = 3
TERMS_SHOWN = 5
#: The most sentences that are taken out in turn; of more, those come first that alone speak most for a label.
MAX_TRIED = 60
#: Characters read for that at most, so that long articles have fewer tried, but twice those shown at least.
MAX_CHARACTERS = 300_000


@dataclass(frozen=True, slots=True)
class _Tried:
    """An article and what is left of it without each of n sentences.

    Parameters
    ----------
    sentences, spans : length n
        With their start and end in the text as given.
    features : of n + 1 articles
        First the whole one.
    """

    sentences: Sequence[Sentence]
    spans: Sequence[tuple[int, int]]
    features: Features


def explain_labels(
    text: str, article: Article, labels: Mapping[str, Sequence[str]], *, bundle: Bundle, encoder: Encoder
) -> Evidence:
    """Return what speaks for the labels that a text was given.

    A sentence speaks for a label by how much the label's margin falls when it alone is taken out of the article,
    which is then read anew. All of that is done in one call of the encoder, of this article alone: the evidence
    of a text does not depend on others.

    Parameters
    ----------
    text
        As it was given; offsets are into it. What cannot be found in it again is not shown.
    article
        What cleaning made of the text.
    labels
        Facet to labels of its head.
    """
    given = read_given(text, article)
    places = tuple(mention for mention in find_places(text) if given.reads(mention.start))
    wanted = [(facet, bundle.heads[facet].labels.index(label)) for facet, names in labels.items() for label in names]
    if not wanted:
        return Evidence((), places)
    tried = _try(given, article, wanted, bundle=bundle, encoder=encoder)
    columns = _word_columns(article, bundle.vocabulary)
    return Evidence(tuple(_explain(facet, at, tried, columns, bundle) for facet, at in wanted), places)


def _try(
    given: GivenText, article: Article, wanted: Sequence[tuple[str, int]], *, bundle: Bundle, encoder: Encoder
) -> _Tried:
    sentences = split_sentences(article)
    spans = given.locate([sentence.text for sentence in sentences])
    found = [(sentence, span) for sentence, span in zip(sentences, spans, strict=True) if span is not None]
    room = max(2 * SENTENCES_SHOWN, min(MAX_TRIED, MAX_CHARACTERS // len(article.content)))
    if len(found) > room:
        alone = _margins_alone([sentence for sentence, _ in found], wanted, bundle=bundle, encoder=encoder)
        found = [found[i] for i in _first_of_each(alone, room)]
    articles = [article, *(without(article, [sentence]) for sentence, _ in found)]
    features = bundle.features(articles, _vectors(articles, encoder))
    return _Tried([sentence for sentence, _ in found], [span for _, span in found], features)


def _vectors(articles: Sequence[Article], encoder: Encoder) -> FloatMatrix:
    """Return (n, d) vectors in one call of the encoder; an article of which nothing is left has the zero vector."""
    filled = [i for i, article in enumerate(articles) if article.content.strip()]
    vectors = np.zeros((len(articles), encoder.dim), dtype=np.float32)
    vectors[filled] = encoder.encode([articles[i].content for i in filled])
    return vectors


def _margins_alone(
    sentences: Sequence[Sentence], wanted: Sequence[tuple[str, int]], *, bundle: Bundle, encoder: Encoder
) -> FloatArray:
    """Return the (n, l) margins that l labels get from each of n sentences as an article of its own."""
    articles = [Article(title=s.text) if s.is_title else Article(text=s.text) for s in sentences]
    features = bundle.features(articles, _vectors(articles, encoder))
    margins = {facet: bundle.heads[facet].margins(features.matrix(facet)) for facet, _ in wanted}
    return np.stack([margins[facet][:, at] for facet, at in wanted], axis=1)


def _first_of_each(margins: FloatArray, n: int) -> list[int]:
    """Return the n rows, in order, that come first in some column of (m, l) margins; every column has its turn."""
    ranks = np.argsort(np.argsort(-margins, axis=0, kind="stable"), axis=0).min(axis=1)
    return sorted(np.argsort(ranks, kind="stable")[:n].tolist())


def _word_columns(article: Article, vocabulary: Vocabulary) -> dict[int, tuple[str, Literal["title", "body"]]]:
    """Return the words of an article by their column, with where they stand."""
    title, body = vocabulary.title, vocabulary.body
    columns: dict[int, tuple[str, Literal["title", "body"]]] = {}
    for word in split_words(article.title):
        if word in title.columns:
            columns[title.columns[word]] = word, "title"
    for word in split_words(article.text):
        if word in body.columns:
            columns[title.size + body.columns[word]] = word, "body"
    return columns


def _explain(
    facet: str, at: int, tried: _Tried, columns: Mapping[int, tuple[str, Literal["title", "body"]]], bundle: Bundle
) -> LabelEvidence:
    head, matrix = bundle.heads[facet], tried.features.matrix(facet)
    whole = matrix[[0]]
    parts = whole.data * head.weights[at, whole.indices]
    words, vector = bundle.vocabulary.size, tried.features.vectors.shape[1]
    terms = [
        TermEvidence(*columns[column], float(part))
        for column, part in zip(whole.indices.tolist(), parts, strict=True)
        if column < words
    ]
    terms.sort(key=lambda term: -term.contribution)
    shown = [term for term in terms[:TERMS_SHOWN] if term.contribution > 0]
    margins = head.margins(matrix)[:, at]
    return LabelEvidence(
        facet=facet,
        label=head.labels[at],
        sentences=_strongest(tried, margins[0] - margins[1:]),
        terms=tuple(shown),
        other_terms_contribution=float(sum(term.contribution for term in terms[len(shown) :])),
        vector_contribution=float(parts[(whole.indices >= words) & (whole.indices < words + vector)].sum()),
        place_contribution=float(parts[whole.indices >= words + vector].sum()),
        intercept=float(head.intercepts[at]),
    )


def _strongest(tried: _Tried, drops: FloatArray) -> tuple[SentenceEvidence, ...]:
    """Return the sentences with the largest of n drops, those above 0 alone; of equal ones the first."""
    found = []
    for i in np.argsort(-drops, kind="stable")[:SENTENCES_SHOWN]:
        start, end = tried.spans[i]
        if drops[i] > 0:
            found.append(SentenceEvidence(tried.sentences[i].text, start, end, float(drops[i])))
    return tuple(found)
