"""newsclf and its peers on the same tasks; the README's tables are drawn as each of them ends."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from floors import hold_floors
from news_tasks import TASKS
from peers.roster import NEWSCLF, peers_of

pytestmark = pytest.mark.benchmark

CASES = [pytest.param(task, entry.name, id=f"{task}-{entry.name}") for task in TASKS for entry in peers_of(task)]


@pytest.mark.parametrize(("task", "peer"), CASES)
def test_task(task: str, peer: str, measured: Callable[[str, str], Mapping[str, Any]], lower_floors: bool) -> None:
    row = measured(task, peer)

    if peer == NEWSCLF.name:
        figures = {name: row[name][0] for name in ("micro_f1", "macro_f1", "accuracy") if name in row}
        figures |= {name: row[name] for name in ("ok_share", "ok_micro_f1") if name in row}
        if "mean_ece" in row:
            figures["calibration"] = 1 - row["mean_ece"]
        hold_floors(task, figures, lower=lower_floors)
