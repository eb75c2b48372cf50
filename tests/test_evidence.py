import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from support import HashedWordEncoder

from newsclf import Article, DataError, Evidence, LabelEvidence, NewsClassifier, Prediction
from newsclf.evidence import MAX_CHARACTERS, MAX_TRIED, SENTENCES_SHOWN, TERMS_SHOWN
from newsclf.reading.archive_page import clean_article
from newsclf.sentences import split_sentences, without

BOMB = "A car bomb outside the police headquarters in Baghdad killed nine people."
CLAIM = "No militant group claimed the attack, a spokesman said."
DULL = "The building stands beside a river."
ATTACK = "A suicide bomber attacked the market, and the militant group claimed the attack."
VOTE = "The ruling party lost its majority in parliament after a close election, the commission said."
TEXT = f"{DULL} {BOMB} {CLAIM}"
NEAR_EAST = "Middle East & North Africa"


def explained(model: NewsClassifier, text: str | Article) -> tuple[Prediction, Evidence]:
    prediction = model.predict(text, explain=True)
    assert prediction.evidence is not None
    return prediction, prediction.evidence


def margin(model: NewsClassifier, article: Article, entry: LabelEvidence) -> float:
    """Work a label's margin out from the parts of the model."""
    head = model.bundle.heads[entry.facet]
    vectors = np.zeros((1, model.encoder.dim), dtype=np.float32)
    if article.content:
        vectors = model.encoder.encode([article.content])
    features = model.bundle.features([article], vectors).matrix(entry.facet).toarray()[0]
    at = head.labels.index(entry.label)
    return float(features @ head.weights[at] + head.intercepts[at])


def test_evidence_is_given_only_where_it_is_asked_for(model: NewsClassifier) -> None:
    prediction, _ = explained(model, TEXT)

    assert model.predict(TEXT).evidence is None
    assert "evidence" not in model.predict(TEXT).to_dict()
    assert str(prediction) == str(model.predict(TEXT))
    assert prediction.labels == model.predict(TEXT).labels


def test_each_label_has_an_entry_in_the_order_of_the_labels(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    for prediction in model.predict(corpus[:30], explain=True):
        assert prediction.evidence is not None
        assert tuple(entry.label for entry in prediction.evidence.labels) == prediction.labels


def test_evidence_is_reached_by_label(model: NewsClassifier) -> None:
    _, evidence = explained(model, TEXT)

    assert evidence.of("Crime").label == "Crime"
    assert evidence.of("Crime").facet == "theme"
    assert evidence.of(NEAR_EAST).facet == "region"
    with pytest.raises(DataError, match=r"no evidence for 'Chess'.*Labels given: .*Crime"):
        evidence.of("Chess")


def test_the_parts_add_up_to_the_margin(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    n = 0
    for article in corpus[:40]:
        for entry in explained(model, article)[1].labels:
            expected = margin(model, clean_article(article), entry)
            parts = [entry.other_terms_contribution, entry.vector_contribution, entry.place_contribution]
            shown = sum(term.contribution for term in entry.terms)
            assert shown + sum(parts) + entry.intercept == pytest.approx(expected, abs=1e-9)
            assert entry.margin == pytest.approx(expected, abs=1e-9)
            n += 1
    assert n > 40


def test_a_terms_contribution_is_its_feature_times_its_weight(model: NewsClassifier) -> None:
    _, evidence = explained(model, Article(title="Bomb attack", text=ATTACK))
    head, vocabulary = model.bundle.heads["theme"], model.bundle.vocabulary
    weights = head.weights[head.labels.index("Terrorism")]
    shift = {"title": 0, "body": vocabulary.title.size}

    terms = evidence.of("Terrorism").terms

    assert {term.where for term in terms} == {"title", "body"}
    assert 0 < len(terms) <= TERMS_SHOWN
    assert [t.contribution for t in terms] == sorted((t.contribution for t in terms), reverse=True)
    assert terms[-1].contribution > 0
    for term in terms:
        table = getattr(vocabulary, term.where)
        text, factor = ("Bomb attack", 0.5) if term.where == "title" else (ATTACK, 1.0)
        at = table.columns[term.term]
        value = factor * table.weigh([text]).toarray()[0, at]
        assert term.contribution == pytest.approx(value * weights[shift[term.where] + at], abs=1e-12)


def test_themes_do_not_see_places_and_regions_do(model: NewsClassifier) -> None:
    prediction, evidence = explained(model, TEXT)

    assert all(entry.place_contribution == 0 for entry in evidence.labels if entry.facet == "theme")
    assert evidence.of(prediction.regions[0].label).place_contribution > 0


def test_a_drop_is_the_margin_with_the_sentence_less_that_without(model: NewsClassifier) -> None:
    article = Article(title="Blast in Baghdad", text=TEXT)
    _, evidence = explained(model, article)
    by_text = {sentence.text: sentence for sentence in split_sentences(article)}

    for entry in evidence.labels:
        drops = [sentence.drop for sentence in entry.sentences]
        expected = {
            text: margin(model, article, entry) - margin(model, without(article, [sentence]), entry)
            for text, sentence in by_text.items()
        }
        above = sorted((drop for drop in expected.values() if drop > 0), reverse=True)
        assert drops == pytest.approx(above[:SENTENCES_SHOWN], abs=1e-6)
        assert drops == pytest.approx([expected[sentence.text] for sentence in entry.sentences], abs=1e-6)


def test_the_telling_sentence_comes_first(model: NewsClassifier) -> None:
    _, evidence = explained(model, f"{DULL} {VOTE} {BOMB}")

    assert evidence.of("Politics & Elections").sentences[0].text == VOTE
    assert evidence.of(NEAR_EAST).sentences[0].text == BOMB


def test_offsets_slice_the_text_as_given(model: NewsClassifier) -> None:
    page = (
        "# Nine Killed in Bombing\r\n\r\nBy [A. Writer](https://x.org/a)\r\n\r\nRegion: [Oceania](https://x.org/r)\r\n"
        "Theme: [Terrorism](https://x.org/t)\r\n\r\nA **car bomb** outside the\r\npolice headquarters in "
        "[Baghdad](https://x.org/Baghdad) killed nine people. “No militant group claimed the attack,” he said.\r\n"
        "\r\nPlease donate to The Example to stop terrorism and attacks.\r\n"
    )
    bombing = (
        "A car bomb outside the\npolice headquarters in Baghdad killed nine people.",
        "A **car bomb** outside the\r\npolice headquarters in [Baghdad](https://x.org/Baghdad) killed nine people.",
    )
    unmarked = ("Nine Killed in Bombing", "“No militant group claimed the attack,” he said.")

    _, evidence = explained(model, page)
    shown = {(s.text, page[s.start : s.end]) for entry in evidence.labels for s in entry.sentences}

    assert bombing in shown
    assert shown <= {bombing, *((text, text) for text in unmarked)}
    assert [(page[m.start : m.end], m.country) for m in evidence.places] == [("Baghdad", "IQ")]
    assert evidence.places[0].start == page.index("Baghdad")


def test_offsets_are_into_the_content_of_an_article(model: NewsClassifier) -> None:
    article = Article(title="**Bomb** attack", text=f"Theme: Terrorism\n\n{TEXT}\n\nDonate now")

    _, evidence = explained(model, article)
    shown = [sentence for entry in evidence.labels for sentence in entry.sentences]

    assert {article.content[s.start : s.end] for s in shown} >= {BOMB}
    assert all("Theme" not in article.content[s.start : s.end] for s in shown)
    assert all(article.content[s.start : s.end] == s.text for s in shown if s.start > len(article.title))


def test_repeated_sentences_have_places_of_their_own(model: NewsClassifier) -> None:
    text = f"{ATTACK} {DULL} {ATTACK}"

    shown = explained(model, text)[1].of("Terrorism").sentences

    assert [s.start for s in shown if s.text == ATTACK] == [0, len(ATTACK) + len(DULL) + 2]


def test_a_text_of_one_sentence_is_compared_with_nothing(model: NewsClassifier) -> None:
    _, evidence = explained(model, BOMB)

    for entry in evidence.labels:
        left = margin(model, Article(), entry)
        assert [(s.start, s.end) for s in entry.sentences] == [(0, len(BOMB))]
        assert entry.sentences[0].drop == pytest.approx(entry.margin - left, abs=1e-6)


def test_an_article_that_is_only_a_title_has_evidence(model: NewsClassifier) -> None:
    prediction, evidence = explained(model, Article(title="Bomb attack kills nine in Baghdad"))

    assert prediction.labels
    for entry in evidence.labels:
        assert [s.text for s in entry.sentences] == ["Bomb attack kills nine in Baghdad"]
        assert all(term.where == "title" for term in entry.terms)


def test_a_text_with_no_label_has_places_alone(model: NewsClassifier, encoder: HashedWordEncoder) -> None:
    heads = {f: replace(head, cuts=np.full(len(head.labels), 2.0)) for f, head in model.bundle.heads.items()}
    strict = NewsClassifier(encoder, replace(model.bundle, heads=heads))

    prediction, evidence = explained(strict, TEXT)

    assert prediction.labels == ()
    assert evidence.labels == ()
    assert [mention.country for mention in evidence.places] == ["IQ"]
    assert len(encoder.encoded) == 1


def test_a_long_text_is_read_a_bounded_number_of_times(model: NewsClassifier, encoder: HashedWordEncoder) -> None:
    fresh = NewsClassifier(encoder, model.bundle)
    dull = " ".join(f"The {word} stands beside river {word}." for word in map(str, range(200)))

    _, evidence = explained(fresh, f"{dull} {BOMB} {dull}")

    whole = [text for text in encoder.encoded if len(text) > len(dull)]
    assert len(whole) <= MAX_TRIED + 2
    assert sum(map(len, whole)) <= MAX_CHARACTERS + 2 * (2 * len(dull) + len(BOMB) + 2)
    assert evidence.of(NEAR_EAST).sentences[0].text == BOMB


def test_a_very_long_text_has_twice_the_shown_sentences_tried(
    model: NewsClassifier, encoder: HashedWordEncoder
) -> None:
    fresh = NewsClassifier(encoder, model.bundle)
    text = f"{DULL} " * (MAX_CHARACTERS // len(DULL)) + BOMB

    _, evidence = explained(fresh, text)

    assert len([read for read in encoder.encoded if len(read) > MAX_CHARACTERS // 2]) == 2 + 2 * SENTENCES_SHOWN
    assert evidence.of(model.predict(text).labels[0]).sentences


def test_the_evidence_of_a_text_does_not_depend_on_its_batch(model: NewsClassifier) -> None:
    together = model.predict([VOTE, TEXT, DULL], explain=True)

    assert together[1].evidence == model.predict(TEXT, explain=True).evidence


@pytest.mark.slow
def test_the_evidence_of_a_text_does_not_depend_on_its_batch_with_the_real_encoder(real_model: NewsClassifier) -> None:
    together = real_model.predict([VOTE * 30, TEXT, DULL], explain=True)

    assert together[1].evidence == real_model.predict(TEXT, explain=True).evidence


def test_evidence_goes_into_json(model: NewsClassifier) -> None:
    prediction, evidence = explained(model, TEXT)

    found = json.loads(json.dumps(prediction.to_dict()))["evidence"]

    assert found == prediction.to_dict()["evidence"]
    first = evidence.labels[0]
    assert found["labels"][0]["label"] == first.label
    assert found["labels"][0]["intercept"] == first.intercept
    assert found["labels"][0]["terms"][0] == {
        "term": first.terms[0].term,
        "where": "body",
        "contribution": first.terms[0].contribution,
    }
    assert found["labels"][0]["sentences"][0]["start"] == first.sentences[0].start
    assert found["places"][0]["country"] == "IQ"
