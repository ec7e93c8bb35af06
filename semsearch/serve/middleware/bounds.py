"""What a request may be at most: its address, its body, and the time it takes to send it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from semsearch.serve.access.keys import KEY_FORM
from semsearch.serve.errors import error_response
from semsearch.serve.exchange import exchange_of

#: Parameters in which clients of other services send keys.
_KEY_NAMES: Final = frozenset(
    {"access_token", "api-key", "api_key", "apikey", "authorization", "key", "token", "x-api-key"}
)


class Bounds:
    """Refuses addresses that are too long or hold a key, and bodies that are too long or slow.

    A body is read whole before the request goes on, so that a slow client takes nobody's turn.
    Routes that stream their body read it themselves.

    Args:
        app: what is inside.
        max_url_bytes: of path and query, as sent.
        max_body_bytes: of a body.
        stall_seconds: in which the next piece of a body has to come.
        streams: whether the route of a request reads its body itself.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_url_bytes: int,
        max_body_bytes: int,
        stall_seconds: float,
        streams: Callable[[Scope], bool],
    ) -> None:
        self.app = app
        self.max_url_bytes = max_url_bytes
        self.max_body_bytes = max_body_bytes
        self.stall_seconds = stall_seconds
        self.streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._wrong_address(scope)
        if refusal is None and not self.streams(scope):
            refusal, receive = await self._read(scope, receive)
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            status, detail = refusal
            closing = {"Connection": "close"} if status in (408, 413) else None
            await error_response(scope, status, detail, closing)(scope, receive, send)

    def _wrong_address(self, scope: Scope) -> tuple[int, str] | None:
        path, query = scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
        size = len(path) + len(query) + bool(query)
        if size > self.max_url_bytes:
            return 414, (
                f"the address has {size:,} bytes, over the limit of {self.max_url_bytes:,}"
                " (setting max_url_bytes); send the query as JSON with POST"
            )
        if _holds_key(path, query):
            exchange_of(scope).secret = True
            return 400, (
                "a key in an address ends up in logs and histories: send it in the header"
                " Authorization: Bearer or X-API-Key, and revoke this one"
            )
        return None

    async def _read(self, scope: Scope, receive: Receive) -> tuple[tuple[int, str] | None, Receive]:
        """Why the body is refused, and what gives it to the route."""
        over = (
            413,
            (f"the body has more than {self.max_body_bytes:,} bytes (setting max_body_bytes)"),
        )
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > self.max_body_bytes:
            return over, receive
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            try:
                async with asyncio.timeout(self.stall_seconds):
                    message = await receive()
            except TimeoutError:
                late = f"nothing more of the body came for {self.stall_seconds:g} s"
                return (408, late), receive
            if message["type"] == "http.disconnect":
                return None, _given([message], receive)
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
            if size > self.max_body_bytes:
                return over, receive
        whole: Message = {"type": "http.request", "body": b"".join(parts), "more_body": False}
        return None, _given([whole], receive)


def _given(first: list[Message], after: Receive) -> Receive:
    """Gives some messages, and then what comes after them."""

    async def receive() -> Message:
        return first.pop(0) if first else await after()

    return receive


def _holds_key(path: bytes, query: bytes) -> bool:
    if KEY_FORM.search(unquote_to_bytes(path + b"?" + query).decode("latin-1")):
        return True
    names = (part.partition(b"=")[0] for part in query.replace(b";", b"&").split(b"&"))
    return any(unquote_to_bytes(name).decode("latin-1").casefold() in _KEY_NAMES for name in names)
