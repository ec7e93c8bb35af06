"""Filters by papers and by dates, as clients of other services ask for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from semsearch.errors import QueryError
from semsearch.index.bitmaps import Bitmap
from semsearch.index.columns import Columns
from semsearch.report.tally import Tally, tallies
from semsearch.retrieve.filters import All, Filter, YearBetween
from semsearch.search import Searcher

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class SourceIs:
    """The source is one of some papers; ``what`` says which, ``papers`` are ids, sorted."""

    papers: tuple[str, ...]
    what: str

    def allowed(self, columns: Columns) -> Bitmap:
        """Which rows are of these papers."""
        return columns.of_papers(columns.paper_numbers(self.papers))

    def words(self) -> str:
        """Such as "source is one of the papers asked for"."""
        return f"source is {self.what}"

    def as_data(self) -> dict[str, Any]:
        """``{"source": […]}``; no filter of ``parse_filter``, only told apart by it."""
        return {"source": list(self.papers)}


def all_of(parts: Iterable[Filter | None]) -> Filter | None:
    """One filter that holds where all do; None without any."""
    given = tuple(part for part in parts if part is not None)
    return All(given) if len(given) > 1 else given[0] if given else None


def tallied(searcher: Searcher, fits: Callable[[Tally], bool], what: str) -> SourceIs:
    """The papers of the corpus whose own tally fits.

    Tallies are read from the store each time: a correction of a type counts at once.
    """
    generation = searcher.generation
    ids = sorted(
        {
            bytes(one).decode()
            for columns in (generation.statements.columns, generation.abstracts.columns)
            for one in columns.papers
        }
    )
    found = tallies(searcher, ids).tallies
    return SourceIs(tuple(one for one in ids if one in found and fits(found[one].tally)), what)


def between(first: int | None, last: int | None) -> Filter | None:
    """The source is of these years, both included; nothing where they are the wrong way round."""
    if first is None and last is None:
        return None
    if first is not None and last is not None and first > last:
        return SourceIs((), f"from {first} to {last}")
    return YearBetween(first, last)


def read_date(text: str, name: str) -> tuple[int, int, int]:
    """Year, month and day of a date; a part that is not given is 0.

    Raises:
        QueryError: it is none.
    """
    found = _DATE.fullmatch(text.strip())
    year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    given = found is not None and 1000 <= year <= 2100 and month <= 12 and day <= 31
    if not given or "-00" in text:
        raise QueryError(f"{name} is {text[:60]!r}, expected a date such as 2015 or 2015-01-31")
    return year, month, day


def several(values: Sequence[str]) -> list[str]:
    """Values that are given one by one or with commas between them."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]
