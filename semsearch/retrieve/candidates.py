"""From a query to candidates: the best rows of each retriever, with both scores for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense import DenseIndex, Ranked
from semsearch.index.lexical import LexicalIndex, LexicalQuery

#: Candidates that each retriever gives; the result set of a query is their union.
DEPTH = 1000


class Mode(StrEnum):
    """Which retrievers are asked."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class Candidates:
    """m candidates in ascending order of rows.

    ``rows``: (m,) int64. ``dense``: (m,) float32 cosines, of all candidates. ``lexical``: (m,)
    float32 BM25 scores, of all candidates, 0 where no word matches. ``dense_rank``,
    ``lexical_rank``: (m,) int32 from 1, 0 where that retriever did not give the candidate.
    """

    rows: NDArray[np.int64]
    dense: NDArray[np.float32]
    lexical: NDArray[np.float32]
    dense_rank: NDArray[np.int32]
    lexical_rank: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.rows)


def find_candidates(
    dense: DenseIndex,
    lexical: LexicalIndex,
    vector: NDArray[np.float32],
    query: LexicalQuery,
    *,
    allowed: NDArray[np.bool_] | None,
    mode: Mode,
    depth: int = DEPTH,
) -> Candidates:
    """The union of the best rows of the retrievers.

    Args:
        dense: index over the same rows as ``lexical``.
        lexical: see ``dense``.
        vector: (dimension,) float32, unit length.
        query: for the lexical index.
        allowed: (n,) rows that may be given; None for all.
        mode: which retrievers are asked.
        depth: most rows of each.
    """
    nothing = Ranked(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
    near = dense.search(vector, depth, allowed=allowed) if mode is not Mode.LEXICAL else nothing
    said = lexical.search(query, depth, allowed=allowed) if mode is not Mode.DENSE else nothing
    rows = np.union1d(near.rows, said.rows)
    return Candidates(
        rows=rows,
        dense=dense.scores(vector, rows),
        lexical=lexical.score(query, rows),
        dense_rank=_ranks(rows, near),
        lexical_rank=_ranks(rows, said),
    )


def _ranks(rows: NDArray[np.int64], ranked: Ranked) -> NDArray[np.int32]:
    ranks = np.zeros(len(rows), dtype=np.int32)
    ranks[np.searchsorted(rows, ranked.rows)] = np.arange(1, len(ranked.rows) + 1)
    return ranks
