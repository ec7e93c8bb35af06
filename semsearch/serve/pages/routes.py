"""The pages: a question, what is similar, a statement, a paper, a report, and the corpus."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, FastAPI, Path, Request, Response
from starlette.exceptions import HTTPException

from semsearch.answer.examples import example_questions
from semsearch.errors import QueryError
from semsearch.report.corpus import describe_corpus
from semsearch.retrieve.query import is_statement_id
from semsearch.serve.pages import checking, citing, watching, works
from semsearch.serve.pages.asking import answer_page
from semsearch.serve.pages.cards import card_of, card_of_hit, quote
from semsearch.serve.pages.corpus import corpus_page
from semsearch.serve.pages.errors import ErrorPages
from semsearch.serve.pages.links import API, in_path, with_query
from semsearch.serve.pages.parameters import only
from semsearch.serve.pages.rendering import page, static_files
from semsearch.serve.pages.state import read_state
from semsearch.serve.pages.watching import watch_question
from semsearch.serve.responses import Opened

router = APIRouter(include_in_schema=False)


def add_pages(app: FastAPI) -> None:
    """Serve the pages from an application, and its errors as pages to those who want pages."""
    app.include_router(router)
    app.include_router(watching.router)
    app.include_router(works.router)
    app.include_router(citing.router)
    app.include_router(checking.router)
    app.add_middleware(ErrorPages)


@router.get("/")
def get_search(searcher: Opened, request: Request) -> Response:
    """The question box; with a question, its answer."""
    state = read_state(request.query_params.multi_items())
    if not state.q:
        return page(
            "home.html",
            api=f"{API}/examples",
            info=searcher.info(),
            examples=example_questions(searcher),
        )
    asked = answer_page(searcher, state)
    watch = watch_question(request, searcher, asked.answer.question, state.filter_parameters())
    return page(
        "ask.html",
        api=asked.state.api_path(),
        feeds=watch.feeds,
        info=searcher.info(),
        asked=asked,
        watch=watch,
    )


@router.get("/similar")
def get_similar(searcher: Opened, request: Request) -> Response:
    """A box for a sentence; with one, or for a statement, what cites in a similar context."""
    given = only(request, ("text", "statement", "limit"))
    text, identity = given.get("text", ""), given.get("statement", "")
    info = searcher.info()
    if text and identity:
        raise QueryError("expected either text or statement, not both")
    if not text and not identity:
        return page("similar.html", api=None, info=info, text="", about=None, cards=None)
    if identity and not is_statement_id(identity):
        raise QueryError(f"{identity[:60]!r} is no statement id")
    limit = given.get("limit")
    if limit is not None and not limit.isdecimal():
        raise QueryError(f"limit is {limit[:60]!r}, expected a whole number")
    found = searcher.similar(identity or text, limit=None if limit is None else int(limit))
    asked = [(name, given[name]) for name in ("text", "statement", "limit") if name in given]
    return page(
        "similar.html",
        api=with_query(f"{API}/similar", asked),
        info=info,
        text=text,
        about=card_of(searcher.statement(identity)) if identity else None,
        cards=[(card_of_hit(hit), hit.score) for hit in found.hits],
    )


@router.get("/statements/{identity}")
def get_statement(searcher: Opened, identity: str) -> Response:
    """One statement in its place."""
    view = searcher.statement(identity)
    return page(
        "statement.html",
        api=f"{API}/statements/{in_path(identity)}",
        info=searcher.info(),
        view=view,
        card=card_of(view),
        quoted=quote(view.text, view.paper),
    )


@router.get("/corpus")
def get_corpus(searcher: Opened) -> Response:
    """What is in the index."""
    return page("corpus.html", api=f"{API}/corpus", **corpus_page(describe_corpus(searcher)))


@router.get("/static/{name}")
def get_static(request: Request, name: Annotated[str, Path()]) -> Response:
    """A file beside the pages."""
    found = static_files().get(name)
    if found is None:
        raise HTTPException(404)
    headers = {
        "ETag": found.etag,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.type, headers=headers)
