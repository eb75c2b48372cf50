from pathlib import Path

import numpy as np
import pytest
from support import HashedWordEncoder

from newsclf import DataError
from newsclf.embedding import EmbeddingCache, embed

TEXTS = [f"article number {i} of the day" for i in range(30)]


def test_only_what_is_new_is_embedded(encoder: HashedWordEncoder, tmp_path: Path) -> None:
    embed(TEXTS[:20], encoder, cache=EmbeddingCache(tmp_path, encoder))
    encoder.encoded.clear()

    _, computed = embed(TEXTS, encoder, cache=EmbeddingCache(tmp_path, encoder))

    assert computed == 10
    assert encoder.encoded == TEXTS[20:]


def test_vectors_from_the_cache_are_the_ones_that_were_computed(encoder: HashedWordEncoder, tmp_path: Path) -> None:
    fresh, _ = embed(TEXTS, encoder, cache=EmbeddingCache(tmp_path, encoder))

    kept, computed = embed(TEXTS[::-1], encoder, cache=EmbeddingCache(tmp_path, encoder))

    assert computed == 0
    np.testing.assert_array_equal(kept, fresh[::-1])


def test_only_vectors_asked_for_are_kept_in_memory(encoder: HashedWordEncoder, tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path, encoder)
    keys = [bytes([i]) * 32 for i in range(30)]
    vectors = encoder.encode(TEXTS)
    cache.add(keys[:20], vectors[:20])
    cache.add(keys[20:], vectors[20:])

    found = cache.found([keys[3], keys[25], b"?" * 32])

    assert sorted(found) == [keys[3], keys[25]]
    np.testing.assert_array_equal(found[keys[25]], vectors[25])
    assert all(vector.base is None for vector in found.values())


def test_another_encoder_never_gets_the_vectors(encoder: HashedWordEncoder, tmp_path: Path) -> None:
    embed(TEXTS, encoder, cache=EmbeddingCache(tmp_path, encoder))
    other = HashedWordEncoder()
    other.cache_key = "another"

    _, computed = embed(TEXTS, other, cache=EmbeddingCache(tmp_path, other))

    assert computed == 30


def test_a_damaged_cache_file_is_reported_and_its_texts_embedded_again(
    encoder: HashedWordEncoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    embed(TEXTS, encoder, cache=EmbeddingCache(tmp_path, encoder))
    shard = next(tmp_path.rglob("*.joblib"))
    shard.write_bytes(shard.read_bytes()[:100])

    _, computed = embed(TEXTS, encoder, cache=EmbeddingCache(tmp_path, encoder))

    assert computed == 30
    assert "ignoring the damaged cache file" in caplog.text


def test_a_text_that_comes_twice_is_embedded_once(encoder: HashedWordEncoder) -> None:
    vectors, computed = embed(["same", "other", "same"], encoder)

    assert computed == 2
    np.testing.assert_array_equal(vectors[0], vectors[2])


def test_a_blank_text_is_refused_with_its_place(encoder: HashedWordEncoder) -> None:
    with pytest.raises(DataError, match="Text 1 is blank"):
        embed(["words", " \n "], encoder)


def test_progress_ends_at_the_number_embedded(encoder: HashedWordEncoder) -> None:
    seen: list[tuple[str, int, int]] = []

    embed(TEXTS, encoder, progress=lambda *report: seen.append(report))

    assert seen == [("embed", 0, 30), ("embed", 30, 30)]
