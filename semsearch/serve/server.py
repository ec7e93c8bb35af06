"""Running the application."""

from __future__ import annotations

import signal
from types import FrameType

import uvicorn

from semsearch.index.workers import Workers
from semsearch.search import Searcher
from semsearch.serve.access.keys import KeyRing
from semsearch.serve.answering import Answering, Opening
from semsearch.serve.app import create_app
from semsearch.serve.logs import LOGGING
from semsearch.serve.served import Served
from semsearch.settings import settings

#: Seconds that requests under way get to end after SIGTERM.
GRACE_SECONDS = 10
_LATE = 2


def run(
    searcher: Searcher, *, host: str, port: int, model: str | None = None, workers: int = 1
) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way and return.

    The model is loaded before the first request is taken.

    Args:
        searcher: over the index.
        host: address to listen on.
        port: to listen on.
        model: that the index must have been made with; None takes the index's own.
        workers: processes that answer questions; with 1 this one does, 0 is one a core.

    Raises:
        EncoderError: the model cannot be loaded.
        LostError: a process that answers ended at its start.
        DamageError: others can read the file of the keys.
    """
    KeyRing(searcher.folder).check()
    served = Served(searcher)
    served.warm()
    # uvicorn raises the signal once more when it has stopped; this is a clean end, not a death.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)
    processes = Workers(workers)
    with served.watched(), processes:
        answering = Answering(
            processes,
            Opening(
                folder=searcher.folder, model=model, recipe=None, processes=processes.processes
            ),
            # What a process does for a request that got 504 long ago is not waited for.
            seconds=_LATE * settings().request_seconds,
        )
        answering.warm()
        uvicorn.run(
            create_app(served, answering=answering),
            host=host,
            port=port,
            log_config=LOGGING,
            access_log=False,  # has addresses in it, and with them what was asked
            forwarded_allow_ips=settings().trusted_proxies,
            proxy_headers=bool(settings().trusted_proxies),
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )


def _ignore(number: int, frame: FrameType | None) -> None:
    return None
