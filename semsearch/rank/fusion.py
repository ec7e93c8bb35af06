"""One score out of the scores of several retrievers."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Weight of the dense score in the convex sum.
DENSE_WEIGHT = 0.6
#: Rank constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009, section 2).
RANK_CONSTANT = 60


class Fusion(StrEnum):
    """How dense and lexical scores become one."""

    CONVEX = "convex"
    RECIPROCAL_RANK = "reciprocal-rank"


def convex(
    dense: NDArray[np.float32], lexical: NDArray[np.float32], *, weight: float = DENSE_WEIGHT
) -> NDArray[np.float64]:
    """``weight · dense + (1 − weight) · lexical``, both scaled to 0–1 over the candidates.

    Bruch, Gai and Ingber 2023, An analysis of fusion functions for hybrid retrieval, equation 3,
    with min-max scaling; the least lexical score is 0, that of a text without any asked word.

    Args:
        dense: (m,) cosines.
        lexical: (m,) BM25 scores, 0 where no word matches.
        weight: of the dense score, 0–1.

    Returns:
        (m,) float64, 0–1.
    """
    return weight * scaled(dense, None) + (1 - weight) * scaled(lexical, 0.0)


def reciprocal_rank(
    *ranks: NDArray[np.int32], constant: int = RANK_CONSTANT
) -> NDArray[np.float64]:
    """The sum of ``1 / (constant + rank)`` over retrievers.

    Args:
        ranks: (m,) ranks from 1 in each retriever; 0 where it did not give the candidate.
        constant: see ``RANK_CONSTANT``.

    Returns:
        (m,) float64.
    """
    total = np.zeros(len(ranks[0]), dtype=np.float64)
    for found in ranks:
        total += np.where(found > 0, 1.0 / (constant + found), 0.0)
    return total


def scaled(
    scores: NDArray[np.floating[Any]],
    least: float | None,
    among: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Scores scaled to 0–1 over the candidates; all 0 where they are all the same.

    Args:
        scores: (m,) any real numbers.
        least: what becomes 0; None for the smallest of the scores.
        among: (m,) candidates that are scaled to 0–1, at least one; others may be outside.
    """
    wide = scores.astype(np.float64)
    if not len(wide):
        return wide
    seen = wide if among is None else wide[among]
    low = float(seen.min()) if least is None else least
    high = float(seen.max())
    if high <= low:
        return np.zeros_like(wide)
    scaled: NDArray[np.float64] = (wide - low) / (high - low)
    return scaled
