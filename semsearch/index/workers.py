"""Processes that do pieces of a build, so that all cores read articles at once.

A process is a fresh interpreter at the end of a pipe. Nothing of its parent is copied into it,
whatever libraries and threads that has loaded, and the parent's main script does not run again. A
function travels by its name; arguments and results are pickled into the pipe and never to disk. A
process ends when its pipe does, so also when its parent is killed.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from typing import Any, Generic, Protocol, Self, TypeVar

A = TypeVar("A")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_END_SECONDS = 5  # until a process whose pipe was closed is killed


class LostError(Exception):
    """A process died over its piece of work, or took too long and was stopped."""


class Piece(Protocol[R_co]):
    """A piece of work that somebody does."""

    def result(self) -> R_co:
        """What it gave, as soon as it is done; raises what it raised."""


@dataclass(slots=True)
class _Own(Generic[A, R]):
    """A piece that this process does itself, when its result is asked for."""

    function: Callable[[A], R]
    argument: A
    done: tuple[R] | None = None

    def result(self) -> R:
        if self.done is None:
            self.done = (self.function(self.argument),)
        return self.done[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Process:
    connection: Connection
    process: subprocess.Popen[bytes]

    def call(self, function: Callable[[A], R], argument: A, seconds: float | None) -> R:
        try:
            self.connection.send((function, argument))
            if not self.connection.poll(seconds):
                self.kill()
                raise LostError(f"took longer than {seconds:g} s")
            done, result = self.connection.recv()
        except (EOFError, OSError):
            self.kill()
            raise LostError(f"ended the process that did it ({_ending(self.process)})") from None
        if not done:
            raise result
        found: R = result
        return found

    def kill(self) -> None:
        """Stop it at once; the pipe is closed on both sides."""
        self.connection.close()
        try:  # one that died by itself is asked for how
            self.process.wait(0.2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Workers:
    """Does pieces of work in processes of its own, or, with one process, in this one.

    Processes start when they are needed. To be used as a context: at its end all are stopped, at
    once where it ends with an error.

    Args:
        processes: how many; 0 for one a core; with 1 a piece is done here, when its result is
            asked for.
        seconds: longest that a piece may take in a process of its own; None for no limit.
    """

    def __init__(self, processes: int, *, seconds: float | None = None) -> None:
        self.processes = processes or cores()
        self._seconds = seconds
        self._here = threading.local()
        self._started: list[_Process] = []
        self._lock = threading.Lock()
        self._stopped = False
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self.processes > 1:
            self._threads = ThreadPoolExecutor(self.processes, "worker")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._threads is None:
            return
        with self._lock:
            self._stopped = True
        if kind is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            for one in self._started:
                one.process.kill()
        self._threads.shutdown(wait=True)
        for one in self._started:
            one.connection.close()
        for one in self._started:
            try:
                one.process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait()

    def submit(
        self, function: Callable[[A], R], argument: A, *, seconds: float | None = None
    ) -> Piece[R]:
        """Have a function called.

        Args:
            function: of a module, so that it can be named.
            argument: what it is given.
            seconds: longest that it may take; None for what holds for all pieces.

        Returns:
            Its result, or the error that it raised, or ``LostError``. An error that comes from
            another process has the traceback from there as a note, for logs alone.
        """
        if self._threads is None:
            return _Own(function, argument)
        return self._threads.submit(self._call, function, argument, seconds or self._seconds)

    def _call(self, function: Callable[[A], R], argument: A, seconds: float | None) -> R:
        process: _Process | None = getattr(self._here, "process", None)
        if process is None:
            process = self._here.process = self._start()
        try:
            return process.call(function, argument, seconds)
        except LostError:
            self._here.process = None
            with self._lock:
                self._started.remove(process)
            raise

    def _start(self) -> _Process:
        """A new process; it finds modules where this one does."""
        mine, theirs = Pipe()
        code = (
            f"import sys; sys.path[:] = {sys.path!r}\n"
            f"from semsearch.index.workers import serve; serve({theirs.fileno()})"
        )
        with self._lock:
            if self._stopped:
                raise LostError("was not begun")
            process = _Process(
                mine,
                subprocess.Popen(  # noqa: S603 - our own interpreter and code
                    [sys.executable, "-c", code],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    process_group=0,  # Ctrl-C is for the parent, which stops it
                    env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                ),
            )
            self._started.append(process)
        theirs.close()
        return process


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the search for cycles of objects: for work that makes many objects and no cycles.

    The search walks all of them again and again, which takes a quarter of the time of such work.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def serve(descriptor: int) -> None:
    """Do the calls that come through a pipe until it ends; runs in a process of its own."""
    connection = Connection(descriptor)
    try:
        while True:
            function, argument = connection.recv()
            connection.send(_done(function, argument))
    except (EOFError, ConnectionError):
        return  # the parent is gone, or wants no more


def _done(function: Callable[[Any], object], argument: object) -> tuple[bool, object]:
    try:
        return True, function(argument)
    except Exception as error:  # the parent raises it; a traceback does not pass through a pipe
        error.add_note(f"In the process that did it:\n{traceback.format_exc()}")
        return False, error


def _ending(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
