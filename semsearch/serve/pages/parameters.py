"""The parameters of a page."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from semsearch.errors import QueryError


def only(request: Request, names: Sequence[str]) -> dict[str, str]:
    """The parameters of a request that say something.

    Raises:
        QueryError: there is no such parameter.
    """
    given = dict(request.query_params)
    for name in given:
        if name not in names:
            raise QueryError(
                f"there is no parameter {name[:60]!r}, expected one of {', '.join(names)}"
            )
    return {name: value.strip() for name, value in given.items() if value.strip()}
