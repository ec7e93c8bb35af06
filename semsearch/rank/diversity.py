"""Lists that repeat themselves less: hits of one paper grouped, near-duplicates folded."""

from __future__ import annotations

from collections.abc import Mapping
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
    """Places of a list with the later ones that were put under them.

    ``firsts``: (k,) int64, ascending. ``under``: by the first place, the others in their order;
    without those that stand alone.
    """

    firsts: NDArray[np.int64]
    under: Mapping[int, tuple[int, ...]]


def gather(keys: NDArray[np.int64]) -> Gathered:
    """Items with equal keys under the first of them.

    Args:
        keys: (m,) of the items, in their order.
    """
    _, first, key_of = np.unique(keys, return_index=True, return_inverse=True)
    head = first[key_of]
    under: dict[int, list[int]] = {}
    for place in np.flatnonzero(head != np.arange(len(keys))).tolist():
        under.setdefault(int(head[place]), []).append(place)
    return Gathered(np.sort(first), {place: tuple(found) for place, found in under.items()})


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
