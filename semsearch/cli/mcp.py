"""``semsearch mcp``."""

from __future__ import annotations

from semsearch.cli.options import Index, Model, open_searcher


def mcp(index: Index = None, model: Model = None) -> None:
    """Give language models the tools ask, search, similar, report and statement, over stdio.

    For a client of the Model Context Protocol that starts this command itself. Needs the extra mcp.
    Over HTTP the server has the same tools at /mcp, with SEMSEARCH_MCP=true for semsearch serve.

    An index that is built meanwhile is taken when it is published.
    """
    from semsearch.serve.mcp import require_mcp

    require_mcp()
    from semsearch.serve.mcp.server import run_stdio

    run_stdio(open_searcher(index, model))
