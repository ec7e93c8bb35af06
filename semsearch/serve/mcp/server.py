"""The tools over the Model Context Protocol: standard input and output, or HTTP in the server."""

from __future__ import annotations

import logging
import logging.config
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from typing import Any

import anyio
import anyio.to_thread
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ListedTool
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from semsearch.errors import SemsearchError, UsageError
from semsearch.search import Searcher
from semsearch.serve.logs import LOGGING
from semsearch.serve.mcp.tools import INSTRUCTIONS, TOOLS, call
from semsearch.serve.served import Served
from semsearch.settings import Settings, settings
from semsearch.version import __version__

_log = logging.getLogger("semsearch")

#: Where the server has the tools.
PATH = "/mcp"
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_FAILED = "the tool failed; the log of the server says why"


def make_server(served: Served, *, concurrent: int) -> Server[Any]:
    """A server of the tools over an index.

    Args:
        served: the index; each call is answered from the generation that is newest when it starts.
        concurrent: calls that are worked on at a time; others wait.
    """
    places = anyio.CapacityLimiter(concurrent)

    async def list_tools(context: Any, params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_listed(name) for name in TOOLS])

    async def call_tool(context: Any, params: CallToolRequestParams) -> CallToolResult:
        try:
            page = await anyio.to_thread.run_sync(
                call, served, params.name, params.arguments or {}, limiter=places
            )
        except SemsearchError as error:
            if not isinstance(error, UsageError):
                _log.error("a tool failed", exc_info=error)
            return _failed(str(error))
        except Exception as error:  # the client gets no more than that it happened
            _log.error("a tool failed", exc_info=error)
            return _failed(_FAILED)
        return CallToolResult(
            content=[TextContent(type="text", text=page.text)],
            structured_content=page.result.model_dump(mode="json", exclude_none=True),
        )

    return Server(
        "semsearch",
        title="semsearch",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def run_stdio(searcher: Searcher) -> None:
    """Answer on standard output what comes on standard input, until that ends.

    The model is loaded before the first call is taken. Logs go to standard error.

    Raises:
        EncoderError: the model cannot be loaded.
    """
    handlers = {"handlers": ["stderr"], "level": "WARNING", "propagate": False}
    logging.config.dictConfig(
        {**LOGGING, "loggers": {"semsearch": LOGGING["loggers"]["semsearch"], "mcp": handlers}}
    )
    served = Served(searcher)
    with served.watched():
        with redirect_stdout(sys.stderr):  # nothing but the protocol on standard output
            served.warm()
        # The thread that waits for input cannot be woken: Ctrl-C ends the process at once, as
        # SIGTERM does; nothing is lost, because nothing is written.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        server = make_server(served, concurrent=settings().concurrent_requests)
        anyio.run(_answer_stdio, server)


async def _answer_stdio(server: Server[Any]) -> None:
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


class HttpTools:
    """The tools over streamable HTTP, as an ASGI application that answers while ``run`` is entered.

    Requests stand for themselves, without sessions, and get JSON: a restart or a second server
    loses nothing. Only known hosts may be asked for, which keeps pages of other sites from reaching
    a server on this machine by a name that they rebind to it; no page of another origin may ask.

    Args:
        served: the index.
        how: ``mcp_hosts`` are known beside the loopback names.
    """

    def __init__(self, served: Served, how: Settings) -> None:
        self._served = served
        self._how = how
        self._sessions: StreamableHTTPSessionManager | None = None
        #: Without sessions there is nothing to GET or to DELETE.
        self.route = Route(PATH, self, methods=["POST"])

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Answer while the block runs; may be entered again after it."""
        hosts = [f"{name}{port}" for name in _LOOPBACK for port in ("", ":*")]
        named = [one.strip() for one in self._how.mcp_hosts.split(",") if one.strip()]
        self._sessions = StreamableHTTPSessionManager(
            make_server(self._served, concurrent=self._how.concurrent_requests),
            json_response=True,
            stateless=True,
            max_request_body_size=self._how.max_body_bytes,
            security_settings=TransportSecuritySettings(
                allowed_hosts=[*hosts, *named],
                allowed_origins=[
                    *(f"http://{host}" for host in hosts),
                    *(f"{scheme}://{host}" for host in named for scheme in ("http", "https")),
                ],
            ),
        )
        try:
            async with self._sessions.run():
                yield
        finally:
            self._sessions = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if self._sessions is None:
            raise RuntimeError("the tools are asked outside run()")
        scope["route"] = self.route  # for metrics and logs; Starlette does not say it
        await self._sessions.handle_request(scope, receive, send)


def _listed(name: str) -> ListedTool:
    tool = TOOLS[name]
    return ListedTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema(),
        output_schema=tool.output_schema(),
        annotations=ToolAnnotations(
            read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )


def _failed(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=sentence)], is_error=True)
