"""Filters: small objects that read as a mask over rows and as words for people.

``retrieve/filter_parsing.py`` makes them from what a user writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import Any, Protocol

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
from semsearch.language.names import wanted_names

Mask = NDArray[np.bool_]


class FilterField(StrEnum):
    """What can be filtered by; the names in JSON and parameters."""

    SECTION = "section"
    CITATION_TYPE = "citation_type"
    YEAR = "year"
    PUBLICATION_TYPE = "publication_type"
    RELATIONSHIP = "relationship"
    SOURCE_AUTHOR = "source_author"
    TARGET_AUTHOR = "target_author"
    JOURNAL = "journal"
    SOURCE_DOI = "source_doi"
    TARGET_DOI = "target_doi"
    LICENCE = "licence"
    NOTICE = "notice"


class Filter(Protocol):
    """Which rows may be found.

    Invariants: ``mask`` depends on the columns alone; filters with equal ``as_data`` are equal.
    """

    def mask(self, columns: Columns) -> Mask:
        """(n,) which rows it allows."""

    def words(self) -> str:
        """The filter as a part of a sentence."""

    def as_data(self) -> dict[str, Any]:
        """The filter as ``parse_filter`` takes it."""


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A field has one of some values; values are sorted and in the form of ``filter_parsing``."""

    field: FilterField
    values: tuple[str, ...]

    def mask(self, columns: Columns) -> Mask:
        """Which rows have one of the values."""
        return _MASKS[self.field](columns, self.values)

    def words(self) -> str:
        """Such as "section is results or discussion"."""
        verb = "cites" if self.field is FilterField.TARGET_DOI else f"{_SPOKEN[self.field]} is"
        return f"{verb} {' or '.join(self.values)}"

    def as_data(self) -> dict[str, Any]:
        """Such as ``{"section": ["discussion", "results"]}``."""
        return {self.field.value: list(self.values)}


@dataclass(frozen=True, slots=True)
class YearBetween:
    """The source is from ``first`` to ``last``, both included; None leaves an end open."""

    first: int | None
    last: int | None

    def mask(self, columns: Columns) -> Mask:
        """Which rows are of these years; a source without a year is of none."""
        year = columns.year
        allowed = year != NO_YEAR
        if self.first is not None:
            allowed &= year >= self.first
        if self.last is not None:
            allowed &= year <= self.last
        found: Mask = allowed[columns.paper]
        return found

    def words(self) -> str:
        """Such as "year from 2010 to 2015"."""
        if self.first is not None and self.first == self.last:
            return f"year is {self.first}"
        parts = ["year"]
        if self.first is not None:
            parts.append(f"from {self.first}")
        if self.last is not None:
            parts.append(f"to {self.last}")
        return " ".join(parts)

    def as_data(self) -> dict[str, Any]:
        """Such as ``{"year": {"from": 2010, "to": 2015}}``."""
        ends = {"from": self.first, "to": self.last}
        return {FilterField.YEAR.value: {k: v for k, v in ends.items() if v is not None}}


@dataclass(frozen=True, slots=True)
class All:
    """Every part allows a row."""

    parts: tuple[Filter, ...]

    def mask(self, columns: Columns) -> Mask:
        """Which rows all parts allow."""
        return reduce(np.logical_and, [part.mask(columns) for part in self.parts])

    def words(self) -> str:
        """The parts joined by "and"."""
        return ", and ".join(_grouped(part) for part in self.parts)

    def as_data(self) -> dict[str, Any]:
        """``{"and": […]}``."""
        return {"and": [part.as_data() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part allows a row."""

    parts: tuple[Filter, ...]

    def mask(self, columns: Columns) -> Mask:
        """Which rows some part allows."""
        return reduce(np.logical_or, [part.mask(columns) for part in self.parts])

    def words(self) -> str:
        """The parts joined by "or"."""
        return ", or ".join(_grouped(part) for part in self.parts)

    def as_data(self) -> dict[str, Any]:
        """``{"or": […]}``."""
        return {"or": [part.as_data() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not allow a row."""

    part: Filter

    def mask(self, columns: Columns) -> Mask:
        """Which rows the part does not allow."""
        return ~self.part.mask(columns)

    def words(self) -> str:
        """The part behind "not"."""
        return f"not ({self.part.words()})"

    def as_data(self) -> dict[str, Any]:
        """``{"not": …}``."""
        return {"not": self.part.as_data()}


def why_empty(given: Filter, columns: Columns) -> str:
    """Why a filter allows no row of some columns, in one sentence."""
    parts = given.parts if isinstance(given, All) else (given,)
    for part in parts:
        if not part.mask(columns).any():
            return f"nothing in the index has this: {part.words()}"
    return f"each of these holds for something in the index, but never together: {given.words()}"


def _grouped(part: Filter) -> str:
    return f"({part.words()})" if isinstance(part, All | AnyOf) else part.words()


def _bits(names: Sequence[StrEnum], values: Sequence[str]) -> int:
    return sum(1 << place for place, name in enumerate(names) if name.value in values)


def _lists(found: ValueLists, columns: Columns, values: Sequence[str]) -> Mask:
    """Rows whose paper has a value, case aside."""
    wanted = {value.casefold() for value in values}
    codes = [n for n, v in enumerate(found.values) if bytes(v).decode().casefold() in wanted]
    mask: Mask = found.holding(codes)[columns.paper]
    return mask


def _authors(found: ValueLists, values: Sequence[str]) -> Mask:
    codes: set[int] = set()
    for value in values:
        for name in wanted_names(value):
            if name.endswith(" "):
                codes.update(found.starting(name))
            elif (code := found.code(name)) is not None:
                codes.add(code)
    return found.holding(sorted(codes))


def _source_dois(columns: Columns, values: Sequence[str]) -> Mask:
    wanted = np.isin(columns.papers, np.array([f"doi:{v}".encode() for v in values]))
    mask: Mask = wanted[columns.paper]
    return mask


def _target_dois(columns: Columns, values: Sequence[str]) -> Mask:
    codes = [columns.targets.code(f"doi:{value}") for value in values]
    return columns.targets.holding([code for code in codes if code is not None])


def _years(columns: Columns, values: Sequence[str]) -> Mask:
    raise AssertionError("years are filtered by YearBetween")


_MASKS: Mapping[FilterField, Callable[[Columns, Sequence[str]], Mask]] = {
    FilterField.SECTION: lambda c, v: np.isin(
        c.section, [n for n, s in enumerate(SECTIONS) if s.value in v]
    ),
    FilterField.CITATION_TYPE: lambda c, v: (c.types & _bits(TYPES, v)) != 0,
    FilterField.YEAR: _years,
    FilterField.PUBLICATION_TYPE: lambda c, v: _lists(c.publication_types, c, v),
    FilterField.RELATIONSHIP: lambda c, v: (c.relationships & _bits(RELATIONSHIPS, v)) != 0,
    FilterField.SOURCE_AUTHOR: lambda c, v: _authors(c.authors, v)[c.paper],
    FilterField.TARGET_AUTHOR: lambda c, v: _authors(c.target_authors, v),
    FilterField.JOURNAL: lambda c, v: _lists(c.journals, c, v),
    FilterField.SOURCE_DOI: _source_dois,
    FilterField.TARGET_DOI: _target_dois,
    FilterField.LICENCE: lambda c, v: _lists(c.licences, c, v),
    FilterField.NOTICE: lambda c, v: ((c.notices & _bits(NOTICES, v)) != 0)[c.paper],
}
_SPOKEN: Mapping[FilterField, str] = {
    FilterField.SECTION: "section",
    FilterField.CITATION_TYPE: "citation type",
    FilterField.YEAR: "year",
    FilterField.PUBLICATION_TYPE: "publication type",
    FilterField.RELATIONSHIP: "relationship of authors",
    FilterField.SOURCE_AUTHOR: "an author of the source",
    FilterField.TARGET_AUTHOR: "an author of a cited work",
    FilterField.JOURNAL: "journal",
    FilterField.SOURCE_DOI: "source",
    FilterField.TARGET_DOI: "cites",
    FilterField.LICENCE: "licence",
    FilterField.NOTICE: "notice about the source",
}
