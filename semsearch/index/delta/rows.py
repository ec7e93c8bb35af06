"""Which row of a base or of a delta is which row of the two together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Places:
    """Where some rows stand.

    ``in_delta``: (m,) whether in the delta. ``places``: (m,) int64, the row of base or delta.
    """

    in_delta: NDArray[np.bool_]
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RowMap:
    """The rows of a base, but for those removed, with those of a delta among them.

    Args:
        base: how many rows the base has.
        removed: (r,) int64, rows of the base that are left out, ascending.
        inserted: (d,) int64, the row that each row of the delta has in the whole, ascending.

    Raises:
        ValueError: rows are not ascending or do not lie within base and whole.
    """

    base: int
    removed: NDArray[np.int64]
    inserted: NDArray[np.int64]
    kept: NDArray[np.bool_] = field(init=False)  # (base,) rows of the base that are not removed
    from_base: NDArray[np.bool_] = field(init=False)  # (n,) rows of the whole that the base has

    def __post_init__(self) -> None:
        for rows, size in ((self.removed, self.base), (self.inserted, len(self))):
            inside = not len(rows) or (rows[0] >= 0 and rows[-1] < size)
            if not inside or np.any(rows[1:] <= rows[:-1]):
                raise ValueError(f"rows of base and delta are not ascending and below {size}")
        object.__setattr__(self, "kept", _without(self.base, self.removed))
        object.__setattr__(self, "from_base", _without(len(self), self.inserted))

    def __len__(self) -> int:
        return self.base - len(self.removed) + len(self.inserted)

    def places(self, rows: NDArray[np.integer]) -> Places:
        """Where rows of the whole stand."""
        wanted = rows.astype(np.int64, copy=False)
        before = np.searchsorted(self.inserted, wanted)
        in_delta = np.zeros(len(wanted), dtype=np.bool_)
        if len(self.inserted):
            near = np.minimum(before, len(self.inserted) - 1)
            in_delta = self.inserted[near] == wanted
        rank = wanted - before  # among the kept rows of the base
        skipped = np.searchsorted(self.removed - np.arange(len(self.removed)), rank, side="right")
        return Places(in_delta, np.where(in_delta, before, rank + skipped))

    def of_base(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """The rows in the whole of rows of the base that are kept."""
        kept = rows.astype(np.int64, copy=False) - np.searchsorted(self.removed, rows)
        earlier = self.inserted - np.arange(len(self.inserted))
        found: NDArray[np.int64] = kept + np.searchsorted(earlier, kept, side="right")
        return found

    def of_delta(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """The rows in the whole of rows of the delta."""
        found: NDArray[np.int64] = self.inserted[rows]
        return found

    def base_mask(self, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(base,) those rows of the base that a mask (n,) over the whole allows."""
        found = np.zeros(self.base, dtype=np.bool_)
        found[self.kept] = allowed[self.from_base]
        return found

    def whole(self, base: NDArray[T], delta: NDArray[T]) -> NDArray[T]:
        """(n, …) what is known of each row, out of (base, …) and (d, …).

        The values are of the wider type of the two.
        """
        found = np.empty((len(self), *base.shape[1:]), dtype=np.result_type(base, delta))
        found[self.from_base] = base[self.kept]
        found[self.inserted] = delta
        return found


def _without(size: int, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    found = np.ones(size, dtype=np.bool_)
    found[rows] = False
    return found
