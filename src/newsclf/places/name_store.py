"""The names of places in the user's cache: collecting them takes most of a second, reading them a tenth of that."""

import gc
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import platformdirs

from newsclf.places.gazetteer import Names, names_hash, read_names
from newsclf.places.names import Name, Place


@cache
def stored_names() -> Names:
    """Return what `read_names` does; from the cache where they were collected before, of the same libraries."""
    file = Path(platformdirs.user_cache_dir("newsclf")) / f"places-{_key()}.json"
    with no_collector():
        try:
            return _from_json(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError, AttributeError, IndexError):  # not there yet, or damaged
            names = read_names()
    with suppress(OSError):  # a cache that cannot be written costs the next process time, and nothing else
        _write(file, _to_json(names))
    return names


def _key() -> str:
    """Hash all that the names follow from: lists, libraries, and the code that reads them."""
    digest = hashlib.sha256(names_hash().encode())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def no_collector() -> Iterator[None]:
    """Keep the garbage collector from walking a hundred thousand new objects over and over; none of them is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _to_json(names: Names) -> str:
    rows = [
        (
            spelling,
            name.places,
            [name.places.index(meaning) for meaning in name.meanings],
            name.proof,
            name.is_given_name,
            name.is_thing,
            name.skip,
        )
        for spelling, name in names.items()
    ]
    return json.dumps(rows, ensure_ascii=False)


def _from_json(text: str) -> Names:
    names: Names = {}
    for spelling, places, meanings, *marks in json.loads(text):
        known = [Place(*place) for place in places]
        names[spelling] = Name(known, [known[i] for i in meanings], *marks)
    if not names:
        raise ValueError("no names")
    return names


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{uuid.uuid4().hex}")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, file)  # noqa: PTH105 - atomic, and the name says so
