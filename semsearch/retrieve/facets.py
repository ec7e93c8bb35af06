"""Facets: how many rows of a result set have each value of a field, counted exactly.

What a count costs depends on the rows of the result set; where they are all rows it is read off.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from semsearch.index.columns import NO_YEAR, NOTICES, RELATIONSHIPS, SECTIONS, TYPES, Columns
from semsearch.index.value_lists import ValueLists
from semsearch.retrieve.filters import FilterField
from semsearch.retrieve.hits import FacetCount, FacetCounts

#: Values of a field that are shown; how many more there are is said.
MOST_SHOWN = 20
_DOI = "doi:"

_Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Counted:
    """Rows by value.

    ``values``: (v,) as in ``ValueLists``, ascending. ``counts``: (v,) int64. ``prefix``: of every
    value, not shown.
    """

    values: NDArray[np.bytes_]
    counts: NDArray[np.int64]
    prefix: str = ""

    def name(self, place: int) -> str:
        return bytes(self.values[place]).decode().removeprefix(self.prefix)


def facet_counts(
    columns: Columns, rows: NDArray[np.int64], field: FilterField, *, most: int | None = None
) -> FacetCounts:
    """The values of a field among some rows, the commonest first, ties in the order of values.

    Args:
        columns: of all rows.
        rows: the result set, each row once.
        field: what is counted.
        most: values to show; without it ``MOST_SHOWN``, and all years, so that they can be drawn.
    """
    if field is FilterField.YEAR:
        return commonest(count_values(columns, rows, field), most)
    found = _COUNTED[field](columns, rows)
    held = np.flatnonzero(found.counts)
    shown = _largest(found.counts, held, MOST_SHOWN if most is None else most)
    return FacetCounts(
        values=tuple(
            FacetCount(value=found.name(place), count=int(found.counts[place])) for place in shown
        ),
        more=len(held) - len(shown),
    )


def count_values(columns: Columns, rows: NDArray[np.int64], field: FilterField) -> dict[str, int]:
    """How many of some rows have each value of a field, those that none has left out.

    A row with several values counts under each; one without a value under none.
    """
    found = _COUNTED[field](columns, rows)
    held = np.flatnonzero(found.counts).tolist()
    return {found.name(place): int(found.counts[place]) for place in held}


def commonest(counts: Mapping[str, int], most: int | None = MOST_SHOWN) -> FacetCounts:
    """The commonest values first, ties in the order of values; all of them where most is None."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = tuple(FacetCount(value=value, count=count) for value, count in ranked[:most])
    return FacetCounts(values=shown, more=len(ranked) - len(shown))


def _largest(counts: NDArray[np.int64], held: _Rows, most: int) -> list[int]:
    """The places of the largest counts, largest first, ties in the order of places."""
    if len(held) > most > 0:
        least = np.partition(counts[held], len(held) - most)[len(held) - most]
        held = held[counts[held] >= least]
    order = np.argsort(-counts[held], kind="stable")[:most]
    found: list[int] = held[order].tolist()
    return found


def _coded(
    column: str, names: Sequence[StrEnum], read: Callable[[Columns, _Rows], NDArray[np.uint8]]
) -> Callable[[Columns, _Rows], _Counted]:
    """Counts a column that has a bit for each of some names."""
    order = np.argsort([name.value.encode() for name in names])
    values = np.array([name.value.encode() for name in names])[order]
    bits = np.arange(256)[:, np.newaxis] >> np.arange(len(names)) & 1

    def counted(columns: Columns, rows: _Rows) -> _Counted:
        if len(rows) == len(columns):
            sets = [columns.having(column, name.value) for name in names]
            counts = np.array([0 if one is None else len(one) for one in sets], dtype=np.int64)
        else:
            alike = np.bincount(read(columns, rows), minlength=256)
            counts = alike @ bits
        return _Counted(values, counts[order])

    return counted


def _section_bits(columns: Columns, rows: _Rows) -> NDArray[np.uint8]:
    bits = np.append(1 << np.arange(len(SECTIONS)), 0).astype(np.uint8)  # −1 is the last
    found: NDArray[np.uint8] = bits[columns.section[rows]]
    return found


def _years(columns: Columns, rows: _Rows) -> _Counted:
    if len(rows) == len(columns):
        weights, years = columns.rows_of.sizes(), columns.year
    else:
        weights, years = None, columns.year[columns.paper[rows]]
    counts = np.bincount(years.astype(np.int64) - NO_YEAR, weights=weights).astype(np.int64)
    counts[:1] = 0
    held = np.flatnonzero(counts)
    names = [str(year).encode() for year in (held + NO_YEAR).tolist()]
    return _Counted(np.array(names or [], dtype=np.bytes_), counts[held])


def _of_paper(lists: ValueLists, columns: Columns, rows: _Rows) -> _Counted:
    if len(rows) == len(columns):
        return _Counted(lists.values, lists.counts(columns.rows_of.sizes()))
    return _Counted(lists.values, lists.counts_of(columns.paper[rows]))


def _of_row(lists: ValueLists, columns: Columns, rows: _Rows) -> _Counted:
    every = len(rows) == len(columns)
    return _Counted(lists.values, lists.holders.sizes() if every else lists.counts_of(rows))


def _dois(values: NDArray[np.bytes_], counts: NDArray[np.int64]) -> _Counted:
    """Those of some ids that are DOIs."""
    first, last = (bisect_left(values, one) for one in (_DOI.encode(), _DOI.encode() + b"\xff"))
    return _Counted(values[first:last], counts[first:last], _DOI)


def _sources(columns: Columns, rows: _Rows) -> _Counted:
    every = len(rows) == len(columns)
    papers = len(columns.papers)
    counts = (
        columns.rows_of.sizes() if every else np.bincount(columns.paper[rows], minlength=papers)
    )
    return _dois(columns.papers, counts)


def _targets(columns: Columns, rows: _Rows) -> _Counted:
    found = _of_row(columns.targets, columns, rows)
    return _dois(found.values, found.counts)


_COUNTED: Mapping[FilterField, Callable[[Columns, _Rows], _Counted]] = {
    FilterField.SECTION: _coded("section", SECTIONS, _section_bits),
    FilterField.CITATION_TYPE: _coded("types", TYPES, lambda c, r: c.types[r]),
    FilterField.YEAR: _years,
    FilterField.PUBLICATION_TYPE: lambda c, r: _of_paper(c.publication_types, c, r),
    FilterField.RELATIONSHIP: _coded(
        "relationships", RELATIONSHIPS, lambda c, r: c.relationships[r]
    ),
    FilterField.SOURCE_AUTHOR: lambda c, r: _of_paper(c.authors, c, r),
    FilterField.TARGET_AUTHOR: lambda c, r: _of_row(c.target_authors, c, r),
    FilterField.JOURNAL: lambda c, r: _of_paper(c.journals, c, r),
    FilterField.SOURCE_DOI: _sources,
    FilterField.TARGET_DOI: _targets,
    FilterField.LICENCE: lambda c, r: _of_paper(c.licences, c, r),
    FilterField.NOTICE: _coded("notices", NOTICES, lambda c, r: c.notices[c.paper[r]]),
}
