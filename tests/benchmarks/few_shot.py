"""The same tasks with a handful of articles a label."""

from dataclasses import replace

import numpy as np
from tasks import Fold, Task

from newsclf.arrays import IntArray

#: Draws of the training side; each is measured on the same articles.
DRAWS = 5
#: Articles to measure on: enough, for the draws differ by more than another sample would.
TEST_ARTICLES = 500


def few_shot(task: Task, *, size: int) -> Task:
    """Draw `size` articles a label from the training side of the first fold, and a sample of its test side."""
    pool, tested = task.folds[0].train, task.folds[0].test
    sample = np.random.default_rng(0).permutation(tested)[:TEST_ARTICLES]
    draws = [_draw(task, np.random.default_rng(draw).permutation(pool), size=size) for draw in range(DRAWS)]
    return replace(
        task,
        split=f"{size} articles a label, {DRAWS} draws, {len(sample)} test articles",
        folds=tuple(Fold(draw, np.sort(sample)) for draw in draws),
        draws=True,
    )


def _draw(task: Task, order: IntArray, *, size: int) -> IntArray:
    """Take for each label the first articles in this order that carry it and are not taken yet."""
    taken: dict[int, None] = {}
    for label in range(len(task.labels)):
        carriers = [int(i) for i in order if task.targets[i, label] and int(i) not in taken]
        taken |= dict.fromkeys(carriers[:size])
    return np.sort(np.fromiter(taken, dtype=np.intp))
