"""How many requests are worked on at a time, and for how long."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from semsearch.serve.errors import error_response
from semsearch.serve.exchange import exchange_of
from semsearch.serve.metrics import Metrics

#: Seconds after which a request that found no place may come again.
_RETRY: Final = 2


class Work:
    """Lets a few requests in at a time; some more wait, and the rest is told to come again.

    A request that gets 504 is answered, but what was begun for it runs to its end in its thread,
    and its place is taken until then: threads cannot be stopped from outside. Once an answer has
    begun it may take as long as the client goes on taking it.

    Args:
        app: what is inside.
        concurrent: requests that are worked on at a time.
        waiting: requests that may wait.
        waiting_seconds: for which one may wait.
        request_seconds: until an answer has to begin.
        stall_seconds: in which a client has to take the next piece of its answer.
        metrics: is told how many work and wait.
        free: whether a request needs no place and has no limit of time.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        concurrent: int,
        waiting: int,
        waiting_seconds: float,
        request_seconds: float,
        stall_seconds: float,
        metrics: Metrics,
        free: Callable[[Scope], bool],
    ) -> None:
        self.app = app
        self.waiting = waiting
        self.waiting_seconds = waiting_seconds
        self.request_seconds = request_seconds
        self.stall_seconds = stall_seconds
        self.metrics = metrics
        self.free = free
        self._places = asyncio.Semaphore(concurrent)
        self._queue = 0
        self._under_way: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or self.free(scope):
            await self.app(scope, receive, send)
            return
        arrived = time.perf_counter()
        if await self._admitted():
            exchange_of(scope).spent["wait"] = time.perf_counter() - arrived
            await self._timed(scope, receive, send)
        else:
            refusal = error_response(
                scope, 503, "the server is busy; try again", {"Retry-After": str(_RETRY)}
            )
            await refusal(scope, receive, send)

    async def _admitted(self) -> bool:
        if not self._places.locked():
            await self._places.acquire()
            return True
        if self._queue >= self.waiting:
            return False
        self._queue += 1
        self.metrics.waiting.inc()
        try:
            async with asyncio.timeout(self.waiting_seconds):
                await self._places.acquire()
        except TimeoutError:
            return False
        finally:
            self._queue -= 1
            self.metrics.waiting.dec()
        return True

    async def _timed(self, scope: Scope, receive: Receive, send: Send) -> None:
        gate = _Gate(send, self.stall_seconds)
        task = asyncio.create_task(self._inside(scope, receive, gate))
        self.metrics.working.inc()
        self._under_way.add(task)
        task.add_done_callback(self._leave)
        try:
            await asyncio.wait({task}, timeout=self.request_seconds)
            if task.done() or gate.begun:
                await task
                return
        except asyncio.CancelledError:
            task.cancel()
            raise
        gate.shut = True
        late = f"no answer within {self.request_seconds:g} s (setting request_seconds)"
        retry = {"Retry-After": str(math.ceil(self.request_seconds))}
        await error_response(scope, 504, late, retry)(scope, receive, send)

    async def _inside(self, scope: Scope, receive: Receive, gate: _Gate) -> None:
        await self.app(scope, receive, gate.send)

    def _leave(self, task: asyncio.Task[None]) -> None:
        self.metrics.working.dec()
        self._under_way.discard(task)
        self._places.release()
        if not task.cancelled():
            task.exception()  # taken note of, where nobody waits for it any more


class _Gate:
    """The way out for an answer; shut once another answer was given instead."""

    def __init__(self, send: Send, stall_seconds: float) -> None:
        self._send = send
        self._stall_seconds = stall_seconds
        self.begun = False
        self.shut = False

    async def send(self, message: Message) -> None:
        if self.shut:
            return
        self.begun = True
        try:
            async with asyncio.timeout(self._stall_seconds):
                await self._send(message)
        except TimeoutError:
            raise ConnectionAbortedError("the client does not take its answer") from None
