"""Errors as answers: one shape for all routes, but for those that speak as another service does.

The shape is RFC 9457's, ``application/problem+json`` with the member ``detail``, one sentence; what
its other members would say is in the status line.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from semsearch.errors import (
    LockedError,
    NotFoundError,
    SemsearchError,
    StaleCursorError,
    UsageError,
)
from semsearch.index.workers import LostError
from semsearch.serve.exchange import exchange_of
from semsearch.serve.responses import PROBLEM, json_response
from semsearch.serve.semantic_scholar.shapes import refusal

#: What goes wrong inside is for the log alone.
FAILED: Final = "the server failed; its log says why"
_S2: Final = "/s2/"
_LOST: Final = "the process that worked on it ended before its time; try again"
#: Seconds after which a request whose process was lost may come again.
_RESTART_SECONDS: Final = 5


class NotModified(Exception):
    """The client has the answer already; nothing is worked out."""


class Known(Exception):
    """The answer was worked out before."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def error_response(
    scope: Scope, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """An error in the shape that clients of this path read.

    Args:
        scope: of the request.
        status: from 400.
        detail: one sentence.
        headers: beside those of the shape.
    """
    if scope["path"].startswith(_S2):
        return refusal(status, detail, headers)
    return json_response({"detail": detail}, status=status, headers=headers, media_type=PROBLEM)


def add_error_handlers(app: FastAPI) -> None:
    """Turn every exception of a route into an answer."""
    app.add_exception_handler(NotModified, _unchanged)
    app.add_exception_handler(Known, _known)
    app.add_exception_handler(SemsearchError, _refused)
    app.add_exception_handler(LostError, _lost)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unrouted)


def log_failure(scope: Scope, error: BaseException) -> None:
    """Write what went wrong inside, with its traceback, but not what was asked."""
    identity = exchange_of(scope).id
    logging.getLogger("semsearch").error("request %s failed", identity, exc_info=error)


async def _unchanged(request: Request, error: Exception) -> Response:
    return Response(status_code=304)


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, Known)  # noqa: S101 - what the handler is added for
    return error.response


async def _refused(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in _STATUSES if isinstance(error, kind)), 500)
    if status == 500:
        log_failure(request.scope, error)
    return error_response(request.scope, status, str(error))


_STATUSES: Final[tuple[tuple[type[SemsearchError], int], ...]] = (
    (NotFoundError, 404),
    (StaleCursorError, 410),
    (UsageError, 422),
    (LockedError, 409),
)


async def _lost(request: Request, error: Exception) -> Response:
    headers = {"Retry-After": str(_RESTART_SECONDS)}
    return error_response(request.scope, 503, _LOST, headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what the handler is added for
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
    return error_response(request.scope, 422, f"{place}: {first['msg']}")


async def _unrouted(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is added for
    detail: Any = error.detail
    if error.status_code == 404 and detail == "Not Found":
        detail = f"there is nothing at {request.url.path}; the routes are in /openapi.json"
    return error_response(request.scope, error.status_code, str(detail), error.headers)
