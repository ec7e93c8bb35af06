"""The cache of vectors: what was encoded once is never encoded again.

A vector, with the codes of the text's tokens, is found by the model's digest, the form of the codes
and the SHA-256 of the text that was encoded. The text is the outcome of the recipe, so the recipe
needs no column of its own.

**What is in a batch must not depend on where an interrupted run resumed**, because the last bits
of a vector depend on the texts beside it. So all wanted digests, cached or not, are sorted and cut
into windows of ``WINDOW``; the missing texts of one window are sorted by length, cut into batches
and committed together. A window is either cached whole or not at all by the run that encodes it,
and the next run finds the same windows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import REFERENCE, Encoder, TokenVectors
from semsearch.encode.token_codes import (
    BITS,
    DIMENSIONS,
    TokenCodec,
    codec_from_array,
    fit_codec,
)
from semsearch.errors import DamageError
from semsearch.progress import Progress
from semsearch.store.database import open_sqlite, translated

#: Texts that are encoded and committed together; at 100 texts a second a crash costs 10 seconds.
WINDOW = 1024
_PAGE_BYTES = 16384  # ten vectors of 384 dimensions; two in a page of 4,096 waste a quarter of it
#: Form of the token codes: dimensions and bits.
CODES = f" {DIMENSIONS}x{BITS}"
_VARIABLES = 900  # values in one IN list; SQLite's oldest limit is 999
_SCHEMA = """
DROP TABLE IF EXISTS vectors;    -- of versions without token codes
CREATE TABLE IF NOT EXISTS encodings (
    model  TEXT NOT NULL,  -- digest of the encoder, its back end and form of the token codes
    text   BLOB NOT NULL,  -- SHA-256 of the encoded text
    vector BLOB NOT NULL,  -- float32, little endian
    tokens BLOB NOT NULL,  -- codes of its tokens, one after the other
    PRIMARY KEY (model, text)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS codecs (
    model TEXT PRIMARY KEY,
    bits  INTEGER NOT NULL,
    codec BLOB NOT NULL    -- float32 (k + 1, dimension), as TokenCodec.as_array gives it
) STRICT;
"""


class VectorCache:
    """Vectors in one SQLite file, which may be deleted at any time.

    Args:
        path: the file; made when missing.

    Raises:
        DamageError: the file is not a SQLite database.
        StorageError: the file cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with translated(path):
            self._connection = open_sqlite(path, page_bytes=_PAGE_BYTES)
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def missing(self, model: str, digests: Sequence[bytes]) -> list[bytes]:
        """Those digests that have no vector, in the order given."""
        sql = "SELECT text FROM encodings WHERE model = ? AND text IN ({})"
        held = {row["text"] for row in self._rows(sql, model, digests)}
        return [digest for digest in digests if digest not in held]

    def get(self, model: str, digests: Sequence[bytes]) -> NDArray[np.float32]:
        """(n, dimension) vectors in the order given.

        Raises:
            DamageError: one of them is not there, or has another length than the others.
        """
        held = self._held("vector", model, digests)
        if len({len(vector) for vector in held.values()}) > 1:
            raise DamageError(
                f"{self._path} holds vectors of several lengths; delete it and build again"
            )
        joined = b"".join(held[digest] for digest in digests)
        return np.frombuffer(joined, dtype="<f4").reshape(len(digests), -1)

    def tokens(self, model: str, digests: Sequence[bytes]) -> list[bytes]:
        """The token codes of each text in the order given.

        Raises:
            DamageError: one of them is not there.
        """
        held = self._held("tokens", model, digests)
        return [held[digest] for digest in digests]

    def put(
        self,
        model: str,
        digests: Sequence[bytes],
        vectors: NDArray[np.float32],
        tokens: Sequence[bytes],
    ) -> None:
        """Add vectors, (n, dimension) float32, and token codes in one transaction."""
        rows = vectors.astype("<f4", copy=False)
        with translated(self._path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO encodings VALUES (?, ?, ?, ?)",
                [
                    (model, digest, row.tobytes(), codes)
                    for digest, row, codes in zip(digests, rows, tokens, strict=True)
                ],
            )

    def codec(self, encoder: Encoder) -> TokenCodec | None:
        """The token codec of a model: kept, or fitted and kept; None without token vectors."""
        with translated(self._path), self._connection:
            row = self._connection.execute(
                "SELECT bits, codec FROM codecs WHERE model = ?", (cache_key(encoder),)
            ).fetchone()
        if row is not None:
            array = np.frombuffer(row["codec"], dtype="<f4").reshape(-1, encoder.dimension)
            return codec_from_array(array, row["bits"])
        codec = fit_codec(encoder)
        if codec is not None:
            packed = codec.as_array().astype("<f4").tobytes()
            with translated(self._path), self._connection:
                self._connection.execute(
                    "INSERT OR REPLACE INTO codecs VALUES (?, ?, ?)",
                    (cache_key(encoder), codec.bits, packed),
                )
        return codec

    def _held(self, column: str, model: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        sql = f"SELECT text, {column} AS found FROM encodings WHERE model = ? AND text IN ({{}})"  # noqa: S608 - a column of this class
        held = {row["text"]: row["found"] for row in self._rows(sql, model, digests)}
        lost = sum(digest not in held for digest in digests)
        if lost:
            raise DamageError(
                f"{self._path} lacks {lost:,} of {len(digests):,} vectors; build again"
            )
        return held

    def _rows(self, sql: str, model: str, digests: Sequence[bytes]) -> Iterator[sqlite3.Row]:
        for start in range(0, len(digests), _VARIABLES):
            lot = digests[start : start + _VARIABLES]
            with translated(self._path):
                yield from self._connection.execute(
                    sql.format(", ".join("?" * len(lot))), (model, *lot)
                )


def encode_missing(
    cache: VectorCache,
    encoder: Encoder,
    codec: TokenCodec | None,
    digests: Sequence[bytes],
    texts: Callable[[Sequence[bytes]], list[str]],
    *,
    batch_tokens: int,
    progress: Progress,
    name: str,
) -> int:
    """Encode the texts that have no vector yet; how many there were.

    Memory is bounded by one window. May be interrupted at any moment.

    Args:
        cache: where vectors are kept.
        encoder: the model.
        codec: codes the token vectors; None leaves them out.
        digests: of all wanted texts, ascending, each once.
        texts: gives the texts with some digests.
        batch_tokens: most tokens in one batch, padding included; a longer text is a batch alone.
        progress: shows how far it is.
        name: what is encoded, for people.
    """
    encoded = 0
    with progress.stage(name, len(digests)) as stage:
        for start in range(0, len(digests), WINDOW):
            window = digests[start : start + WINDOW]
            missing = cache.missing(cache_key(encoder), window)
            stage.advance(len(window) - len(missing))
            if missing:
                found = texts(missing)
                vectors = np.empty((len(missing), encoder.dimension), dtype=np.float32)
                tokens = [b""] * len(missing)
                most = batch_tokens * encoder.batch_factor
                batches = list(_batches(encoder.token_counts(found), missing, most))
                passes = encoder.encode_batches([found[row] for row in batch] for batch in batches)
                for batch, together in zip(batches, passes, strict=True):
                    vectors[batch] = together.vectors
                    if codec is not None and together.tokens is not None:
                        for row, codes in zip(batch, _codes(codec, together.tokens), strict=True):
                            tokens[row] = codes
                    stage.advance(len(batch))
                cache.put(cache_key(encoder), missing, vectors, tokens)
                encoded += len(missing)
    return encoded


def _codes(codec: TokenCodec, texts: Sequence[TokenVectors]) -> Iterator[bytes]:
    """The codes of each text's tokens."""
    codes = memoryview(codec.encode(np.concatenate([one.vectors for one in texts])).tobytes())
    start = 0
    for one in texts:
        end = start + len(one.vectors) * codec.code_bytes
        yield bytes(codes[start:end])
        start = end


def cache_key(encoder: Encoder) -> str:
    """What names an encoder, its back end and the form of its token codes in the cache."""
    backend = "" if encoder.backend == REFERENCE else f" {encoder.backend}"
    return encoder.digest + backend + CODES


def _batches(
    counts: Sequence[int], digests: Sequence[bytes], batch_tokens: int
) -> Iterator[list[int]]:
    """Rows in batches of texts of like length, the longest first."""
    order = sorted(range(len(counts)), key=lambda row: (-counts[row], digests[row]))
    batch: list[int] = []
    longest = 0
    for row in order:
        longest = max(longest, counts[row])
        if batch and longest * (len(batch) + 1) > batch_tokens:
            yield batch
            batch, longest = [], counts[row]
        batch.append(row)
    if batch:
        yield batch
