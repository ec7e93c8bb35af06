"""Questions of which only one form has a place elsewhere: as a JSON body, or as parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from semsearch.answer.sides import SideGrouping, SideList, list_side
from semsearch.language.stance import Stance
from semsearch.rank.options import read_options
from semsearch.report.options import read_report_options
from semsearch.report.paper import Report, report_on
from semsearch.report.relevance import ReportOrder
from semsearch.report.tally import (
    MOST_NAMES,
    AggregateTally,
    Tallies,
    aggregate_tally,
    check_names,
    tallies,
)
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.hits import SimilarResult
from semsearch.serve.questions import get_similar, similar_to
from semsearch.serve.reports import WithoutRetracted, Work
from semsearch.serve.responses import PROBLEMS, Opened, json_response

#: Included before the routers of reports and papers, which take every path below theirs.
router = APIRouter()


class SimilarBody(BaseModel):
    """A statement or a text; the same names as the parameters."""

    model_config = ConfigDict(extra="forbid")

    statement: str | None = Field(default=None, description="Id of a statement.")
    text: str | None = Field(
        default=None, description="Any text instead.", examples=["IL-6 is induced during EMT"]
    )
    limit: int | None = Field(default=None, description="Most hits to give.")


class ReportBody(BaseModel):
    """Options of a report; the same names as the parameters."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(default=None, description="List the statements that fit this text.")
    filter: Any = Field(default=None, description='Such as {"citation_type": ["contrasting"]}.')
    sort: ReportOrder = Field(default=ReportOrder.RELEVANCE, description="Order of the list.")
    limit: int | None = Field(default=None, description="Most citing papers to list.")
    cursor: str | None = Field(default=None, description="`next` of the page before.")
    without_retracted: bool = Field(
        default=False, description="Leave out what retracted papers say about it."
    )


@router.post(
    "/similar",
    response_model=SimilarResult,
    tags=["search"],
    summary="Find similar citing contexts of a text given as JSON",
    responses={k: PROBLEMS[k] for k in (404, 422)},
)
def post_similar(request: Request, searcher: Opened, asked: SimilarBody) -> Response:
    """As GET."""
    return get_similar(
        request, searcher, similar_to(asked.statement, asked.text), limit=asked.limit
    )


class SideBody(BaseModel):
    """Which side of which question; the same names as the parameters."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(description="The question.", examples=["does EMT induce IL-6"])
    stance: Stance = Field(description="Which side; `unrelated` is none.")
    grouping: SideGrouping = Field(
        default=SideGrouping.STATEMENT,
        description="By itself, by source, or by sources that share an author.",
    )
    filter: Any = Field(default=None, description='Such as {"year": {"from": 2010}}.')
    limit: int | None = Field(default=None, description="Most groups to give.")
    cursor: str | None = Field(default=None, description="`next` of the page before.")


@router.post(
    "/ask/side",
    response_model=SideList,
    tags=["search"],
    summary="All that a verdict counts on one side of a question given as JSON",
    responses={k: PROBLEMS[k] for k in (410, 422)},
)
def post_side(searcher: Opened, asked: SideBody) -> Response:
    """As GET, with the filter as JSON."""
    options = read_options(limit=asked.limit, cursor=asked.cursor)
    if asked.filter is not None:
        options = replace(options, filter=parse_filter(asked.filter))
    found = list_side(searcher, asked.q, asked.stance, grouping=asked.grouping, options=options)
    return json_response(found)


@router.post(
    "/papers/{doi:path}/report",
    response_model=Report,
    tags=["reports"],
    summary="The report of a work, with options given as JSON",
    responses={k: PROBLEMS[k] for k in (404, 410, 422)},
)
def post_report(searcher: Opened, doi: Work, asked: ReportBody) -> Response:
    """As GET, with the filter as JSON."""
    options = read_report_options(
        query=asked.q,
        sort=asked.sort,
        limit=asked.limit,
        cursor=asked.cursor,
        without_retracted=asked.without_retracted,
    )
    if asked.filter is not None:
        options = replace(options, filter=parse_filter(asked.filter))
    return json_response(report_on(searcher, doi, options=options))


Names = Annotated[
    list[str],
    Query(
        alias="name",
        description=f"At most {MOST_NAMES} times: DOI, PMID, PMCID or id of a work.",
        examples=[["10.5555/semsearch.demo.01"]],
    ),
]


@router.get(
    "/tallies",
    response_model=Tallies,
    tags=["reports"],
    summary="The tallies of some works",
    responses={422: PROBLEMS[422]},
)
def get_tallies(
    searcher: Opened, names: Names, without_retracted: WithoutRetracted = False
) -> Response:
    """As POST, for as many as an address holds."""
    check_names(names)
    return json_response(tallies(searcher, names, without_retracted=without_retracted))


@router.get(
    "/tallies/aggregate",
    response_model=AggregateTally,
    tags=["reports"],
    summary="One tally over some works",
    responses={422: PROBLEMS[422]},
)
def get_aggregate(
    searcher: Opened, names: Names, without_retracted: WithoutRetracted = False
) -> Response:
    """As POST, for as many as an address holds."""
    check_names(names)
    return json_response(aggregate_tally(searcher, names, without_retracted=without_retracted))
