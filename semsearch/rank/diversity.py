"""Lists that repeat themselves less: hits of one paper grouped, near-duplicates folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

import numpy as np
from numpy.typing import NDArray

#: Jaccard index of two texts' tokens from which they say the same.
SAME = 0.9


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


def same_texts(items: Sequence[int], tokens: Callable[[int], Sequence[int]]) -> dict[int, int]:
    """For each item the earliest item that says the same, itself where there is none.

    Two texts say the same when the Jaccard index of their sets of tokens is at least ``SAME``. An
    item is compared with firsts only, so that nothing is folded under what is folded itself. Texts
    that are alike share one of their rarest tokens (prefix filtering, Chaudhuri et al. 2006), so
    that few pairs are looked at.

    Args:
        items: in the order of the list.
        tokens: the tokens of an item.
    """
    sets = {item: frozenset(tokens(item)) for item in items}
    common = Counter(token for found in sets.values() for token in found)
    holders: dict[int, list[int]] = {}
    first_of: dict[int, int] = {}
    for item in items:
        mine = sorted(sets[item], key=lambda token: (common[token], token))
        prefix = mine[: len(mine) - ceil(SAME * len(mine)) + 1]
        near = sorted({other for token in prefix for other in holders.get(token, ())})
        alike = [other for other in near if _jaccard(sets[item], sets[other]) >= SAME]
        # ``holders`` lists firsts in the order of the list, ``near`` is sorted by number.
        order = {other: place for place, other in enumerate(first_of)}
        first_of[item] = min(alike, key=order.__getitem__) if alike else item
        if not alike:
            for token in prefix:
                holders.setdefault(token, []).append(item)
    return first_of


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


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 1.0
