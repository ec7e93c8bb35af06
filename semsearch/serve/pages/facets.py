"""Facets as boxes to tick: each value with its count and whether it is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from semsearch.index.columns import RELATIONSHIPS, SECTIONS, TYPES
from semsearch.retrieve.filters import FilterField
from semsearch.retrieve.hits import FacetCounts
from semsearch.serve.pages.state import TICKED, WRITTEN, AskState

#: Values that are there before "more".
SHOWN = 6
_LABELS: Mapping[FilterField, str] = {
    FilterField.CITATION_TYPE: "How it cites",
    FilterField.SECTION: "Section",
    FilterField.RELATIONSHIP: "Authors of both",
    FilterField.PUBLICATION_TYPE: "Kind of paper",
    FilterField.JOURNAL: "Journal",
    FilterField.NOTICE: "Notices about the paper",
    FilterField.SOURCE_AUTHOR: "Author of the citing paper",
    FilterField.TARGET_AUTHOR: "Author of a cited work",
    FilterField.SOURCE_DOI: "Citing paper",
    FilterField.TARGET_DOI: "Cited work",
    FilterField.LICENCE: "Licence",
}
#: Fields of few values, which keep their order.
_WHOLE: Mapping[FilterField, tuple[str, ...]] = {
    FilterField.CITATION_TYPE: tuple(TYPES),
    FilterField.SECTION: tuple(SECTIONS),
    FilterField.RELATIONSHIP: tuple(RELATIONSHIPS),
}
_SPOKEN: Mapping[tuple[FilterField, str], str] = {
    (FilterField.RELATIONSHIP, "self"): "share an author",
    (FilterField.RELATIONSHIP, "independent"): "share none",
    (FilterField.RELATIONSHIP, "unknown"): "names not known",
}
#: Fields for which a name or DOI can be written.
_ASKED = (FilterField.SOURCE_AUTHOR, FilterField.TARGET_AUTHOR, FilterField.TARGET_DOI)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a field.

    ``count``: statements that have it among those found without what is chosen of its field; None
    for a field that is not counted.
    """

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with its values; ``more`` counts values that are not listed."""

    name: str
    label: str
    shown: tuple[FacetValue, ...]
    folded: tuple[FacetValue, ...]
    more: int
    written: bool  # a further value can be written


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One condition of the search with the address that is without it."""

    text: str
    href: str


def facets_of(counts: Mapping[str, FacetCounts], state: AskState) -> tuple[Facet, ...]:
    """The facets of a result set, those without any value left out."""
    nothing = FacetCounts(values=(), more=0)
    ticked = (_facet(field, counts.get(field.value, nothing), state) for field in TICKED)
    written = (
        Facet(
            name=field.value,
            label=_LABELS[field],
            shown=tuple(FacetValue(v, v, None, True) for v in state.values(field)),
            folded=(),
            more=0,
            written=field in _ASKED,
        )
        for field in WRITTEN
    )
    return tuple(one for one in (*ticked, *written) if one.shown or one.written)


def narrowings(state: AskState) -> tuple[Narrowing, ...]:
    """All that narrows a search, each with the way out of it."""
    found = [
        Narrowing(f"{_LABELS[field]}: {spoken(field, value)}", state.without(field, value).path())
        for field, values in state.chosen
        for value in values
    ]
    if state.year_from is not None or state.year_to is not None:
        ends = [str(end) if end is not None else "" for end in (state.year_from, state.year_to)]
        years = ends[0] if ends[0] == ends[1] else "–".join(ends)
        found.append(
            Narrowing(f"Year: {years}", state.changed(year_from=None, year_to=None).path())
        )
    for one in state.filters:
        left = tuple(other for other in state.filters if other != one)
        found.append(Narrowing(one, state.changed(filters=left).path()))
    return tuple(found)


def spoken(field: FilterField, value: str) -> str:
    """A value as a reader knows it."""
    plain = field is FilterField.PUBLICATION_TYPE
    return _SPOKEN.get((field, value), value.replace("-", " ") if plain else value)


def _facet(field: FilterField, counts: FacetCounts, state: AskState) -> Facet:
    counted = {one.value: one.count for one in counts.values}
    chosen = {value.casefold(): value for value in state.values(field)}
    missing = [v for folded, v in chosen.items() if folded not in {c.casefold() for c in counted}]
    if field in _WHOLE:
        order = [v for v in _WHOLE[field] if v in counted or v in chosen]
    else:
        held = [v for v in counted if v.casefold() in chosen]
        order = [*held, *missing, *(v for v in counted if v not in held)]
    values = tuple(
        FacetValue(v, spoken(field, v), counted.get(v, 0), v.casefold() in chosen) for v in order
    )
    most = max(SHOWN, len(chosen))
    return Facet(
        name=field.value,
        label=_LABELS[field],
        shown=values[:most],
        folded=values[most:],
        more=counts.more,
        written=False,
    )
