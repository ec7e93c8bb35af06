"""Dense indexes as contenders: the nearest ten of a vector, all over the same vectors."""

from __future__ import annotations

import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.copies import Copies, noisy
from benchmarks.machine import bytes_of
from benchmarks.worker import slice_of, timed

_LOT = 10_000


class Nearest(ABC):
    """Finds the nearest rows; subclasses say how.

    Args:
        vectors: the real vectors, for ``numpy.load``.
        rows: of the index: real ones again and again with noise, see ``copies.py``.
        queries: (q, d) float32 unit rows, for ``numpy.load``.
        truth: (q, 10) the nearest rows of each query, for ``numpy.load``.
        each: queries of a round.
        limit: rows that are asked for.
        folder: for what is made; deleted at the start.
    """

    def __init__(
        self,
        *,
        vectors: str,
        rows: int,
        queries: str,
        truth: str,
        each: int,
        limit: int,
        folder: str,
    ) -> None:
        self._vectors: NDArray[np.float32] = np.load(vectors)
        self._queries: NDArray[np.float32] = np.load(queries)
        self._truth: NDArray[np.int64] = np.load(truth)
        self._rows, self._each, self._limit = rows, each, limit
        self.folder = Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._found: dict[int, float] = {}
        started = time.perf_counter()
        self.build()
        self._seconds = time.perf_counter() - started
        del self._vectors

    @abstractmethod
    def build(self) -> None:
        """Make the index from ``lots``."""

    @abstractmethod
    def search(self, query: NDArray[np.float32], limit: int) -> Sequence[int]:
        """The nearest rows of a (d,) vector."""

    def lots(self) -> Iterator[NDArray[np.float32]]:
        """The vectors, some at a time."""
        return noisy(self._vectors, repeated(len(self._vectors), self._rows))

    def round(self, number: int) -> Sequence[float]:
        """Search with the queries of a round."""
        places = slice_of(range(len(self._queries)), number, self._each)
        return timed([lambda place=place: self._ask(place) for place in places])

    def figures(self) -> dict[str, float]:
        """Share of the nearest ten that were found, seconds to build, 10⁶ bytes on disk."""
        return {
            "recall_at_10": float(np.mean(list(self._found.values()))),
            "build_s": self._seconds,
            "disk_mb": bytes_of(self.folder) / 1e6,
        }

    def _ask(self, place: int) -> None:
        found = self.search(self._queries[place], self._limit)
        self._found[place] = len({*found[:10]} & {*self._truth[place].tolist()}) / 10


class Own(Nearest):
    """The index of semsearch.

    Args:
        kind: None for the one that is chosen by itself.
        lists: of an inverted index that are looked at; None for as many as are chosen.
        given: see ``Nearest``.
    """

    def __init__(self, *, kind: str | None = None, lists: int | None = None, **given: Any) -> None:
        self._kind, self._lists = kind, lists
        super().__init__(**given)

    def build(self) -> None:
        """As a build does, with estimated recall."""
        from semsearch.index.dense.files import DensePaths, open_dense, write_dense
        from semsearch.index.dense.kinds import DenseKind, choose_kind, free_memory
        from semsearch.index.dense.recall import with_recall

        paths = DensePaths(
            self.folder / "search.faiss", self.folder / "vectors.npy", self.folder / "ids.npy"
        )
        ids = np.array([f"{row:08d}".encode() for row in range(self._rows)], dtype=np.bytes_)
        asked = None if self._kind is None else DenseKind(self._kind)
        dimension = self._vectors.shape[1]
        choice = choose_kind(self._rows, dimension, asked=asked, memory=free_memory())
        record = write_dense(paths, ids, self.lots(), dimension=dimension, choice=choice)
        if self._lists is not None:
            record = replace(record, lists=self._lists)
        self._record = with_recall(record, paths)
        self._index = open_dense(paths, self._record)

    def search(self, query: NDArray[np.float32], limit: int) -> Sequence[int]:
        """As a query does."""
        rows: list[int] = self._index.search(query, limit).rows.tolist()
        return rows

    def figures(self) -> dict[str, float]:
        """Also the recall that a manifest would hold, and the bytes that a search goes through."""
        return super().figures() | {
            "estimated_recall": self._record.recall_at_10,
            "bytes_per_vector": self._record.memory_bytes / self._rows,
        }


class Faiss(Nearest):
    """Plain ``faiss.IndexFlatIP``."""

    def build(self) -> None:
        """Add all vectors, in memory."""
        import faiss

        library: Any = faiss
        self._index = library.IndexFlatIP(self._vectors.shape[1])
        for lot in self.lots():
            self._index.add(lot)

    def search(self, query: NDArray[np.float32], limit: int) -> Sequence[int]:
        """One vector at a time."""
        rows: list[int] = self._index.search(query[None], limit)[1][0].tolist()
        return rows

    def figures(self) -> dict[str, float]:
        """Also the memory that a search goes through."""
        return super().figures() | {"bytes_per_vector": 4.0 * self._index.d}


class MilvusLite(Nearest):
    """Milvus Lite with the index that it chooses."""

    def build(self) -> None:
        """Insert all vectors."""
        import milvus_lite  # noqa: F401 - pymilvus starts it
        from pymilvus import MilvusClient

        self._client: Any = MilvusClient(str(self.folder / "milvus.db"))
        self._client.create_collection(
            "rows", dimension=self._vectors.shape[1], metric_type="IP", auto_id=False
        )
        row = 0
        for lot in self.lots():
            self._client.insert(
                "rows",
                [{"id": row + n, "vector": vector} for n, vector in enumerate(lot.tolist())],
            )
            row += len(lot)
        self._client.flush("rows")
        self._client.load_collection("rows")

    def search(self, query: NDArray[np.float32], limit: int) -> Sequence[int]:
        """One vector at a time."""
        found = self._client.search("rows", data=[query.tolist()], limit=limit)
        return [int(one["id"]) for one in found[0]]


def repeated(real: int, rows: int) -> Copies:
    """So many rows out of the real ones, again and again."""
    lots = np.arange(0, rows, real, dtype=np.int64)
    return Copies(np.arange(rows, dtype=np.int64) % real, np.append(lots, rows))


def nearest(
    lots: Iterator[NDArray[np.float32]], queries: NDArray[np.float32], limit: int = 10
) -> NDArray[np.int64]:
    """(q, limit) the nearest rows of each query by exact comparison, in any order."""
    scores = np.full((len(queries), 0), 0.0, dtype=np.float32)
    rows = np.zeros((len(queries), 0), dtype=np.int64)
    start = 0
    for lot in lots:
        here = np.broadcast_to(np.arange(start, start + len(lot)), (len(queries), len(lot)))
        scores = np.concatenate([scores, queries @ lot.T], axis=1)
        rows = np.concatenate([rows, here], axis=1)
        if scores.shape[1] > limit:
            best = np.argpartition(-scores, limit - 1, axis=1)[:, :limit]
            scores = np.take_along_axis(scores, best, axis=1)
            rows = np.take_along_axis(rows, best, axis=1)
        start += len(lot)
    return rows
