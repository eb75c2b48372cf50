from typing import Any

import pytest

from newsclf import ConfigError, TrainConfig


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"facets": ("mood",)}, "facets is 'mood'; choose from theme, region, dossier", id="facet"),
        pytest.param({"facets": ()}, "facets is empty", id="no facet"),
        pytest.param({"split": "half"}, "split is 'half'", id="split"),
        pytest.param({"near_copies": "hide"}, "near_copies is 'hide'", id="near copies"),
        pytest.param({"empty_labels": "any"}, "empty_labels is 'any'", id="empty labels"),
        pytest.param({"test_share": 0.9}, "test_share is 0.9; give a number from 0.05 to 0.5", id="test share"),
        pytest.param({"min_label_count": 0}, "min_label_count is 0", id="label count"),
        pytest.param({"topic_min_size": 1}, "topic_min_size is 1", id="topic size"),
        pytest.param({"topics": 1}, "topics is 1; give auto, a number from 2 on, or False", id="one topic"),
        pytest.param({"topics": "many"}, "topics is 'many'", id="topics in words"),
        pytest.param({"topic_outliers": "drop"}, "topic_outliers is 'drop'; choose from keep, assign", id="outliers"),
        pytest.param({"topic_runs": 0}, "topic_runs is 0", id="runs"),
        pytest.param({"seed": -1}, "seed is -1", id="seed"),
        pytest.param({"finetune": -1}, "finetune is -1; give a number from 0 to 100", id="fine-tuning"),
        pytest.param({"finetune_tokens": 8}, "finetune_tokens is 8; give a number from 16", id="tokens"),
        pytest.param({"jobs": 0}, "jobs is 0", id="jobs"),
    ],
)
def test_an_option_that_cannot_work_is_named_with_what_can(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TrainConfig(**options)


@pytest.mark.parametrize(
    ("given", "kept"), [("auto", "auto"), (True, "auto"), (False, 0), (0, 0), (2, 2), (40, 40)], ids=repr
)
def test_topics_are_found_counted_or_switched_off(given: Any, kept: object) -> None:
    assert TrainConfig(topics=given).topics == kept
