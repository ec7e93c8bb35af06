"""Answers of tools never exceed their budget, give items whole, and say what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from semsearch.errors import QueryError
from semsearch.serve.mcp.budget import Page, as_json, fit, pack, tokens_of

SIZES = st.lists(st.lists(st.integers(1, 60), max_size=6), max_size=4)


class Item(BaseModel):
    text: str
    note: str | None = None


class Result(BaseModel):
    lanes: list[list[Item]]
    left_out: int
    needs: int | None


ITEMS = st.builds(Item, text=st.text(max_size=120), note=st.none() | st.text(max_size=5))
LANES = st.lists(st.lists(ITEMS, max_size=6), min_size=1, max_size=4)


def page_of(lanes: Sequence[Sequence[Item]], shown: Sequence[int], needs: int | None) -> Page:
    cut = [list(lane[:count]) for lane, count in zip(lanes, shown, strict=True)]
    left_out = sum(map(len, lanes)) - sum(shown)
    text = f"{sum(shown)} shown, {left_out} left out" + (f"; needs {needs}" if needs else "")
    return Page(text, Result(lanes=cut, left_out=left_out, needs=needs))


def fitted(lanes: list[list[Item]], budget: int) -> Page:
    return fit(lanes, lambda shown, needs: page_of(lanes, shown, needs), budget)


@given(SIZES, st.integers(0, 400))
def test_packed_items_fit_and_no_lane_could_take_one_more(
    lanes: list[list[int]], room: int
) -> None:
    shown = pack(lanes, room)
    taken = sum(sum(lane[:count]) for lane, count in zip(lanes, shown, strict=True))
    assert taken <= room
    for lane, count in zip(lanes, shown, strict=True):
        assert count == len(lane) or lane[count] > room - taken


def test_lanes_are_taken_in_turn() -> None:
    assert pack([[10, 10, 10], [10, 10]], 35) == [2, 1]
    assert pack([[50, 1], [10, 10]], 35) == [0, 2]


@given(LANES, st.integers(1, 300))
def test_budget_is_never_exceeded_and_what_is_shown_is_whole(
    lanes: list[list[Item]], budget: int
) -> None:
    try:
        page = fitted(lanes, budget)
    except QueryError as error:
        needed = int(str(error).rpartition(" ")[2].replace(",", ""))
        assert needed > budget
        assert tokens_of(fitted(lanes, needed)) <= needed
        return
    assert tokens_of(page) <= budget
    assert tokens_of(page) == -(-(len(page.text) + len(as_json(page.result))) // 4)
    result = page.result
    assert isinstance(result, Result)
    shown = [len(lane) for lane in result.lanes]
    for lane, whole in zip(result.lanes, lanes, strict=True):
        assert lane == whole[: len(lane)]
    assert result.left_out == sum(map(len, lanes)) - sum(shown)
    if result.needs is not None:
        assert sum(shown) == 0
        enough = fitted(lanes, result.needs).result
        assert isinstance(enough, Result)
        assert any(enough.lanes)


@given(LANES)
def test_large_budget_shows_all(lanes: list[list[Item]]) -> None:
    result = fitted(lanes, 100_000).result
    assert isinstance(result, Result)
    assert result.lanes == lanes


def test_budget_below_the_frame_is_refused_with_what_it_takes() -> None:
    with pytest.raises(QueryError, match=r"token_budget is 1, .* at least \d+"):
        fitted([[Item(text="EMT induces IL-6")]], 1)
