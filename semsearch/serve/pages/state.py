"""The state of the search page: all of it is in the address, and nothing anywhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

import orjson

from semsearch.answer.sides import SideGrouping
from semsearch.errors import QueryError
from semsearch.language.stance import Stance
from semsearch.rank.diversity import SortOrder
from semsearch.rank.options import SearchOptions, read_options
from semsearch.retrieve.filters import FilterField
from semsearch.serve.pages.links import API, Parameters, with_query

E = TypeVar("E", bound=StrEnum)

#: Fields that are boxes to tick, in the order of the page; each is counted.
TICKED = (
    FilterField.CITATION_TYPE,
    FilterField.SECTION,
    FilterField.RELATIONSHIP,
    FilterField.PUBLICATION_TYPE,
    FilterField.JOURNAL,
    FilterField.NOTICE,
)
#: Fields whose values are written.
WRITTEN = (
    FilterField.SOURCE_AUTHOR,
    FilterField.TARGET_AUTHOR,
    FilterField.SOURCE_DOI,
    FilterField.TARGET_DOI,
    FilterField.LICENCE,
)
FACETS = (FilterField.YEAR, *TICKED)


class View(StrEnum):
    """What is shown under the verdict."""

    OVERVIEW = "overview"  # for and against beside each other
    LIST = "list"  # all that is relevant, ranked
    SUPPORTS = "supports"  # a side whole
    HEDGED_SUPPORTS = "hedged_supports"
    OPPOSES = "opposes"
    NEUTRAL = "neutral"
    REVERSED = "reversed"

    @property
    def stance(self) -> Stance | None:
        """The side that is shown whole; None where none is."""
        return None if self in (View.OVERVIEW, View.LIST) else Stance(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskState:
    """What is asked, what is shown of the answer, and how.

    ``chosen``: values by field, fields in the order of ``TICKED`` and ``WRITTEN``, without fields
    that have none. ``filters``: further ones in the form of the API. ``limit``: None for the
    setting.
    """

    q: str = ""
    view: View = View.OVERVIEW
    grouping: SideGrouping = SideGrouping.STATEMENT
    sort: SortOrder = SortOrder.RELEVANCE
    group: bool = False
    limit: int | None = None
    cursor: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    chosen: tuple[tuple[FilterField, tuple[str, ...]], ...] = ()
    filters: tuple[str, ...] = ()

    def values(self, field: FilterField) -> tuple[str, ...]:
        """The chosen values of a field."""
        return dict(self.chosen).get(field, ())

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the search."""
        return bool(
            self.chosen or self.filters or self.year_from is not None or self.year_to is not None
        )

    def changed(self, **changes: Any) -> AskState:
        """Another state; a page of another list is no page of this one, so the cursor is left."""
        return replace(self, **{"cursor": None, **changes})

    def without(self, field: FilterField, value: str) -> AskState:
        """The state without one chosen value."""
        left = {name: tuple(v for v in values if (name, v) != (field, value))
                for name, values in self.chosen}  # fmt: skip
        return self.changed(chosen=tuple((name, values) for name, values in left.items() if values))

    def within(self, paper: str) -> AskState:
        """The list of what one source says, by its DOI."""
        others = [(name, v) for name, v in self.chosen if name is not FilterField.SOURCE_DOI]
        chosen = dict([*others, (FilterField.SOURCE_DOI, (paper,))])
        order = [field for field in (*TICKED, *WRITTEN) if field in chosen]
        return self.changed(
            view=View.LIST, group=False, chosen=tuple((field, chosen[field]) for field in order)
        )

    def unfiltered(self) -> AskState:
        """The state with nothing that narrows the search."""
        return self.changed(chosen=(), filters=(), year_from=None, year_to=None)

    def parameters(self) -> list[tuple[str, str]]:
        """The state as parameters of the address; what is the default is left out."""
        plain: list[tuple[str, object, object]] = [
            ("q", self.q, ""),
            ("view", self.view, View.OVERVIEW),
            ("grouping", self.grouping, SideGrouping.STATEMENT),
            ("sort", self.sort, SortOrder.RELEVANCE),
            ("group", int(self.group), 0),
            ("limit", self.limit, None),
            ("year_from", self.year_from, None),
            ("year_to", self.year_to, None),
        ]
        found = [(name, str(value)) for name, value, usual in plain if value != usual]
        found += [(field.value, value) for field, values in self.chosen for value in values]
        found += [("filter", one) for one in self.filters]
        return [*found, *([] if self.cursor is None else [("cursor", self.cursor)])]

    def path(self) -> str:
        """The address of this state."""
        return with_query("/", self.parameters())

    def filter_parameters(self) -> list[str]:
        """All that narrows the search, in the form of the API."""
        found = [_condition(field, values) for field, values in self.chosen]
        if self.year_from is not None or self.year_to is not None:
            ends = ("" if end is None else str(end) for end in (self.year_from, self.year_to))
            found.append(f"year={'..'.join(ends)}")
        return [*found, *self.filters]

    def options(self) -> SearchOptions:
        """The options of the search.

        Raises:
            QueryError: a value cannot be asked for.
        """
        side = self.view.stance is not None
        return read_options(
            limit=self.limit,
            filters=self.filter_parameters(),
            sort=SortOrder.RELEVANCE if side else self.sort,
            group=self.group and not side,
            cursor=self.cursor,
            facets=FACETS,
            facet_alternatives=True,
        )

    def api_parameters(self, *, paged: bool = True) -> list[tuple[str, str]]:
        """The parameters of the same search for ``/api/v1/ask`` and its exports."""
        found = [("q", self.q), *(("filter", one) for one in self.filter_parameters())]
        if self.sort is not SortOrder.RELEVANCE:
            found.append(("sort", self.sort.value))
        if self.group:
            found.append(("group", "true"))
        if paged:
            found += [("limit", str(self.limit))] if self.limit is not None else []
            found += [("cursor", self.cursor)] if self.cursor is not None else []
        return found

    def api_path(self) -> str:
        """Where the same data are as JSON."""
        stance = self.view.stance
        if stance is None:
            facets = [("facet", field.value) for field in FACETS]
            facets.append(("facet_alternatives", "true"))
            return with_query(f"{API}/ask", [*self.api_parameters(), *facets])
        kept = ("q", "filter", "limit", "cursor")
        side = [(name, value) for name, value in self.api_parameters() if name in kept]
        named = [("stance", stance.value), ("grouping", self.grouping.value)]
        return with_query(f"{API}/ask/side", [*side, *named])


def read_state(parameters: Parameters) -> AskState:
    """The state of an address; an empty field of a form is as good as none.

    Raises:
        QueryError: a parameter that there is not, one that is given twice, or a value that it
            cannot have.
    """
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        if name not in _NAMES:
            raise QueryError(
                f"there is no parameter {name[:60]!r}, expected one of {', '.join(_NAMES)}"
            )
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    for name in _SINGLE:
        if len(given.get(name, ())) > 1:
            raise QueryError(f"{name} is given {len(given[name])} times, expected once")
    one = {name: values[0] for name, values in given.items() if name in _SINGLE}
    return AskState(
        q=one.get("q", ""),
        view=_member(View, "view", one.get("view"), View.OVERVIEW),
        grouping=_member(SideGrouping, "grouping", one.get("grouping"), SideGrouping.STATEMENT),
        sort=_member(SortOrder, "sort", one.get("sort"), SortOrder.RELEVANCE),
        group=_flag("group", one.get("group")),
        limit=_number("limit", one.get("limit")),
        cursor=one.get("cursor"),
        year_from=_number("year_from", one.get("year_from")),
        year_to=_number("year_to", one.get("year_to")),
        chosen=tuple(
            (field, tuple(dict.fromkeys(given[field.value])))
            for field in (*TICKED, *WRITTEN)
            if field.value in given
        ),
        filters=tuple(given.get("filter", ())),
    )


_SINGLE = (
    "q", "view", "grouping", "sort", "group", "limit", "cursor", "year_from", "year_to",
)  # fmt: skip
_NAMES = (*_SINGLE, *(field.value for field in (*TICKED, *WRITTEN)), "filter")


def _condition(field: FilterField, values: Iterable[str]) -> str:
    found = list(values)
    if any("|" in value for value in found):
        return orjson.dumps({field.value: found}).decode()
    return f"{field.value}={'|'.join(found)}"


def _member(kind: type[E], name: str, value: str | None, usual: E) -> E:
    if value is None:
        return usual
    if value not in list(kind):
        raise QueryError(f"{name} is {value[:60]!r}, expected one of {', '.join(kind)}")
    return kind(value)


def _flag(name: str, value: str | None) -> bool:
    if value not in (None, "0", "1"):
        raise QueryError(f"{name} is {value[:60]!r}, expected 0 or 1")
    return value == "1"


def _number(name: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) <= 9):
        raise QueryError(f"{name} is {value[:60]!r}, expected a whole number")
    return int(value)
