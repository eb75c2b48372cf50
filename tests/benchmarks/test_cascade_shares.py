"""What a cascade would win: static answers first, MiniLM only for the articles that the static model doubts most."""

from pathlib import Path

import numpy as np
import pytest
from news_tasks import build_task
from peers.roster import NEWSCLF, NEWSCLF_STATIC
from recording import record
from runner import read_answers
from sklearn.metrics import f1_score

pytestmark = pytest.mark.benchmark

_SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)


@pytest.mark.parametrize("name", ["reuters_r90", "reuters_regions", "wcep_themes", "wcep_regions"])
def test_a_cascade_wins_little_over_the_static_encoder(name: str, benchmark_data: Path, runs: Path) -> None:
    task = build_task(name, benchmark_data)
    first, second = (read_answers(task, entry.name, runs) for entry in (NEWSCLF_STATIC, NEWSCLF))
    if first is None or second is None:
        pytest.skip(f"newsclf and its static encoder have not both run on {name}")
    targets = np.concatenate([task.targets[fold.test] for fold in task.folds])
    decided = [np.concatenate(answers.decided) for answers in (first, second)]
    scores = np.concatenate(first.scores)
    doubts = np.where(decided[0], 1 - scores, scores).sum(axis=1)
    order = np.argsort(-doubts, kind="stable")
    f1 = {}
    for share in _SHARES:
        given = decided[0].copy()
        embedded = order[: round(share * len(order))]
        given[embedded] = decided[1][embedded]
        f1[f"{share:.2f}"] = round(float(f1_score(targets, given, average="micro", zero_division=0)), 4)
    record(
        f"cascade_{name}",
        {"n": len(targets), "micro_f1_by_share_embedded": f1},
        data=task.data,
        split=task.split,
    )

    assert f1["0.00"] >= f1["1.00"] - 0.01
