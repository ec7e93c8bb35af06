"""One citation statement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from semsearch.retrieve.hits import StatementView
from semsearch.serve.responses import ERRORS, Opened, json_response

router = APIRouter(tags=["corpus"], responses=ERRORS)


@router.get("/statements/{id}", response_model=StatementView, summary="One citation statement")
def get_statement(
    searcher: Opened,
    identity: Annotated[
        str, Path(alias="id", description="Id of the statement.", examples=["abcdefghij234567"])
    ],
) -> Response:
    """A statement with its neighbours, its source paper and span, and the works it cites."""
    return json_response(searcher.statement(identity))
