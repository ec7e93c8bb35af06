"""Filters: small objects that read as a set of rows and as words for people.

``retrieve/filter_parsing.py`` makes them from what a user writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import Any, Protocol

from semsearch.index.bitmaps import Bitmap
from semsearch.index.columns import Columns
from semsearch.index.value_lists import ValueLists
from semsearch.language.names import wanted_names

_LAST_YEAR = 9999  # that is written in four digits


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

    Invariants: ``allowed`` depends on the columns alone; filters with equal ``as_data`` are equal.
    """

    def allowed(self, columns: Columns) -> Bitmap:
        """Which rows it allows."""

    def words(self) -> str:
        """The filter as a part of a sentence."""

    def as_data(self) -> dict[str, Any]:
        """The filter as ``parse_filter`` takes it."""


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A field has one of some values; values are sorted and in the form of ``filter_parsing``."""

    field: FilterField
    values: tuple[str, ...]

    def allowed(self, columns: Columns) -> Bitmap:
        """Which rows have one of the values."""
        return _ROWS[self.field](columns, self.values)

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

    def allowed(self, columns: Columns) -> Bitmap:
        """Which rows are of these years; a source without a year is of none."""
        allowed = columns.until(_LAST_YEAR if self.last is None else self.last)
        return allowed if self.first is None else allowed & ~columns.until(self.first - 1)

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

    def allowed(self, columns: Columns) -> Bitmap:
        """Which rows all parts allow."""
        return reduce(and_, [part.allowed(columns) for part in self.parts])

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

    def allowed(self, columns: Columns) -> Bitmap:
        """Which rows some part allows."""
        return reduce(or_, [part.allowed(columns) for part in self.parts])

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

    def allowed(self, columns: Columns) -> Bitmap:
        """Which rows the part does not allow."""
        return ~self.part.allowed(columns)

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
        if not part.allowed(columns):
            return f"nothing in the index has this: {part.words()}"
    return f"each of these holds for something in the index, but never together: {given.words()}"


def _grouped(part: Filter) -> str:
    return f"({part.words()})" if isinstance(part, All | AnyOf) else part.words()


def _either(found: Sequence[Bitmap], columns: Columns) -> Bitmap:
    return reduce(or_, found) if found else Bitmap.none(len(columns))


def _coded(column: str, columns: Columns, values: Sequence[str]) -> Bitmap:
    """Rows that have one of the values of a coded column."""
    sets = [columns.having(column, value) for value in values]
    return _either([one for one in sets if one is not None], columns)


def _named(column: str, lists: ValueLists, columns: Columns, values: Sequence[str]) -> Bitmap:
    """Rows whose paper has a value, case aside."""
    found: list[Bitmap] = []
    rare: list[int] = []
    for code in sorted({code for value in values for code in lists.codes_of(value)}):
        common = columns.having(column, bytes(lists.values[code]).decode())
        if common is None:
            rare.append(code)
        else:
            found.append(common)
    if rare:
        found.append(columns.of_papers(lists.holders.of(rare)))
    return _either(found, columns)


def _author_codes(authors: ValueLists, values: Sequence[str]) -> list[int]:
    codes: set[int] = set()
    for value in values:
        for name in wanted_names(value):
            if name.endswith(" "):
                codes.update(authors.starting(name))
            elif (code := authors.code(name)) is not None:
                codes.add(code)
    return sorted(codes)


def _source_authors(columns: Columns, values: Sequence[str]) -> Bitmap:
    authors = columns.authors
    return columns.of_papers(authors.holders.of(_author_codes(authors, values)))


def _target_authors(columns: Columns, values: Sequence[str]) -> Bitmap:
    authors = columns.target_authors
    rows = authors.holders.of(_author_codes(authors, values))
    return Bitmap.of_rows(rows, len(columns))


def _source_dois(columns: Columns, values: Sequence[str]) -> Bitmap:
    return columns.of_papers(columns.paper_numbers([f"doi:{value}" for value in values]))


def _target_dois(columns: Columns, values: Sequence[str]) -> Bitmap:
    targets = columns.targets
    codes = [targets.code(f"doi:{value}") for value in values]
    rows = targets.holders.of([code for code in codes if code is not None])
    return Bitmap.of_rows(rows, len(columns))


def _years(columns: Columns, values: Sequence[str]) -> Bitmap:
    raise AssertionError("years are filtered by YearBetween")


_ROWS: Mapping[FilterField, Callable[[Columns, Sequence[str]], Bitmap]] = {
    FilterField.SECTION: lambda c, v: _coded("section", c, v),
    FilterField.CITATION_TYPE: lambda c, v: _coded("types", c, v),
    FilterField.YEAR: _years,
    FilterField.PUBLICATION_TYPE: lambda c, v: _named(
        "publication_types", c.publication_types, c, v
    ),
    FilterField.RELATIONSHIP: lambda c, v: _coded("relationships", c, v),
    FilterField.SOURCE_AUTHOR: _source_authors,
    FilterField.TARGET_AUTHOR: _target_authors,
    FilterField.JOURNAL: lambda c, v: _named("journals", c.journals, c, v),
    FilterField.SOURCE_DOI: _source_dois,
    FilterField.TARGET_DOI: _target_dois,
    FilterField.LICENCE: lambda c, v: _named("licences", c.licences, c, v),
    FilterField.NOTICE: lambda c, v: _coded("notices", c, v),
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
