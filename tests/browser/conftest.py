"""A server over the demo corpus, and Debian's Chromium to look at it with."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from semsearch.search import Searcher
from semsearch.serve.app import create_app

_NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDE = {"width": 1440, "height": 1000}


@pytest.fixture(scope="session")
def site(demo: Path, hashed_words: Any) -> Iterator[str]:
    """Address of a server over the demo corpus."""
    searcher = Searcher(demo, encoder=hashed_words())
    server = uvicorn.Server(uvicorn.Config(create_app(searcher), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended before it was ready"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    searcher.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of the machine; nothing is downloaded.

    A module's, not the session's: while Playwright is open its event loop counts as running in this
    thread, and no other test could start one.
    """
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no Chromium on this machine: none of {', '.join(_NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(slots=True)
class Heard:
    """What a page said beside what it showed."""

    faults: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


Opener = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser, site: str) -> Iterator[Opener]:
    """Opens a page: ``opened("/", **context)``; at the end of the test none may have complained."""
    contexts: list[BrowserContext] = []
    heard = Heard()

    def request(sent: Request) -> None:
        if not sent.url.startswith((site, "data:", "blob:")):
            heard.outside.append(sent.url)

    def open_page(path: str, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=site,
            **{"viewport": WIDE, "reduced_motion": "reduce", "accept_downloads": True, **options},
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: heard.faults.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: heard.faults.append(str(error)))
        page.on("request", request)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not heard.faults
    assert not heard.outside
