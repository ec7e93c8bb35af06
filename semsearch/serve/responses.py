"""JSON answers and what the routes share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Final, Protocol
from urllib.parse import quote, urlencode

import orjson
from fastapi import Depends, HTTPException, Query, Request, Response

from semsearch.search import Searcher
from semsearch.serve.exchange import exchange_of
from semsearch.serve.served import Served

#: Media type of errors (RFC 9457).
PROBLEM: Final = "application/problem+json"


def _error(description: str, *, again: bool = False) -> dict[str, Any]:
    """An error as OpenAPI describes it; ``again``: it says when to try again."""
    shape = {
        "type": "object",
        "title": "Problem",
        "description": "What is wrong, in one sentence.",
        "required": ["detail"],
        "properties": {
            "detail": {
                "type": "string",
                "examples": ["the question is empty, expected some words"],
            }
        },
        "additionalProperties": False,
    }
    found = {"description": description, "content": {PROBLEM: {"schema": shape}}}
    return found | ({"headers": _RETRY_AFTER} if again else {})


_RETRY_AFTER: Final[Mapping[str, Any]] = {
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    }
}


#: Every error that a route may give, for ``responses=``.
PROBLEMS: Final[Mapping[int | str, dict[str, Any]]] = {
    401: _error("A key is needed, or the key is none of this server."),
    403: _error("The key has not the scope that is needed."),
    404: _error("The index does not hold it."),
    408: _error("The body did not come in time."),
    409: _error("The index is being built; try again later."),
    410: _error("The cursor belongs to an index that has changed since."),
    413: _error("The body is too large."),
    415: _error("The body is of another type."),
    422: _error("It cannot be asked like this."),
    500: _error("The server or the index has a fault."),
    503: _error(
        "The server has too much to do, or lost the process that worked on it; `Retry-After` says"
        " when to try again.",
        again=True,
    ),
}
#: Those of a route that reads the index.
ERRORS: Final[dict[int | str, dict[str, Any]]] = {k: PROBLEMS[k] for k in (404, 422, 500)}
#: Errors that every route may give before it is reached.
EVERYWHERE: Final[Mapping[int | str, dict[str, Any]]] = {
    400: _error("The address holds a key, or the request is malformed."),
    401: PROBLEMS[401],
    408: PROBLEMS[408],
    413: PROBLEMS[413],
    414: _error("The address is too long."),
    429: _error("Too many requests; `Retry-After` says when to try again.", again=True),
    500: PROBLEMS[500],
    503: PROBLEMS[503],
    504: _error("The answer took too long; `Retry-After` says when to try again.", again=True),
}
#: Of a tagged route: the client has the answer.
UNCHANGED: Final[Mapping[int | str, dict[str, Any]]] = {
    304: {"description": "The answer is the one whose `ETag` was in `If-None-Match`."}
}


def json_response(
    record: object,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """A record as JSON, written by orjson as it stands."""
    return Response(
        orjson.dumps(record),
        status_code=status,
        media_type=media_type,
        headers=None if headers is None else dict(headers),
    )


class Paged(Protocol):
    """A page of a list."""

    @property
    def next(self) -> str | None:
        """The cursor of the following page."""


def page_response(request: Request, page: Paged) -> Response:
    """A page as JSON; to a GET with a ``Link`` to the following one (RFC 8288)."""
    return written_response(request, orjson.dumps(page), page.next)


def written_response(request: Request, body: bytes, following: str | None) -> Response:
    """A page that is JSON already; ``following`` is the cursor of the page after it."""
    response = Response(body, media_type="application/json")
    if following is not None and request.method == "GET":
        kept = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
        query = urlencode([*kept, ("cursor", following)])
        path = quote(_path(request), safe="/%")  # what is kept encoded in it stays so
        response.headers["Link"] = f'<{path}?{query}>; rel="next"'
    return response


def _path(request: Request) -> str:
    path: str = request.scope["path"]
    root: str = request.scope.get("root_path", "")
    return path if path.startswith(root) else root + path


async def _leased(request: Request) -> AsyncIterator[Searcher]:
    served: Served = request.app.state.served
    if not served.ready:
        raise HTTPException(503, "the index is closed", headers={"Retry-After": "5"})
    with served.lease() as searcher:
        exchange_of(request.scope).manifest = searcher.generation.manifest
        yield searcher


#: One generation for the whole request, until the last byte of its answer is sent.
Opened = Annotated[Searcher, Depends(_leased)]
#: Largest number of things before a page; JSON has room for no more than 64 bits.
MOST_OFFSET: Final = 2**31 - 1
Limit = Annotated[
    int | None,
    Query(description="Most hits to give; without it the setting `limit`.", examples=[10]),
]
