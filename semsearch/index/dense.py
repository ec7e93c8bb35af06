"""Dense indexes: unit vectors in, the nearest rows out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError

#: More than the rounding of a float32 inner product of two unit vectors; a candidate that FAISS
#: puts this far below the last wanted one cannot be above it.
_ROUNDING = 1e-5
_SPARE = 32  # candidates fetched beyond the wanted ones, for ties at the boundary
_CHUNK = 8192  # rows that FlatIndex scores at once


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows and their scores, best first.

    ``rows``: (k,) int64. ``scores``: (k,) float32, inner products, −1 to 1, larger is more similar.
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


class DenseIndex(Protocol):
    """Exact search over unit vectors.

    Invariants, held by the contract test of every implementation against ``FlatIndex``:

    - ``ids`` are (n,) UTF-8 byte strings, ascending and unique; row *i* belongs to ``ids[i]``.
    - A score is the inner product summed in float64 and rounded to float32: it does not depend on
      the row, on other rows, or on the implementation.
    - Equal scores come in the order of rows, which is the order of ids.
    - Only rows that ``allowed`` allows are given, and ``min(limit, allowed rows)`` of them.
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
        vectors: (n, dimension) float32, unit rows.
    """

    def __init__(self, ids: NDArray[np.bytes_], vectors: NDArray[np.float32]) -> None:
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
        scores = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            scores[start : start + _CHUNK] = exact_scores(self._vectors[chunk], query)
        return best_rows(rows, scores, limit)

    def vector(self, row: int) -> NDArray[np.float32]:
        """(dimension,) float32, the vector of a row."""
        found: NDArray[np.float32] = self._vectors[row]
        return found

    def scores(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(rows),) float32, the scores of some rows."""
        return exact_scores(self._vectors[rows], query)


class FaissIndex:
    """FAISS finds candidates, which are then scored exactly; the files are memory-mapped.

    Args:
        ids: (n,) UTF-8 byte strings, ascending and unique.
        index: a FAISS index of inner products that gives back its vectors.
    """

    def __init__(self, ids: NDArray[np.bytes_], index: Any) -> None:
        self.ids = ids
        self.dimension = int(index.d)
        self._index = index

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
        most = len(self) if allowed is None else int(np.count_nonzero(allowed))
        wanted = min(limit, most)
        if wanted <= 0:
            return Ranked(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
        fetch = min(wanted + _SPARE, most)
        while True:
            rows, last = self._candidates(query, fetch, allowed)
            vectors = self._index.reconstruct_batch(rows)
            best = best_rows(rows, exact_scores(vectors, query), wanted)
            if fetch == most or best.scores[-1] > last + _ROUNDING:
                return best
            fetch = min(2 * fetch, most)

    def _candidates(
        self, query: NDArray[np.float32], fetch: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], float]:
        """Rows in ascending order, and the lowest score that FAISS gave one of them."""
        faiss = _faiss()
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        asked = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
        scores, rows = self._index.search(asked, fetch, params=parameters)
        found = rows[0] >= 0  # FAISS fills up with row −1
        return np.sort(rows[0][found]), float(scores[0][found][-1])

    def vector(self, row: int) -> NDArray[np.float32]:
        """(dimension,) float32, the vector of a row."""
        found: NDArray[np.float32] = self._index.reconstruct(row)
        return found

    def scores(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(rows),) float32, the scores of some rows."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        return exact_scores(self._index.reconstruct_batch(rows), query)


def exact_scores(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) inner products of (n, dimension) vectors with a query, summed in float64."""
    products = vectors.astype(np.float64) * query.astype(np.float64)
    scores: NDArray[np.float32] = products.sum(axis=1).astype(np.float32)
    return scores


def write_faiss(
    vectors_path: Path,
    ids_path: Path,
    ids: NDArray[np.bytes_],
    rows: Iterable[NDArray[np.float32]],
    *,
    dimension: int,
) -> None:
    """Write a flat FAISS index of inner products, and its ids.

    The vectors are streamed, so that memory does not grow with their number: what FAISS writes for
    an empty index is the header, in which the number of rows and of floats are set.

    Args:
        vectors_path: for ``faiss.read_index``.
        ids_path: for ``numpy.load``.
        ids: (n,) UTF-8 byte strings, ascending and unique.
        rows: chunks of (m, dimension) float32, together n rows.
        dimension: of the vectors.

    Raises:
        ValueError: ids are not ascending, or rows and ids do not agree in number.
        OSError: the disk is full.
    """
    faiss = _faiss()
    if np.any(ids[1:] <= ids[:-1]):
        raise ValueError("the ids are not ascending and unique")
    header = bytearray(faiss.serialize_index(faiss.IndexFlatIP(dimension)).tobytes())
    header[8:16] = len(ids).to_bytes(8, "little")
    header[-8:] = (len(ids) * dimension).to_bytes(8, "little")
    written = 0
    with vectors_path.open("wb") as stream:
        stream.write(header)
        for chunk in rows:
            written += len(chunk)
            stream.write(np.ascontiguousarray(chunk, dtype="<f4").tobytes())
        stream.flush()
        os.fsync(stream.fileno())
    if written != len(ids):
        raise ValueError(f"{written:,} vectors for {len(ids):,} ids")
    with ids_path.open("wb") as stream:
        np.save(stream, ids)
        stream.flush()
        os.fsync(stream.fileno())


def open_faiss(vectors_path: Path, ids_path: Path) -> FaissIndex:
    """An index that ``write_faiss`` wrote, memory-mapped.

    Raises:
        DamageError: a file cannot be read, or the two do not agree.
    """
    faiss = _faiss()
    try:
        index = faiss.read_index(str(vectors_path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise DamageError(f"{vectors_path} cannot be read as a FAISS index") from error
    try:
        ids: NDArray[np.bytes_] = np.load(ids_path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DamageError(f"{ids_path} cannot be read as a numpy array: {error}") from error
    if len(ids) != index.ntotal:
        raise DamageError(
            f"{vectors_path} holds {index.ntotal:,} vectors and {ids_path.name} {len(ids):,} ids"
        )
    return FaissIndex(ids, index)


def best_rows(rows: NDArray[np.int64], scores: NDArray[np.float32], limit: int) -> Ranked:
    """The best of some rows that stand in ascending order; ties by row."""
    if 0 < limit < len(scores):  # sorting all that match would take most of the time
        cut = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        kept = scores >= cut
        rows, scores = rows[kept], scores[kept]
    order = np.argsort(-scores, kind="stable")[: max(limit, 0)]
    return Ranked(rows[order], scores[order])


def _faiss() -> Any:
    """The library, loaded when it is needed; its type stubs lack what SWIG adds."""
    import faiss

    return faiss
