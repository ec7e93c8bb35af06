"""Lists that repeat themselves less: hits of one paper grouped, near-duplicates folded."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class SortOrder(StrEnum):
    """What hits are ordered by; equal ones by relevance."""

    RELEVANCE = "relevance"
    YEAR = "year"  # of the source, the newest first, those without a year last
    CITATIONS = "citations"  # statements of the corpus that cite the source, the most first


@dataclass(frozen=True, slots=True)
class Gathered:
    """An item of a list with the later ones that were put under it."""

    item: int
    under: tuple[int, ...]


def gather(items: Sequence[int], key: Callable[[int], Hashable]) -> list[Gathered]:
    """Items with equal keys under the first of them; the order of the firsts is kept."""
    groups: dict[Hashable, list[int]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return [Gathered(found[0], tuple(found[1:])) for found in groups.values()]


def said(tokens: Sequence[int], silent: frozenset[int]) -> tuple[int, ...]:
    """What two texts that say the same have in common: their tokens, but for silent ones.

    One token more or another order may turn a statement round ("did not", "decreased", "IL-6
    induces EMT"), so that texts are folded only when nothing but silent words, case, inflection,
    punctuation and markers differs.

    Args:
        tokens: of the text, in order.
        silent: tokens that do not count; no negation is among them.
    """
    return tuple(token for token in tokens if token not in silent)


def sorted_by(
    order: SortOrder,
    items: NDArray[np.int64],
    *,
    year: NDArray[np.int16],
    citations: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Items in another order; equal ones stay in the order given.

    Args:
        order: by what.
        items: (m,) by relevance.
        year: (m,) of each item, in its order; below 0 without one.
        citations: (m,) likewise.
    """
    if order is SortOrder.RELEVANCE:
        return items
    keys = year if order is SortOrder.YEAR else citations
    return items[np.argsort(-keys.astype(np.int64), kind="stable")]
