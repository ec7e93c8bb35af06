"""Exact search: FAISS finds candidates among all rows, which are then scored exactly.

How far the score of a candidate can be from the true one is known, so that it is known too when no
other row can be among the best; until then more candidates are fetched.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.protocol import (
    Ranked,
    Rows,
    best_rows,
    exact_scores,
    faiss_library,
    search_one,
)

#: More than the rounding of a float32 inner product of two unit vectors.
ROUNDING = 1e-5
_SPARE = 32  # candidates beyond the wanted ones, for ties at the boundary
LEVELS = 127  # of a signed byte


class Scanner(Protocol):
    """Scores of all rows that may be a little off."""

    #: Candidates for each wanted row; most searches then need no second look.
    generous: float

    def prepare(self, query: NDArray[np.float32]) -> tuple[NDArray[np.float32], float, float]:
        """The query as FAISS takes it, what its scores are divided by, and their largest error."""


class PlainScanner:
    """FAISS compares the vectors themselves."""

    generous = 1.0

    def prepare(self, query: NDArray[np.float32]) -> tuple[NDArray[np.float32], float, float]:
        """See ``Scanner``."""
        return query, 1.0, ROUNDING


class ByteScanner:
    """FAISS compares whole numbers of one byte, without rounding.

    With vector x = (c + e) / s, c its code, and query q = d / t + f: the score q·x is off from
    c·d / (s t) by f·c / s + q·e / s, at most ‖f‖ ‖c / s‖ + ‖q‖ ‖e / s‖ (Cauchy and Schwarz).

    Args:
        scale: s, with which vectors were multiplied and rounded.
        error: the largest ‖e / s‖ of all rows.
    """

    generous = 2.2

    def __init__(self, scale: float, error: float) -> None:
        self._scale = scale
        self._error = error

    def prepare(self, query: NDArray[np.float32]) -> tuple[NDArray[np.float32], float, float]:
        """See ``Scanner``."""
        own = LEVELS / max(float(np.abs(query).max()), 1e-9)
        code = np.rint(query * own)
        lost = float(np.linalg.norm(query - code / own))
        length = float(np.linalg.norm(query))
        error = length * self._error + lost * (1 + 1e-3 + self._error) + ROUNDING
        return code.astype(np.float32), self._scale * own, error


class StoredIndex(ABC):
    """An index of FAISS that names candidates, and the vectors that score them.

    Args:
        ids: (n,) UTF-8 byte strings, ascending and unique.
        vectors: (n, dimension) unit rows.
        index: a FAISS index over the same rows.
    """

    #: Of so many allowed rows, or fewer, each is scored.
    few: int

    def __init__(self, ids: NDArray[np.bytes_], vectors: Rows, index: Any) -> None:
        self.ids = ids
        self.dimension = vectors.shape[1]
        self._vectors = vectors
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
        if allowed is not None and most <= self.few:
            return self.best_of(query, wanted, np.flatnonzero(allowed))
        return self._search(query, wanted, most, allowed)

    @abstractmethod
    def _search(
        self, query: NDArray[np.float32], wanted: int, most: int, allowed: NDArray[np.bool_] | None
    ) -> Ranked:
        """The best ``wanted`` rows of the ``most`` that are allowed, at least 1."""

    def best_of(self, query: NDArray[np.float32], limit: int, rows: NDArray[np.int64]) -> Ranked:
        """The best of some rows, given in ascending order; each is scored."""
        return best_rows(rows, self.scores(query, rows), limit)

    def vector(self, row: int) -> NDArray[np.float32]:
        """(dimension,) float32, the vector of a row."""
        found: NDArray[np.float32] = self._vectors[row].astype(np.float32)
        return found

    def scores(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(rows),) float32, the scores of some rows."""
        return exact_scores(self._vectors, query, rows)


class ScannedIndex(StoredIndex):
    """See the module; the files are memory-mapped.

    Args:
        ids: (n,) UTF-8 byte strings, ascending and unique.
        vectors: (n, dimension) unit rows.
        index: a FAISS index over the same rows.
        scanner: what the scores of ``index`` mean.
    """

    few = 1_000  # it takes less time than to scan the codes of all

    def __init__(
        self, ids: NDArray[np.bytes_], vectors: Rows, index: Any, scanner: Scanner
    ) -> None:
        super().__init__(ids, vectors, index)
        self._scanner = scanner

    def _search(
        self, query: NDArray[np.float32], wanted: int, most: int, allowed: NDArray[np.bool_] | None
    ) -> Ranked:
        asked, divisor, error = self._scanner.prepare(query)
        fetch = min(int(wanted * self._scanner.generous) + _SPARE, most)
        while True:
            rows, last = self._candidates(asked, fetch, allowed)
            best = best_rows(rows, self.scores(query, rows), wanted)
            if fetch == most or best.scores[-1] > last / divisor + error:
                return best
            fetch = min(2 * fetch, most)

    def _candidates(
        self, query: NDArray[np.float32], fetch: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], float]:
        """Rows in ascending order, and the lowest score that FAISS gave one of them."""
        faiss = faiss_library()
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        scores, rows = search_one(self._index, query, fetch, parameters)
        found = rows >= 0  # FAISS fills up with row −1
        return np.sort(rows[found]), float(scores[found][-1])
