"""The HTTP application: a thin skin over the searcher; all own routes are under ``/api/v1``."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from semsearch import __version__
from semsearch.errors import NotFoundError, SemsearchError, UsageError
from semsearch.search import Searcher
from semsearch.serve import health, papers, questions, reports, statements
from semsearch.serve.responses import json_response
from semsearch.serve.scite import routes as scite
from semsearch.serve.scite import search as scite_search
from semsearch.serve.semantic_scholar import routes as semantic_scholar
from semsearch.serve.semantic_scholar import search as semantic_scholar_search

API = "/api/v1"

_DESCRIPTION = """\
Search engine for **citation statements**: the sentences in which one paper cites another.

Every error has one shape, `{"detail": "one sentence"}`: 404 for what the index does not hold,
422 for what cannot be asked, 500 for a fault of the index.
"""


def create_app(searcher: Searcher) -> FastAPI:
    """The application over an opened index.

    Args:
        searcher: used by all requests, several at a time.
    """
    app = FastAPI(title="semsearch", version=__version__, description=_DESCRIPTION)
    app.state.searcher = searcher
    for router in (questions.router, statements.router, reports.router, papers.router):
        app.include_router(router, prefix=API)
    app.include_router(health.api, prefix=API)
    app.include_router(health.root)
    for router in (scite.router, scite_search.router):
        app.include_router(router, prefix="/scite")
    for router in (semantic_scholar_search.router, semantic_scholar.router):
        app.include_router(router, prefix="/s2/graph/v1")
    app.add_exception_handler(SemsearchError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_exception_handler(Exception, _failed)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    status = (
        404 if isinstance(error, NotFoundError) else 422 if isinstance(error, UsageError) else 500
    )
    return json_response({"detail": str(error)}, status=status)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what the handler is added for
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
    return json_response({"detail": f"{place}: {first['msg']}"}, status=422)


async def _unrouted(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is added for
    detail = error.detail
    if error.status_code == 404:
        detail = f"there is nothing at {request.url.path}; the routes are described at /docs"
    return json_response({"detail": detail}, status=error.status_code, headers=error.headers)


async def _failed(request: Request, error: Exception) -> Response:
    logging.getLogger("semsearch").error("request failed", exc_info=error)
    return json_response({"detail": "the server failed; its log says why"}, status=500)
