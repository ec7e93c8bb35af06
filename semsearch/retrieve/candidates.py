"""From a query to candidates: the best rows of each retriever, with both scores for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.protocol import DenseIndex
from semsearch.index.lexical.protocol import LexicalIndex, LexicalQuery
from semsearch.timing import Stage, timed

#: Candidates that each retriever gives; the result set of a query is their union.
DEPTH = 1000
_NONE = np.zeros(0, dtype=np.int64)


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
    near = said = None
    if mode is not Mode.LEXICAL:
        with timed(Stage.DENSE):
            near = dense.search(vector, depth, allowed=allowed).rows
    if mode is not Mode.DENSE:
        with timed(Stage.LEXICAL):
            said = lexical.search(query, depth, allowed=allowed).rows
    rows = np.union1d(*(_NONE if found is None else found for found in (near, said)))
    with timed(Stage.DENSE):
        dense_scores = dense.scores(vector, rows)
    with timed(Stage.LEXICAL):
        lexical_scores = lexical.score(query, rows)
    return Candidates(
        rows, dense_scores, lexical_scores, ranks_of(rows, near), ranks_of(rows, said)
    )


def ranks_of(rows: NDArray[np.int64], ranked: NDArray[np.int64] | None) -> NDArray[np.int32]:
    """(m,) int32, at which rank rows that stand in ascending order were found, 0 for not at all.

    Args:
        rows: (m,) of the candidates.
        ranked: those that a retriever gave, best first; None where it was not asked.
    """
    ranks = np.zeros(len(rows), dtype=np.int32)
    if ranked is not None:
        ranks[np.searchsorted(rows, ranked)] = np.arange(1, len(ranked) + 1)
    return ranks
