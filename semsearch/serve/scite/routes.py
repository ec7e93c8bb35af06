"""Routes that clients of scite call; they take ``/scite`` of this server as their base URL.

Tallies, papers and citations are those of ``report`` and ``store``; see ``shapes`` for the
words. An ``Authorization`` header may be sent and is not looked at.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Response

from semsearch.language.identifiers import normalize_doi
from semsearch.report.tally import (
    MOST_NAMES,
    aggregate_tally,
    check_names,
    tallies,
    tally,
)
from semsearch.serve.responses import ERRORS, Opened
from semsearch.serve.scite import citations
from semsearch.serve.scite.shapes import (
    Doi,
    ScitePaper,
    ScitePapers,
    SciteSectionTallies,
    SciteTallies,
    SciteTally,
    answered,
    paper_shapes,
    papers_by_name,
    public_name,
    sections_shape,
    tally_shape,
)
from semsearch.store.cited import citations_to
from semsearch.store.names import work_ids
from semsearch.store.works import work_id

router = APIRouter(tags=["as scite"], responses=ERRORS)
router.include_router(citations.router)

#: Most works whose tallies are added up.
MOST_ADDED = 100

Dois = Annotated[
    list[str],
    Body(description="DOIs in any spelling.", examples=[["10.5555/semsearch.demo.01"]]),
]


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
    found = citations_to(searcher.store, work_id(searcher.store, target_doi))
    return answered(ScitePapers(papers=papers_by_name(searcher.store, [c.paper for c in found])))


@router.get("/papers/{doi:path}", response_model=ScitePaper, summary="One paper")
def get_paper(searcher: Opened, doi: Doi) -> Response:
    """What is known of a work, from its full text or from the reference lists that name it."""
    identity = work_id(searcher.store, doi)
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


def _key(name: str, identity: str) -> str:
    """The DOI that was asked for, as clients look it up; without one what the work is called."""
    return normalize_doi(name) or public_name(identity)
