"""Sets of rows as bits, eight rows a byte: joining sets of a million rows takes microseconds.

Bits are numbered as ``numpy.packbits(…, bitorder="little")`` and FAISS' ``IDSelectorBitmap`` do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_WORD = 64
_LITTLE = np.dtype("<u8")


@dataclass(frozen=True, slots=True, eq=False)
class Bitmap:
    """A set of rows out of n.

    ``words``: (⌈n/64⌉,) uint64, little-endian; row *i* is bit *i* mod 64 of word *i* // 64. Bits
    from n on are 0. ``size``: n.
    """

    words: NDArray[np.uint64]
    size: int

    @staticmethod
    def none(size: int) -> Bitmap:
        """No row of ``size``."""
        return Bitmap(np.zeros(-(-size // _WORD), dtype=_LITTLE), size)

    @staticmethod
    def of_mask(mask: NDArray[np.bool_]) -> Bitmap:
        """The rows where a mask (n,) is true."""
        packed = np.zeros(-(-len(mask) // _WORD) * (_WORD // 8), dtype=np.uint8)
        packed[: -(-len(mask) // 8)] = np.packbits(mask, bitorder="little")
        return Bitmap(packed.view(_LITTLE), len(mask))

    @staticmethod
    def of_rows(rows: NDArray[np.integer], size: int) -> Bitmap:
        """Some rows of ``size``, in any order, each as often as it comes."""
        if not len(rows):
            return Bitmap.none(size)
        mask = np.zeros(size, dtype=np.bool_)
        mask[rows] = True
        return Bitmap.of_mask(mask)

    def __and__(self, other: Bitmap) -> Bitmap:
        return Bitmap(self.words & other.words, self.size)

    def __or__(self, other: Bitmap) -> Bitmap:
        return Bitmap(self.words | other.words, self.size)

    def __invert__(self) -> Bitmap:
        words = ~self.words
        if left := self.size % _WORD:
            words[-1] &= np.uint64((1 << left) - 1)
        return Bitmap(words, self.size)

    def __len__(self) -> int:
        return int(np.bitwise_count(self.words).sum(dtype=np.int64))

    def __bool__(self) -> bool:
        return bool(self.words.any())

    def mask(self) -> NDArray[np.bool_]:
        """(n,) whether each row is in the set."""
        packed = self.words.view(np.uint8)
        return np.unpackbits(packed, count=self.size, bitorder="little").view(np.bool_)

    def rows(self) -> NDArray[np.int64]:
        """(m,) the rows, ascending."""
        return np.flatnonzero(self.mask()).astype(np.int64, copy=False)


@dataclass(frozen=True, slots=True)
class NamedSets:
    """Sets of the same rows by name.

    ``names``: (b,) UTF-8 byte strings, ascending. ``words``: (b, ⌈n/64⌉) uint64 as in ``Bitmap``.
    """

    names: NDArray[np.bytes_]
    words: NDArray[np.uint64]

    def place(self, name: str) -> int | None:
        """Where the set with a name is; None where there is none."""
        wanted = name.encode()
        place = bisect_left(self.names, wanted)
        return place if place < len(self.names) and self.names[place] == wanted else None

    def last_place(self, name: str, start: str) -> int | None:
        """Where the last name up to ``name`` is that starts with ``start``."""
        place = bisect_right(self.names, name.encode()) - 1
        return place if place >= 0 and self.names[place].startswith(start.encode()) else None
