"""``ask``, ``search`` and ``similar``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from semsearch.answer.ask import Answer
from semsearch.errors import QueryError
from semsearch.rank.options import SearchOptions
from semsearch.retrieve.hits import SearchResult, SimilarResult
from semsearch.retrieve.query import is_statement_id
from semsearch.search import Searcher
from semsearch.serve.answering import Answering, Asked, Task
from semsearch.serve.exchange import exchange_of
from semsearch.serve.options import AskedBody, Options
from semsearch.serve.remembered import Remembered
from semsearch.serve.responses import PROBLEMS, Limit, Opened, written_response

router = APIRouter(
    tags=["search"],
    dependencies=[Remembered],
    responses={k: PROBLEMS[k] for k in (422, 500)},
)

Question = Annotated[str, Query(description="The question.", examples=["does EMT induce IL-6"])]
Text = Annotated[
    str,
    Query(
        description='Words or a sentence; also "a phrase", -word, title:, author:, journal:,'
        " doi: and cites:.",
        examples=["IL-6 in EMT"],
    ),
]


def similar_to(
    statement: Annotated[
        str | None, Query(description="Id of a statement.", examples=["abcdefghij234567"])
    ] = None,
    text: Annotated[
        str | None,
        Query(description="Any text instead.", examples=["IL-6 is induced during EMT"]),
    ] = None,
) -> str:
    """What similar contexts are asked for.

    Raises:
        QueryError: neither or both are given, or the first is no id.
    """
    if (statement is None) == (text is None):
        raise QueryError("expected either statement or text")
    if statement is not None and not is_statement_id(statement):
        raise QueryError(f"{statement!r} is no statement id, expected 16 characters of a-z and 2-7")
    return statement or text or ""


SimilarTo = Annotated[str, Depends(similar_to)]


@router.get(
    "/ask", response_model=Answer, summary="Answer a question", responses={410: PROBLEMS[410]}
)
def get_ask(
    request: Request,
    searcher: Opened,
    q: Question,
    options: Options,
) -> Response:
    """A verdict with its counts, ranked citation statements, and the abstracts that speak to it."""
    return _answer(request, searcher, Asked.ASK, q, options)


@router.get(
    "/search",
    response_model=SearchResult,
    summary="Search citation statements",
    responses={410: PROBLEMS[410]},
)
def get_search(
    request: Request,
    searcher: Opened,
    q: Text,
    options: Options,
) -> Response:
    """The citation statements that fit a text best, with counts of facets."""
    return _answer(request, searcher, Asked.SEARCH, q, options)


@router.post(
    "/ask",
    response_model=Answer,
    summary="Answer a question given as JSON",
    responses={410: PROBLEMS[410]},
)
def post_ask(request: Request, searcher: Opened, asked: AskedBody) -> Response:
    """As GET, with the filter as JSON."""
    return _answer(request, searcher, Asked.ASK, asked.q, asked.options())


@router.post(
    "/search",
    response_model=SearchResult,
    summary="Search with a query given as JSON",
    responses={410: PROBLEMS[410]},
)
def post_search(request: Request, searcher: Opened, asked: AskedBody) -> Response:
    """As GET, with the filter as JSON."""
    return _answer(request, searcher, Asked.SEARCH, asked.q, asked.options())


@router.get(
    "/similar",
    response_model=SimilarResult,
    summary="Find similar citing contexts",
    responses={404: PROBLEMS[404]},
)
def get_similar(
    request: Request,
    searcher: Opened,
    to: SimilarTo,
    limit: Limit = None,
) -> Response:
    """Statements that cite in a similar context, without the statement itself and its doubles."""
    return _answer(request, searcher, Asked.SIMILAR, to, SearchOptions(limit=limit))


def _answer(
    request: Request, searcher: Searcher, asked: Asked, text: str, options: SearchOptions
) -> Response:
    answering: Answering = request.app.state.answering
    found = answering.answer(searcher, Task(asked=asked, text=text, options=options))
    exchange_of(request.scope).spent.update(found.spent)
    return written_response(request, found.body, found.next)
