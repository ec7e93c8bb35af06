"""A server that plays the services, faults included; what it says was made up for these tests."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson
import pytest

from semsearch.fetch import Fetcher
from semsearch.settings import Settings


@dataclass
class Reply:
    """An answer; ``length``: what Content-Length says, "" for nothing; ``sent``: bytes that go."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: str | None = None
    sent: int | None = None
    chunked: bool = False


@dataclass
class Services:
    """Europe PMC, PubMed Central, Crossref and OpenCitations at one address.

    ``faults``: answers by path that come before the right ones, each once.
    """

    articles: dict[str, bytes]  # PMCID → full text
    url: str = ""
    page: int = 2
    hits: list[dict[str, Any]] | None = None
    packages: dict[str, bytes] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    works: dict[str, dict[str, Any]] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[Reply]] = field(default_factory=dict)
    cursors: Callable[[str], str] | None = None
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    held: dict[str, threading.Event] = field(default_factory=dict)  # paths that wait after a part
    reached: threading.Event = field(default_factory=threading.Event)

    def times(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(urlsplit(one).path for one in self.asked)

    def reply(self, target: str) -> Reply:
        path = unquote(urlsplit(target).path)
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        if self.faults.get(path):
            return self.faults[path].pop(0)
        service, _, rest = path.removeprefix("/").partition("/")
        answers = {
            "epmc": lambda: self._europepmc(rest, query),
            "pmc": lambda: known(self.packages | self.objects, rest),
            "crossref": lambda: self._crossref(rest, query),
            "oc": lambda: Reply(
                orjson.dumps([{"count": self.counts.get(rest.partition(":")[2], "0")}])
            ),
        }
        return answers[service]()

    def _europepmc(self, rest: str, query: dict[str, str]) -> Reply:
        if rest == "search":
            return Reply(orjson.dumps(self._page(query)))
        return known(self.articles, rest.removesuffix("/fullTextXML"))

    def _crossref(self, rest: str, query: dict[str, str]) -> Reply:
        message: Any = self.works.get(rest.removeprefix("works/"))
        if rest == "works":
            about = {one.removeprefix("updates:") for one in query["filter"].split(",")}
            found = [one for one in self.notices if about & {to["DOI"] for to in one["update-to"]}]
            message = {"items": found, "total-results": len(found)}
        if message is None:
            return Reply(b"Resource not found.", 404)
        return Reply(orjson.dumps({"status": "ok", "message": message}))

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        hits = self.hits if self.hits is not None else [hit(one) for one in self.articles]
        cursor = query["cursorMark"]
        start = 0 if cursor == "*" else int(cursor.removeprefix("c").split("-")[0])
        shown = hits[start : start + self.page]
        following = f"c{start + len(shown)}" if shown else cursor
        if self.cursors is not None:
            following = self.cursors(cursor)
        return {
            "version": "6.9",
            "hitCount": len(hits),
            "nextCursorMark": following,
            "resultList": {"result": shown},
        }


def known(there: dict[str, bytes], name: str) -> Reply:
    """A thing, or 404."""
    body = there.get(name)
    return Reply(b"", 404) if body is None else Reply(body)


def hit(pmcid: str, **others: Any) -> dict[str, Any]:
    """A hit of Europe PMC for an open article."""
    number = pmcid.removeprefix("PMC")
    return {
        "id": number,
        "source": "MED",
        "pmcid": pmcid,
        "doi": f"10.5555/fetch.{number}",
        "title": f"Article {number}",
        "isOpenAccess": "Y",
        "inEPMC": "Y",
        "license": "cc by",
        **others,
    }


class Server(ThreadingHTTPServer):
    """Forgets connections that the other side cut: some tests kill it."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


def serving(services: Services) -> Server:
    """A server in a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            services.asked.append(self.path)
            services.headers.append({k.lower(): v for k, v in self.headers.items()})
            reply = services.reply(self.path)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            said = str(len(reply.body)) if reply.length is None else reply.length
            if reply.chunked:
                self.send_header("Transfer-Encoding", "chunked")
            elif said:
                self.send_header("Content-Length", said)
            self.end_headers()
            if reply.chunked:
                self.wfile.write(b"%x\r\n" % len(reply.body))
            held = services.held.get(unquote(urlsplit(self.path).path))
            if held is not None:
                self.wfile.write(reply.body[: len(reply.body) // 2])
                self.wfile.flush()
                services.reached.set()
                held.wait(60)
                return
            self.wfile.write(reply.body[: reply.sent])
            if reply.chunked and reply.sent is None:
                self.wfile.write(b"\r\n0\r\n\r\n")

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    services.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(
        target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.01}
    ).start()
    return server


@pytest.fixture
def full_text(article: Callable[..., bytes]) -> Callable[..., bytes]:
    """Makes the full text of a PMCID."""

    def make(pmcid: str, **others: Any) -> bytes:
        number = pmcid.removeprefix("PMC")
        front = f'<article-id pub-id-type="pmcid">{pmcid}</article-id>{others.pop("front", "")}'
        return article(
            f'<p>Article {number} says that EMT induces IL-6 [<xref rid="B1">1</xref>].</p>',
            **{"doi": f"10.5555/fetch.{number}", "front": front, "refs": 1, **others},
        )

    return make


@pytest.fixture
def services(full_text: Callable[..., bytes]) -> Iterator[Services]:
    """Five open articles, in pages of two."""
    made = Services({pmcid: full_text(pmcid) for pmcid in (f"PMC{n}" for n in range(1, 6))})
    server = serving(made)
    yield made
    for event in made.held.values():
        event.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def limits(services: Services) -> Settings:
    return Settings(**addresses(services), fetch_rate=50, contact="me@example.org")


def addresses(services: Services) -> dict[str, Any]:
    """The settings that lead to a server."""
    return {
        "europepmc_url": f"{services.url}/epmc",
        "pmc_url": f"{services.url}/pmc",
        "crossref_url": f"{services.url}/crossref",
        "opencitations_url": f"{services.url}/oc",
    }


@dataclass
class FakeClock:
    """A clock that goes on by waiting alone."""

    time: float = 1_000_000.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def wait(self, seconds: float) -> None:
        self.waits.append(round(seconds, 6))
        self.time += seconds

    @property
    def long_waits(self) -> list[float]:
        """Those beyond the pace."""
        return [one for one in self.waits if one > 0.5]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def fetcher(tmp_path: Path, limits: Settings, clock: FakeClock) -> Iterator[Fetcher]:
    with Fetcher(tmp_path / "into", limits, clock) as opened:
        yield opened


def package(members: dict[str, bytes]) -> bytes:
    """A .tar.gz."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as unpacked,
        tarfile.open(fileobj=unpacked, mode="w") as archive,
    ):
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
