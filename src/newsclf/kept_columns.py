"""Which columns a labelled row has: those of the input, then those that labelling adds."""

from collections.abc import Mapping, Sequence
from typing import Any

from newsclf.errors import DataError
from newsclf.reading.rows import Row

_PREFIX = "input_"


class KeptColumns:
    """Puts the input's columns and the added ones side by side, under names that do not collide.

    A column of the input that is called like an added one, in any case, gets ``input_`` before its name.

    Parameters
    ----------
    added
        The columns that labelling adds.
    fixed
        The input's columns where the output has one set of them for all rows; else None.

    Raises
    ------
    DataError
        If a new name is taken as well.
    """

    def __init__(self, added: Sequence[str], fixed: Sequence[str] | None = None) -> None:
        self._added = frozenset(added)
        self._renamed: dict[str, str] = {}
        self._fixed = None if fixed is None else frozenset(fixed)
        self.columns = tuple(dict.fromkeys([*self._named(fixed or (), where="the input"), *added]))

    @property
    def renamed(self) -> Mapping[str, str]:
        """The input's columns that have another name in the output, of all rows so far."""
        return self._renamed

    def name(self, column: str) -> str:
        """Return the name that a column of the input has in the output."""
        if column.strip().lower() not in self._added:
            return column
        return self._renamed.setdefault(column, _PREFIX + column)

    def merged(self, row: Row, added: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row's columns with their values, then the added ones."""
        if self._fixed is not None and (further := row.record.keys() - self._fixed):
            raise DataError(
                f"{row.file}:{row.line} has the column {min(further)!r}, which none of the first rows has; a table of "
                f"one set of columns has no place for it. Write to .jsonl, where each row keeps its own columns."
            )
        names = self._named(row.record, where=f"{row.file}:{row.line}")
        return {**dict(zip(names, row.record.values(), strict=True)), **added}

    def _named(self, columns: Mapping[str, Any] | Sequence[str], *, where: str) -> list[str]:
        names = [self.name(column) for column in columns]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise DataError(
                f"{where} has a column {twice.removeprefix(_PREFIX)!r}, which labelling adds, and {twice!r}, which the "
                f"input's own would be called. Rename one of the two in the input."
            )
        return names
