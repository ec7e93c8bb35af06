"""Facets that count what the other values of a filtered field would find."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from semsearch.rank.options import SearchOptions
from semsearch.retrieve.candidates import Mode
from semsearch.retrieve.facets import MOST_SHOWN
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.filters import FilterField
from semsearch.search import Searcher

ALL = SearchOptions(limit=1, mode=Mode.LEXICAL, fold=False, facet_alternatives=True)
COUNTED = (
    FilterField.SECTION,
    FilterField.CITATION_TYPE,
    FilterField.YEAR,
    FilterField.JOURNAL,
    FilterField.RELATIONSHIP,
)


def found(searcher: Searcher, text: str, where: object) -> Any:
    how = replace(ALL, facets=COUNTED, filter=None if where is None else parse_filter(where))
    return searcher.search(text, options=how)


@pytest.mark.parametrize(
    "text", ["does EMT induce IL-6", "-IL-6 EMT", "journal:Annals", '"induces"', "-wheat"]
)
@pytest.mark.parametrize(
    "where",
    [
        {"section": ["results"]},
        {"and": [{"section": ["results", "discussion"]}, {"year": {"from": 2012}}]},
        {"and": [{"not": {"section": ["methods"]}}, {"citation_type": ["mentioning"]}]},
        {"or": [{"section": ["methods"]}, {"section": ["results"]}]},
    ],
)
def test_a_count_is_what_its_value_finds_in_place_of_those_asked_for(
    searcher: Searcher, text: str, where: dict[str, Any]
) -> None:
    result = found(searcher, text, where)
    conditions = where.get("and", [where])
    compared = 0
    for field in COUNTED:
        others = [one for one in conditions if field.value not in repr(one)]
        for one in result.facets[field.value].values:
            chosen: Any = int(one.value) if field is FilterField.YEAR else [one.value]
            narrowed = found(searcher, text, {"and": [*others, {field.value: chosen}]})
            assert one.count == narrowed.total, (field, one)
            compared += 1
    assert compared or not result.allowed


def test_other_fields_and_the_hits_are_those_of_the_filter(searcher: Searcher) -> None:
    where = {"section": ["results"]}
    result = found(searcher, "does EMT induce IL-6", where)
    how = replace(ALL, facets=COUNTED, filter=parse_filter(where), facet_alternatives=False)
    plain = searcher.search("does EMT induce IL-6", options=how)
    assert replace(result, facets={}) == replace(plain, facets={})
    assert [one.value for one in plain.facets["section"].values] == ["results"]
    assert len(result.facets["section"].values) > 1
    del result.facets["section"], plain.facets["section"]
    assert result.facets == plain.facets


def test_without_a_filter_nothing_is_counted_otherwise(searcher: Searcher) -> None:
    plain = searcher.search("EMT", options=replace(ALL, facets=COUNTED, facet_alternatives=False))
    assert found(searcher, "EMT", None) == plain


def test_a_condition_on_two_fields_holds_for_both(searcher: Searcher) -> None:
    where = {"or": [{"section": ["results"]}, {"year": {"from": 2015}}]}
    how = replace(ALL, facets=COUNTED, filter=parse_filter(where), facet_alternatives=False)
    assert found(searcher, "EMT", where) == searcher.search("EMT", options=how)


def test_a_value_that_is_asked_for_is_counted_however_rare(searcher: Searcher) -> None:
    field = FilterField.SOURCE_DOI
    every = searcher.search("-wheat", options=replace(ALL, facets=(field,))).facets[field.value]
    assert every.more > 0
    shown = {one.value for one in every.values}
    asked = next(
        hit.statement.paper.doi
        for hit in searcher.search("-wheat", options=replace(ALL, limit=500)).hits
        if hit.statement.paper.doi not in shown
    )
    how = replace(ALL, facets=(field,), filter=parse_filter({"source_doi": asked}))
    result = searcher.search("-wheat", options=how)
    counts = result.facets[field.value]
    assert counts.values[:MOST_SHOWN] == every.values
    assert [(one.value, one.count) for one in counts.values[MOST_SHOWN:]] == [(asked, result.total)]
    assert counts.more == every.more - 1
