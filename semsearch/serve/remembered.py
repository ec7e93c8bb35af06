"""Answers that are kept for those who ask the same again, as the bytes that were sent.

An answer is known by its tag, which names the generation, the corrections of persons and the
request (``caching``): what is asked of another state has another tag.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from fastapi import Depends, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from semsearch.serve.caching import ZIPPED
from semsearch.serve.errors import Known
from semsearch.serve.exchange import exchange_of
from semsearch.serve.metrics import Metrics

#: Bytes that an answer takes beside its body: tag, headers and what Python needs for them.
_BESIDE: Final = 1024
_ZIPPED: Final = (b"content-encoding", b"gzip")
#: Headers that belong to an answer, whoever asks; others are of one client or one request.
_KEPT: Final = (b"content-encoding", b"content-length", b"content-type", b"link")
_Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    headers: _Headers
    body: bytes


class Answers:
    """The answers that were asked for last; for the thread of the event loop alone.

    Args:
        most_bytes: that they take together; with 0 none is kept.
        metrics: is told what was found.
    """

    def __init__(self, most_bytes: int, metrics: Metrics) -> None:
        self._most = most_bytes
        self._metrics = metrics
        self._kept: OrderedDict[str, _Answer] = OrderedDict()
        self._bytes = 0

    def find(self, tag: str) -> Response | None:
        """The answer with a tag."""
        held = self._kept.get(tag)
        if held is None:
            return None
        self._kept.move_to_end(tag)
        response = Response(held.body)
        response.raw_headers = list(held.headers)
        return response

    def wanted(self, tag: str, *, zipped: bool) -> Response | None:
        """The answer with a tag, compressed where it may be and was so before; counted."""
        found = self.find(tag + ZIPPED) if zipped else None
        found = found or self.find(tag)
        if self._most:
            self._metrics.remembered.labels("found" if found else "new").inc()
        return found

    def keep(self, tag: str, headers: _Headers, body: bytes) -> None:
        """Keep an answer, and forget what was not asked for the longest where it is too much."""
        size = len(body) + _BESIDE
        if size > self._most or tag in self._kept:
            return
        self._kept[tag] = _Answer(headers, body)
        self._bytes += size
        while self._bytes > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body) + _BESIDE
        self._metrics.remembered_bytes.set(self._bytes)


async def _remembered(request: Request) -> None:
    """A dependency, behind ``Tagged``, of routes whose answers are kept.

    Raises:
        Known: the answer is there.
    """
    exchange = exchange_of(request.scope)
    if exchange.tag is None:
        return
    answers: Answers = request.app.state.answers
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    found = answers.wanted(exchange.tag, zipped=zipped)
    if found is not None:
        exchange.kept = zipped  # what compression makes of a plain one is kept beside it
        exchange.spent["kept"] = 0.0
        exchange.holds = _always  # as it did when it was kept; the store may be closed by then
        raise Known(found)
    exchange.kept = True


def _always() -> bool:
    return True


Remembered = Depends(_remembered)


class Remembering:
    """Keeps what the routes with ``Remembered`` answer, as it is sent: compressed, where it was.

    Args:
        app: what is inside.
        answers: where to.
    """

    def __init__(self, app: ASGIApp, *, answers: Answers) -> None:
        self.app = app
        self.answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: _Headers | None = None

        async def note(message: Message) -> None:
            nonlocal headers
            exchange = exchange_of(scope)
            if message["type"] == "http.response.start":
                if exchange.kept and message["status"] == 200:
                    headers = tuple(one for one in message["headers"] if one[0] in _KEPT)
            elif headers is not None and exchange.tag is not None:
                # A correction while it was worked out may or may not be in it.
                if not message.get("more_body", False) and exchange.holds():
                    tag = exchange.tag + ZIPPED if _ZIPPED in headers else exchange.tag
                    self.answers.keep(tag, headers, message.get("body", b""))
                headers = None
            await send(message)

        await self.app(scope, receive, note)
