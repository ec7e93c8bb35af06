"""Running the application."""

from __future__ import annotations

import signal
from types import FrameType

import uvicorn

from semsearch.search import Searcher
from semsearch.serve.app import create_app

#: Seconds that requests under way get to end after SIGTERM.
GRACE_SECONDS = 10


def run(searcher: Searcher, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way and return.

    The model is loaded before the first request is taken.
    """
    searcher.encoder.encode(["ready"])
    # uvicorn raises the signal once more when it has stopped; this is a clean end, not a death.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)
    try:
        uvicorn.run(
            create_app(searcher),
            host=host,
            port=port,
            log_level="info",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    finally:
        searcher.close()


def _ignore(number: int, frame: FrameType | None) -> None:
    return None
