"""Late interaction: each token of the question looks for its best match in a text.

Khattab and Zaharia 2020, ColBERT. The tokens are those of the encoder itself, without training.
Beside the mean of all matches, the two sides of an asked relation are matched by themselves: a
text that speaks of one side only cannot answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semsearch.index.token_vectors import BlockMatches, TokenIndex

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
    matches = blocks.best().astype(np.float64)
    pairs = _pairs(blocks)
    found: list[list[NDArray[np.float64]]] = []
    start = 0
    for wording in wordings:
        end = start + len(wording.vectors)
        near = BlockMatches(_sides_together(pairs.values[:, start:end], wording), pairs.offsets)
        closest = near.best()[:, 0].astype(np.float64)
        found.append([*_pooled(matches[:, start:end], wording), closest])
        start = end
    best = [np.maximum.reduce(list(same)) for same in zip(*found, strict=True)]
    return Interaction(*best)


def match_tokens(
    index: TokenIndex, wordings: Sequence[QueryTokens], rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], ...]:
    """The best match of each token of each wording in some texts.

    Args:
        index: the token vectors of the texts.
        wordings: the question, and the question with short forms written out; at least one.
        rows: (m,) of the texts.

    Returns:
        (m, q) float64 for each wording, −1 to 1.
    """
    vectors = np.concatenate([wording.vectors for wording in wordings])
    matches = index.block_matches(vectors, rows, BLOCK).best().astype(np.float64)
    ends = np.cumsum([len(wording.vectors) for wording in wordings])
    return tuple(np.split(matches, ends[:-1], axis=1))


def weighted_mean(
    matches: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(m,) float64 means of (m, q) matches, weighted by (q,) weights above 0."""
    return _mean(matches, weights, np.ones(len(weights), dtype=np.bool_))


def all_sides(
    agent: NDArray[np.float64], target: NDArray[np.float64], relation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The product of three matches, 0 where one of them is below 0."""
    product: NDArray[np.float64] = (
        np.maximum(agent, 0) * np.maximum(target, 0) * np.maximum(relation, 0)
    )
    return product


def _pairs(blocks: BlockMatches) -> BlockMatches:
    """Each block together with the next one of its text."""
    values = blocks.values.copy()
    inner = np.ones(len(values), dtype=np.bool_)
    filled = np.flatnonzero(np.diff(blocks.offsets))
    inner[blocks.offsets[filled + 1] - 1] = False  # the last block of a text has no next one
    places = np.flatnonzero(inner)
    values[places] = np.maximum(blocks.values[places], blocks.values[places + 1])
    return BlockMatches(values, blocks.offsets)


def _sides_together(values: NDArray[np.float32], wording: QueryTokens) -> NDArray[np.float32]:
    """(b, 1) float32, the product of agent, target and relation in each block."""
    _, _, agent, target, relation = _pooled(values.astype(np.float64), wording)
    return all_sides(agent, target, relation).astype(np.float32)[:, None]


def _pooled(matches: NDArray[np.float64], wording: QueryTokens) -> list[NDArray[np.float64]]:
    everything = np.ones(len(wording.weights), dtype=bool)
    whole = _mean(matches, wording.weights, everything)
    sides = [wording.agent, wording.target, ~(wording.agent | wording.target)]
    return [
        _mean(matches, np.ones_like(wording.weights), everything),
        whole,
        *(_mean(matches, wording.weights, side) if side.any() else whole for side in sides),
    ]


def _mean(
    matches: NDArray[np.float64], weights: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> NDArray[np.float64]:
    # Summed column by column: a matrix product may round one row differently in another batch.
    total = np.zeros(len(matches))
    for column in np.flatnonzero(chosen):
        total += matches[:, column] * weights[column]
    return total / float(weights[chosen].sum())
