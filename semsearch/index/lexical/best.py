"""Which rows may be among the best of several lists of postings, found without adding up all lists.

Rows are gone through in windows that fit into the cache of a core. The most that each list can add
to a score is known, so that with the score that the best rows have so far the longest lists need
not be added up any more: no row that stands in these alone can come among the best, and of the
others only those are looked up in them that still can (Turtle and Flood 1995, Query evaluation:
strategies and optimizations, who call it max score). The cost grows with the lists of the rarer
words, not with the number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Rows of the first window, which gives a first score to beat, and of the others at most.
_FIRST: Final = 2**17
_WINDOW: Final = 2**19
#: More than float32 sums of scores are wrong.
_ROUNDING: Final = 1e-3
#: A row is looked up in a list as fast as so many of its postings are added up.
LOOK_UP: Final = 12


@dataclass(frozen=True, slots=True)
class Postings:
    """The texts that hold something, and what it adds to their scores.

    ``rows``: (p,) int32, ascending. ``impacts``: (p,) float32 above 0, to be multiplied by
    ``weight``. ``most``: the largest product.
    """

    rows: NDArray[np.int32]
    impacts: NDArray[np.float32]
    weight: float
    most: float


def likeliest(
    lists: Sequence[Postings],
    count: int,
    limit: int,
    allowed: NDArray[np.bool_] | None,
    *,
    sure: float = 1.0,
) -> NDArray[np.int64]:
    """Rows with all of the best ``limit`` among them, ascending; not many more than these.

    Args:
        lists: their sum is the score of a row.
        count: of all rows.
        limit: rows that are wanted, at least 1.
        allowed: (count,) rows that may be given; None for all.
        sure: the true score of a row is at least this share of another's, above 0 and at most 1,
            where the sums of both are equal.
    """
    found = _Best(limit, sure)
    ordered = sorted(lists, key=lambda one: len(one.rows))
    # rest[i]: the most that the lists from i on add together
    rest = np.append(np.cumsum([one.most for one in ordered][::-1])[::-1], 0.0)
    starts = [0, *range(_FIRST, count, _WINDOW), count] if count > _FIRST else [0, count]
    edges = [np.searchsorted(one.rows, np.array(starts, dtype=np.int32)) for one in ordered]
    totals = np.zeros(int(np.diff(starts).max()), dtype=np.float32)  # zeros between the windows
    for window, first in enumerate(starts[:-1]):
        inside = [
            _Window(one, slice(edge[window], edge[window + 1]), first)
            for one, edge in zip(ordered, edges, strict=True)
        ]
        added = int(np.argmax(rest <= found.least))  # so many lists must be added up whole
        for one in inside[:added]:
            one.add_to(totals)
        places, scores = _above(totals, inside[:added], max(0.0, found.least - rest[added]))
        if allowed is not None:
            kept = allowed[places + first]
            places, scores = places[kept], scores[kept]
        for number in range(added, len(ordered)):
            scores += inside[number].at(places, totals)
            kept = scores > found.least - rest[number + 1]
            places, scores = places[kept], scores[kept]
        found.take(places + first, scores)
    return np.sort(found.rows)


def _above(
    totals: NDArray[np.float32], added: Sequence[_Window], least: float
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The places with more than a score among those of some lists, once each; all become 0."""
    places = [np.zeros(0, dtype=np.intp)]
    scores = [np.zeros(0, dtype=np.float32)]
    for one in added:
        held = totals[one.places]
        above = held > least
        places.append(one.places[above])
        scores.append(held[above])
        totals[one.places] = 0.0
    return np.concatenate(places), np.concatenate(scores)


class _Window:
    """The part of a list within a window.

    Args:
        postings: the list.
        held: which of its postings.
        first: the first row of the window.
    """

    def __init__(self, postings: Postings, held: slice, first: int) -> None:
        self._rows = postings.rows[held]
        self._impacts = postings.impacts[held]
        self._weight = np.float32(postings.weight)
        self._first = first

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """Its rows, from the first one of the window on."""
        return self._rows.astype(np.intp) - self._first

    def add_to(self, totals: NDArray[np.float32]) -> None:
        """Add its impacts where they belong."""
        totals[self.places] += self._impacts * self._weight

    def at(self, places: NDArray[np.intp], totals: NDArray[np.float32]) -> NDArray[np.float32]:
        """What it adds at some places; ``totals`` are zeros, and are left so."""
        if not len(places) or not len(self._rows):
            return np.zeros(len(places), dtype=np.float32)
        if len(self._rows) < LOOK_UP * len(places):
            self.add_to(totals)
            found = totals[places]
            totals[self.places] = 0.0
            return found
        wanted = (places + self._first).astype(np.int32)
        near = np.minimum(np.searchsorted(self._rows, wanted), len(self._rows) - 1)
        return np.where(self._rows[near] == wanted, self._impacts[near] * self._weight, 0)


class _Best:
    """The best rows so far.

    ``least``: a score that no row outside need be looked at for: that of the last of the best ones,
    less what rounding and ``sure`` may hide; 0 until there are enough.
    """

    def __init__(self, limit: int, sure: float) -> None:
        self._limit = limit
        self._sure = sure
        self.least = 0.0
        self.rows = np.zeros(0, dtype=np.int64)
        self._scores = np.zeros(0, dtype=np.float32)

    def take(self, rows: NDArray[np.int64], scores: NDArray[np.float32]) -> None:
        """Some more rows."""
        rows, scores = np.append(self.rows, rows), np.append(self._scores, scores)
        if len(rows) > self._limit:
            last = len(rows) - self._limit
            worst = float(np.partition(scores, last)[last])
            self.least = max(0.0, worst * self._sure - _ROUNDING)
            kept = scores > self.least
            rows, scores = rows[kept], scores[kept]
        self.rows, self._scores = rows, scores
