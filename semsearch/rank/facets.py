"""Facets of a run, over its result set or over what each field's other values would find."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from semsearch.rank.options import SearchOptions
from semsearch.rank.run import Run, found_rows
from semsearch.retrieve.facets import commonest, count_values, facet_counts
from semsearch.retrieve.filters import All, AnyOf, FieldIs, Filter, FilterField, Not, YearBetween
from semsearch.retrieve.generation import Generation
from semsearch.retrieve.hits import FacetCount, FacetCounts


def count_facets(
    generation: Generation, query: str, run: Run, options: SearchOptions
) -> dict[str, FacetCounts]:
    """The counts of the fields that the options name.

    With ``facet_alternatives`` a field that the filter narrows is counted over what is found
    without the conditions that ask of this field alone: its counts stay the same whichever of its
    values are asked for. Those that are asked for are listed then, however rare. A search for one
    value finds no fewer: each retriever gives its best of what the filter allows.
    """
    columns = generation.statements.columns
    found = {}
    for field in options.facets:
        own = list(_own(options.filter, field)) if options.facet_alternatives else []
        rows = run.ranking.candidates.rows
        if not own:
            found[field.value] = facet_counts(columns, rows, field)
            continue
        rows = found_rows(generation, query, run, _without(options.filter, field), options.mode)
        found[field.value] = _with_asked(generation, rows, field, own)
    return found


def _with_asked(
    generation: Generation, rows: NDArray[np.int64], field: FilterField, own: list[Filter]
) -> FacetCounts:
    """The commonest values, and behind them those of the filter that are rarer."""
    columns = generation.statements.columns
    common = facet_counts(columns, rows, field)
    asked = {value.casefold() for one in own for value in _values(one)}
    shown = {one.value for one in common.values}
    if not common.more or not asked:
        return common
    counts = count_values(columns, rows, field)
    rare = {v: n for v, n in counts.items() if v not in shown and v.casefold() in asked}
    added: tuple[FacetCount, ...] = commonest(rare, None).values
    return FacetCounts(values=common.values + added, more=common.more - len(added))


def _own(given: Filter | None, field: FilterField) -> Iterator[Filter]:
    """The conditions of a filter that ask of a field alone."""
    if isinstance(given, All):
        for part in given.parts:
            yield from _own(part, field)
    elif given is not None and _fields(given) == {field}:
        yield given


def _without(given: Filter | None, field: FilterField) -> Filter | None:
    """The filter without its conditions on a field alone; None where nothing is left."""
    if not isinstance(given, All):
        return None if given is None or _fields(given) == {field} else given
    left = [one for part in given.parts if (one := _without(part, field)) is not None]
    return All(tuple(left)) if len(left) > 1 else left[0] if left else None


def _fields(given: Filter) -> frozenset[FilterField]:
    if isinstance(given, FieldIs):
        return frozenset((given.field,))
    if isinstance(given, YearBetween):
        return frozenset((FilterField.YEAR,))
    return frozenset(field for part in _parts(given) for field in _fields(part))


def _values(given: Filter) -> Iterator[str]:
    if isinstance(given, FieldIs):
        yield from given.values
    for part in _parts(given):
        yield from _values(part)


def _parts(given: Filter) -> tuple[Filter, ...]:
    if isinstance(given, All | AnyOf):
        return given.parts
    return (given.part,) if isinstance(given, Not) else ()
