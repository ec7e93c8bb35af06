"""Fetches into a folder, and kills itself at a step that makes something last.

Steps are what comes before and after each sync, each rename and each transaction. Run with the
folder, the URL of the services, and the number of the step (0 for none).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from semsearch.fetch import Fetcher
from semsearch.fetch.ledger import Ledger
from semsearch.records import Service
from semsearch.settings import Settings


def main(folder: Path, url: str, last: int) -> None:
    """Fetch everything, until the step."""
    left = last

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def stepped(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            step()
            result = function(*arguments)
            step()
            return result

        return call

    written = Ledger._written

    @contextmanager
    def transaction(self: Ledger) -> Iterator[Any]:
        with written(self) as connection:
            yield connection
            step()
        step()

    os.fsync = stepped(os.fsync)
    Path.replace = stepped(Path.replace)  # type: ignore[method-assign]
    Ledger._written = transaction  # type: ignore[method-assign]
    limits = Settings(
        europepmc_url=f"{url}/epmc",
        crossref_url=f"{url}/crossref",
        opencitations_url=f"{url}/oc",
        fetch_rate=50,
    )
    with Fetcher(folder, limits) as fetcher:
        fetcher.articles("x", limit=100)
        for service in (Service.CROSSREF, Service.OPENCITATIONS):
            fetcher.facts(service)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
