"""How long work says how far it is; only the command line draws it."""

from collections.abc import Callable

#: Called with a stage's name, the units done, and the units in all.
Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Say nothing."""
