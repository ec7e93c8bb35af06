"""How likely a statement was read rightly."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.clarity import ACROSS_CELLS, FITTED, MOST_MARGIN, Told, chance
from semsearch.language.question import analyse_question
from semsearch.language.stance import StanceReader

PLAIN = Told(
    verb_before=0.0,
    preposition_before=0.0,
    distance=0.7,
    margin=3.0,
    acting_share=1.0,
    other_cell=False,
)
SHARE = st.floats(0, 1)


def told(text: str) -> Told:
    found = StanceReader(analyse_question("does EMT induce IL-6")).read(text).told
    assert found is not None
    return found


@pytest.mark.parametrize(
    "worse",
    [
        replace(PLAIN, verb_before=1.0),
        replace(PLAIN, preposition_before=1.0),
        replace(PLAIN, distance=3.0),
        replace(PLAIN, margin=0.1),
        replace(PLAIN, acting_share=0.3),
        replace(PLAIN, other_cell=True),
    ],
)
def test_what_makes_a_reading_doubtful_makes_it_less_likely(worse: Told) -> None:
    assert chance(worse, 0.8) < chance(PLAIN, 0.8)


@given(
    st.builds(
        Told,
        verb_before=st.sampled_from([0.0, 1.0]),
        preposition_before=st.sampled_from([0.0, 1.0]),
        distance=st.floats(0, 6),
        margin=st.floats(0, MOST_MARGIN),
        acting_share=SHARE,
        other_cell=st.booleans(),
    ),
    SHARE,
    SHARE,
)
def test_it_is_a_chance_and_grows_with_relevance(seen: Told, one: float, other: float) -> None:
    low, high = sorted((chance(seen, one), chance(seen, other)))
    assert 0 < low <= high < 1
    assert (chance(seen, max(one, other)), chance(seen, min(one, other))) == (high, low)


def test_a_plain_clause_is_clearer_than_one_about_something_else() -> None:
    plain = chance(told("EMT induces IL-6."), 0.8)
    assert plain > 0.9
    for text in (
        "Zeta induces the transport of EMT into cells that were found to release IL-6.",
        "Zeta regulates growth in EMT and in the cells with IL-6.",
    ):
        assert chance(told(text), 0.8) < plain - 0.2


def test_cells_of_a_row_count_less() -> None:
    one, other = told("Smith | EMT induces IL-6 | 12"), told("EMT | mice | induces IL-6")
    assert (one.other_cell, other.other_cell) == (False, True)
    assert chance(replace(one, other_cell=True), 0.5) == ACROSS_CELLS * chance(one, 0.5)


def test_weights_are_those_of_the_fit_and_say_where_they_come_from() -> None:
    path = resources.files("semsearch.language").joinpath("data", "clarity_weights.json")
    shipped = json.loads(path.read_text("utf-8"))
    assert set(shipped["weights"]) == {*FITTED, "relevance", "bias"}
    assert {"fitted_on", "folds", "figures_out_of_fold"} <= set(shipped["card"])
    figures = shipped["card"]["figures_out_of_fold"]
    assert figures["area_under_curve"] > figures["of_relevance_alone"] > 0.5
