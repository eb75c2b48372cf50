import numpy as np
import pytest
from support import HashedWordEncoder

from newsclf import Article, load_taxonomy
from newsclf.definitions import definition_prior, definition_vectors, name_prior
from newsclf.features import fit_vocabulary, word_features
from newsclf.taxonomy import Concept

SPORT = Concept(id="theme:sport", facet="theme", name="Sport", definition="Matches, goals and cups.")


def test_labels_without_a_definition_have_a_row_of_zeros() -> None:
    vectors = definition_vectors([SPORT, None], HashedWordEncoder())

    assert np.linalg.norm(vectors[0]) > 0.99
    assert not vectors[1].any()


def test_the_prior_is_the_cosine_in_standard_deviations_from_its_mean() -> None:
    definitions = np.array([[1.0, 0.0], [0.0, 0.0]], dtype=np.float32)
    vectors = np.array([[0.6, 0.8], [1.0, 0.0], [0.8, 0.6]], dtype=np.float32)

    prior = definition_prior(definitions, vectors, before=2, behind=1)

    # Cosines 0.6, 1.0, 0.8: mean 0.8, standard deviation sqrt(0.08 / 3).
    columns = np.hstack([np.ones((3, 2)), vectors, np.ones((3, 1)), np.ones((3, 1))])
    spread = np.sqrt(0.08 / 3)
    np.testing.assert_allclose(columns @ prior[0], [-0.2 / spread, 0.2 / spread, 0], atol=1e-6)
    assert not prior[1].any()


def test_every_built_in_theme_has_a_definition_of_its_own() -> None:
    definitions = [concept.definition for concept in load_taxonomy().concepts("theme")]

    assert len(set(definitions)) == 30
    assert all(len(definition.split()) >= 10 for definition in definitions)


def test_a_text_with_all_words_of_a_labels_name_gets_the_names_whole_strength() -> None:
    articles = [Article(text="palm oil"), Article(text="oil shares"), Article(text="shares fell"), Article(text="fell")]
    vocabulary, _ = fit_vocabulary([*articles, Article(text="palm")])
    words = word_features(articles, vocabulary)

    weights = name_prior(["palm_oil", ""], words, vocabulary)

    body = {word: vocabulary.title.size + at for word, at in vocabulary.body.columns.items()}
    typical = {word: words[:, [body[word]]].toarray().max() for word in ("palm",)}
    assert weights[0, body["palm"]] * typical["palm"] == pytest.approx(0.3 / 2)
    assert (words @ weights[0])[0] > (words @ weights[0])[1] > 0
    assert (words @ weights[0])[2] == 0
    assert not weights[1].any()
