"""Names of works in a path: a DOI has slashes, and may end like a route.

``/papers/10.5555/a/report`` is the report of ``10.5555/a``. The paper ``10.5555/a/report`` is
``/papers/10.5555%2Fa%2Freport``: a slash written as ``%2F`` is a part of a name and never parts
two names.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

from pydantic import AfterValidator
from starlette.types import ASGIApp, Receive, Scope, Send

#: Paths that go on with the name of a work.
NAMED: Final = ("/papers/", "/api/v1/papers/", "/api/v1/tallies/")
_KEPT: Final = re.compile(rb"(%2[Ff]|%25)")

#: Of a parameter that is the name of a work below one of ``NAMED``: its last signs are decoded.
WorkName: Final = AfterValidator(unquote)


class WorkNames:
    """Lets routes see which slashes of a path belong to the name of a work.

    Below ``NAMED`` the path is decoded but for ``%2F`` and ``%25``, which ``WorkName`` does.

    Args:
        app: what is inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        plain: str = scope.get("path", "")
        if scope["type"] != "http" or not plain.startswith(NAMED):
            await self.app(scope, receive, send)
            return
        raw: bytes | None = scope.get("raw_path")
        scope["path"] = plain.replace("%", "%25") if raw is None else _partly_decoded(raw)
        try:
            await self.app(scope, receive, send)
        finally:
            scope["path"] = plain


def _partly_decoded(raw: bytes) -> str:
    parts = _KEPT.split(raw.partition(b"?")[0])
    found = (
        part.upper() if place % 2 else unquote_to_bytes(part) for place, part in enumerate(parts)
    )
    return b"".join(found).decode("utf-8", "replace")
