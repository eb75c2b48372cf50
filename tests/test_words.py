import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from newsclf.features import fit_vocabulary, word_features
from newsclf.schema import Article
from newsclf.words import WordTable, split_words

TEXTS = ["Der Fluß stieg, und stieg.", "Café CAFÉ cafe\u0301", "", "A b c", "Naïve İstanbul №5 ﬁsh", "river river dam"]


@pytest.mark.parametrize("texts", [TEXTS, ["one two", "two three three"]])
def test_weights_are_those_of_scikit_learn(texts: list[str]) -> None:
    reference = TfidfVectorizer(sublinear_tf=True, strip_accents="unicode").fit(texts)
    words = reference.get_feature_names_out()
    table = WordTable({word: i for i, word in enumerate(words)}, reference.idf_)

    np.testing.assert_allclose(table.weigh(texts).toarray(), reference.transform(texts).toarray(), atol=1e-15)


@given(st.text())
def test_words_are_those_of_scikit_learn(text: str) -> None:
    assert split_words(text) == TfidfVectorizer(strip_accents="unicode").build_analyzer()(text)


def test_texts_without_a_known_word_have_no_weight() -> None:
    table = WordTable({"dam": 0}, np.ones(1))

    assert table.weigh(["river", "", "dam"]).toarray().tolist() == [[0], [0], [1]]
    assert table.weigh([]).shape == (0, 1)
    assert WordTable({}, np.zeros(0)).weigh(["dam"]).shape == (1, 0)


@pytest.mark.parametrize("texts", [TEXTS, ["river dam river", "dam", "river"]])
def test_articles_that_words_are_learned_from_get_the_weights_they_get_later_to_the_last_bit(texts: list[str]) -> None:
    articles = [Article(title=text[:12], text=f"{text} river") for text in texts]
    vocabulary, learned = fit_vocabulary(articles)
    reference = TfidfVectorizer(strip_accents="unicode", min_df=2).fit([article.text for article in articles])

    assert list(vocabulary.body.columns) == list(reference.get_feature_names_out())
    assert vocabulary.body.idf.tolist() == reference.idf_.tolist()
    later = word_features(articles, vocabulary)
    assert (learned.toarray() == later.toarray()).all()
    assert (learned.indices.tolist(), learned.indptr.tolist()) == (later.indices.tolist(), later.indptr.tolist())


def test_articles_without_a_text_have_words_of_titles_alone() -> None:
    vocabulary, learned = fit_vocabulary([Article(title="river dam"), Article(title="dam")])

    assert (vocabulary.body.size, learned.shape) == (0, (2, 1))
