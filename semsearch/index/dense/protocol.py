"""What every dense index does, and the score that all of them give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

#: Vectors as they are stored: float32, or float16 where there are many.
Rows = NDArray[np.float32] | NDArray[np.float16]
_BLOCK = 128  # rows that are widened at once: they stay in the cache of the processor


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows and their scores, best first.

    ``rows``: (k,) int64. ``scores``: (k,) float32, inner products, −1 to 1, larger is more similar.
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


class DenseIndex(Protocol):
    """Search over unit vectors.

    Invariants, held by the contract test of every implementation against ``FlatIndex``:

    - ``ids`` are (n,) UTF-8 byte strings, ascending and unique; row *i* belongs to ``ids[i]``.
    - A score is the inner product of the query with the vector as it is stored, summed in float64
      and rounded to float32: it does not depend on the row, on other rows, or on the
      implementation.
    - Equal scores come in the order of rows, which is the order of ids.
    - Only rows that ``allowed`` allows are given, and ``min(limit, allowed rows)`` of them.
    - The best rows are given, all of them by exact indexes; those that are not exact may miss some,
      as their manifest says, but never where few rows are allowed.
    - ``search`` may be called by several threads.
    """

    ids: NDArray[np.bytes_]
    dimension: int

    def __len__(self) -> int:
        """How many rows there are."""

    def search(
        self,
        query: NDArray[np.float32],
        limit: int,
        *,
        allowed: NDArray[np.bool_] | None = None,
    ) -> Ranked:
        """The best rows for one query.

        Args:
            query: (dimension,) float32, unit length.
            limit: most rows to give, at least 0.
            allowed: (n,) which rows may be given; None allows all.
        """

    def vector(self, row: int) -> NDArray[np.float32]:
        """(dimension,) float32, the vector of a row."""

    def scores(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(rows),) float32, the scores of some rows, in any order."""


class FlatIndex:
    """The slow honest one: every score in numpy.

    Args:
        ids: (n,) UTF-8 byte strings, ascending and unique.
        vectors: (n, dimension) unit rows, as they are stored.
    """

    def __init__(self, ids: NDArray[np.bytes_], vectors: Rows) -> None:
        self.ids = ids
        self.dimension = vectors.shape[1]
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self.ids)

    def search(
        self,
        query: NDArray[np.float32],
        limit: int,
        *,
        allowed: NDArray[np.bool_] | None = None,
    ) -> Ranked:
        """The best rows for one query; see ``DenseIndex``."""
        rows = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        products = self._vectors[rows].astype(np.float64) * query.astype(np.float64)
        return best_rows(rows, products.sum(axis=1).astype(np.float32), limit)

    def vector(self, row: int) -> NDArray[np.float32]:
        """(dimension,) float32, the vector of a row."""
        found: NDArray[np.float32] = self._vectors[row].astype(np.float32)
        return found

    def scores(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(rows),) float32, the scores of some rows."""
        products = self._vectors[rows].astype(np.float64) * query.astype(np.float64)
        found: NDArray[np.float32] = products.sum(axis=1).astype(np.float32)
        return found


def exact_scores(
    vectors: Rows, query: NDArray[np.float32], rows: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """(m,) float32, inner products of vectors with a query, summed in float64.

    A product of two float32 has no rounding in float64, and each row is summed by itself in one
    order: the score of a row does not depend on the rows beside it.

    Args:
        vectors: (n, dimension), in memory or mapped.
        query: (dimension,).
        rows: (m,) whose vectors are compared; None for all of them.
    """
    asked = query.astype(np.float64)
    sums = np.empty(len(vectors) if rows is None else len(rows), dtype=np.float64)
    for start in range(0, len(sums), _BLOCK):
        end = start + _BLOCK
        block = vectors[start:end] if rows is None else vectors[rows[start:end]]
        np.vecdot(block.astype(np.float64), asked, out=sums[start:end])
    scores: NDArray[np.float32] = sums.astype(np.float32)
    return scores


def best_rows(rows: NDArray[np.int64], scores: NDArray[np.float32], limit: int) -> Ranked:
    """The best of some rows that stand in ascending order; ties by row."""
    if 0 < limit < len(scores):  # sorting all that match would take most of the time
        cut = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        kept = scores >= cut
        rows, scores = rows[kept], scores[kept]
    order = np.argsort(-scores, kind="stable")[: max(limit, 0)]
    return Ranked(rows[order], scores[order])


def faiss_library() -> Any:
    """FAISS, loaded when it is needed; its type stubs lack what SWIG adds."""
    import faiss

    return faiss


def search_one(
    index: Any, query: NDArray[np.float32], fetch: int, parameters: Any
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Scores and rows that a FAISS index gives for one (dimension,) query, by one thread.

    FAISS shares queries among threads, not rows: others would only wait, and OpenMP's threads wait
    busily, on the cores that the next step wants.
    """
    faiss = faiss_library()
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # of the calling thread alone
    try:
        asked = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
        scores, rows = index.search(asked, fetch, params=parameters)
    finally:
        faiss.omp_set_num_threads(threads)
    return scores[0], rows[0]
