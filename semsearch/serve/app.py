"""The HTTP application: a thin skin over the searcher; all own routes are under ``/api/v1``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Scope

from semsearch.search import Searcher
from semsearch.serve import (
    alerts,
    bodies,
    changes,
    check,
    cite,
    corpus,
    corrections,
    exports,
    health,
    papers,
    questions,
    reports,
    sides,
    statements,
)
from semsearch.serve.access.guard import Guard, Rules
from semsearch.serve.access.keys import KeyRing
from semsearch.serve.access.rates import Rates
from semsearch.serve.answering import Answering
from semsearch.serve.caching import Corrections, Tagged
from semsearch.serve.corpus_changes import CorpusChanges
from semsearch.serve.description import describe
from semsearch.serve.errors import add_error_handlers
from semsearch.serve.jobs import Jobs
from semsearch.serve.mcp import require_mcp
from semsearch.serve.metrics import Metrics
from semsearch.serve.middleware.bounds import Bounds
from semsearch.serve.middleware.failures import Failures
from semsearch.serve.middleware.headers import DIGEST, GENERATION, AnswerHeaders
from semsearch.serve.middleware.names import WorkNames
from semsearch.serve.middleware.observed import REQUEST_ID, TIMING, Observed
from semsearch.serve.middleware.work import Work
from semsearch.serve.pages.routes import add_pages
from semsearch.serve.remembered import Answers, Remembering
from semsearch.serve.responses import EVERYWHERE, UNCHANGED
from semsearch.serve.scite import routes as scite
from semsearch.serve.scite import search as scite_search
from semsearch.serve.semantic_scholar import routes as semantic_scholar
from semsearch.serve.semantic_scholar import search as semantic_scholar_search
from semsearch.serve.semantic_scholar.shapes import S2Error
from semsearch.serve.served import Served
from semsearch.settings import Settings, settings
from semsearch.version import __version__

API: Final = "/api/v1"
SCITE: Final = "/scite"
S2: Final = "/s2/graph/v1"

#: Routes whose answer depends on the index and the request alone, in the order of matching: those
#: that take every path below ``/papers/`` come last.
_READING = (
    alerts.reading,
    bodies.router,
    questions.router,
    sides.router,
    cite.router,
    statements.router,
    reports.router,
    papers.router,
    corpus.router,
    health.api,
)
#: Reads a body of its own: nothing of it is tagged.
_CHECKING = (check.router,)
_CHANGING = (alerts.router, corrections.router, changes.router)
#: Bytes below which an answer is sent as it is: compressed it would fill a packet all the same.
_SMALL: Final = 1000
#: Fast, and within some percent of the smallest.
_COMPRESSION: Final = 5


def create_app(
    index: Searcher | Served,
    *,
    limits: Settings | None = None,
    answering: Answering | None = None,
) -> FastAPI:
    """The application over an opened index.

    Args:
        index: used by all requests, several at a time; a searcher is served as it stands, without
            looking for new generations.
        limits: None for the settings of the process.
        answering: where questions are answered; None for this process.
    """
    how = limits or settings()
    served = index if isinstance(index, Served) else Served(index)
    app = FastAPI(
        title="semsearch",
        version=__version__,
        docs_url=None,  # would load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.served = served
    app.state.limits = how
    app.state.metrics = Metrics(served)
    app.state.answering = answering or Answering()
    app.state.answers = Answers(how.answer_cache_bytes, app.state.metrics)
    app.state.corrections = Corrections()
    app.state.jobs = Jobs()
    app.state.changes = CorpusChanges(served)
    app.state.tools = None
    _add_routes(app)
    if how.mcp:
        _add_tools(app, served, how)
    add_error_handlers(app)
    _add_middlewares(app, how)
    describe(app)
    return app


def _add_routes(app: FastAPI) -> None:
    # Sent while it is read: whether a correction came meanwhile is known too late for a tag.
    app.include_router(exports.router, prefix=API, responses=dict(EVERYWHERE))
    for router in _READING:
        app.include_router(
            router, prefix=API, dependencies=[Tagged], responses={**EVERYWHERE, **UNCHANGED}
        )
    for router in (*_CHECKING, *_CHANGING):
        app.include_router(router, prefix=API, responses=dict(EVERYWHERE))
    app.include_router(health.root, responses=dict(EVERYWHERE))
    for router in (scite.router, scite_search.router):
        app.include_router(router, prefix=SCITE, responses=dict(EVERYWHERE))
    s2_errors = {k: {"model": S2Error, **_described(v)} for k, v in EVERYWHERE.items()}
    for router in (semantic_scholar_search.router, semantic_scholar.router):
        app.include_router(router, prefix=S2, responses=s2_errors)


def _add_tools(app: FastAPI, served: Served, how: Settings) -> None:
    """The tools for language models, with the package that only they need."""
    require_mcp()
    from semsearch.serve.mcp.server import HttpTools

    app.state.tools = HttpTools(served, how)
    app.router.routes.append(app.state.tools.route)


def _described(error: Mapping[str, Any]) -> dict[str, Any]:
    return {name: error[name] for name in ("description", "headers") if name in error}


def _add_middlewares(app: FastAPI, how: Settings) -> None:
    """The rings around the routes; each that is added is outside those before it."""
    app.add_middleware(WorkNames)
    app.add_middleware(Failures)
    app.add_middleware(
        Work,
        concurrent=how.concurrent_requests,
        waiting=how.waiting_requests,
        waiting_seconds=how.waiting_seconds,
        request_seconds=how.request_seconds,
        stall_seconds=how.stall_seconds,
        metrics=app.state.metrics,
        free=lambda scope: _is_light(scope) or changes.is_upload(scope),
    )
    app.add_middleware(
        Bounds,
        max_url_bytes=how.max_url_bytes,
        max_body_bytes=how.max_body_bytes,
        stall_seconds=how.stall_seconds,
        streams=changes.is_upload,
    )
    app.add_middleware(
        Guard,
        keys=KeyRing(_folder(app.state.served)),
        rates=Rates(),
        rules=Rules(
            require_key=how.require_key,
            address_requests=how.address_requests,
            key_requests=how.key_requests,
            is_open=lambda scope: scope["path"] in (health.ALIVE, health.READY),
            is_foreign=lambda scope: scope["path"].startswith((f"{SCITE}/", "/s2/")),
        ),
    )
    add_pages(app)  # a fault of what is inside may become a page
    app.add_middleware(GZipMiddleware, minimum_size=_SMALL, compresslevel=_COMPRESSION)
    app.add_middleware(Remembering, answers=app.state.answers)
    app.add_middleware(AnswerHeaders, cache_seconds=how.cache_seconds, private=how.require_key)
    if origins := [one.strip() for one in how.cors_origins.split(",") if one.strip()]:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "If-None-Match",
                "X-API-Key",
                REQUEST_ID,
            ],
            expose_headers=_EXPOSED,
        )
    app.add_middleware(Observed, metrics=app.state.metrics, log_queries=how.log_queries)


#: What a page of another origin may read beside the body.
_EXPOSED: Final = (
    DIGEST,
    GENERATION,
    "ETag",
    "Link",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    REQUEST_ID,
    TIMING,
)


def _is_light(scope: Scope) -> bool:
    """Whether a request costs next to nothing, and is answered however busy the server is."""
    path: str = scope["path"]
    return path in (health.ALIVE, health.READY, health.METRICS) or path.startswith("/static/")


def _folder(served: Served) -> Path:
    with served.lease() as searcher:
        return searcher.folder


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Give each request that is worked on a thread; begin and end the jobs with the server."""
    app.state.jobs = Jobs()
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = max(limiter.total_tokens, app.state.limits.concurrent_requests * 2)
    async with nullcontext() if app.state.tools is None else app.state.tools.run():
        yield
    app.state.changes.close()
    await run_in_threadpool(app.state.jobs.close)
