"""Running the application."""

from __future__ import annotations

import signal
from types import FrameType

import uvicorn

from semsearch.search import Searcher
from semsearch.serve.access.keys import KeyRing
from semsearch.serve.app import create_app
from semsearch.serve.logs import LOGGING
from semsearch.serve.served import Served
from semsearch.settings import settings

#: Seconds that requests under way get to end after SIGTERM.
GRACE_SECONDS = 10


def run(searcher: Searcher, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way and return.

    The model is loaded before the first request is taken.

    Raises:
        EncoderError: the model cannot be loaded.
        DamageError: others can read the file of the keys.
    """
    KeyRing(searcher.folder).check()
    served = Served(searcher)
    served.warm()
    # uvicorn raises the signal once more when it has stopped; this is a clean end, not a death.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)
    with served.watched():
        uvicorn.run(
            create_app(served),
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
