"""Answers that fit into a number of tokens: whole items, as many as there is room for.

The size of an answer is that of its text and of its structured content as JSON, in Unicode
characters; ``CHARACTERS_PER_TOKEN`` of them are taken for a token, which is about right for English
and too few tokens for other scripts. What the protocol puts around an answer is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from semsearch.errors import QueryError

CHARACTERS_PER_TOKEN = 4
DEFAULT_BUDGET = 2_000
MIN_BUDGET = 200
MAX_BUDGET = 100_000


@dataclass(frozen=True, slots=True)
class Page:
    """What a tool gives: a short text, and the structured content."""

    text: str
    result: BaseModel


class Render(Protocol):
    """Makes the page that shows the first items of each lane.

    ``needs``: the least budget that shows an item, where none fits; None where one is shown, and
    where there is none.
    """

    def __call__(self, shown: Sequence[int], needs: int | None, /) -> Page:
        """The page."""
        ...


def as_json(record: BaseModel) -> str:
    """A record as compact JSON; what is None is left out."""
    return record.model_dump_json(exclude_none=True)


def tokens_of(page: Page) -> int:
    """The tokens of a page by estimate, rounded up."""
    return _tokens(_size(page))


def pack(lanes: Sequence[Sequence[int]], room: int) -> list[int]:
    """How many of each lane fit into a room, taken in turn: all firsts, all seconds, and so on.

    A lane ends with its first item that does not fit, so that what is shown of it has no gap.

    Args:
        lanes: sizes of the items of each lane, in their order.
        room: for all of them.
    """
    shown = [0] * len(lanes)
    open_lanes = [number for number, lane in enumerate(lanes) if lane]
    while open_lanes:
        going_on = []
        for number in open_lanes:
            size = lanes[number][shown[number]]
            if size > room:
                continue
            room -= size
            shown[number] += 1
            if shown[number] < len(lanes[number]):
                going_on.append(number)
        open_lanes = going_on
    return shown


def fit(lanes: Sequence[Sequence[BaseModel]], render: Render, budget: int) -> Page:
    """The page that shows as many items as the budget allows.

    Args:
        lanes: the items, in their order.
        render: makes the page.
        budget: in tokens.

    Raises:
        QueryError: not even the page without items fits.
    """
    most = budget * CHARACTERS_PER_TOKEN
    none = [0] * len(lanes)
    bare = render(none, None)
    if not any(lanes):
        return _within(bare, budget, needs=tokens_of(bare))
    sizes = [[len(as_json(item)) + 1 for item in lane] for lane in lanes]  # 1 for the comma
    room = most - _size(bare)
    while any(shown := pack(sizes, room)):
        page = render(shown, None)
        over = _size(page) - most
        if over <= 0:
            return page
        room -= over
    least = min((render(one, None) for one in _firsts(lanes)), key=_size)
    if _size(least) <= most:
        return least
    needs = tokens_of(least)
    return _within(render(none, needs), budget, needs=needs)


def _within(page: Page, budget: int, *, needs: int) -> Page:
    if tokens_of(page) > budget:
        raise QueryError(
            f"the token_budget is {budget:,}, too small for this answer; ask with at least"
            f" {needs:,}"
        )
    return page


def _firsts(lanes: Sequence[Sequence[BaseModel]]) -> Iterator[list[int]]:
    """One item shown alone, the first of each lane in turn."""
    for number, lane in enumerate(lanes):
        if lane:
            yield [int(place == number) for place in range(len(lanes))]


def _size(page: Page) -> int:
    return len(page.text) + len(as_json(page.result))


def _tokens(size: int) -> int:
    return -(-size // CHARACTERS_PER_TOKEN)
