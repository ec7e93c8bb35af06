"""Which papers a scaled index holds: the real ones, again and again under new ids.

Ids of a copy start with its number, so that the rows of one copy stand together, in the order of
the real ones: every array of the index is that of the real index, repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 7
#: Standard deviation of the noise in each dimension. In 384 dimensions the cosine of a copy to the
#: real vector is about 1/√(1 + 384·0.03²) = .86; statements of one subject have .6 to .8.
NOISE = 0.03
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"  # of statement ids, in the order of bytes
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Copies:
    """Rows of one kind in the scaled index.

    ``source``: (n,) int64, the real row of each. ``starts``: (c + 1,) int64, where copies start.
    """

    source: NDArray[np.int64]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.source)

    @property
    def number(self) -> int:
        """Of copies."""
        return len(self.starts) - 1

    def of(self, copy: int) -> NDArray[np.int64]:
        """The real rows of a copy, ascending."""
        return self.source[self.starts[copy] : self.starts[copy + 1]]

    def new_rows(self, copy: int, rows: int) -> NDArray[np.int64]:
        """(rows,) the row in the scaled index of each real row in a copy, −1 where it lacks it."""
        found = np.full(rows, -1, dtype=np.int64)
        found[self.of(copy)] = np.arange(self.starts[copy], self.starts[copy + 1])
        return found


@dataclass(frozen=True, slots=True)
class Plan:
    """How often the real papers are there: ``whole`` times, and ``part`` of them once more.

    ``part``: paper ids, ascending; may be none.
    """

    whole: int
    part: NDArray[np.bytes_]

    @property
    def number(self) -> int:
        """Of copies."""
        return self.whole + bool(len(self.part))

    def of(self, papers: NDArray[np.bytes_]) -> Copies:
        """The rows of a kind.

        Args:
            papers: (n,) the paper of each real row.
        """
        every = np.arange(len(papers), dtype=np.int64)
        lots = [every] * self.whole
        if len(self.part):
            lots.append(np.flatnonzero(np.isin(papers, self.part)).astype(np.int64))
        ends = np.cumsum([0, *map(len, lots)]).astype(np.int64)
        return Copies(np.concatenate(lots), ends)


def plan_for(papers: NDArray[np.bytes_], wanted: int) -> Plan:
    """Whole papers with about so many statements.

    Args:
        papers: (n,) the paper of each real statement.
        wanted: statements.
    """
    whole, left = divmod(wanted, len(papers))
    names, counts = np.unique(papers, return_counts=True)
    chosen = []
    for place in np.random.default_rng(SEED).permutation(len(names)).tolist():
        if counts[place] <= left:
            chosen.append(place)
            left -= int(counts[place])
    return Plan(whole, names[sorted(chosen)])


def paper_prefix(copy: int) -> str:
    """What stands before the id of a paper in a copy."""
    return f"copy{copy:04d}."


def statement_prefix(copy: int) -> str:
    """What stands before the first fourteen characters of the id of a statement in a copy."""
    return _ALPHABET[copy // 32] + _ALPHABET[copy % 32]


def paper_ids(papers: NDArray[np.bytes_], copies: Copies) -> NDArray[np.bytes_]:
    """(n,) ids of the rows of papers, or of their sentences, ascending."""
    lots = [
        np.strings.add(paper_prefix(copy).encode(), papers[copies.of(copy)])
        for copy in range(copies.number)
    ]
    return np.concatenate(lots)


def statement_ids(ids: NDArray[np.bytes_], copies: Copies) -> NDArray[np.bytes_]:
    """(n,) ids of the rows of statements, ascending and unique."""
    short = ids.astype("S14")  # 70 bits: as good as unique
    if np.any(short[1:] <= short[:-1]):
        raise ValueError("two statements have ids that start alike")
    lots = [
        np.strings.add(statement_prefix(copy).encode(), short[copies.of(copy)])
        for copy in range(copies.number)
    ]
    return np.concatenate(lots)


def noisy(vectors: NDArray[np.float32], copies: Copies) -> Iterator[NDArray[np.float32]]:
    """The vectors of the scaled rows, some at a time; equal copies give equal vectors.

    Those of the first copy are real, those of each further one real vector + Gaussian noise,
    renormalised.

    Args:
        vectors: (n, dimension) float32, unit rows: the real ones.
        copies: the rows.
    """
    for copy in range(copies.number):
        random = np.random.default_rng([SEED, copy])
        rows = copies.of(copy)
        for first in range(0, len(rows), _CHUNK):
            lot = vectors[rows[first : first + _CHUNK]]
            if copy:
                noise = random.standard_normal(lot.shape, dtype=np.float32)
                lot = lot + np.float32(NOISE) * noise
                lot /= np.linalg.norm(lot, axis=1, keepdims=True)
            yield lot
