"""What is known of a request on its way through the middlewares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import Scope

from semsearch.index.manifest import Manifest
from semsearch.serve.access.keys import ApiKey

_PLACE = "semsearch.exchange"


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    ``key``: the API key it came with. ``tag``: what names its answer, without quotes, where the
    answer depends on the index and the request alone. ``manifest``: of the generation that it is
    answered from. ``holds``: whether nothing was written to its store since the tag was made.
    ``kept``: the answer is to be remembered. ``spent``: seconds by stage, in order. ``status``: of
    the answer, once it has begun. ``bytes``: of the body of the answer, as sent. ``secret``: the
    address holds a key, and must not be written anywhere.
    """

    id: str
    key: ApiKey | None = None
    tag: str | None = None
    manifest: Manifest | None = None
    holds: Callable[[], bool] = bool  # false
    kept: bool = False
    spent: dict[str, float] = field(default_factory=dict)
    status: int | None = None
    bytes: int = 0
    secret: bool = False


def begin_exchange(scope: Scope, identity: str) -> Exchange:
    """Put a new exchange into a scope."""
    exchange = Exchange(identity)
    scope[_PLACE] = exchange
    return exchange


def exchange_of(scope: Scope) -> Exchange:
    """The exchange that a request belongs to."""
    exchange: Exchange = scope[_PLACE]
    return exchange
