"""The outermost ring: a request gets its id, is counted, timed and logged."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from semsearch.serve.exchange import Exchange, begin_exchange
from semsearch.serve.logs import log_request
from semsearch.serve.metrics import Metrics

REQUEST_ID: Final = "X-Request-ID"
#: Where the time of an answer went (W3C Server Timing), in milliseconds.
TIMING: Final = "Server-Timing"
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: Route of what fits none.
UNROUTED: Final = "none"


class Observed:
    """Ids, counts and logs all requests; answers HEAD as GET without the body.

    A request may bring its id in ``X-Request-ID``: 1 to 64 letters, digits, dots, dashes and
    underscores. Any other gets a new one.

    Args:
        app: what is inside.
        metrics: is told of every request.
        log_queries: write what was asked for into the log.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, log_queries: bool) -> None:
        self.app = app
        self.metrics = metrics
        self.log_queries = log_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"]
        inner = {**scope, "method": "GET" if method == "HEAD" else method}
        given = Headers(scope=scope).get(REQUEST_ID, "")
        exchange = begin_exchange(inner, given if _ID.fullmatch(given) else uuid4().hex)
        started = time.perf_counter()

        async def observe(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                headers = MutableHeaders(raw=message["headers"])
                headers[REQUEST_ID] = exchange.id
                headers[TIMING] = _timing(exchange.spent, time.perf_counter() - started)
            elif message["type"] == "http.response.body":
                if method == "HEAD":
                    message = {**message, "body": b""}
                exchange.bytes += len(message.get("body", b""))
            await send(message)

        with self.metrics.in_flight.track_inprogress():
            try:
                await self.app(inner, receive, observe)
            finally:
                self._note(inner, method, exchange, time.perf_counter() - started)

    def _note(self, scope: Scope, method: str, exchange: Exchange, seconds: float) -> None:
        route = route_of(scope)
        self.metrics.count(method, route, exchange.status, seconds)
        query = scope["query_string"].decode("latin-1")
        log_request(
            exchange,
            method=method,
            route=route,
            seconds=seconds,
            query=query if self.log_queries and not exchange.secret else None,
        )


def _timing(spent: Mapping[str, float], total: float) -> str:
    stages = {**spent, "total": total}
    return ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in stages.items())


def route_of(scope: Scope) -> str:
    """The template of the route that a request was led to, such as ``/api/v1/statements/{id}``."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(context or scope.get("route"), "path_format", None)
    return path if isinstance(path, str) else UNROUTED
