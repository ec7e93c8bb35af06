"""The index that a server answers from: each request has one generation, new ones come in between.

A request takes a *lease* on the generation that is newest when it starts and works on that one to
its end, a streamed answer included. ``look`` opens a generation that was published meanwhile beside
the old one and then puts it in its place. The old one is closed when its last lease ends.

A thread looks, not a request: opening a large index takes seconds, which would make one unlucky
request slow, and an idle server would hold files that nobody needs any more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from semsearch.errors import SemsearchError
from semsearch.index.layout import Layout
from semsearch.index.manifest import read_manifest
from semsearch.search import Searcher

#: Seconds between two looks for a new generation.
LOOK_SECONDS = 1.0
#: Seconds before a generation that could not be opened is tried again.
RETRY_SECONDS = 30.0

_log = logging.getLogger("semsearch")


@dataclass(slots=True)
class _Held:
    """An opened generation, with the number of requests that work on it."""

    searcher: Searcher
    leases: int = 0
    replaced: bool = False


@dataclass(slots=True)
class _Seen:
    """The pointer to the published generation as it was last looked at."""

    stamp: tuple[int, int] | None = None
    failed: float | None = None  # when its generation could not be opened, in monotonic seconds


@dataclass(slots=True)
class Reloads:
    """How many generations were taken since the start, and how many could not be opened."""

    taken: int = 0
    failed: int = 0


class Served:
    """Hands out leases on the newest generation; may be used by several threads at a time.

    Args:
        searcher: over the generation to start with; closed by this class.
        clock: seconds that only go forward.
    """

    def __init__(self, searcher: Searcher, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.reloads = Reloads()
        self._current = _Held(searcher)
        self._clock = clock
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._seen = _Seen()

    @property
    def ready(self) -> bool:
        """Whether there is an opened generation: false once this was closed."""
        with self._lock:
            return not self._current.replaced

    @contextmanager
    def lease(self) -> Iterator[Searcher]:
        """The newest generation, kept open until the end of the block."""
        with self._lock:
            held = self._current
            held.leases += 1
        try:
            yield held.searcher
        finally:
            with self._lock:
                held.leases -= 1
                last = held.replaced and held.leases == 0
            if last:
                held.searcher.close()

    def warm(self) -> None:
        """Load the model, so that no request waits for it.

        Raises:
            EncoderError: it cannot be loaded.
        """
        with self.lease() as searcher:
            searcher.encoder.encode(["ready"])

    def look(self) -> bool:
        """Take a generation that was published since the last look; whether there was one.

        One that cannot be opened is logged, and tried again later: the old one goes on answering.
        """
        with self._looking:
            old = self._current.searcher
            stamp = _stamp(old)
            seen = self._seen
            if stamp == seen.stamp and (
                seen.failed is None or self._clock() < seen.failed + RETRY_SECONDS
            ):
                return False
            self._seen = _Seen(stamp)
            try:
                layout = Layout(old.folder)
                published = read_manifest(layout.generation(layout.published()))
                if published == old.generation.manifest:
                    return False
                fresh = old.reopened()
            except Exception as error:  # whatever it is, the old generation goes on answering
                self._seen.failed = self._clock()
                self.reloads.failed += 1
                trace = None if isinstance(error, SemsearchError) else error
                _log.error("the new generation was not taken: %s", error, exc_info=trace)
                return False
            self._replace(fresh)
            self.reloads.taken += 1
            _log.info("generation %d is served", fresh.generation.manifest.generation)
            return True

    @contextmanager
    def watched(self, seconds: float = LOOK_SECONDS) -> Iterator[None]:
        """Look again and again while the block runs; closed at its end.

        Args:
            seconds: between two looks.
        """
        stopped = threading.Event()
        watcher = self.watch(stopped, seconds)
        try:
            yield
        finally:
            stopped.set()
            watcher.join()
            self.close()

    def watch(
        self, stopped: threading.Event | None = None, seconds: float = LOOK_SECONDS
    ) -> threading.Thread:
        """Look again and again in a thread, until an event or the end of the process."""
        end = stopped or threading.Event()

        def look() -> None:
            while not end.wait(seconds):
                self.look()

        watcher = threading.Thread(target=look, name="semsearch-look", daemon=True)
        watcher.start()
        return watcher

    def close(self) -> None:
        """Close the generation; the last request that works on it does, where there is one."""
        with self._looking:
            self._retire(self._current)

    def _replace(self, searcher: Searcher) -> None:
        with self._lock:
            old, self._current = self._current, _Held(searcher)
        self._retire(old)

    def _retire(self, held: _Held) -> None:
        with self._lock:
            idle = held.leases == 0 and not held.replaced
            held.replaced = True
        if idle:
            held.searcher.close()


def _stamp(searcher: Searcher) -> tuple[int, int] | None:
    """What changes when a generation is published; None where the folder is not there."""
    try:
        found = Layout(searcher.folder).current.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
