"""Filters: masks against a slow reading of each row, words, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import QueryError
from semsearch.index.columns import RELATIONSHIPS, SECTIONS, TYPES, ColumnArrays, with_sets
from semsearch.index.value_lists import value_lists
from semsearch.retrieve.facets import facet_counts
from semsearch.retrieve.filter_parsing import parse_filter, parse_filter_text, parse_parameters
from semsearch.retrieve.filters import (
    All,
    AnyOf,
    FieldIs,
    Filter,
    FilterField,
    Not,
    YearBetween,
    why_empty,
)

JOURNALS = ("Cells", "PLoS ONE", "Rice")
DOIS = ("10.5555/a", "10.5555/b", "10.5555/c")


class Rows:
    """A few rows as plain lists, and the same as columns."""

    def __init__(self, random: np.random.Generator, rows: int) -> None:
        papers = ["doi:10.5555/a", "doi:10.5555/b", "doi:10.5555/c"]
        self.paper = random.integers(0, 3, rows).tolist()
        self.section = random.integers(0, len(SECTIONS), rows).tolist()
        self.types = random.integers(0, 16, rows).tolist()
        self.relationships = random.integers(0, 8, rows).tolist()
        self.targets = [
            sorted(f"doi:{d}" for d in DOIS if random.random() < 0.4) for _ in range(rows)
        ]
        self.year = [2010, -1, 2020]
        self.journals = [["Cells"], [], ["PLoS ONE"]]
        self.authors = [["lee k", "smith j"], ["smith j"], ["smithson a"]]
        self.columns = with_sets(
            ColumnArrays(
                paper=np.array(self.paper, dtype=np.int32),
                section=np.array(self.section, dtype=np.int8),
                types=np.array(self.types, dtype=np.uint8),
                relationships=np.array(self.relationships, dtype=np.uint8),
                targets=value_lists(self.targets),
                target_authors=value_lists([[] for _ in range(rows)]),
                papers=np.array([p.encode() for p in papers]),
                year=np.array(self.year, dtype=np.int16),
                notices=np.array([0, 1, 2], dtype=np.uint8),
                cited=np.array([5, 0, 2], dtype=np.int32),
                journals=value_lists(self.journals),
                licences=value_lists([["CC BY 4.0"], ["CC0 1.0"], []]),
                publication_types=value_lists([["review"], ["review", "letter"], []]),
                authors=value_lists(self.authors),
            )
        )

    def holds(self, given: Filter, row: int) -> bool:  # noqa: PLR0911 - one for each kind
        paper = self.paper[row]
        match given:
            case All():
                return all(self.holds(part, row) for part in given.parts)
            case AnyOf():
                return any(self.holds(part, row) for part in given.parts)
            case Not():
                return not self.holds(given.part, row)
            case YearBetween():
                year = self.year[paper]
                after = given.first is None or year >= given.first
                return year > 0 and after and (given.last is None or year <= given.last)
            case FieldIs(field=FilterField.SECTION):
                return SECTIONS[self.section[row]].value in given.values
            case FieldIs(field=FilterField.CITATION_TYPE):
                held = [t.value for n, t in enumerate(TYPES) if self.types[row] >> n & 1]
                return bool(set(held) & set(given.values))
            case FieldIs(field=FilterField.RELATIONSHIP):
                bits = self.relationships[row]
                held = [r.value for n, r in enumerate(RELATIONSHIPS) if bits >> n & 1]
                return bool(set(held) & set(given.values))
            case FieldIs(field=FilterField.JOURNAL):
                wanted = {value.casefold() for value in given.values}
                return any(j.casefold() in wanted for j in self.journals[paper])
            case FieldIs(field=FilterField.TARGET_DOI):
                return bool({f"doi:{v}" for v in given.values} & set(self.targets[row]))
            case FieldIs(field=FilterField.SOURCE_DOI):
                return DOIS[paper] in given.values
            case _:
                raise AssertionError(given)


def some(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


CONDITIONS = st.one_of(
    st.fixed_dictionaries({"section": some(*SECTIONS)}),
    st.fixed_dictionaries({"citation_type": some(*TYPES)}),
    st.fixed_dictionaries({"relationship": some(*RELATIONSHIPS)}),
    st.fixed_dictionaries({"journal": some(*JOURNALS, "cells", "nowhere")}),
    st.fixed_dictionaries({"target_doi": some(*DOIS, "10.5555/none")}),
    st.fixed_dictionaries({"source_doi": some(*DOIS)}),
    st.sampled_from([{"year": {"from": 2015}}, {"year": {"to": 2015}}, {"year": 2010}]),
)
FILTERS: st.SearchStrategy[Any] = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"and": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"or": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=6,
)


@given(data=FILTERS, seed=st.integers(0, 10**6), rows=st.integers(0, 20))
def test_mask_is_what_each_row_says(data: Any, seed: int, rows: int) -> None:
    given_rows = Rows(np.random.default_rng(seed), rows)
    found = parse_filter(data)
    mask = found.allowed(given_rows.columns).mask()
    assert mask.tolist() == [given_rows.holds(found, row) for row in range(rows)]
    assert found.words()
    if rows and not mask.any():
        assert "nothing in the index" in why_empty(found, given_rows.columns) or "never" in (
            why_empty(found, given_rows.columns)
        )


@given(data=FILTERS)
def test_filter_comes_back_from_its_data(data: Any) -> None:
    found = parse_filter(data)
    assert parse_filter(found.as_data()) == found


@given(seed=st.integers(0, 10**6), rows=st.integers(0, 30), field=st.sampled_from(FilterField))
def test_facets_count_what_the_filter_of_the_value_finds(
    seed: int, rows: int, field: FilterField
) -> None:
    columns = Rows(np.random.default_rng(seed), rows).columns
    chosen = np.arange(0, rows, 2)
    counts = facet_counts(columns, chosen, field)
    assert counts.more == 0
    for one in counts.values:
        if field in (FilterField.SOURCE_AUTHOR, FilterField.TARGET_AUTHOR):
            continue  # keys, not names
        mask = parse_filter({field.value: one.value}).allowed(columns).mask()
        assert int(mask[chosen].sum()) == one.count


def test_authors_are_found_by_family_name_or_with_an_initial() -> None:
    rows = Rows(np.random.default_rng(1), 12)
    for name, papers in {
        "Smith": {0, 1},
        "smith J": {0, 1},
        "Kim Lee": {0},
        "Smith, A": set(),
    }.items():
        mask = FieldIs(FilterField.SOURCE_AUTHOR, (name,)).allowed(rows.columns).mask()
        assert mask.tolist() == [paper in papers for paper in rows.paper]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("section=results|discussion", "section is discussion or results"),
        ("-journal=PLoS ONE", "not (journal is PLoS ONE)"),
        ("year=2010..2015", "year from 2010 to 2015"),
        ("year=2015", "year is 2015"),
        ("year=..2015", "year to 2015"),
        ("target_doi=https://doi.org/10.5555/A", "cites 10.5555/a"),
        ('{"or": [{"year": 2010}, {"section": "methods"}]}', "section is methods, or year is 2010"),
    ],
)
def test_parameters_read_as_words(text: str, words: str) -> None:
    found = parse_parameters([text])
    assert found is not None
    assert found.words() == words


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("sektion=results", "there is no filter 'sektion', expected one of section, citation_type"),
        ("section=result", "the filter section has 'result', expected one of introduction"),
        ("year=2015..2010", "the filter year goes from 2015 back to 2010"),
        ("year=20155", "expected 1000 to 2100"),
        ("year=soon", "expected 2015 or 2010..2015"),
        ("year=..", "expected 2015 or 2010..2015"),
        ("source_doi=12345", "expected a DOI such as"),
        ("journal=", "the filter journal has an empty value"),
        ("journal=a\x00b", "expected no control character"),
        ("source_author=…", "expected a name"),
        ("results", "has no =, expected field=value"),
        ("{", "is not JSON"),
        ("{}", "expected an object such as"),
        ('{"and": {}}', "the filter has 'and' with {}, expected a list"),
        ('{"journal": 5}', "the filter journal has 5, expected text"),
        ('{"year": {"since": 2010}}', "expected from and to"),
        ('{"year": {"from": null}}', "has {'from': None}, expected from and to"),
        ('{"year": [[2010]]}', "expected one list of years"),
        ('{"year": []}', "the filter year has no value"),
        ("year=" + "1" * 5000, "expected 2015 or 2010..2015"),
        ("source_doi=10.5555/a' OR '1'='1", "expected a DOI such as"),
        ("journal=" + "x" * 501, "a value of 501 characters, expected at most 500"),
        ("journal=a\ud800b", "expected no control character"),
        ("section=results' OR '1'='1", "expected one of introduction"),
    ],
)
def test_wrong_filter_is_refused_with_its_place(parameter: str, message: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_parameters([parameter])
    assert message in str(refused.value)


def test_too_many_values_and_too_deep_are_refused() -> None:
    with pytest.raises(QueryError, match="10,000 values, expected at most 1,000"):
        parse_filter({"journal": [f"J{n}" for n in range(10_000)]})
    with pytest.raises(QueryError, match="nested deeper than 10"):
        parse_filter_text('{"not": ' * 12 + '{"year": 2010}' + "}" * 12)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: (
    st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*FilterField, "and", "or", "not", "x"]), inner, max_size=3)
)))  # fmt: skip
def test_any_json_is_a_filter_or_refused(data: Any) -> None:
    try:
        found = parse_filter(data)
    except QueryError:
        return
    assert parse_filter(found.as_data()) == found


def test_why_nothing_is_left_is_said() -> None:
    columns = Rows(np.random.default_rng(1), 12).columns
    lone = parse_filter({"journal": "Nature"})
    assert why_empty(lone, columns) == "nothing in the index has this: journal is Nature"
    clash = parse_filter({"and": [{"year": 2010}, {"year": 2020}]})
    assert "never together: year is 2010, and year is 2020" in why_empty(clash, columns)
