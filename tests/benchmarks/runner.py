"""Run a peer on a task in a process of its own, and read back what it said and what that cost."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from peers.roster import Entry, folds_of
from scoring import Answers
from tasks import Task

HERE = Path(__file__).parent
#: Names the interpreter of the environment that `peers/requirements.txt` describes.
PEERS_PYTHON = "NEWSCLF_PEERS_PYTHON"


class NotRunError(Exception):
    """A peer cannot run on this machine; the reason goes into the table."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Mean seconds of one fit, articles labelled a second, and peak memory in bytes of the whole process.

    They mean something only where the task is timed.
    """

    fit_seconds: float
    articles_per_second: float
    peak_bytes: int


def run(task: Task, entry: Entry, runs: Path) -> Cost:
    """Run a peer on a task; its answers stay below the folder until the task changes.

    Raises
    ------
    NotRunError
        If the peer needs an environment that is not there.
    """
    python = python_of(entry)
    static_model = runs / "static-model"
    if entry.distilled and not static_model.is_dir():
        call([python, str(HERE / "peers" / "model2vec_classifier.py"), str(static_model)])
    file = _write_task(task, runs)
    folder = answers_folder(task, entry.name, runs)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    folds = folds_of(entry, task.name, len(task.folds))
    vectors = folder / "vectors" if task.timed else runs / "vectors"
    places = [str(place) for place in (static_model, vectors, folder)]
    worker = [python, str(HERE / "worker.py"), str(file), entry.factory, str(folds), *places]
    call([sys.executable, "-S", str(HERE / "launcher.py"), str(folder / "cost.json"), *worker])
    clock = json.loads((folder / "clock.json").read_text(encoding="utf-8"))
    labelled = sum(len(fold.test) for fold in task.folds[:folds])
    return Cost(
        fit_seconds=float(np.mean(clock["fit"])),
        articles_per_second=labelled / sum(clock["predict"]),
        peak_bytes=json.loads((folder / "cost.json").read_text(encoding="utf-8"))["peak_bytes"],
    )


def answers_folder(task: Task, peer: str, runs: Path) -> Path:
    """Return where a peer's answers to a task are, or would be."""
    return runs / task.name / peer


def read_answers(task: Task, peer: str, runs: Path) -> Answers | None:
    """Return a peer's answers to a task, or None where it has not run."""
    file = answers_folder(task, peer, runs) / "answers.npz"
    if not file.is_file():
        return None
    with np.load(file) as saved:
        folds = range(len(saved.files) // 2)
        return Answers(
            decided=tuple(saved[f"decided_{fold}"] for fold in folds),
            scores=tuple(saved[f"scores_{fold}"] for fold in folds),
        )


def _write_task(task: Task, runs: Path) -> Path:
    """Write the task for its peers; answers to another task of the same name are gone then."""
    file = runs / task.name / "task.json"
    content = task.to_json()
    if not file.is_file() or file.read_text(encoding="utf-8") != content:
        shutil.rmtree(file.parent, ignore_errors=True)
        file.parent.mkdir(parents=True)
        file.write_text(content, encoding="utf-8")
    return file


def python_of(entry: Entry) -> str:
    """Return the interpreter that a peer runs in.

    Raises
    ------
    NotRunError
        If it needs an environment that is not there.
    """
    if not entry.own_environment:
        return sys.executable
    named = os.environ.get(PEERS_PYTHON, "")
    if not named:
        raise NotRunError(f"{PEERS_PYTHON} is not set; tests/benchmarks/peers/requirements.txt says how")
    if not Path(named).is_file():
        raise NotRunError(f"{PEERS_PYTHON} names {named}, which does not exist")
    return os.path.abspath(named)  # noqa: PTH100 - resolving the link would leave the environment


def environment_of_commands() -> dict[str, str]:
    """Return what commands of a benchmark run in: its modules are within reach, and no model hub."""
    # A script's own folder is on its path; that of the worker is needed by a script in `peers` too.
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    return os.environ | {"PYTHONPATH": path, "HF_HUB_OFFLINE": "1"}


def call(command: list[str]) -> None:
    """Run a command of a benchmark, and stop where it fails."""
    environment = environment_of_commands()
    done = subprocess.run(command, env=environment, check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3_000:]}")
