"""The cache of vectors, and encoding that goes on where it stopped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from semsearch.encode import vectors as vectors_module
from semsearch.encode.encoder import Encoded, Encoder
from semsearch.encode.recipe import text_digest
from semsearch.encode.token_codes import TokenCodec
from semsearch.encode.vectors import VectorCache, cache_key, encode_missing
from semsearch.errors import DamageError
from semsearch.progress import Quiet

MODEL = "m" * 64
CODEC = TokenCodec(np.zeros(64, np.float32), np.eye(64, dtype=np.float32)[:16])


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[VectorCache]:
    opened = VectorCache(tmp_path / "vectors.sqlite")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "WINDOW", 16)


TEXTS = {text_digest(text): text for text in (f"text {n} " + "word " * (n % 7) for n in range(50))}
DIGESTS = sorted(TEXTS)


def run(cache: VectorCache, encoder: Any, digests: Sequence[bytes] = DIGESTS) -> int:
    return encode_missing(
        cache,
        encoder,
        CODEC,
        digests,
        lambda wanted: [TEXTS[digest] for digest in wanted],
        batch_tokens=40,
        progress=Quiet(),
        name="texts",
    )


def test_vectors_come_back_in_the_order_asked(cache: VectorCache) -> None:
    digests = [text_digest(str(n)) for n in range(2000)]
    rows = np.random.default_rng(0).random((2000, 8)).astype(np.float32)
    cache.put(MODEL, digests, rows, [bytes([n % 7]) * (n % 3) for n in range(2000)])
    order = np.random.default_rng(1).permutation(2000)
    asked = [digests[n] for n in order]
    assert (cache.get(MODEL, asked) == rows[order]).all()
    assert cache.tokens(MODEL, asked) == [bytes([n % 7]) * (n % 3) for n in order]


def test_vectors_of_another_model_are_missing(cache: VectorCache) -> None:
    cache.put(MODEL, [b"a" * 32], np.ones((1, 4), dtype=np.float32), [b""])
    assert cache.missing(MODEL, [b"b" * 32, b"a" * 32]) == [b"b" * 32]
    assert cache.missing("other", [b"a" * 32]) == [b"a" * 32]


def test_missing_vector_is_damage(cache: VectorCache) -> None:
    with pytest.raises(DamageError, match=r"vectors\.sqlite lacks 1 of 1 vectors"):
        cache.get(MODEL, [b"a" * 32])


def test_file_that_is_no_database_is_damage(tmp_path: Path) -> None:
    (tmp_path / "v.sqlite").write_bytes(b"no database at all " * 50)
    with pytest.raises(DamageError, match=r"v\.sqlite is not a usable SQLite file"):
        VectorCache(tmp_path / "v.sqlite")


def test_only_missing_texts_are_encoded(cache: VectorCache, encoder: Any) -> None:
    assert run(cache, encoder) == 50
    assert sorted(encoder.encoded) == sorted(TEXTS.values())
    encoder.encoded.clear()
    assert run(cache, encoder) == 0
    assert encoder.encoded == []


def test_batches_hold_no_more_tokens_than_asked(cache: VectorCache, encoder: Any) -> None:
    sizes: list[int] = []
    plain = encoder.encode_tokens

    def watched(texts: Sequence[str]) -> Encoded:
        counts = encoder.token_counts(texts)
        sizes.append(max(counts) * len(counts))
        result: Encoded = plain(texts)
        return result

    encoder.encode_tokens = watched
    run(cache, encoder)
    assert sizes
    assert max(sizes) <= 40


class Interrupting(Encoder):
    """An encoder that is interrupted, and notes its batches."""

    def __init__(self, encoder: Any, after: int) -> None:
        self._encoder = encoder
        self.name, self.digest, self.dimension = encoder.name, encoder.digest, encoder.dimension
        self.left = after
        self.batches: list[tuple[str, ...]] = []

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        counts: list[int] = self._encoder.token_counts(texts)
        return counts

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_tokens(texts).vectors

    def encode_tokens(self, texts: Sequence[str]) -> Encoded:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.batches.append(tuple(texts))
        found: Encoded = self._encoder.encode_tokens(texts)
        return found


@pytest.mark.parametrize("after", range(0, 13, 2))
def test_batches_do_not_depend_on_where_a_run_resumed(
    tmp_path: Path, encoder: Any, after: int
) -> None:
    whole = Interrupting(encoder, after=10**6)
    honest = VectorCache(tmp_path / "whole.sqlite")
    run(honest, whole)
    broken = VectorCache(tmp_path / "broken.sqlite")
    first = Interrupting(encoder, after=after)
    with pytest.raises(KeyboardInterrupt):
        run(broken, first)
    second = Interrupting(encoder, after=10**6)
    run(broken, second)
    assert set(first.batches) | set(second.batches) == set(whole.batches)
    key = cache_key(encoder)
    assert (broken.get(key, DIGESTS) == honest.get(key, DIGESTS)).all()
    assert broken.tokens(key, DIGESTS) == honest.tokens(key, DIGESTS)
    honest.close()
    broken.close()


def test_full_disk_keeps_what_was_committed(
    cache: VectorCache, encoder: Any, tmp_path: Path
) -> None:
    run(cache, encoder, DIGESTS[:16])
    with sqlite3.connect(tmp_path / "vectors.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM encodings").fetchone()[0] == 16
    connection.close()
