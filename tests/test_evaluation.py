import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from support import HashedWordEncoder

from newsclf import Article, DataError, Evaluation, FacetFigures, NewsClassifier, compare, evaluate
from newsclf.evaluation import Background, measure

# Three articles, labels A, B and C; C is never carried, and D is unknown.
ARTICLES = [
    Article(title="one", labels={"theme": ("A",)}),
    Article(title="two", labels={"theme": ("A", "B")}),
    Article(title="three", labels={"theme": ("B", "D")}),
]
SCORES = np.array([[0.9, 0.2, 0.1], [0.4, 0.8, 0.6], [0.3, 0.7, 0.2]])


def measured(
    articles: Sequence[Article] = ARTICLES,
    scores: np.ndarray = SCORES,
    labels: Sequence[str] = ("A", "B", "C"),
    cut: float = 0.5,
) -> FacetFigures:
    background = Background(
        groups=np.arange(len(articles)),
        statuses=["ok", "needs_review", "ok"][: len(articles)],
        train_counts=dict.fromkeys(labels, 100),
        seed=0,
    )
    return measure(articles, scores, scores >= cut, facet="theme", labels=labels, background=background)


def test_the_figures_of_three_articles_are_those_worked_out_by_hand() -> None:
    found = measured()

    assert (found.articles, found.labels, found.unknown_labels) == (3, 3, 1)
    # Given: A; B and C; B. Hits 3 of 4 given and 5 carried.
    assert found.micro_f1 == pytest.approx(2 * 3 / (4 + 5))
    assert found.macro_f1 == pytest.approx((2 / 3 + 1) / 2)
    assert found.samples_f1 == pytest.approx((1 + 2 / 4 + 2 / 3) / 3)
    assert found.mean_average_precision == 1
    assert found.lrap == pytest.approx((1 + (1 + 2 / 3) / 2 + 1) / 3)
    assert found.hamming_loss == pytest.approx(2 / 9)
    assert found.subset_accuracy == pytest.approx(1 / 3)
    assert found.accuracy is None


def test_the_figures_of_a_label_stand_under_its_name() -> None:
    label = measured().by_label["A"]

    assert (label.train, label.test, label.precision, label.recall) == (100, 2, 1.0, 0.5)
    assert label.f1 == pytest.approx(2 / 3)
    assert label.average_precision == 1
    assert label.brier == pytest.approx((0.1**2 + 0.6**2 + 0.3**2) / 3)
    assert label.ece == pytest.approx((0.1 + 0.6 + 0.3) / 3)


def test_a_label_that_no_article_carries_has_no_average_precision() -> None:
    label = measured().by_label["C"]

    assert (label.test, label.precision, label.recall, label.f1) == (0, 0.0, 0.0, 0.0)
    assert label.average_precision is None


def test_each_status_is_measured_on_its_own_articles() -> None:
    by_status = measured().by_status

    assert (by_status["ok"].articles, by_status["needs_review"].articles) == (2, 1)
    # "one" is right; of "three" the unknown label is missed.
    assert by_status["ok"].micro_f1 == pytest.approx(2 * 2 / (2 + 3))
    assert by_status["ok"].share_wrong == pytest.approx(1 / 2)
    assert by_status["needs_review"].share_wrong == 1


def test_where_every_article_has_one_label_accuracy_is_measured_with_an_interval() -> None:
    single = [replace(article, labels={"theme": article.labels["theme"][:1]}) for article in ARTICLES]

    found = measured(single)

    assert found.accuracy == pytest.approx(2 / 3)
    assert found.intervals.keys() == {"micro_f1", "macro_f1", "accuracy"}


def test_a_model_with_one_label_is_measured_by_that_label() -> None:
    found = measured(scores=SCORES[:, :1], labels=("A",))

    assert found.unknown_labels == 3
    assert found.micro_f1 == pytest.approx(2 * 1 / (1 + 5))
    assert found.macro_f1 == pytest.approx(2 / 3)
    assert found.mean_average_precision == 1


def test_nothing_predicted_is_zero_and_not_an_error() -> None:
    found = measured(cut=2.0)

    assert (found.micro_f1, found.macro_f1, found.share_without_label) == (0, 0, 1)


def test_nothing_carried_leaves_ranking_figures_empty() -> None:
    none = [replace(article, labels={"theme": ()}) for article in ARTICLES]

    found = measured(none)

    assert found.lrap is None
    assert found.mean_average_precision is None
    assert found.micro_f1 == 0


def test_a_label_named_twice_is_one_label() -> None:
    twice = [replace(article, labels={"theme": article.labels["theme"] * 2}) for article in ARTICLES]

    assert measured(twice) == measured()


def test_an_evaluation_as_a_dict_is_plain_json() -> None:
    evaluation = Evaluation({"theme": measured()}, {"ok": 2 / 3, "needs_review": 1 / 3})

    plain = evaluation.to_dict()

    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["facets"]["theme"]["by_label"]["C"]["average_precision"] is None
    assert plain["facets"]["theme"]["intervals"]["micro_f1"].keys() == {"low", "high"}


def test_an_evaluation_reads_as_a_table_with_intervals_and_weak_slices() -> None:
    titles = [replace(article, date="2014") for article in ARTICLES[2:]] * 20
    texts = [replace(article, text="word", date="2015") for article in ARTICLES[:1]] * 20
    scores = np.repeat(SCORES[[2, 0]], 20, axis=0)
    background = Background(groups=np.arange(40), statuses=["ok"] * 40, train_counts={}, seed=0)
    figures = measure(
        [*titles, *texts], scores, scores >= 0.5, facet="theme", labels=("A", "B", "C"), background=background
    )

    lines = str(Evaluation({"theme": figures}, {"ok": 1.0})).splitlines()

    assert lines[0] == "theme: 40 articles, 3 labels, 20 label assignments unknown to the model"
    assert lines[1].split() == [
        "micro", "F1", "0.800",
        f"({figures.intervals['micro_f1'].low:.3f}", "to", f"{figures.intervals['micro_f1'].high:.3f})",
    ]  # fmt: skip
    assert "  status ok                         40 articles, micro F1 0.800, 50.0% with a wrong label" in lines
    assert "  weak: year 2014                   20 articles, micro F1 0.667" in lines
    assert "2015" not in "".join(lines)
    assert lines[-1] == "status: ok 100.0%"


def test_evaluate_measures_what_predict_answers(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    articles = corpus[:60]
    predictions = model.predict(articles)

    found = evaluate(model, articles)

    assert found.facets["theme"].share_without_label == pytest.approx(sum(not p.themes for p in predictions) / 60)
    exact = [{x.label for x in p.regions} == set(a.regions) for p, a in zip(predictions, articles, strict=True)]
    assert found.facets["region"].subset_accuracy == pytest.approx(sum(exact) / 60)
    assert found.statuses["needs_review"] == pytest.approx(sum(p.status == "needs_review" for p in predictions) / 60)


def test_evaluate_embeds_each_article_once(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    encoder = HashedWordEncoder()

    evaluate(replace(model, encoder=encoder), corpus[:30])

    assert len(encoder.encoded) == 30


def test_evaluate_wants_articles(model: NewsClassifier) -> None:
    with pytest.raises(DataError, match="Text 0 is str; only an Article has labels to measure against"):
        evaluate(model, ["A text"])  # type: ignore[list-item]


def test_a_model_is_as_good_as_itself(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    encoder = HashedWordEncoder()

    found = compare(replace(model, encoder=encoder), replace(model, encoder=encoder), corpus[:40])

    assert len(encoder.encoded) == 40
    theme = found.facets["theme"]
    assert (theme.articles, theme.labels) == (40, len(model.facets["theme"]))
    assert (theme.micro_f1.difference, theme.micro_f1.share_not_better) == (0, 1)
    assert theme.micro_f1.first == evaluate(model, corpus[:40]).facets["theme"].micro_f1


def with_cuts(model: NewsClassifier, cut: float, *, without: int = 0) -> NewsClassifier:
    """The same model with one cut for all themes, and without the first of them."""
    head = model.bundle.heads["theme"]
    kept = {name: getattr(head, name)[without:] for name in ("weights", "intercepts", "slopes", "offsets")}
    parts = replace(
        head.parts, words_means=head.parts.words_means[without:], vector_means=head.parts.vector_means[without:]
    )
    changed = replace(
        head,
        labels=head.labels[without:],
        ids=head.ids[without:],
        cuts=np.full(len(head.cuts) - without, cut),
        **kept,
        parts=parts,
    )
    return replace(model, bundle=replace(model.bundle, heads={"theme": changed}))


def test_models_are_compared_on_the_labels_that_both_have(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    silent = with_cuts(model, 2.0, without=2)

    found = compare(model, silent, corpus)

    assert found.facets.keys() == {"theme"}
    theme = found.facets["theme"]
    assert theme.labels == len(model.facets["theme"]) - 2
    assert (theme.micro_f1.second, theme.micro_f1.share_not_better) == (0, 0)
    assert theme.micro_f1.interval.low > 0
    assert f"{theme.micro_f1.first:.3f} against 0.000" in str(found)
    assert json.dumps(found.to_dict(), allow_nan=False)


def test_models_without_a_common_label_cannot_be_compared(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    other = with_cuts(model, 0.5)
    head = replace(other.bundle.heads["theme"], labels=tuple(f"x{i}" for i in range(len(other.facets["theme"]))))

    with pytest.raises(DataError, match="no label in common"):
        compare(model, replace(other, bundle=replace(other.bundle, heads={"theme": head})), corpus)


def test_near_copies_of_one_article_are_no_comparison(model: NewsClassifier, corpus: Sequence[Article]) -> None:
    with pytest.raises(DataError, match="The 3 articles with labels in theme are all near-copies of each other"):
        compare(model, model, [corpus[0]] * 3)
