"""The cache of vectors: what was encoded once is never encoded again.

A vector is found by the model's digest and the SHA-256 of the text that was encoded. The text is
the outcome of the recipe, so the recipe needs no column of its own.

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

from semsearch.encode.encoder import Encoder
from semsearch.errors import DamageError
from semsearch.progress import Progress
from semsearch.store.database import open_sqlite, translated

#: Texts that are encoded and committed together; at 100 texts a second a crash costs 10 seconds.
WINDOW = 1024
_PAGE_BYTES = 16384  # ten vectors of 384 dimensions; two in a page of 4,096 waste a quarter of it
_VARIABLES = 900  # values in one IN list; SQLite's oldest limit is 999
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    model  TEXT NOT NULL,  -- digest of the encoder
    text   BLOB NOT NULL,  -- SHA-256 of the encoded text
    vector BLOB NOT NULL,  -- float32, little endian
    PRIMARY KEY (model, text)
) STRICT, WITHOUT ROWID
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
            self._connection.execute(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def missing(self, model: str, digests: Sequence[bytes]) -> list[bytes]:
        """Those digests that have no vector, in the order given."""
        sql = "SELECT text, NULL AS vector FROM vectors WHERE model = ? AND text IN ({})"
        held = {row["text"] for row in self._rows(sql, model, digests)}
        return [digest for digest in digests if digest not in held]

    def get(self, model: str, digests: Sequence[bytes]) -> NDArray[np.float32]:
        """(n, dimension) vectors in the order given.

        Raises:
            DamageError: one of them is not there, or has another length than the others.
        """
        sql = "SELECT text, vector FROM vectors WHERE model = ? AND text IN ({})"
        held = {row["text"]: row["vector"] for row in self._rows(sql, model, digests)}
        lost = sum(digest not in held for digest in digests)
        if lost:
            raise DamageError(
                f"{self._path} lacks {lost:,} of {len(digests):,} vectors; build again"
            )
        if len({len(vector) for vector in held.values()}) > 1:
            raise DamageError(
                f"{self._path} holds vectors of several lengths; delete it and build again"
            )
        joined = b"".join(held[digest] for digest in digests)
        return np.frombuffer(joined, dtype="<f4").reshape(len(digests), -1)

    def put(self, model: str, digests: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Add vectors in one transaction; (n, dimension) float32."""
        rows = vectors.astype("<f4", copy=False)
        with translated(self._path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [(model, digest, row.tobytes()) for digest, row in zip(digests, rows, strict=True)],
            )

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
            missing = cache.missing(encoder.digest, window)
            stage.advance(len(window) - len(missing))
            if missing:
                found = texts(missing)
                vectors = np.empty((len(missing), encoder.dimension), dtype=np.float32)
                for batch in _batches(encoder.token_counts(found), missing, batch_tokens):
                    vectors[batch] = encoder.encode([found[row] for row in batch])
                    stage.advance(len(batch))
                cache.put(encoder.digest, missing, vectors)
                encoded += len(missing)
    return encoded


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
