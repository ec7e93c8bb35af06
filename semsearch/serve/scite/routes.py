"""Routes that clients of scite call; they take ``/scite`` of this server as their base URL.

Tallies, papers and citations are those of ``report`` and ``store``; see ``scite_shapes`` for the
words. An ``Authorization`` header may be sent and is not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response

from semsearch.errors import NotFoundError, QueryError
from semsearch.language.identifiers import normalize_doi
from semsearch.records import CitationType, Statement
from semsearch.report.naming import work_id, work_ids
from semsearch.report.tally import (
    MOST_NAMES,
    aggregate_tally,
    check_names,
    tallies,
    tally,
)
from semsearch.search import Searcher
from semsearch.serve.responses import ERRORS, Opened
from semsearch.serve.scite.shapes import (
    TYPES,
    CitationCount,
    SciteCitation,
    SciteEdges,
    ScitePaper,
    ScitePapers,
    SciteSectionTallies,
    SciteTallies,
    SciteTally,
    answered,
    paper_shapes,
    public_name,
    sections_shape,
    tally_shape,
)
from semsearch.serve.snippets import html_snippet
from semsearch.settings import settings
from semsearch.store.cited import citations_to
from semsearch.store.database import Database
from semsearch.store.reading import citations, corpus_members, statements, statements_of

router = APIRouter(tags=["as scite"], responses=ERRORS)

#: Most works whose tallies are added up.
MOST_ADDED = 100

Doi = Annotated[
    str,
    Path(
        description="DOI in any spelling; a PMID, a PMCID or an id of this server will do.",
        examples=["10.5555/semsearch.demo.01"],
    ),
]
Dois = Annotated[
    list[str],
    Body(description="DOIs in any spelling.", examples=[["10.5555/semsearch.demo.01"]]),
]
Offset = Annotated[int, Query(ge=0, description="Citations before the page.")]
Limit = Annotated[
    int | None,
    Query(ge=1, description="Most citations of the page; without it the setting `max_limit`."),
]
WithPapers = Annotated[bool, Query(description="Add what is known of the papers.")]
WithTallies = Annotated[bool, Query(description="Add the tallies of the papers.")]


@router.get("/tallies/{doi:path}", response_model=SciteTally, summary="The tally of a work")
def get_tally(searcher: Opened, doi: Doi) -> Response:
    """Citation statements about a work by type, and the papers that cite it."""
    found = tally(searcher, doi)
    return answered(tally_shape(found.tally, found.doi or normalize_doi(doi)))


@router.post("/tallies", response_model=SciteTallies, summary="The tallies of many works")
def post_tallies(searcher: Opened, dois: Dois) -> Response:
    """At most 500 works; those that are not known are left out."""
    check_names(dois, most=MOST_NAMES)
    found = tallies(searcher, dois).tallies
    return answered(
        SciteTallies(
            tallies={
                _key(name, t.target): tally_shape(t.tally, t.doi or normalize_doi(name))
                for name, t in found.items()
            }
        )
    )


@router.post("/tallies/aggregate", response_model=SciteTally, summary="One tally over many works")
def post_aggregate(searcher: Opened, dois: Dois) -> Response:
    """At most 100 works; a paper that cites several counts once, `doi` is null."""
    check_names(dois, most=MOST_ADDED)
    return answered(tally_shape(aggregate_tally(searcher, dois).tally, None))


@router.post(
    "/tallies/cited-by-sections", response_model=SciteSectionTallies, summary="Tallies by section"
)
def post_sections(searcher: Opened, dois: Dois) -> Response:
    """Citation statements about works by the section they stand in; at most 500 works."""
    check_names(dois, most=MOST_NAMES)
    found = tallies(searcher, dois).tallies
    return answered(
        SciteSectionTallies(
            tallies={_key(name, t.target): sections_shape(t) for name, t in found.items()}
        )
    )


# Before the route of one paper, whose path takes everything below ``/papers/``.
@router.get(
    "/papers/sources/{target_doi:path}",
    response_model=ScitePapers,
    summary="The papers that cite a work",
)
def get_sources(
    searcher: Opened,
    target_doi: Annotated[
        str,
        Path(
            description="DOI of the cited work, as above.", examples=["10.5555/semsearch.demo.01"]
        ),
    ],
) -> Response:
    """The papers of the corpus that cite a work, by DOI."""
    found = citations_to(searcher.store, work_id(searcher, target_doi))
    return answered(ScitePapers(papers=_papers(searcher.store, [c.paper for c in found])))


@router.get("/papers/{doi:path}", response_model=ScitePaper, summary="One paper")
def get_paper(searcher: Opened, doi: Doi) -> Response:
    """What is known of a work, from its full text or from the reference lists that name it."""
    identity = work_id(searcher, doi)
    return answered(paper_shapes(searcher.store, [identity])[identity])


@router.post("/papers", response_model=ScitePapers, summary="Many papers")
def post_papers(searcher: Opened, dois: Dois) -> Response:
    """At most 500 works; those that are not known are left out."""
    check_names(dois, most=MOST_NAMES)
    known = {name: one for name, one in work_ids(searcher.store, dois).items() if one is not None}
    shapes = paper_shapes(searcher.store, list(dict.fromkeys(known.values())))
    return answered(
        ScitePapers(papers={_key(name, one): shapes[one] for name, one in known.items()})
    )


@router.get(
    "/api_partner/citations/citing/{doi:path}",
    response_model=SciteEdges,
    summary="The citations of a work",
)
def get_citing(
    searcher: Opened,
    doi: Doi,
    offset: Offset = 0,
    limit: Limit = None,
    *,
    papers: WithPapers = False,
    tallies: WithTallies = False,
) -> Response:
    """Every citation that has the work as its target, by source and place in it."""
    target = work_id(searcher, doi)
    every = [
        _Edge(c.statement, c.paper, target, c.type) for c in citations_to(searcher.store, target)
    ]
    page = _page(every, offset, limit)
    others = [edge.source for edge in page] if papers or tallies else []
    return _edges(searcher, page, len(every), others, papers=papers, with_tallies=tallies)


@router.get(
    "/api_partner/citations/cited_by/{doi:path}",
    response_model=SciteEdges,
    summary="The citations that a paper makes",
)
def get_cited_by(
    searcher: Opened,
    doi: Doi,
    offset: Offset = 0,
    limit: Limit = None,
    *,
    papers: WithPapers = False,
    tallies: WithTallies = False,
) -> Response:
    """Every citation that has the paper as its source, in reading order.

    404 also where the paper is cited but its full text is not in the corpus: what it cites is then
    not known.
    """
    source = source_id(searcher, doi)
    own = [statement.id for statement in statements_of(searcher.store, source)]
    made = citations(searcher.store, own)
    every = [_Edge(c.statement, source, c.target, c.type) for one in own for c in made.get(one, [])]
    page = _page(every, offset, limit)
    others = [e.target for e in page if e.target is not None] if papers or tallies else []
    return _edges(searcher, page, len(every), others, papers=papers, with_tallies=tallies)


def source_id(searcher: Searcher, name: str) -> str:
    """The id of a paper whose own citations are known.

    Raises:
        NotFoundError: the corpus does not know it, or only cites it.
    """
    identity = work_id(searcher, name)
    if identity not in corpus_members(searcher.store, [identity]):
        raise NotFoundError(
            f"the index cites {public_name(identity)} but does not hold its text,"
            " so that what it cites is not known"
        )
    return identity


@dataclass(frozen=True, slots=True)
class _Edge:
    statement: str
    source: str
    target: str | None
    type: CitationType


def citation_shape(
    edge_type: CitationType,
    source: str,
    target: str | None,
    held: Statement,
    highlights: Sequence[tuple[int, int]] = (),
) -> SciteCitation:
    """One citation with its statement as HTML."""
    return SciteCitation(
        id=held.id,
        source=public_name(source),
        target=None if target is None else public_name(target),
        type=TYPES[edge_type],
        section=held.section,
        snippet=html_snippet(
            held.text,
            [(m.start, m.end) for m in held.markers],
            highlights,
            before=held.before,
            after=held.after,
        ),
    )


def _page(every: list[_Edge], offset: int, limit: int | None) -> list[_Edge]:
    most = settings().max_limit
    if limit is not None and limit > most:
        raise QueryError(f"the limit is {limit}, expected 1 to {most:,} (setting max_limit)")
    return every[offset : offset + (limit or most)]


def _edges(
    searcher: Searcher,
    page: list[_Edge],
    total: int,
    others: list[str],
    *,
    papers: bool,
    with_tallies: bool,
) -> Response:
    held = statements(searcher.store, [edge.statement for edge in page])
    found = SciteEdges(
        citations=[
            citation_shape(edge.type, edge.source, edge.target, held[edge.statement])
            for edge in page
        ],
        metadata=CitationCount(totalCitationCount=total),
    )
    if papers:
        found.papers = _papers(searcher.store, others)
    if with_tallies:
        counted = tallies(searcher, others).tallies
        found.tallies = {
            public_name(t.target): tally_shape(t.tally, t.doi) for t in counted.values()
        }
    return answered(found)


def _key(name: str, identity: str) -> str:
    """The DOI that was asked for, as clients look it up; without one what the work is called."""
    return normalize_doi(name) or public_name(identity)


def _papers(database: Database, ids: Sequence[str]) -> dict[str, ScitePaper]:
    shapes = paper_shapes(database, list(dict.fromkeys(ids)))
    return {public_name(identity): shape for identity, shape in shapes.items()}
