"""Typed columns for JSON lines, which promise no types: those that hold every value of all files."""

from collections.abc import Mapping, Sequence
from typing import Any

from newsclf.errors import DataError
from newsclf.json_text import as_json, whole_text

#: Column to the kinds of values found in it.
Kinds = Mapping[str, frozenset[str]]

# Integers up to here are exact as floats; up to the other they fit 64 bits.
_EXACT_FLOAT = 2**53
_INT64 = 2**63
# More are names that are data, which no table can have as columns.
_MAX_COLUMNS = 1_000


def kinds_of(record: Mapping[str, Any], found: dict[str, set[str]]) -> None:
    """Add the kind of each of a record's values to what was found before; null is of no kind.

    Past as many names as `merge_kinds` refuses, none are added.
    """
    if len(found) > _MAX_COLUMNS:
        return
    for name, value in record.items():
        kinds = found.setdefault(whole_text(name), set())
        if value is not None:
            kinds.add(_kind(value))


def merge_kinds(several: Sequence[Kinds]) -> Kinds:
    """Return the kinds of all files' columns, in order of appearance.

    Raises
    ------
    DataError
        If there are more columns than a table can have.
    """
    names = dict.fromkeys(name for kinds in several for name in kinds)
    merged = {name: frozenset[str]().union(*(kinds.get(name, ()) for kinds in several)) for name in names}
    if len(merged) > _MAX_COLUMNS:
        raise DataError(
            f"The lines have more than {_MAX_COLUMNS:,} different names; columns of a table need a few that all share."
        )
    return merged


def column(records: Sequence[Mapping[str, Any] | None], name: str, kinds: frozenset[str]) -> Any:
    """Return a column of n records as an Arrow array, null where a record is None or lacks it; names are whole texts.

    Booleans, numbers, strings and lists of strings keep their types. A column that mixes them, or has objects or
    other lists, is of strings: those that it has, and everything else as JSON.
    """
    import pyarrow

    values = [None if record is None else record.get(name) for record in records]
    if kinds == {"strings"}:
        lists = [None if value is None else [_text_or_none(item) for item in value] for value in values]
        return pyarrow.array(lists, pyarrow.list_(pyarrow.string()))
    if kinds == {"bool"}:
        return pyarrow.array(values, pyarrow.bool_())
    if kinds and kinds <= {"int", "long"}:
        return pyarrow.array(values, pyarrow.int64())
    if kinds and kinds <= {"int", "float"}:
        return pyarrow.array([None if value is None else float(value) for value in values], pyarrow.float64())
    texts = [value if value is None or isinstance(value, str) else as_json(value) for value in values]
    return pyarrow.array([None if text is None else whole_text(text) for text in texts], pyarrow.string())


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if abs(value) <= _EXACT_FLOAT else "long" if -_INT64 <= value < _INT64 else "other"
    if isinstance(value, float):
        return "float"
    if isinstance(value, str):
        return "string"
    is_strings = isinstance(value, list) and all(item is None or isinstance(item, str) for item in value)
    return "strings" if is_strings else "other"


def _text_or_none(value: str | None) -> str | None:
    return None if value is None else whole_text(value)
