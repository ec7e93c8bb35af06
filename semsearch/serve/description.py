"""The OpenAPI document, beyond what FastAPI reads off the routes."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

_DESCRIPTION: Final = """\
Search engine for **citation statements**: the sentences in which one paper cites another.

**Errors** have one shape, `application/problem+json` (RFC 9457) with `detail`, one sentence.

**Pages** end with `next`, a cursor; a GET also has it in the header `Link`. A cursor belongs to its
query and to the index it was given for: with another query it is refused (422), and once the index
has changed it is gone (410). Nothing is repeated or left out between two pages.

**Caches**: an answer to GET that is no export has an `ETag`; sent back in `If-None-Match` it gives
304 while the answer is the same.

**Too much**: 429, 503 and 504 say in `Retry-After` after how many seconds to try again.

**Keys** go into the header `Authorization: Bearer …` or `X-API-Key`, never into the address.
"""
_SCHEMES: Final[dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key of this server."},
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "An API key of this server.",
    },
}
_ANY_KEY: Final[list[dict[str, list[str]]]] = [{"bearer": []}, {"header": []}]
_METHODS: Final = ("get", "post", "put", "delete")


def describe(app: FastAPI) -> None:
    """Complete the OpenAPI document of an application."""
    app.description = _DESCRIPTION
    written = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(written())
        document: dict[str, Any] = app.openapi_schema or {}
        return document

    setattr(app, "openapi", openapi)  # noqa: B010 - as FastAPI documents it; no type knows of it


def _complete(document: dict[str, Any]) -> None:
    """Say which routes need a key, and that only a GET can be unchanged."""
    document.setdefault("components", {})["securitySchemes"] = _SCHEMES
    for methods in document["paths"].values():
        for method in _METHODS:
            route = methods.get(method)
            if route is None:
                continue
            responses = route["responses"]
            if method != "get":
                responses.pop("304", None)
            needed = "changes" in route.get("tags", ())
            route["security"] = _ANY_KEY if needed else [*_ANY_KEY, {}]
