"""Which source papers an evaluation asks about, and which statements may be used to answer.

**By source paper.** Half of the papers, told by a digest of their id, are held out: the weights
that come with this package were fitted without a question from them. Of a paper that is asked about
no statement is used.

**By year.** Asked are the papers of the latest years that hold at most 3 in 10 of all; the weights
were fitted without a question from them either. Only statements of papers of earlier years are
used.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.index.columns import NO_YEAR, Columns

#: Most papers of the latest years, as a share of all whose year is known.
LATEST: Final = 0.3


class Split(StrEnum):
    """How questions are kept apart from what answers them."""

    PAPER = "paper"
    YEAR = "year"


def digest_order(name: str) -> bytes:
    """What puts names in an order that has nothing to do with them."""
    return hashlib.sha256(name.encode()).digest()


def is_held_out(paper: str) -> bool:
    """Whether a source paper belongs to the half that nothing was fitted on."""
    return digest_order(paper)[0] % 2 == 1


def first_late_year(columns: Columns) -> int:
    """The first of the latest years that hold at most ``LATEST`` of the papers.

    The year after the last where already that one holds more.
    """
    years = columns.year[columns.year != NO_YEAR]
    for year in np.unique(years).tolist():
        if np.count_nonzero(years >= year) <= LATEST * len(years):
            return int(year)
    return int(years.max(initial=0)) + 1


def asked_papers(columns: Columns, split: Split) -> NDArray[np.bool_]:
    """(p,) the papers that are asked about."""
    if split is Split.YEAR:
        late: NDArray[np.bool_] = columns.year >= first_late_year(columns)
        return late
    return np.array([is_held_out(bytes(one).decode()) for one in columns.papers], dtype=np.bool_)


def fitted_papers(columns: Columns) -> NDArray[np.bool_]:
    """(p,) the papers that weights may be fitted on: asked about by neither split."""
    return ~(asked_papers(columns, Split.PAPER) | asked_papers(columns, Split.YEAR))


def allowed_papers(columns: Columns, paper: int, split: Split) -> NDArray[np.bool_]:
    """(p,) the papers whose statements may be used for a question from a paper."""
    if split is Split.YEAR:
        known = columns.year != NO_YEAR
        earlier: NDArray[np.bool_] = known & (columns.year < columns.year[paper])
        return earlier
    others: NDArray[np.bool_] = np.arange(len(columns.papers)) != paper
    return others


def allowed_statements(columns: Columns, paper: int, split: Split) -> NDArray[np.bool_]:
    """(n,) the statements that may be used for a question from a paper."""
    allowed: NDArray[np.bool_] = allowed_papers(columns, paper, split)[columns.paper]
    return allowed
