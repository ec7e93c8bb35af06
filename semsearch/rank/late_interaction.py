"""Late interaction: each token of the question looks for its best match in a text.

Khattab and Zaharia 2020, ColBERT. The tokens are those of the encoder itself, without training.
Beside the mean of all matches, the two sides of an asked relation are matched by themselves: a
text that speaks of one side only cannot answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from semsearch.index.token_vectors import TokenIndex

F = TypeVar("F", np.float32, np.float64)

#: Tokens of a block; two side by side, twelve tokens that mean something, are about a clause.
BLOCK = 6


@dataclass(frozen=True, slots=True)
class QueryTokens:
    """The tokens of one wording of a question.

    ``vectors``: (q, k) float32 unit rows in the space of the codes. ``weights``: (q,) float64,
    how rare the word of each token is. ``agent``, ``target``: (q,) bool, which tokens name a side
    of the asked relation; all false where the question has no such side.
    """

    vectors: NDArray[np.float32]
    weights: NDArray[np.float64]
    agent: NDArray[np.bool_]
    target: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Interaction:
    """Matches of some texts, (m,) float64 each, −1 to 1.

    A side that the question does not have, and the relation where nothing but sides was asked, get
    the mean of all matches.
    """

    mean: NDArray[np.float64]
    weighted: NDArray[np.float64]  # mean by ``QueryTokens.weights``
    agent: NDArray[np.float64]
    target: NDArray[np.float64]
    relation: NDArray[np.float64]  # tokens of neither side
    near: NDArray[np.float64]  # most that the product of the three reaches in two blocks, 0 to 1


def interact(
    index: TokenIndex, wordings: Sequence[QueryTokens], rows: NDArray[np.int64]
) -> Interaction:
    """How well some texts match a question, in whichever wording they match best.

    Args:
        index: the token vectors of the texts.
        wordings: the question, and the question with short forms written out; at least one.
        rows: (m,) of the texts.
    """
    vectors = np.concatenate([wording.vectors for wording in wordings])
    blocks = index.block_matches(vectors, rows, BLOCK)
    filled = np.flatnonzero(np.diff(blocks.offsets))
    values = np.ascontiguousarray(blocks.values.T)
    matches = _best(values, blocks.offsets, filled)
    pairs = _pairs(values, blocks.offsets[filled + 1] - 1)
    found: list[list[NDArray[np.float64]]] = []
    start = 0
    for wording in wordings:
        end = start + len(wording.vectors)
        mine = matches[start:end]
        together = all_sides(*_sides(pairs[start:end], wording, None))
        near = _best(together[None], blocks.offsets, filled)[0]
        whole = _mean(mine, wording.weights)
        sides = _sides(mine, wording, whole)
        found.append([_mean(mine, np.ones_like(wording.weights)), whole, *sides, near])
        start = end
    best = [np.maximum.reduce(list(same)) for same in zip(*found, strict=True)]
    return Interaction(*best)


def match_tokens(
    index: TokenIndex, wordings: Sequence[QueryTokens], rows: NDArray[np.int64]
) -> tuple[NDArray[np.float32], ...]:
    """The best match of each token of each wording in some texts.

    Args:
        index: the token vectors of the texts.
        wordings: the question, and the question with short forms written out; at least one.
        rows: (m,) of the texts.

    Returns:
        (q, m) float32 for each wording, −1 to 1.
    """
    vectors = np.concatenate([wording.vectors for wording in wordings])
    blocks = index.block_matches(vectors, rows, BLOCK)
    values = np.ascontiguousarray(blocks.values.T)
    matches = _best(values, blocks.offsets, np.flatnonzero(np.diff(blocks.offsets)))
    ends = np.cumsum([len(wording.vectors) for wording in wordings])
    return tuple(np.split(matches, ends[:-1]))


def weighted_mean(
    matches: NDArray[np.float32], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(m,) float64 means of (q, m) matches, weighted by (q,) weights above 0."""
    return _mean(matches, weights)


def all_sides(
    agent: NDArray[np.float64], target: NDArray[np.float64], relation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The product of three matches, 0 where one of them is below 0."""
    product: NDArray[np.float64] = (
        np.maximum(agent, 0) * np.maximum(target, 0) * np.maximum(relation, 0)
    )
    return product


def _best(values: NDArray[F], offsets: NDArray[np.int64], filled: NDArray[np.int64]) -> NDArray[F]:
    """(q, m) the best of (q, b) matches in blocks; 0 in a text without tokens.

    Args:
        values: a row for each token of the question, the blocks of a text side by side.
        offsets: (m + 1,) where the blocks of each text start.
        filled: the texts that have blocks.
    """
    if len(filled) == len(offsets) - 1:
        return np.maximum.reduceat(values, offsets[:-1], axis=1) if len(filled) else values
    found = np.zeros((len(values), len(offsets) - 1), dtype=values.dtype)
    if len(filled):
        found[:, filled] = np.maximum.reduceat(values, offsets[filled], axis=1)
    return found


def _pairs(values: NDArray[np.float32], last: NDArray[np.int64]) -> NDArray[np.float32]:
    """Each block together with the next one of its text.

    Args:
        values: (q, b).
        last: the last block of each text, which has no next one.
    """
    pairs = values.copy()
    np.maximum(values[:, :-1], values[:, 1:], out=pairs[:, :-1])
    pairs[:, last] = values[:, last]
    return pairs


def _sides(
    matches: NDArray[np.float32], wording: QueryTokens, whole: NDArray[np.float64] | None
) -> list[NDArray[np.float64]]:
    """The means of agent, target and relation; of what there is none, of all: ``whole``."""
    sides = (wording.agent, wording.target, ~(wording.agent | wording.target))
    if whole is None and not all(side.any() for side in sides):
        whole = _mean(matches, wording.weights)
    return [
        whole if whole is not None and not side.any() else _mean(matches, wording.weights, side)
        for side in sides
    ]


def _mean(
    matches: NDArray[np.float32],
    weights: NDArray[np.float64],
    chosen: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """(m,) weighted means of (q, m) matches, or of some of their rows."""
    # Summed row by row: a matrix product may round one text differently in another batch.
    total = np.zeros(matches.shape[1])
    rows = range(len(weights)) if chosen is None else np.flatnonzero(chosen)
    for row in rows:
        total += matches[row] * weights[row]
    return total / float(weights.sum() if chosen is None else weights[chosen].sum())
