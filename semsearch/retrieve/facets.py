"""Facets: how many rows of a result set have each value of a field, counted exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from semsearch.index.columns import (
    NO_YEAR,
    NOTICES,
    RELATIONSHIPS,
    SECTIONS,
    TYPES,
    Columns,
    ValueLists,
)
from semsearch.retrieve.filters import FilterField
from semsearch.retrieve.hits import FacetCount, FacetCounts

#: Values of a field that are shown; how many more there are is said.
MOST_SHOWN = 20

_Counts = dict[str, int]


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
    if most is None and field is not FilterField.YEAR:
        most = MOST_SHOWN
    return commonest(count_values(columns, rows, field), most)


def count_values(columns: Columns, rows: NDArray[np.int64], field: FilterField) -> dict[str, int]:
    """How many of some rows have each value of a field, those that none has left out.

    A row with several values counts under each; one without a value under none.
    """
    return {value: count for value, count in _COUNTED[field](columns, rows).items() if count}


def commonest(counts: Mapping[str, int], most: int | None = MOST_SHOWN) -> FacetCounts:
    """The commonest values first, ties in the order of values; all of them where most is None."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = tuple(FacetCount(value=value, count=count) for value, count in ranked[:most])
    return FacetCounts(values=shown, more=len(ranked) - len(shown))


def _bits(column: NDArray[np.uint8], names: tuple[str, ...], rows: NDArray[np.int64]) -> _Counts:
    held = column[rows]
    return {name: int(np.count_nonzero(held & (1 << n))) for n, name in enumerate(names)}


def _sections(columns: Columns, rows: NDArray[np.int64]) -> _Counts:
    held = columns.section[rows]
    counts = np.bincount(held[held >= 0], minlength=len(SECTIONS))
    return {section.value: int(counts[n]) for n, section in enumerate(SECTIONS)}


def _years(columns: Columns, rows: NDArray[np.int64]) -> _Counts:
    years, counts = np.unique(columns.year[columns.paper[rows]], return_counts=True)
    return {str(y): int(n) for y, n in zip(years, counts, strict=True) if y != NO_YEAR}


def _of_paper(lists: ValueLists, columns: Columns, rows: NDArray[np.int64]) -> _Counts:
    weights = np.bincount(columns.paper[rows], minlength=len(columns.papers))
    return _named(lists, lists.counts(weights))


def _of_row(lists: ValueLists, columns: Columns, rows: NDArray[np.int64]) -> _Counts:
    weights = np.zeros(len(columns), dtype=np.int64)
    weights[rows] = 1
    return _named(lists, lists.counts(weights))


def _named(lists: ValueLists, counts: NDArray[np.int64]) -> _Counts:
    return {bytes(lists.values[n]).decode(): int(counts[n]) for n in np.flatnonzero(counts)}


def _dois(counts: _Counts) -> _Counts:
    return {k.removeprefix("doi:"): n for k, n in counts.items() if k.startswith("doi:")}


def _sources(columns: Columns, rows: NDArray[np.int64]) -> _Counts:
    counts = np.bincount(columns.paper[rows], minlength=len(columns.papers))
    return {bytes(columns.papers[n]).decode(): int(counts[n]) for n in np.flatnonzero(counts)}


_COUNTED: Mapping[FilterField, Callable[[Columns, NDArray[np.int64]], _Counts]] = {
    FilterField.SECTION: _sections,
    FilterField.CITATION_TYPE: lambda c, r: _bits(c.types, TYPES, r),
    FilterField.YEAR: _years,
    FilterField.PUBLICATION_TYPE: lambda c, r: _of_paper(c.publication_types, c, r),
    FilterField.RELATIONSHIP: lambda c, r: _bits(c.relationships, RELATIONSHIPS, r),
    FilterField.SOURCE_AUTHOR: lambda c, r: _of_paper(c.authors, c, r),
    FilterField.TARGET_AUTHOR: lambda c, r: _of_row(c.target_authors, c, r),
    FilterField.JOURNAL: lambda c, r: _of_paper(c.journals, c, r),
    FilterField.SOURCE_DOI: lambda c, r: _dois(_sources(c, r)),
    FilterField.TARGET_DOI: lambda c, r: _dois(_of_row(c.targets, c, r)),
    FilterField.LICENCE: lambda c, r: _of_paper(c.licences, c, r),
    FilterField.NOTICE: lambda c, r: _bits(c.notices[c.paper], NOTICES, r),
}
