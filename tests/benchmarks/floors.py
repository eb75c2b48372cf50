"""Figures that newsclf must reach, in a file; a figure below its floor fails, and only one flag lowers a floor."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FLOORS = Path(__file__).parent / "floors.toml"
LOWER_FLAG = "--lower-floors"
# Digits that a lowered floor is written with.
_DIGITS = 3


class BelowFloorError(AssertionError):
    """newsclf does worse on a task than the floors file demands."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that a figure of a task may be, and the number of its line in the file, from 1."""

    task: str
    figure: str
    least: float
    line: int


def read_floors(file: Path = FLOORS) -> tuple[Floor, ...]:
    """Return every floor in the order of the file."""
    values = tomllib.loads(file.read_text(encoding="utf-8"))
    found, task = [], ""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if header := re.match(r"\[(\w+)\]", line):
            task = header[1]
        elif figure := re.match(r"(\w+)\s*=", line):
            found.append(Floor(task, figure[1], float(values[task][figure[1]]), number))
    return tuple(found)


def hold_floors(task: str, figures: Mapping[str, float], *, file: Path = FLOORS, lower: bool = False) -> None:
    """Compare the figures of a task with its floors.

    Parameters
    ----------
    figures
        Name to value; each floor of the task must have one.
    lower
        Write a lower floor instead of failing; floors that are reached stay as they are.

    Raises
    ------
    BelowFloorError
        If a figure is below its floor or is missing, naming every such line of the file.
    """
    missed = [floor for floor in read_floors(file) if floor.task == task and _missed(floor, figures)]
    if lower and all(floor.figure in figures for floor in missed):
        _write(file, {floor.line: f"{floor.figure} = {_rounded_down(figures[floor.figure])}" for floor in missed})
    elif missed:
        lines = "\n".join(
            f"{file.name}:{floor.line}: [{task}] {floor.figure} = {floor.least}; found {figures[floor.figure]:.4f}"
            if floor.figure in figures
            else f"{file.name}:{floor.line}: [{task}] {floor.figure} = {floor.least}; it was not measured"
            for floor in missed
        )
        raise BelowFloorError(
            f"newsclf is below its floors:\n{lines}\nMend what made it worse, or, where the loss is worth it, lower "
            f"the floor with `pytest tests/benchmarks -k {task} {LOWER_FLAG}` and say why in the commit."
        )


def _missed(floor: Floor, figures: Mapping[str, float]) -> bool:
    return not figures.get(floor.figure, -math.inf) >= floor.least


def _rounded_down(value: float) -> float:
    return math.floor(value * 10**_DIGITS) / 10**_DIGITS


def _write(file: Path, replaced: Mapping[int, str]) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    shown = [replaced.get(number, line) for number, line in enumerate(lines, 1)]
    file.write_text("\n".join(shown) + "\n", encoding="utf-8")
