"""The tools by the client of the package ``mcp``, over standard input and output and over HTTP."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from semsearch.__main__ import main
from semsearch.errors import UsageError
from semsearch.search import Searcher
from semsearch.serve.access.keys import KeyRing, KeyScope
from semsearch.serve.app import create_app
from semsearch.serve.mcp.server import make_server
from semsearch.serve.mcp.tools import TOOLS
from semsearch.serve.served import Served
from semsearch.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
QUESTION = "does EMT induce IL-6"
Publish = Callable[..., Path]

#: ``semsearch mcp`` with the encoder of the tests in place of a model.
_CHILD = """
import sys
from semsearch.search import Searcher
from semsearch.serve.mcp.server import run_stdio
from tests.conftest import HashedWords
run_stdio(Searcher(sys.argv[1], encoder=HashedWords()))
"""
_MODES = ("legacy", "auto")


def talk(server: Any, what: Callable[[Client], Awaitable[None]], *, mode: str = "auto") -> None:
    async def connected() -> None:
        with anyio.fail_after(120):
            async with Client(server, mode=mode) as client:
                await what(client)

    anyio.run(connected)


def child(index: Path) -> StdioServerParameters:
    return StdioServerParameters(command=sys.executable, args=["-c", _CHILD, str(index)], cwd=ROOT)


async def content_of(client: Client, name: str, **arguments: Any) -> Any:
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refusal_of(client: Client, name: str, **arguments: Any) -> str:
    result = await client.call_tool(name, arguments)
    assert result.is_error
    (block,) = result.content
    assert block.type == "text"
    return block.text


async def use_all(client: Client) -> None:
    listed = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(listed) == {"ask", "search", "similar", "cite", "report", "statement"}
    for name, tool in listed.items():
        assert tool.input_schema["properties"]["token_budget"]["default"] == 2_000
        assert tool.output_schema == TOOLS[name].output_schema()
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
    answer = await content_of(client, "ask", question=QUESTION)
    (side,) = answer["sides"]
    assert (side["stance"], side["statements"]) == ("supports", 1)
    (shown,) = side["shown"]
    assert (shown["text"], shown["doi"]) == ("EMT induces IL-6 [1].", "10.5555/told")
    found = await content_of(client, "search", text="Snail")
    assert found["statements"][0]["text"] == "Snail raises EMT [1]."
    near = await content_of(client, "similar", statement_or_text=shown["id"])
    assert [one["text"] for one in near["statements"]] == ["Snail raises EMT [1]."]
    report = await content_of(client, "report", work="10.5555/cited.1")
    assert report["tally"]["total"] == 2
    one = await content_of(client, "statement", statement=shown["id"])
    assert one["works"][0]["doi"] == "10.5555/cited.1"
    text = await refusal_of(client, "report", work="10.5555/nowhere")
    assert "10.5555/nowhere" in text
    assert "Traceback" not in text
    assert "there is no parameter 'colour'" in await refusal_of(
        client, "search", text="x", colour="red"
    )


@pytest.mark.parametrize("mode", _MODES)
def test_tools_answer_over_standard_input_and_output(publish: Publish, mode: str) -> None:
    talk(child(publish("EMT induces IL-6", "Snail raises EMT")), use_all, mode=mode)


def test_new_generation_is_taken_while_a_client_is_connected(publish: Publish) -> None:
    index = publish("EMT induces IL-6", "Snail raises EMT")

    async def watch(client: Client) -> None:
        assert (await content_of(client, "search", text="EMT"))["generation"] == 1
        await anyio.to_thread.run_sync(publish, "EMT lowers IL-6")
        while (found := await content_of(client, "search", text="EMT"))["generation"] == 1:
            await anyio.sleep(0.1)
        assert [one["text"] for one in found["statements"]] == ["EMT lowers IL-6 [1]."]

    talk(child(index), watch)


def test_nothing_but_the_protocol_is_on_standard_output(index: Path) -> None:
    def message(method: str, identity: int | None = None, **params: Any) -> str:
        numbered = {} if identity is None else {"id": identity}
        return json.dumps({"jsonrpc": "2.0", "method": method, "params": params} | numbered) + "\n"

    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "semsearch", "mcp", "--index", str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        hello = {"protocolVersion": "2025-06-18", "capabilities": {}}
        info = {"clientInfo": {"name": "test", "version": "1"}}
        process.stdin.write(message("initialize", 1, **hello, **info))
        process.stdin.flush()
        first = json.loads(process.stdout.readline())
        assert first["result"]["serverInfo"]["name"] == "semsearch"
        process.stdin.write(message("notifications/initialized"))
        asked = {"name": "ask", "arguments": {"question": QUESTION}}
        process.stdin.write(message("tools/call", 2, **asked))
        process.stdin.flush()
        second = json.loads(process.stdout.readline())
        assert second["id"] == 2
        assert second["result"]["structuredContent"]["verdict"]["verdict"] == "mixed"
        rest, _ = process.communicate(timeout=60)
        assert rest == ""
    assert process.returncode == 0


def test_interrupt_ends_a_server_that_waits_for_input(publish: Publish) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", _CHILD, str(publish("EMT induces IL-6"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=60) == -signal.SIGINT
        finally:
            process.kill()


def test_failure_inside_is_told_without_its_cause(opened: Served) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the inside")

    async def ask(client: Client) -> None:
        with opened.lease() as searcher, pytest.MonkeyPatch.context() as patch:
            patch.setattr(searcher, "search", broken)
            text = await refusal_of(client, "search", text="EMT")
        assert text == "the tool failed; the log of the server says why"

    talk(make_server(opened, concurrent=1), ask)


@contextmanager
def serving(served: Served, **limits: Any) -> Iterator[str]:
    """Address of a server in a thread."""
    app = create_app(served, limits=Settings(mcp=True, **limits))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        ready = threading.Event()
        startup = server.startup

        async def started(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            ready.set()

        server.startup = started  # type: ignore[method-assign]
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            assert ready.wait(60)
            yield address
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize("mode", _MODES)
def test_tools_answer_over_http_in_the_server(opened: Served, mode: str) -> None:
    with serving(opened) as address:
        talk(f"{address}/mcp", use_all, mode=mode)
        metrics = httpx.get(f"{address}/metrics").text
    assert 'route="/mcp"' in metrics


_CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "search", "arguments": {"text": "EMT"}},
}
_ACCEPT = {"accept": "application/json, text/event-stream"}


@pytest.fixture
def over_http(opened: Served) -> Iterator[TestClient]:
    app = create_app(opened, limits=Settings(mcp=True, mcp_hosts="search.example.org"))
    with TestClient(app, base_url="http://localhost:8000", headers=_ACCEPT) as client:
        yield client


def test_request_by_a_known_host_is_answered(over_http: TestClient) -> None:
    for host in ("localhost:8000", "127.0.0.1", "search.example.org"):
        answer = over_http.post("/mcp", json=_CALL, headers={"host": host})
        assert answer.status_code == 200, host
        assert answer.json()["result"]["structuredContent"]["found"] == 2
        assert answer.headers["cache-control"] == "no-store"


def test_rebound_host_and_foreign_page_are_refused(over_http: TestClient) -> None:
    rebound = over_http.post("/mcp", json=_CALL, headers={"host": "evil.example:8000"})
    assert rebound.status_code == 421
    foreign = over_http.post("/mcp", json=_CALL, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    own = over_http.post("/mcp", json=_CALL, headers={"origin": "http://localhost:8000"})
    assert own.status_code == 200


def test_stream_without_sessions_is_refused(over_http: TestClient) -> None:
    assert over_http.get("/mcp").status_code == 405


def test_server_can_be_started_again(opened: Served) -> None:
    app = create_app(opened, limits=Settings(mcp=True))
    for _ in range(2):
        with TestClient(app, base_url="http://localhost", headers=_ACCEPT) as client:
            assert client.post("/mcp", json=_CALL).status_code == 200


def test_keys_of_the_server_hold_for_the_tools(opened: Served) -> None:
    with opened.lease() as searcher:
        key = KeyRing(searcher.folder).add("model", KeyScope.READ)
    app = create_app(opened, limits=Settings(mcp=True, require_key=True))
    with TestClient(app, base_url="http://localhost", headers=_ACCEPT) as client:
        assert client.post("/mcp", json=_CALL).status_code == 401
        keyed = client.post("/mcp", json=_CALL, headers={"authorization": f"Bearer {key}"})
        assert keyed.status_code == 200


def test_tools_are_off_unless_asked_for(cited: Searcher) -> None:
    assert TestClient(create_app(cited)).post("/mcp", json=_CALL).status_code == 404


def test_missing_package_is_told_with_its_extra(
    opened: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("semsearch.serve.mcp.find_spec", lambda name: None)
    with pytest.raises(SystemExit) as left:
        main(["mcp"])
    assert left.value.code == 2
    assert capsys.readouterr().err == (
        "semsearch: the package mcp is not installed; install the extra mcp:"
        " pip install 'semsearch[mcp]'\n"
    )
    with pytest.raises(UsageError, match="install the extra mcp"):
        create_app(opened, limits=Settings(mcp=True))
    assert create_app(opened, limits=Settings()).state.tools is None
