"""Headers that every answer has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from semsearch.serve.exchange import Exchange, exchange_of

#: What a browser may do with an answer: nothing but show pages with this server's own files.
SECURITY: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}


#: The generation that an answer is of, and what it holds.
GENERATION: Final = "Index-Generation"
DIGEST: Final = "Index-Digest"


class AnswerHeaders:
    """Adds headers for browsers and caches, and the tag of an answer that has one.

    An answer out of the index says of which generation it is. One that depends on the index and the
    request alone has a strong ETag; sent compressed it is other bytes, and its tag ends in
    ``-gzip``. All else must not be stored, unless its route says otherwise; nor may what was worked
    out while somebody corrected the index, which may or may not be in it.

    Args:
        app: what is inside.
        cache_seconds: for which a cache may answer without asking.
        private: answers are for the holder of a key alone.
    """

    def __init__(self, app: ASGIApp, *, cache_seconds: int, private: bool) -> None:
        self.app = app
        how_long = f"max-age={cache_seconds}" if cache_seconds else "no-cache"
        self.cached = f"{'private' if private else 'public'}, {how_long}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                exchange = exchange_of(scope)
                if exchange.manifest is not None:
                    headers[GENERATION] = str(exchange.manifest.generation)
                    headers[DIGEST] = exchange.manifest.content_digest
                tag = exchange.tag if _is_of_its_tag(exchange, message["status"]) else None
                if tag is not None:
                    zipped = message["status"] == 200 and "content-encoding" in headers
                    headers["ETag"] = f'"{tag}-gzip"' if zipped else f'"{tag}"'
                    headers["Cache-Control"] = self.cached
                    if "accept-encoding" not in headers.get("vary", "").lower():
                        headers.add_vary_header("Accept-Encoding")
                else:
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, add)


def _is_of_its_tag(exchange: Exchange, status: int) -> bool:
    return status == 304 or (status == 200 and exchange.holds())
