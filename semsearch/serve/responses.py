"""JSON answers and what the routes share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from semsearch.search import Searcher


class ErrorDetail(BaseModel):
    """The one shape of all errors."""

    detail: str = Field(examples=["the question is empty, expected some words"])


#: For ``responses=`` of a route.
ERRORS: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorDetail, "description": "The index does not hold it."},
    422: {"model": ErrorDetail, "description": "It cannot be asked like this."},
    500: {"model": ErrorDetail, "description": "The index has a fault."},
}


def json_response(
    record: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A record as JSON, written by orjson as it stands."""
    return Response(
        orjson.dumps(record),
        status_code=status,
        media_type="application/json",
        headers=None if headers is None else dict(headers),
    )


def _searcher(request: Request) -> Searcher:
    searcher: Searcher = request.app.state.searcher
    return searcher


Opened = Annotated[Searcher, Depends(_searcher)]
Limit = Annotated[
    int | None,
    Query(description="Most hits to give; without it the setting `limit`.", examples=[10]),
]
