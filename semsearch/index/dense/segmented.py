"""Search in a base and a delta of it as if they were one index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from semsearch.index.delta.rows import RowMap
from semsearch.index.dense.protocol import DenseIndex, Ranked

#: Removed rows for which room is made among the best ones; with more of them there, the base is
#: asked again without these.
_ROOM = 64


class SegmentedDenseIndex:
    """A base without some rows and a delta; exact where both are.

    Args:
        ids: (n,) UTF-8 byte strings, ascending and unique, of the whole.
        base: the large one.
        delta: the small one, with vectors as the base would store them.
        rows: which rows are which.
    """

    def __init__(
        self, ids: NDArray[np.bytes_], base: DenseIndex, delta: DenseIndex, rows: RowMap
    ) -> None:
        self.ids = ids
        self.dimension = base.dimension
        self._base = base
        self._delta = delta
        self._rows = rows

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
        rows = self._rows
        if allowed is None:
            old, new = self._kept(query, limit), self._delta.search(query, limit)
        else:
            old = self._base.search(query, limit, allowed=rows.base_mask(allowed))
            new = self._delta.search(query, limit, allowed=allowed[rows.inserted])
        return merged(old, new, rows, limit)

    def _kept(self, query: NDArray[np.float32], limit: int) -> Ranked:
        """The best rows of the base that are not removed."""
        kept, removed = self._rows.kept, len(self._rows.removed)
        found = self._base.search(query, limit + min(removed, _ROOM) if limit > 0 else limit)
        stay = kept[found.rows]
        if np.count_nonzero(stay) < min(limit, self._rows.base - removed):
            return self._base.search(query, limit, allowed=kept)
        return Ranked(found.rows[stay], found.scores[stay])

    def vector(self, row: int) -> NDArray[np.float32]:
        """(dimension,) float32, the vector of a row."""
        found = self._rows.places(np.array([row]))
        index = self._delta if found.in_delta[0] else self._base
        return index.vector(int(found.places[0]))

    def scores(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(rows),) float32, the scores of some rows."""
        found = self._rows.places(rows)
        scores = np.empty(len(rows), dtype=np.float32)
        for index, held in ((self._base, ~found.in_delta), (self._delta, found.in_delta)):
            scores[held] = index.scores(query, found.places[held])
        return scores


def merged(base: Ranked, delta: Ranked, rows: RowMap, limit: int) -> Ranked:
    """The best of what base and delta gave, in rows of the whole; ties by row."""
    every = np.append(rows.of_base(base.rows), rows.of_delta(delta.rows))
    scores = np.append(base.scores, delta.scores)
    order = np.lexsort((every, -scores))[: max(limit, 0)]
    return Ranked(every[order], scores[order])
