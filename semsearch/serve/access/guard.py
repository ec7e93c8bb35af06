"""The gate: whose key it is, whether reading needs one, and whether it is too often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from semsearch.serve.access.keys import ApiKey, KeyRing, KeyScope
from semsearch.serve.access.rates import Allowance, Rates, address_name
from semsearch.serve.errors import error_response
from semsearch.serve.exchange import exchange_of

_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the guard asks.

    ``require_key``: reading needs a key. ``address_requests``, ``key_requests``: a minute, 0 for
    any number. ``is_open``: requests that are always let in. ``is_foreign``: requests by clients of
    other services, which may bring a key of theirs.
    """

    require_key: bool
    address_requests: int
    key_requests: int
    is_open: Callable[[Scope], bool]
    is_foreign: Callable[[Scope], bool]


class Guard:
    """Lets in who may read, and nobody too often; what a route needs beyond, ``needs`` asks.

    A wrong key counts against its address, so that nobody can try many.

    Args:
        app: what is inside.
        keys: the keys of the index.
        rates: the buckets.
        rules: what is asked.
    """

    def __init__(self, app: ASGIApp, *, keys: KeyRing, rates: Rates, rules: Rules) -> None:
        self.app = app
        self.keys = keys
        self.rates = rates
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or self.rules.is_open(scope):
            await self.app(scope, receive, send)
            return
        presented = _presented(scope)
        found = await self._find(presented)
        if found is None and self.rules.is_foreign(scope):
            presented = []
        allowance = self._allowance(scope, found)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start" and allowance is not None:
                headers = MutableHeaders(raw=message["headers"])
                headers["RateLimit-Limit"] = str(allowance.limit)
                headers["RateLimit-Remaining"] = str(allowance.remaining)
                headers["RateLimit-Reset"] = str(allowance.reset)
            await send(message)

        if allowance is not None and allowance.retry is not None:
            detail = f"more than {allowance.limit:,} requests in a minute; wait {allowance.retry} s"
            refusal = error_response(scope, 429, detail, {"Retry-After": str(allowance.retry)})
        elif presented and found is None:
            refusal = error_response(scope, 401, "this is no key of this server", _CHALLENGE)
        elif found is None and self.rules.require_key:
            refusal = error_response(scope, 401, _WANTED, _CHALLENGE)
        else:
            exchange_of(scope).key = found
            await self.app(scope, receive, tell)
            return
        await refusal(scope, receive, tell)

    async def _find(self, presented: list[str]) -> ApiKey | None:
        if len(set(presented)) != 1:
            return None
        return await run_in_threadpool(self.keys.find, presented[0])

    def _allowance(self, scope: Scope, key: ApiKey | None) -> Allowance | None:
        if key is not None:
            name, limit = f"key:{key.name}", self.rules.key_requests
        else:
            client = scope.get("client")
            name = address_name(client[0] if client else None)
            limit = self.rules.address_requests
        return self.rates.take(name, limit) if limit else None


_WANTED: Final = "a key is needed, in the header Authorization: Bearer or X-API-Key"


def _presented(scope: Scope) -> list[str]:
    """The keys in the headers of a request, wherever and however often."""
    headers = Headers(scope=scope)
    found = [one.strip() for one in headers.getlist("x-api-key")]
    for one in headers.getlist("authorization"):
        scheme, _, text = one.strip().partition(" ")
        found.append(text.strip() if scheme.casefold() == "bearer" else one)
    return found


def needs(scope: KeyScope) -> Callable[[Request], ApiKey]:
    """A dependency of routes that only keys of a scope may use; it gives the key.

    Raises:
        HTTPException: 401 without a key, 403 with one of a lesser scope.
    """

    def held(request: Request) -> ApiKey:
        key = exchange_of(request.scope).key
        if key is None:
            raise HTTPException(401, _WANTED, headers=_CHALLENGE)
        if not key.scope.covers(scope):
            raise HTTPException(403, f"this key has the scope {key.scope}, expected {scope}")
        return key

    return held


Labeller = Annotated[ApiKey, Depends(needs(KeyScope.LABEL))]
Admin = Annotated[ApiKey, Depends(needs(KeyScope.ADMIN))]
