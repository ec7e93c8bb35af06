"""Columns with the rows of some papers in place of what they were, in passes over arrays.

The outcome is what reading all of the store gives, to the last byte.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from semsearch.index.arrays import narrowed
from semsearch.index.columns import ColumnArrays
from semsearch.index.delta.rows import RowMap
from semsearch.index.papers import places_of, replacing
from semsearch.index.value_lists import Groups, ValueLists


def replaced_columns(
    current: ColumnArrays, chosen: Iterable[str], step: RowMap, now: ColumnArrays
) -> ColumnArrays:
    """Columns after some papers changed; ``cited`` is 0.

    Args:
        current: of all rows.
        chosen: ids of the papers, whether they have rows or not.
        step: which rows of ``current`` these have, and which rows those of ``now`` become.
        now: the rows that the papers have now, in the order of ids.
    """
    gone = places_of(current.papers, [one.encode() for one in chosen])
    papers = replacing(current.papers, gone, now.papers)
    numbers = _numbers(papers)
    return ColumnArrays(
        paper=step.whole(numbers[current.paper], papers.inserted.astype(np.int32)[now.paper]),
        section=step.whole(current.section, now.section),
        types=step.whole(current.types, now.types),
        relationships=step.whole(current.relationships, now.relationships),
        targets=replaced_lists(current.targets, step, now.targets),
        target_authors=replaced_lists(current.target_authors, step, now.target_authors),
        papers=narrowed(papers.whole(current.papers, now.papers)),
        year=papers.whole(current.year, now.year),
        notices=papers.whole(current.notices, now.notices),
        cited=np.zeros(len(papers), dtype=np.int32),
        journals=replaced_lists(current.journals, papers, now.journals),
        licences=replaced_lists(current.licences, papers, now.licences),
        publication_types=replaced_lists(current.publication_types, papers, now.publication_types),
        authors=replaced_lists(current.authors, papers, now.authors),
    )


def replaced_lists(current: ValueLists, step: RowMap, now: ValueLists) -> ValueLists:
    """Lists of values after those of some things changed.

    Args:
        current: of all things.
        step: which of these go, and which things those of ``now`` become.
        now: the lists of the new ones.
    """
    before, after = np.diff(current.offsets), np.diff(now.offsets)
    lengths = step.whole(before, after)
    values, old, new = _values(current, step, now)
    codes = np.empty(int(lengths.sum()), dtype=np.int32)
    from_base = np.repeat(step.from_base, lengths)
    codes[from_base] = old[current.codes[np.repeat(step.kept, before)]]
    codes[~from_base] = new[now.codes]
    return ValueLists(
        values,
        np.append(0, np.cumsum(lengths)).astype(np.int64),
        codes,
        _holders(current.holders, step, old, now.holders, new, values=len(values)),
    )


def _values(
    current: ValueLists, step: RowMap, now: ValueLists
) -> tuple[NDArray[np.bytes_], NDArray[np.int32], NDArray[np.int32]]:
    """The values that any list has, and the code in these of each value of both sides.

    The code of a value that nothing has any more means nothing.
    """
    gone = Groups(current.offsets, current.codes).of(step.removed)
    lost = np.bincount(gone, minlength=len(current.values))
    stay = current.holders.sizes() > lost
    places = np.searchsorted(current.values, now.values)
    known = np.zeros(len(now.values), dtype=np.bool_)
    if len(current.values):
        near = np.minimum(places, len(current.values) - 1)
        known = current.values[near] == now.values
    stay[places[known]] = True
    removed = np.flatnonzero(~stay)
    merged = replacing(current.values, removed, now.values[~known])
    old = _numbers(merged)
    new = np.empty(len(now.values), dtype=np.int32)
    new[known] = old[places[known]]
    new[~known] = merged.inserted
    return narrowed(merged.whole(current.values, now.values[~known])), old, new


def _holders(
    current: Groups,
    step: RowMap,
    old: NDArray[np.int32],
    now: Groups,
    new: NDArray[np.int32],
    *,
    values: int,
) -> Groups:
    """The things that have each value; those of a value are in order already, and few come in."""
    kept = step.kept[current.members]
    codes = np.repeat(old, current.sizes())[kept].astype(np.int64)
    things = _numbers(step)[current.members[kept]]
    new_codes = np.repeat(new, now.sizes()).astype(np.int64)
    new_things = step.inserted[now.members]
    order = np.lexsort((new_things, new_codes))
    new_codes, new_things = new_codes[order], new_things[order]
    size = max(len(step), 1)
    places = np.searchsorted(codes * size + things, new_codes * size + new_things)
    sizes = np.bincount(codes, minlength=values) + np.bincount(new_codes, minlength=values)
    return Groups(
        np.append(0, np.cumsum(sizes)).astype(np.int64),
        np.insert(things, places, new_things).astype(np.int32, copy=False),
    )


def _numbers(step: RowMap) -> NDArray[np.int32]:
    """(base,) int32, what each row of the base becomes; of one that goes it means nothing."""
    found = np.zeros(step.base, dtype=np.int32)
    found[step.kept] = np.flatnonzero(step.from_base)
    return found
