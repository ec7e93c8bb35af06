"""The address holds the whole state of the search page."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.answer.sides import SideGrouping
from semsearch.errors import QueryError
from semsearch.index.columns import RELATIONSHIPS, SECTIONS, TYPES
from semsearch.rank.diversity import SortOrder
from semsearch.records import NoticeKind
from semsearch.retrieve.filter_parsing import parse_filter, parse_parameters
from semsearch.retrieve.filters import FilterField
from semsearch.serve.pages.facets import narrowings
from semsearch.serve.pages.state import TICKED, WRITTEN, AskState, View, read_state

_words = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
_years = st.none() | st.integers(1000, 2100)
_named = {
    FilterField.SECTION: st.sampled_from([one.value for one in SECTIONS]),
    FilterField.CITATION_TYPE: st.sampled_from([one.value for one in TYPES]),
    FilterField.RELATIONSHIP: st.sampled_from([one.value for one in RELATIONSHIPS]),
    FilterField.NOTICE: st.sampled_from([one.value for one in NoticeKind]),
    FilterField.SOURCE_DOI: st.integers(1, 99).map(lambda n: f"10.5555/paper.{n}"),
    FilterField.TARGET_DOI: st.integers(1, 99).map(lambda n: f"10.5555/work.{n}"),
    FilterField.SOURCE_AUTHOR: st.sampled_from(["Smith", "Ahlberg, A", "O’Brien"]),
    FilterField.TARGET_AUTHOR: st.sampled_from(["Rao", "de la Cruz"]),
}


@st.composite
def states(draw: st.DrawFn) -> AskState:
    chosen = []
    for field in (*TICKED, *WRITTEN):
        values = draw(st.lists(_named.get(field, _words), max_size=2, unique=True))
        if values:
            chosen.append((field, tuple(values)))
    return AskState(
        q=draw(_words),
        view=draw(st.sampled_from(View)),
        grouping=draw(st.sampled_from(SideGrouping)),
        sort=draw(st.sampled_from(SortOrder)),
        group=draw(st.booleans()),
        limit=draw(st.none() | st.integers(1, 1000)),
        cursor=draw(st.none() | st.from_regex(r"[A-Za-z0-9_-]{1,30}", fullmatch=True)),
        year_from=draw(_years),
        year_to=draw(_years),
        chosen=tuple(chosen),
        filters=tuple(
            draw(st.lists(st.sampled_from(["-section=methods", "year=2001"]), max_size=2))
        ),
    )


def parameters(path: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(path).query, keep_blank_values=True)


@given(states())
def test_an_address_read_back_is_the_same_state(state: AskState) -> None:
    assert read_state(parameters(state.path())) == state


@given(states())
def test_the_filter_of_a_page_is_the_filter_of_its_json(state: AskState) -> None:
    sent = [value for name, value in parameters(state.api_path()) if name == "filter"]
    assert sent == state.filter_parameters()
    ends = {"from": state.year_from, "to": state.year_to}
    years = {name: end for name, end in ends.items() if end is not None}
    whole: list[object] = [{field.value: list(values)} for field, values in state.chosen]
    whole += [{"year": years}] if years else []
    whole += [{"not": {"section": ["methods"]}} if one.startswith("-") else {"year": "2001"}
              for one in state.filters]  # fmt: skip
    try:
        wanted = parse_filter({"and": whole}) if whole else None
    except QueryError:
        with pytest.raises(QueryError):
            parse_parameters(sent)
        return
    found = parse_parameters(sent)
    assert (found and found.as_data()) == (wanted and wanted.as_data())


@given(states())
def test_each_way_out_of_a_filter_takes_away_that_one(state: AskState) -> None:
    ways = narrowings(state)
    values = sum(len(values) for _, values in state.chosen)
    ranged = state.year_from is not None or state.year_to is not None
    assert len(ways) == values + ranged + len(state.filters)
    for way in ways:
        left = read_state(parameters(way.href))
        assert left.cursor is None
        assert len(narrowings(left)) < len(ways)
    assert not narrowings(state.unfiltered())


@given(states(), states())
def test_equal_addresses_are_of_equal_states(one: AskState, other: AskState) -> None:
    assert (one.path() == other.path()) == (one == other)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ([("page", "2")], "there is no parameter 'page', expected one of q, view"),
        ([("q", "a"), ("q", "b")], "q is given 2 times, expected once"),
        ([("view", "wide")], "view is 'wide', expected one of overview, list"),
        ([("group", "yes")], "group is 'yes', expected 0 or 1"),
        ([("limit", "-1")], "limit is '-1', expected a whole number"),
        ([("limit", "٣")], "expected a whole number"),
        ([("year_from", "2010.5")], "year_from is '2010.5', expected a whole number"),
    ],
)
def test_what_cannot_be_read_is_named(sent: list[tuple[str, str]], says: str) -> None:
    with pytest.raises(QueryError, match=says.replace("(", r"\(")):
        read_state(sent)


def test_empty_fields_of_a_form_say_nothing() -> None:
    sent = [("q", " EMT "), ("year_from", ""), ("source_author", "  "), ("section", "results")]
    assert read_state(sent) == AskState(q="EMT", chosen=((FilterField.SECTION, ("results",)),))
