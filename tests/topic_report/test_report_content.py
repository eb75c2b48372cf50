from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn_topics import RECENT, TOPICS, small_report

from newsclf.errors import DataError
from newsclf.topic_labels import DossierMatch
from newsclf.topic_report import LabelShares
from newsclf.topics import Topic


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"coordinates": np.zeros((3, 2))}, r"coordinates has shape \(3, 2\); expected \(66, 2\)"),
        ({"coordinates": np.full((66, 2), np.nan)}, "coordinates has values that are not finite"),
        ({"urls": ("https://news.example",)}, "urls has 1 entries; expected one for each of 66 titles, or none"),
        ({"topic_ids": np.full(66, 4)}, r"topic_ids has \[4\], which no topic has"),
        ({"topics": (*TOPICS[:2], Topic(7, "again", (), 1))}, r"topics share ids: \[2, 7, 7\]"),
        ({"counts": np.zeros((3, 2))}, r"counts has shape \(3, 2\); expected \(3, 4\)"),
        ({"themes": LabelShares(names=("A",), shares=np.zeros((2, 1)))}, r"shares of themes has shape \(2, 1\)"),
        ({"representatives": ((), ())}, "representatives has 2 entries; expected one for each of 3 topics"),
        ({"representatives": ((66,), (), ())}, r"representatives names articles \[66\]; expected indices below 66"),
        ({"drawn": np.arange(3)}, r"coordinates has shape \(66, 2\); expected \(3, 2\)"),
        ({"drawn": np.arange(1, 67)}, "drawn is not a list of articles; expected rising indices below 66"),
        ({"drawn": np.arange(66)[::-1]}, "drawn is not a list of articles; expected rising indices below 66"),
        (
            {"dossiers": (DossierMatch(4, "A", 1, 1, 1),)},
            r"dossiers are of the topics \[4\]; expected one or none for each of \[2, 5, 7\]",
        ),
        (
            {"recent": replace(RECENT, changes=RECENT.changes[:2])},
            r"recent has changes of the topics \[5, 7\]; expected one for each of \[2, 5, 7\]",
        ),
        ({"linkage": np.zeros((1, 4))}, r"linkage has shape \(1, 4\); expected \(2, 4\)"),
        ({"linkage": np.ones((2, 4))}, "linkage is none of scipy's"),
    ],
    ids=lambda value: None if isinstance(value, str) else next(iter(value)),
)
def test_parts_that_do_not_fit_together_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        small_report(**changes)
