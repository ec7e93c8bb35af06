"""From a query to candidates: the best rows of each retriever, with both scores for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from semsearch.index.dense.protocol import DenseIndex, Ranked
from semsearch.index.lexical.protocol import LexicalIndex, LexicalQuery
from semsearch.timing import Stage, timed

#: Candidates that each retriever gives; the result set of a query is their union.
DEPTH = 500
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
            near = dense.search(vector, depth, allowed=allowed)
    if mode is not Mode.DENSE:
        with timed(Stage.LEXICAL):
            said = lexical.search(query, depth, allowed=allowed)
    return scored(
        near,
        said,
        dense_scores=lambda rows: dense.scores(vector, rows),
        lexical_scores=lambda rows: lexical.score(query, rows),
    )


def scored(
    near: Ranked | None,
    said: Ranked | None,
    *more: NDArray[np.int64],
    dense_scores: Callable[[NDArray[np.int64]], NDArray[np.float32]],
    lexical_scores: Callable[[NDArray[np.int64]], NDArray[np.float32]],
) -> Candidates:
    """The union of what retrievers found, with both scores for all.

    Args:
        near: what the dense index found; None where it was not asked.
        said: what the lexical index found; None where it was not asked.
        more: further rows.
        dense_scores: scores of rows that were not found by it, in ascending order.
        lexical_scores: likewise.
    """
    found = [one.rows for one in (near, said) if one is not None]
    rows = np.unique(np.concatenate([_NONE, *found, *more]))
    with timed(Stage.DENSE):
        dense = _completed(rows, near, dense_scores)
    with timed(Stage.LEXICAL):
        lexical = _completed(rows, said, lexical_scores)
    return Candidates(rows, dense, lexical, ranks_of(rows, near), ranks_of(rows, said))


def _completed(
    rows: NDArray[np.int64],
    found: Ranked | None,
    scores: Callable[[NDArray[np.int64]], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """Scores of all rows, of which those that were found have theirs already."""
    if found is None:
        return scores(rows)
    all_scores = np.empty(len(rows), dtype=np.float32)
    places = np.searchsorted(rows, found.rows)
    all_scores[places] = found.scores
    missing = np.ones(len(rows), dtype=np.bool_)
    missing[places] = False
    all_scores[missing] = scores(rows[missing])
    return all_scores


def ranks_of(rows: NDArray[np.int64], found: Ranked | None) -> NDArray[np.int32]:
    """(m,) int32, at which rank rows that stand in ascending order were found, 0 for not at all.

    Args:
        rows: (m,) of the candidates.
        found: what a retriever gave; None where it was not asked.
    """
    ranks = np.zeros(len(rows), dtype=np.int32)
    if found is not None:
        ranks[np.searchsorted(rows, found.rows)] = np.arange(1, len(found.rows) + 1)
    return ranks
