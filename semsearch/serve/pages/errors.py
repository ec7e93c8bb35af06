"""Errors as pages, for those who asked for a page: the JSON of any fault, said in HTML."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from semsearch.serve.pages.rendering import page

#: Below these a fault stays JSON, whoever asks.
_FOR_PROGRAMS = ("/api/", "/scite/", "/s2/", "/mcp", "/metrics", "/health", "/ready")
#: What stands before the DOIs that are like one that is not known; see ``store.works.work_id``.
_NEAREST = "; the nearest known are "
_TITLES: Mapping[int, str] = {
    404: "Not in this index",
    410: "This list has changed",
    422: "That cannot be asked",
    429: "Too many requests",
    500: "The server failed",
    503: "Busy at the moment",
}


class ErrorPages:
    """Turns the JSON of a fault into a page where a browser asked for one.

    It stands outside the application, so that a fault has one wording wherever it came from.

    Args:
        app: the application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and look at what comes back."""
        if scope["type"] != "http" or not _wants_page(scope):
            await self.app(scope, receive, send)
            return
        held: list[Message] = []
        body = bytearray()
        started = False

        async def looked_at(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start" and _is_fault(message):
                held.append(message)
            elif held and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    started = True
                    await _answer(scope, receive, send, held[0], bytes(body))
            else:
                started = True
                await send(message)

        try:
            await self.app(scope, receive, looked_at)
        except Exception as error:
            if started:
                raise
            logging.getLogger("semsearch").error("request failed", exc_info=error)
            failed = orjson.dumps({"detail": "the server failed; its log says why"})
            await _answer(scope, receive, send, {"status": 500, "headers": []}, failed)


def _wants_page(scope: Scope) -> bool:
    path: str = scope["path"]
    accepted = Headers(scope=scope).get("accept", "")
    return "text/html" in accepted and not path.startswith(_FOR_PROGRAMS)


def _is_fault(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] >= 400 and "json" in kind


async def _answer(
    scope: Scope, receive: Receive, send: Send, start: Mapping[str, object], body: bytes
) -> None:
    request = Request(scope)
    status = int(str(start["status"]))
    detail = _detail(body) or HTTPStatus(status).phrase
    said, _, near = detail.partition(_NEAREST)
    response = page(
        "error.html",
        status=status,
        title=_TITLES.get(status, HTTPStatus(status).phrase),
        detail=_sentence(said),
        near=near.split(", ") if near else [],
        question=request.query_params.get("q", ""),
        bare="/" if request.url.path == "/papers" else _sent_path(scope),
    )
    before = MutableHeaders(raw=list(start.get("headers", [])))  # type: ignore[call-overload]
    for name, value in before.items():
        if name not in ("content-length", "content-type", "content-encoding", "etag"):
            response.headers.setdefault(name, value)
    response.headers["Vary"] = "Accept"
    await response(scope, receive, send)


def _sent_path(scope: Scope) -> str:
    """The path of a request as it was sent, as an address of this server and no other."""
    raw: bytes | None = scope.get("raw_path")
    sent = quote(scope["path"]) if raw is None else raw.partition(b"?")[0].decode("latin-1")
    return f"/{quote(sent.lstrip('/'), safe='/:()%')}"


def _sentence(said: str) -> str:
    """With a capital, unless it begins with the name of a parameter or a quote."""
    word = said.partition(" ")[0]
    return said[0].upper() + said[1:] if word.isalpha() else said


def _detail(body: bytes) -> str:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    found = read.get("detail", "") if isinstance(read, dict) else ""
    return found if isinstance(found, str) else ""
