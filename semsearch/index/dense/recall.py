"""How many of the best rows an index finds, estimated on queries of its own; and enough of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.files import (
    DensePaths,
    DenseRecord,
    chunks_of,
    open_dense,
    open_vectors,
)
from semsearch.index.dense.inverted import InvertedIndex
from semsearch.index.dense.protocol import DenseIndex, Rows

#: Queries that are asked; each is the sum of a row and ``SECOND`` of another, both drawn, as a
#: question touches what several statements say. Real questions need about as many lists for a
#: recall of .99; rows that are turned by noise are found too easily where they are near to the row,
#: and lie where nothing is near where they are not.
QUERIES, SECOND = 200, 0.75
#: Recall at 10 for which more and more lists are looked at.
WANTED = 0.99
_BEST = 10
_SEED = 20240502
_FEWEST = 16  # lists
#: A score may fall short of the true one by so much, by the rounding of float32.
_ROUNDING = 1e-5


def with_recall(record: DenseRecord, paths: DensePaths) -> DenseRecord:
    """The record of an index that was just written, with its recall at 10.

    Of inverted lists as many are looked at as are needed for a recall of ``WANTED``.
    """
    index = open_dense(paths, record)
    if not isinstance(index, InvertedIndex):
        return record
    sample = draw(open_vectors(paths, record))
    found = 0.0
    for lists in _numbers(index.most_lists):
        record = replace(record, lists=lists)
        found = sample.recall(index.looking_at(lists))
        if found >= WANTED:
            break
    return replace(record, recall_at_10=found)


@dataclass(frozen=True, slots=True)
class Sample:
    """Queries, and the truth about them.

    ``queries``: (q, dimension) float32 unit rows. ``worst``: (q,) float32, the score of the last of
    the ``best`` rows of each.
    """

    queries: NDArray[np.float32]
    worst: NDArray[np.float32]
    best: int

    def recall(self, index: DenseIndex) -> float:
        """Share of the best rows that an index finds, 0 to 1.

        Rows as good as the last of the best count: which of equal rows is named does not matter.
        """
        found = [index.search(query, self.best).scores for query in self.queries]
        right = [
            np.count_nonzero(scores >= worst - _ROUNDING)
            for scores, worst in zip(found, self.worst, strict=True)
        ]
        return float(np.mean(right) / self.best)


def draw(vectors: Rows, *, best: int = _BEST) -> Sample:
    """Queries made from rows that are drawn, with the truth by the product with all rows.

    Args:
        vectors: (n, dimension), n ≥ 1.
        best: rows of each query that count.
    """
    random = np.random.default_rng(_SEED)
    first, second = (
        vectors[random.integers(0, len(vectors), QUERIES)].astype(np.float64) for _ in range(2)
    )
    sums = first + SECOND * second
    queries = (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)
    most = min(best, len(vectors))
    truth = np.full((QUERIES, most), -np.inf, dtype=np.float32)
    for chunk in chunks_of(vectors):
        together = np.hstack([truth, queries @ chunk.T])
        truth = -np.partition(-together, most - 1, axis=1)[:, :most]
    return Sample(queries, truth.min(axis=1), most)


def _numbers(most: int) -> Iterator[int]:
    """Numbers of lists, each larger than the last by a quarter or less, up to all of them."""
    lists = _FEWEST
    while lists < most:
        yield lists
        lists += lists // 4
    yield most
