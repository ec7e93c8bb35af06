"""The tools that language models call, by the Model Context Protocol."""

from __future__ import annotations

from importlib.util import find_spec

from semsearch.errors import UsageError


def require_mcp() -> None:
    """See that the module ``server`` can be imported.

    Raises:
        UsageError: the package that it needs is not installed.
    """
    if find_spec("mcp") is None:
        raise UsageError(
            "the package mcp is not installed; install the extra mcp: pip install 'semsearch[mcp]'"
        )
