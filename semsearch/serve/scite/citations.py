"""The citations of a work and those that a paper makes, page by page, as scite gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from semsearch.errors import QueryError
from semsearch.records import CitationType, Statement
from semsearch.report.tally import tallies
from semsearch.report.work import held_work_id
from semsearch.search import Searcher
from semsearch.serve.responses import MOST_OFFSET, Opened
from semsearch.serve.scite.shapes import (
    TYPES,
    CitationCount,
    Doi,
    SciteCitation,
    SciteEdges,
    answered,
    papers_by_name,
    public_name,
    tally_shape,
)
from semsearch.serve.snippets import html_snippet
from semsearch.settings import settings
from semsearch.store.cited import citations_to
from semsearch.store.reading import citations, statements, statements_of
from semsearch.store.works import work_id

#: Part of the router of ``routes``.
router = APIRouter(prefix="/api_partner/citations")


@dataclass(frozen=True, slots=True)
class Edge:
    """One statement of a source citing one work, None where that is not known."""

    statement: str
    source: str
    target: str | None
    type: CitationType


@dataclass(frozen=True, slots=True)
class Page:
    """Which citations are wanted, and what beside them."""

    offset: int
    limit: int
    papers: bool
    tallies: bool


def _page(
    offset: Annotated[
        int, Query(ge=0, le=MOST_OFFSET, description="Citations before the page.")
    ] = 0,
    limit: Annotated[
        int | None,
        Query(ge=1, description="Most citations of the page; without it the setting `max_limit`."),
    ] = None,
    *,
    papers: Annotated[bool, Query(description="Add what is known of the papers.")] = False,
    tallies: Annotated[bool, Query(description="Add the tallies of the papers.")] = False,
) -> Page:
    most = settings().max_limit
    if limit is not None and limit > most:
        raise QueryError(f"the limit is {limit}, expected 1 to {most:,} (setting max_limit)")
    return Page(offset, limit or most, papers, tallies)


Paged = Annotated[Page, Depends(_page)]


@router.get("/citing/{doi:path}", response_model=SciteEdges, summary="The citations of a work")
def get_citing(searcher: Opened, doi: Doi, page: Paged) -> Response:
    """Every citation that has the work as its target, by source and place in it."""
    target = work_id(searcher.store, doi)
    every = [
        Edge(c.statement, c.paper, target, c.type) for c in citations_to(searcher.store, target)
    ]
    return _answer(searcher, every, page, [edge.source for edge in page_of(every, page)])


@router.get(
    "/cited_by/{doi:path}", response_model=SciteEdges, summary="The citations that a paper makes"
)
def get_cited_by(searcher: Opened, doi: Doi, page: Paged) -> Response:
    """Every citation that has the paper as its source, in reading order.

    404 also where the paper is cited but its full text is not in the corpus: what it cites is then
    not known.
    """
    source = held_work_id(searcher.store, doi)
    own = [statement.id for statement in statements_of(searcher.store, source)]
    made = citations(searcher.store, own)
    every = [Edge(c.statement, source, c.target, c.type) for one in own for c in made.get(one, [])]
    return _answer(searcher, every, page, [edge.target for edge in page_of(every, page)])


def page_of(every: Sequence[Edge], page: Page) -> Sequence[Edge]:
    """The citations of a page."""
    return every[page.offset : page.offset + page.limit]


def citation_shape(
    edge: Edge, held: Statement, highlights: Sequence[tuple[int, int]] = ()
) -> SciteCitation:
    """One citation with its statement as HTML."""
    return SciteCitation(
        id=held.id,
        source=public_name(edge.source),
        target=None if edge.target is None else public_name(edge.target),
        type=TYPES[edge.type],
        section=held.section,
        snippet=html_snippet(
            held.text,
            [(m.start, m.end) for m in held.markers],
            highlights,
            before=held.before,
            after=held.after,
        ),
    )


def _answer(
    searcher: Searcher, every: Sequence[Edge], page: Page, others: Sequence[str | None]
) -> Response:
    """A page of citations; ``others``: the papers at the other end of each."""
    shown = page_of(every, page)
    held = statements(searcher.store, [edge.statement for edge in shown])
    found = SciteEdges(
        citations=[citation_shape(edge, held[edge.statement]) for edge in shown],
        metadata=CitationCount(totalCitationCount=len(every)),
    )
    known = [one for one in others if one is not None]
    if page.papers:
        found.papers = papers_by_name(searcher.store, known)
    if page.tallies:
        counted = tallies(searcher, known).tallies
        found.tallies = {
            public_name(t.target): tally_shape(t.tally, t.doi) for t in counted.values()
        }
    return answered(found)
