"""Run a peer on a task, score it, and enter it in the results beside newsclf."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from peers.roster import NEWSCLF, NEWSCLF_CASCADE, Entry, peers_of
from recording import Book
from runner import NotRunError, read_answers, run
from scoring import as_lists, score, trust
from tables import result_key
from tasks import Task


@dataclass(frozen=True, slots=True)
class Bench:
    """Where answers are kept between runs, and where results go."""

    runs: Path
    book: Book

    def measure(self, task: Task, entry: Entry) -> Mapping[str, Any]:
        """Run a peer on a task and return its row of the results.

        Raises
        ------
        NotRunError
            If it cannot run here; a result of an earlier run stays, else the reason is entered.
        """
        key = result_key(task.name, entry.name)
        try:
            cost = run(task, entry, self.runs)
        except NotRunError as error:
            if "micro_f1" not in self.book.read().get(key, {}):
                self.book.record(key, {"not_run": str(error)}, data=task.data, split=task.split)
            raise
        answers = read_answers(task, entry.name, self.runs)
        assert answers is not None
        figures = {
            "facet": task.facet,
            "labels": len(task.labels),
            "train": round(np.mean([len(fold.train) for fold in task.folds])),
            "n": len(np.unique(np.concatenate([fold.test for fold in task.folds]))),
            "folds": len(answers.decided),
            "how": entry.how,
            **as_lists(score(task, answers)),
        }
        if task.timed:
            figures |= {
                "fit_seconds": round(cost.fit_seconds, 2),
                "articles_per_second": round(cost.articles_per_second, 1),
                "peak_mb": round(cost.peak_bytes / 1e6),
            }
        if entry is NEWSCLF and not task.draws:
            statuses = self.runs / task.name / entry.name / "statuses.txt"
            figures |= trust(task, answers, statuses.read_text(encoding="utf-8").split())
        if entry is NEWSCLF_CASCADE:
            figures["share_embedded"] = _share_embedded(self.runs / task.name / entry.name / "embedded.txt")
        self.book.record(key, figures, data=task.data, split=task.split)
        self._compare(task)
        return self.book.read()[key]

    def _compare(self, task: Task) -> None:
        """Enter how far each peer is above newsclf, where the answers of both are there."""
        results = self.book.read()
        newsclf = read_answers(task, NEWSCLF.name, self.runs)
        for entry in peers_of(task.name):
            answers = read_answers(task, entry.name, self.runs)
            row = results.get(result_key(task.name, entry.name))
            if entry is not NEWSCLF and row and answers and newsclf:
                row["difference_to_newsclf"] = as_lists(score(task, answers, other=newsclf))
        self.book.write(results)


def _share_embedded(file: Path) -> float:
    """Return the share of a cascade's articles that its second encoder read."""
    counts = np.loadtxt(file, dtype=int, ndmin=2)
    return round(float(counts[:, 0].sum() / counts[:, 1].sum()), 4)
