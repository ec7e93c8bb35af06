"""Statements as the tools show them, and the lists that they stand in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from semsearch.language.stance import Stance
from semsearch.records import CitationType
from semsearch.report.paper import short_authors
from semsearch.retrieve.hits import StatementHit, StatementView
from semsearch.serve.mcp.shapes import Quote

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[T]):
    """A page of a list, of which the budget may show the first items only.

    ``start``: where in the whole list the page starts, from 0. ``more``: the list goes on after the
    page. ``cursor``: that of the page which starts at a place of the list.
    """

    items: Sequence[T]
    start: int
    more: bool
    cursor: Callable[[int], str]

    def next(self, shown: int) -> str | None:
        """The cursor after the first ``shown`` items; None where nothing comes after them."""
        if shown == len(self.items) and not self.more:
            return None
        return self.cursor(self.start + shown)


def quote(view: StatementView, *, stance: Stance | None = None, same: int = 0) -> Quote:
    """A statement; ``same`` counts those that were folded under it."""
    paper, types = view.paper, {cited.type for cited in view.cites}
    selves = [cited.self_citation for cited in view.cites]
    return Quote(
        id=view.id,
        text=view.text,
        doi=paper.doi,
        paper=None if paper.doi else paper.id,
        by=short_authors(paper.authors) or None,
        year=paper.year,
        stance=stance,
        types=[one for one in CitationType if one in types],
        cites=len(view.cites),
        section=view.section,
        self_citing=True if selves and all(selves) else None,
        retracted=paper.retracted or None,
        same=same or None,
    )


def quote_hit(hit: StatementHit) -> Quote:
    """A statement that was found."""
    return quote(
        hit.statement,
        stance=None if hit.stance is None else hit.stance.stance,
        same=len(hit.duplicates),
    )


def say_shown(shown: int, left_out: int, *, what: str, cursor: str | None) -> str:
    """How much of a page is shown, and how to get the rest."""
    told = f"{shown} of {shown + left_out} {what} of this page shown"
    if left_out:
        told += ", the others left out by token_budget"
    return f"{told}; for more pass `next` as cursor." if cursor else f"{told}."


def say_needs(needs: int | None) -> str:
    """What to do where nothing fitted; empty else."""
    return f" None fits: ask with a token_budget of at least {needs:,}." if needs else ""
