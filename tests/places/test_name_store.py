import json
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest

from newsclf.places import name_store
from newsclf.places.gazetteer import read_names


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(name_store.platformdirs, "user_cache_dir", lambda _: str(tmp_path))
    name_store.stored_names.cache_clear()
    yield tmp_path
    name_store.stored_names.cache_clear()


def test_names_out_of_the_cache_are_those_that_were_collected(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected = name_store.stored_names()
    name_store.stored_names.cache_clear()
    monkeypatch.setattr(name_store, "read_names", lambda: pytest.fail("collected again"))

    stored = name_store.stored_names()

    assert list(stored) == list(collected) == list(read_names())
    assert all(astuple(stored[spelling]) == astuple(name) for spelling, name in collected.items())


@pytest.mark.parametrize(
    "content", ["", "[[1]]", "{", "[]", "{}", '["Peru"]', json.dumps([["Peru", [["PE"]], [0], 0, False, False, 0]])]
)
def test_a_damaged_cache_is_written_anew(content: str, cache: Path) -> None:
    name_store.stored_names()
    (file,) = cache.iterdir()
    whole = file.read_text(encoding="utf-8")
    file.write_text(content, encoding="utf-8")
    name_store.stored_names.cache_clear()

    assert len(name_store.stored_names()) > 40_000
    assert file.read_text(encoding="utf-8") == whole


def test_a_cache_that_cannot_be_written_is_done_without(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(name_store.platformdirs, "user_cache_dir", lambda _: str(tmp_path / "file" / "below"))

    assert len(name_store.stored_names()) > 40_000
