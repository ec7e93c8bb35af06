"""``semsearch serve``."""

from __future__ import annotations

from typing import Annotated

import typer

from semsearch.cli.options import Index, Model, open_searcher


def serve(
    index: Index = None,
    model: Model = None,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on. [default: SEMSEARCH_HOST, else 127.0.0.1]"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port to listen on. [default: SEMSEARCH_PORT, else 8000]"
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=256,
            help="Processes that answer questions, 0 for one a core."
            " [default: SEMSEARCH_WORKERS, else 1: the server itself]",
        ),
    ] = None,
) -> None:
    """Answer over HTTP until SIGTERM or Ctrl-C; the description is at /openapi.json.

    An index that is built meanwhile is taken when it is published, without a request being lost.
    """
    from semsearch.serve.server import run
    from semsearch.settings import settings

    run(
        open_searcher(index, model),
        host=host or settings().host,
        port=settings().port if port is None else port,
        model=model,
        workers=settings().workers if workers is None else workers,
    )
