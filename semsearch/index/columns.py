"""Columns for filters and facets: what is known of each row, in numpy arrays beside the index.

What belongs to the source paper is kept once a paper; a row has the number of its paper. Rows of
abstracts are papers: they have no section, no citations and no targets, so that filters on these
match none of them.

Beside the arrays stand the rows of each paper, and the rows that have a common value as bits: a
filter reads what it finds, and never looks through all rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.arrays import open_array, save_array
from semsearch.index.bitmaps import Bitmap, NamedSets
from semsearch.index.value_lists import Groups, ValueLists, group_by
from semsearch.records import CitationType, NoticeKind, Section

NO_YEAR = -1
#: A value that one row of so many has is kept as bits too: these are no larger than a list of its
#: rows in 32 bits each.
_COMMON = 32


class Relationship(StrEnum):
    """Whether the authors of a citation are those of what it cites."""

    SELF = "self"
    INDEPENDENT = "independent"
    UNKNOWN = "unknown"  # the names of one side are not known


#: Values of the coded columns, in the order of their codes or bits.
SECTIONS = tuple(Section)
TYPES = tuple(CitationType)
RELATIONSHIPS = tuple(Relationship)
NOTICES = tuple(NoticeKind)


@dataclass(frozen=True, slots=True)
class ColumnArrays:
    """What is known of n rows from p source papers.

    ``paper``: (n,) int32 into ``papers``, (p,) paper ids, ascending. ``section``: (n,) int8 into
    ``SECTIONS``, −1 without. ``types``, ``relationships``: (n,) uint8, a bit for each value of
    ``TYPES`` and ``RELATIONSHIPS`` among the citations of the row. ``targets``: works that a
    row cites; ``target_authors``: their names. By paper: ``year`` (p,) int16, ``NO_YEAR`` without;
    ``notices`` (p,) uint8, a bit for each of ``NOTICES``; ``cited`` (p,) int32, statements of the
    corpus that cite it; ``journals``, ``licences``, ``publication_types``, ``authors``.
    """

    paper: NDArray[np.int32]
    section: NDArray[np.int8]
    types: NDArray[np.uint8]
    relationships: NDArray[np.uint8]
    targets: ValueLists
    target_authors: ValueLists
    papers: NDArray[np.bytes_]
    year: NDArray[np.int16]
    notices: NDArray[np.uint8]
    cited: NDArray[np.int32]
    journals: ValueLists
    licences: ValueLists
    publication_types: ValueLists
    authors: ValueLists

    def __len__(self) -> int:
        return len(self.paper)


@dataclass(frozen=True, slots=True)
class Columns(ColumnArrays):
    """Columns with what finds rows in them.

    ``rows_of``: p groups, the rows of each paper. ``sets``: rows by what they have, named after the
    column and its value, such as ``section=results`` or ``journals=Rice``: all values of
    ``SECTIONS``, ``TYPES``, ``RELATIONSHIPS`` and ``NOTICES``, and the common ones of journals,
    licences and publication types. ``year<=2010``: the rows of a year and of those before it, in
    four digits.
    """

    rows_of: Groups
    sets: NamedSets

    def having(self, column: str, value: str) -> Bitmap | None:
        """The rows that have a value of a column; None where they are not kept as a set."""
        return self._set(self.sets.place(f"{column}={value}"))

    def until(self, year: int) -> Bitmap:
        """The rows whose source is of a year or of one before it; none of those without a year."""
        found = self._set(self.sets.last_place(f"{_UNTIL}{year:04}", _UNTIL))
        return Bitmap.none(len(self)) if found is None else found

    def of_papers(self, papers: NDArray[np.integer] | Sequence[int]) -> Bitmap:
        """The rows of some papers, given by number."""
        return Bitmap.of_rows(self.rows_of.of(papers), len(self))

    def paper_numbers(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of those of some papers that are there, ascending."""
        wanted = np.array(sorted({one.encode() for one in ids}) or [], dtype=np.bytes_)
        places = np.searchsorted(self.papers, wanted)
        inside = places < len(self.papers)
        places = places[inside]
        found: NDArray[np.int64] = places[self.papers[places] == wanted[inside]]
        return found

    def taken(self, rows: NDArray[np.int64]) -> ColumnArrays:
        """What is known of some rows, in their order; of all papers."""
        return ColumnArrays(
            **{
                **{field.name: getattr(self, field.name) for field in fields(ColumnArrays)},
                "paper": self.paper[rows],
                "section": self.section[rows],
                "types": self.types[rows],
                "relationships": self.relationships[rows],
                "targets": self.targets.taken(rows),
                "target_authors": self.target_authors.taken(rows),
            }
        )

    def _set(self, place: int | None) -> Bitmap | None:
        return None if place is None else Bitmap(self.sets.words[place], len(self))


_UNTIL = "year<="


def with_sets(arrays: ColumnArrays) -> Columns:
    """Columns with what finds rows in them."""
    rows_of = group_by(arrays.paper, len(arrays.papers))
    found = dict(_sets(arrays, rows_of.sizes()))
    names = sorted(found)
    words = [found[name].words for name in names]
    empty = np.zeros((0, len(Bitmap.none(len(arrays)).words)), dtype="<u8")
    return Columns(
        **{field.name: getattr(arrays, field.name) for field in fields(ColumnArrays)},
        rows_of=rows_of,
        sets=NamedSets(np.array(names or [], dtype=np.bytes_), np.stack(words) if words else empty),
    )


def _sets(arrays: ColumnArrays, rows_of_paper: NDArray[np.int64]) -> Iterator[tuple[bytes, Bitmap]]:
    """Sets by their names."""
    paper, size = arrays.paper, len(arrays)
    for code, section in enumerate(SECTIONS):
        yield f"section={section}".encode(), Bitmap.of_mask(arrays.section == code)
    for column, names, bits in (
        ("types", TYPES, arrays.types),
        ("relationships", RELATIONSHIPS, arrays.relationships),
        ("notices", NOTICES, arrays.notices[paper]),
    ):
        for place, name in enumerate(names):
            yield f"{column}={name}".encode(), Bitmap.of_mask((bits >> place) & 1 != 0)
    years = arrays.year[paper]
    for year in np.unique(years[years != NO_YEAR]).tolist():
        known = (years != NO_YEAR) & (years <= year)
        yield f"{_UNTIL}{year:04}".encode(), Bitmap.of_mask(known)
    for column in ("journals", "licences", "publication_types"):
        lists: ValueLists = getattr(arrays, column)
        counts = lists.counts(rows_of_paper)
        for code in np.flatnonzero((counts > 0) & (counts * _COMMON >= size)).tolist():
            held = np.zeros(len(arrays.papers), dtype=np.bool_)
            held[lists.holders.of([code])] = True
            yield f"{column}=".encode() + bytes(lists.values[code]), Bitmap.of_mask(held[paper])


def save_columns(folder: Path, columns: Columns) -> None:
    """Write columns into a new folder, an array a file; equal content gives equal bytes.

    Raises:
        OSError: the disk is full.
    """
    folder.mkdir()
    for name, array in _arrays("", columns):
        save_array(folder / f"{name}.npy", array)


def open_columns(folder: Path, rows: int) -> Columns:
    """Columns that ``save_columns`` wrote, memory-mapped.

    Raises:
        DamageError: a file cannot be read, or they do not agree with the number of rows.
    """
    columns: Columns = _opened(Columns, f"{folder}/")
    if len(columns) != rows or len(columns.targets.offsets) != rows + 1:
        raise DamageError(f"{folder} has {len(columns):,} rows, expected {rows:,}")
    return columns


def _arrays(prefix: str, record: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    """The arrays of a record and of the records in it, by name."""
    for field in fields(record):
        value = getattr(record, field.name)
        if is_dataclass(value):
            yield from _arrays(f"{prefix}{field.name}.", value)
        else:
            yield f"{prefix}{field.name}", value


def _opened(kind: Any, prefix: str) -> Any:
    hints = get_type_hints(kind)
    return kind(
        **{
            field.name: _opened(hints[field.name], f"{prefix}{field.name}.")
            if is_dataclass(hints[field.name])
            else open_array(Path(f"{prefix}{field.name}.npy"))
            for field in fields(kind)
        }
    )
