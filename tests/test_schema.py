import json

from newsclf import Article, LabelScore, Prediction, TopicMatch

PREDICTION = Prediction(
    labels_by_facet={
        "theme": (LabelScore("Crime", 0.9, "theme:crime"), LabelScore("Law & Justice", 0.6)),
        "region": (),
    },
    topic=TopicMatch(3, "trial, court, judge", ("trial", "court", "judge"), 0.71),
    status="ok",
    countries=(LabelScore("Kenya", 0.5, "country:KE"),),
)


def test_a_prediction_reads_well() -> None:
    assert str(PREDICTION) == (
        "themes: Crime 0.90, Law & Justice 0.60; regions: none; countries: Kenya; "
        "topic: trial, court, judge 0.71; status: ok"
    )


def test_a_prediction_turns_into_json() -> None:
    assert json.loads(json.dumps(PREDICTION.to_dict())) == {
        "themes": [
            {"label": "Crime", "score": 0.9, "id": "theme:crime"},
            {"label": "Law & Justice", "score": 0.6, "id": ""},
        ],
        "regions": [],
        "countries": [{"label": "Kenya", "score": 0.5, "id": "country:KE"}],
        "topic": {"id": 3, "name": "trial, court, judge", "keywords": ["trial", "court", "judge"], "similarity": 0.71},
        "status": "ok",
        "truncated": False,
    }


def test_the_labels_of_all_facets_are_plain_names() -> None:
    assert PREDICTION.labels == ("Crime", "Law & Justice")


def test_a_facet_that_a_model_lacks_is_empty() -> None:
    assert PREDICTION.dossiers == ()


def test_an_article_without_a_body_is_its_title() -> None:
    assert Article(title="Ferry sinks").content == "Ferry sinks"
    assert Article(title="Ferry sinks", text="Forty are safe.").content == "Ferry sinks\n\nForty are safe."
