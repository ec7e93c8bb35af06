"""``ask``, ``search`` and ``similar``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from semsearch.answer.ask import Answer, ask
from semsearch.errors import QueryError
from semsearch.retrieve.hits import SearchResult, SimilarResult
from semsearch.retrieve.query import is_statement_id
from semsearch.serve.options import AskedBody, Options
from semsearch.serve.responses import ERRORS, Limit, Opened, json_response

router = APIRouter(tags=["search"], responses={k: ERRORS[k] for k in (422, 500)})


@router.get("/ask", response_model=Answer, summary="Answer a question")
def get_ask(
    searcher: Opened,
    q: Annotated[str, Query(description="The question.", examples=["does EMT induce IL-6"])],
    options: Options,
) -> Response:
    """A verdict with its counts, ranked citation statements, and the abstracts that speak to it."""
    return json_response(ask(searcher, q, options=options))


@router.get("/search", response_model=SearchResult, summary="Search citation statements")
def get_search(
    searcher: Opened,
    q: Annotated[
        str,
        Query(
            description='Words or a sentence; also "a phrase", -word, title:, author:, journal:,'
            " doi: and cites:.",
            examples=["IL-6 in EMT"],
        ),
    ],
    options: Options,
) -> Response:
    """The citation statements that fit a text best, with counts of facets."""
    return json_response(searcher.search(q, options=options))


@router.post("/ask", response_model=Answer, summary="Answer a question given as JSON")
def post_ask(searcher: Opened, asked: AskedBody) -> Response:
    """As GET, with the filter as JSON."""
    return json_response(ask(searcher, asked.q, options=asked.options()))


@router.post("/search", response_model=SearchResult, summary="Search with a query given as JSON")
def post_search(searcher: Opened, asked: AskedBody) -> Response:
    """As GET, with the filter as JSON."""
    return json_response(searcher.search(asked.q, options=asked.options()))


@router.get(
    "/similar",
    response_model=SimilarResult,
    summary="Find similar citing contexts",
    responses={404: ERRORS[404]},
)
def get_similar(
    searcher: Opened,
    statement: Annotated[
        str | None, Query(description="Id of a statement.", examples=["abcdefghij234567"])
    ] = None,
    text: Annotated[
        str | None,
        Query(description="Any text instead.", examples=["IL-6 is induced during EMT"]),
    ] = None,
    limit: Limit = None,
) -> Response:
    """Statements that cite in a similar context, without the statement itself and its doubles."""
    if (statement is None) == (text is None):
        raise QueryError("expected either statement or text")
    if statement is not None and not is_statement_id(statement):
        raise QueryError(f"{statement!r} is no statement id, expected 16 characters of a-z and 2-7")
    return json_response(searcher.similar(statement or text or "", limit=limit))
