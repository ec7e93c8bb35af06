"""Reports and tallies of works."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from semsearch.report.options import ReportOptions, read_report_options
from semsearch.report.paper import Report, report_on
from semsearch.report.relevance import ReportOrder
from semsearch.report.tally import (
    MOST_NAMES,
    AggregateTally,
    Tallies,
    WorkTally,
    aggregate_tally,
    check_names,
    tallies,
    tally,
)
from semsearch.serve.middleware.names import WorkName
from semsearch.serve.options import refuse_unknown
from semsearch.serve.responses import ERRORS, PROBLEMS, Opened, json_response, page_response

#: Included before the router of papers, whose route takes every path below ``/papers/``.
router = APIRouter(tags=["reports"], responses=ERRORS)

_NAMES = ("q", "filter", "sort", "limit", "cursor", "without_retracted")

Work = Annotated[
    str,
    WorkName,
    Path(
        description="DOI, PMID, PMCID or id of a work that the corpus holds or cites. Slashes may"
        " be `%2F`, and have to be in a DOI that ends like a route, in `/report`.",
        examples=["10.5555/semsearch.demo.01"],
    ),
]
WithoutRetracted = Annotated[
    bool, Query(description="Leave out what retracted papers say about it.")
]


def report_options(
    request: Request,
    q: Annotated[
        str | None, Query(description="List the statements about the work that fit this text.")
    ] = None,
    where: Annotated[
        list[str] | None,
        Query(
            alias="filter",
            description="As in `/search`; `citation_type` and `relationship` ask what a statement"
            " says of this work.",
            examples=[["citation_type=contrasting"]],
        ),
    ] = None,
    sort: Annotated[ReportOrder, Query(description="Order of the list.")] = ReportOrder.RELEVANCE,
    limit: Annotated[
        int | None,
        Query(description="Most citing papers to list; without it the setting `limit`."),
    ] = None,
    *,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    without_retracted: WithoutRetracted = False,
) -> ReportOptions:
    """The options of a report out of the parameters of a request."""
    refuse_unknown(request, _NAMES)
    return read_report_options(
        query=q,
        filters=where or [],
        sort=sort,
        limit=limit,
        cursor=cursor,
        without_retracted=without_retracted,
    )


class NamedWorks(BaseModel):
    """Works to be counted."""

    model_config = ConfigDict(extra="forbid")

    names: list[str] = Field(
        description=f"At most {MOST_NAMES}: DOI, PMID, PMCID or id each.",
        examples=[["10.5555/semsearch.demo.01"]],
    )
    without_retracted: bool = Field(
        default=False, description="Leave out what retracted papers say about them."
    )


@router.get(
    "/papers/{doi:path}/report",
    response_model=Report,
    summary="The report of a work",
    responses={410: PROBLEMS[410]},
)
def get_report(
    request: Request,
    searcher: Opened,
    doi: Work,
    options: Annotated[ReportOptions, Depends(report_options)],
) -> Response:
    """Tallies, themes, a summary by rules, and the statements about a work, by citing paper."""
    return page_response(request, report_on(searcher, doi, options=options))


@router.get("/tallies/{doi:path}", response_model=WorkTally, summary="The tally of a work")
def get_tally(searcher: Opened, doi: Work, without_retracted: WithoutRetracted = False) -> Response:
    """How often a work is supported, contrasted and mentioned, and in how many papers."""
    return json_response(tally(searcher, doi, without_retracted=without_retracted))


@router.post("/tallies", response_model=Tallies, summary="The tallies of many works")
def post_tallies(searcher: Opened, asked: NamedWorks) -> Response:
    """Tallies by the names given; those that the index does not know are listed as unknown."""
    check_names(asked.names)
    return json_response(tallies(searcher, asked.names, without_retracted=asked.without_retracted))


@router.post(
    "/tallies/aggregate", response_model=AggregateTally, summary="One tally over many works"
)
def post_aggregate(searcher: Opened, asked: NamedWorks) -> Response:
    """Each work and each citing paper counts once."""
    check_names(asked.names)
    return json_response(
        aggregate_tally(searcher, asked.names, without_retracted=asked.without_retracted)
    )
