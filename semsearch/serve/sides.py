"""One whole side of a verdict."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from semsearch.answer.sides import SideGrouping, SideList, list_side
from semsearch.language.stance import Stance
from semsearch.rank.options import SearchOptions, read_options
from semsearch.serve.options import refuse_unknown
from semsearch.serve.responses import PROBLEMS, Limit, Opened, page_response

router = APIRouter(tags=["search"], responses={k: PROBLEMS[k] for k in (410, 422, 500)})

_NAMES = ("q", "stance", "grouping", "filter", "limit", "cursor")


def _options(
    request: Request,
    limit: Limit = None,
    where: Annotated[
        list[str] | None,
        Query(alias="filter", description="As in `/ask`.", examples=[["year=2010..2015"]]),
    ] = None,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
) -> SearchOptions:
    refuse_unknown(request, _NAMES)
    return read_options(limit=limit, filters=where or [], cursor=cursor)


@router.get("/ask/side", response_model=SideList, summary="All that a verdict counts on one side")
def get_side(
    request: Request,
    searcher: Opened,
    q: Annotated[str, Query(description="The question.", examples=["does EMT induce IL-6"])],
    stance: Annotated[Stance, Query(description="Which side; `unrelated` is none.")],
    options: Annotated[SearchOptions, Depends(_options)],
    *,
    grouping: Annotated[
        SideGrouping,
        Query(description="By itself, by source, or by sources that share an author."),
    ] = SideGrouping.STATEMENT,
) -> Response:
    """Every statement behind a count of `/ask`, clearest first; a page is of `limit` groups."""
    found = list_side(searcher, q, stance, grouping=grouping, options=options)
    return page_response(request, found)
