"""Whether the server lives and can answer, what it counts, and what its index holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from semsearch.retrieve.hits import IndexInfo
from semsearch.serve.caching import Tagged
from semsearch.serve.metrics import Metrics
from semsearch.serve.responses import PROBLEMS, UNCHANGED, Opened, json_response
from semsearch.serve.served import Served
from semsearch.version import __version__

#: Asked by machines that watch the server; answered however busy it is.
ALIVE: Final = "/health"
READY: Final = "/ready"
METRICS: Final = "/metrics"

root = APIRouter(tags=["server"])
api = APIRouter(tags=["server"], dependencies=[Tagged], responses={500: PROBLEMS[500], **UNCHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The process is up."""

    status: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """The index is open."""

    status: str
    generation: int


@root.get(ALIVE, response_model=Health, summary="Is the process up")
def get_health() -> Response:
    """Answers 200 as long as the process lives."""
    return json_response(Health(status="ok", version=__version__))


@root.get(
    READY,
    response_model=Readiness,
    summary="Can the server answer",
    responses={503: PROBLEMS[503]},
)
def get_ready(request: Request) -> Response:
    """Answers 200 while the index is open, 503 otherwise."""
    served: Served = request.app.state.served
    if not served.ready:
        raise HTTPException(503, "the index is closed", headers={"Retry-After": "5"})
    with served.lease() as searcher:
        generation = searcher.generation.manifest.generation
    return json_response(Readiness(status="ready", generation=generation))


@root.get(
    METRICS,
    response_class=Response,
    summary="Counts for Prometheus",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def get_metrics(request: Request) -> Response:
    """Requests by route and status, times, requests under way, and the index, as text."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})


@api.get("/info", response_model=IndexInfo, summary="What the index holds")
def get_info(searcher: Opened) -> Response:
    """Counts, model, recipe and content digest of the index; its folder by name only."""
    info = searcher.info()
    return json_response(replace(info, folder=PurePath(info.folder).name))
