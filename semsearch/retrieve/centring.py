"""How near rows are to the mean of all vectors: the same for every question, so kept once known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.protocol import DenseIndex


class CentreScores:
    """Inner products of the rows of an index with the common mean, each found when first asked for.

    Several threads may ask at once: what two of them find is the same.

    Args:
        index: of unit vectors.
        centre: (dimension,) float32.
    """

    def __init__(self, index: DenseIndex, centre: NDArray[np.float32]) -> None:
        self._index = index
        self._centre = centre
        self._known = np.full(len(index), np.nan, dtype=np.float32)

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(len(rows),) float32."""
        found: NDArray[np.float32] = self._known[rows]
        unknown = np.flatnonzero(np.isnan(found))
        if len(unknown):
            found[unknown] = self._index.scores(self._centre, rows[unknown])
            self._known[rows[unknown]] = found[unknown]
        return found
