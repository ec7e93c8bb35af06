"""Sizes, times and numbers: what is too much is refused with a sentence, and nothing collapses."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from starlette.types import Message, Receive

from semsearch.serve.app import create_app
from semsearch.serve.served import Served
from semsearch.settings import Settings

SEARCH = "/api/v1/search"
JSON = {"content-type": "application/json"}


def app_of(served: Served, **limits: Any) -> FastAPI:
    return create_app(served, limits=Settings(**limits))


def client_of(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def refused(answer: Any, status: int, detail: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(answer.json()) == ["detail"]
    assert detail in answer.json()["detail"]
    assert answer.headers["x-request-id"]


def http(path: str, method: str = "GET", headers: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(k.encode(), v.encode()) for k, v in (headers or {}).items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


async def never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def nothing() -> Receive:
    """A client that sends no body and waits."""
    first: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return first.pop() if first else await never()

    return receive


def test_address_that_is_too_long_is_refused(opened: Served) -> None:
    client = client_of(app_of(opened, max_url_bytes=100))
    assert client.get(SEARCH, params={"q": "EMT"}).status_code == 200
    refused(client.get(SEARCH, params={"q": "E" * 100}), 414, "over the limit of 100")
    refused(client.get("/" + "é" * 30), 414, "the address has 181 bytes")


@pytest.mark.parametrize("path", [SEARCH, "/health", "/nowhere", "/scite/tallies"])
def test_body_that_is_too_large_is_refused_before_it_is_read(opened: Served, path: str) -> None:
    client = client_of(app_of(opened, max_body_bytes=1000))
    refused(client.post(path, content=b"x" * 1001, headers=JSON), 413, "more than 1,000 bytes")


def test_body_without_a_length_is_counted_as_it_comes(opened: Served) -> None:
    client = client_of(app_of(opened, max_body_bytes=1000))
    read = []

    def pieces() -> Iterator[bytes]:
        for number in range(100):
            read.append(number)
            yield b"x" * 100

    refused(client.post(SEARCH, content=pieces(), headers=JSON), 413, "more than 1,000 bytes")


def test_body_within_the_limit_comes_whole(opened: Served) -> None:
    client = client_of(app_of(opened, max_body_bytes=1000))
    body = b'{"q": "EMT"' + b" " * 988 + b"}"
    assert len(body) == 1000
    assert client.post(SEARCH, content=body, headers=JSON).status_code == 200
    assert client.post(SEARCH, content=iter([body[:5], body[5:]]), headers=JSON).status_code == 200


def test_client_that_stops_sending_gets_408_and_takes_nobodys_turn(opened: Served) -> None:
    app = app_of(opened, stall_seconds=0.05, concurrent_requests=1, waiting_requests=0)
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def talk() -> None:
        begun = asyncio.Event()
        first = [{"type": "http.request", "body": b'{"q":', "more_body": True}]

        async def receive() -> Message:
            begun.set()
            return first.pop() if first else await never()

        slow = asyncio.create_task(app(http(SEARCH, "POST", JSON), receive, send))
        await begun.wait()
        other: list[Message] = []

        async def send_other(message: Message) -> None:
            other.append(message)

        await app({**http(SEARCH), "query_string": b"q=EMT"}, nothing(), send_other)
        assert other[0]["status"] == 200
        await slow

    asyncio.run(talk())
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


class Blocked:
    """An application with a route that waits until it is let go."""

    def __init__(self, served: Served, **limits: Any) -> None:
        self.app = app_of(served, **limits)
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()
        self.ended = threading.Semaphore(0)

        @self.app.get("/blocked")
        def blocked() -> Response:
            self.begun.release()
            self.go.wait(60)
            self.ended.release()
            return Response("done")


@pytest.fixture
def blocked(opened: Served) -> Iterator[Callable[..., Blocked]]:
    made: list[Blocked] = []

    def make(**limits: Any) -> Blocked:
        made.append(Blocked(opened, **limits))
        return made[-1]

    yield make
    for one in made:
        one.go.set()


def test_more_than_may_wait_are_told_to_come_again(blocked: Callable[..., Blocked]) -> None:
    held = blocked(concurrent_requests=2, waiting_requests=1, waiting_seconds=60)
    with client_of(held.app) as client, ThreadPoolExecutor(3) as pool:
        working = [pool.submit(client.get, "/blocked") for _ in range(2)]
        for _ in range(2):
            held.begun.acquire()
        waiting = pool.submit(client.get, "/blocked")
        while "semsearch_requests_waiting 1.0" not in client.get("/metrics").text:
            pass
        answer = client.get("/blocked")
        refused(answer, 503, "the server is busy")
        assert answer.headers["retry-after"] == "2"
        for path in ("/health", "/ready", "/metrics"):
            assert client.get(path).status_code == 200
        held.go.set()
        assert [one.result().text for one in (*working, waiting)] == ["done"] * 3
        assert "semsearch_requests_working 0.0" in client.get("/metrics").text


def test_who_waits_too_long_is_told_to_come_again(blocked: Callable[..., Blocked]) -> None:
    held = blocked(concurrent_requests=1, waiting_requests=5, waiting_seconds=0.05)
    with client_of(held.app) as client, ThreadPoolExecutor(1) as pool:
        working = pool.submit(client.get, "/blocked")
        held.begun.acquire()
        refused(client.get("/blocked"), 503, "the server is busy")
        held.go.set()
        assert working.result().status_code == 200
        assert client.get("/blocked").status_code == 200


def test_answer_that_takes_too_long_is_504_and_its_place_stays_taken(
    blocked: Callable[..., Blocked],
) -> None:
    held = blocked(
        concurrent_requests=1, waiting_requests=5, waiting_seconds=0.05, request_seconds=0.05
    )
    with client_of(held.app) as client:
        answer = client.get("/blocked")
        refused(answer, 504, "no answer within 0.05 s (setting request_seconds)")
        assert answer.headers["retry-after"] == "1"
        refused(client.get("/blocked"), 503, "the server is busy")
        held.go.set()
        held.ended.acquire()
        while "semsearch_requests_working 0.0" not in client.get("/metrics").text:
            pass
        assert client.get("/blocked").status_code == 200


def test_answer_that_has_begun_may_take_longer(opened: Served) -> None:
    app = app_of(opened, request_seconds=0.05)
    late = threading.Event()

    @app.get("/streamed")
    async def streamed() -> Response:
        async def pieces() -> Any:
            yield b"one "
            await asyncio.sleep(0.1)
            late.set()
            yield b"two"

        return StreamingResponse(pieces(), media_type="text/plain")

    assert client_of(app).get("/streamed").text == "one two"
    assert late.is_set()


def test_client_that_takes_nothing_is_let_go(opened: Served) -> None:
    app = app_of(opened, stall_seconds=0.05, concurrent_requests=1)

    @app.get("/streamed")
    def streamed() -> Response:
        def pieces() -> Iterator[bytes]:
            while True:
                yield b"x" * 1000

        return StreamingResponse(pieces(), media_type="text/plain")

    async def stuck(message: Message) -> None:
        if message["type"] == "http.response.body":
            await never()

    async def talk() -> None:
        await app(http("/streamed"), nothing(), stuck)
        assert app.state.metrics.working._value.get() == 0

    asyncio.run(talk())


def test_failure_after_the_answer_began_cuts_it(opened: Served) -> None:
    app = app_of(opened)

    @app.get("/streamed")
    def streamed() -> Response:
        def pieces() -> Iterator[bytes]:
            yield b"one"
            raise RuntimeError("/secret")

        return StreamingResponse(pieces(), media_type="text/plain")

    with pytest.raises(RuntimeError):
        TestClient(app).get("/streamed")


def test_many_requests_at_a_time_all_get_an_answer(opened: Served) -> None:
    app = app_of(opened, concurrent_requests=2, waiting_requests=3, waiting_seconds=60)
    with client_of(app) as client, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.get(SEARCH, params={"q": "EMT"}), range(100)))
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert all("retry-after" in one.headers for one in answers if one.status_code == 503)
    bodies = {one.content for one in answers if one.status_code == 200}
    assert len(bodies) == 1
