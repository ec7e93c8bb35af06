"""Where the answers to questions are worked out: in this process, or in several beside it.

Python runs one thread of a process at a time, and half of the work on a question is Python: one
process answers little more than one question at a time, however many cores there are. With
processes beside it, this one speaks HTTP and hands questions on. Each of them has the index open,
mapped from the same files, and the model loaded; it takes new generations by itself, as a server
does. A question that goes to one which has not the generation of its request, as in the second
after another was published, or is starting again after it died, is answered here. A question over
which a process died, or that took it too long, is not: this process would fare no better.
"""

from __future__ import annotations

import logging
import logging.config
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

from semsearch.answer.ask import Answer, ask
from semsearch.errors import SemsearchError
from semsearch.index.workers import LostError, Workers, cores
from semsearch.rank.options import SearchOptions
from semsearch.retrieve.hits import SearchResult, SimilarResult
from semsearch.search import Searcher
from semsearch.serve.logs import LOGGING
from semsearch.serve.served import RETRY_SECONDS, Served
from semsearch.timing import recorded

_log = logging.getLogger("semsearch")


class Asked(StrEnum):
    """What is done with a text."""

    ASK = "ask"
    SEARCH = "search"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question; of the options, ``similar`` takes the limit alone."""

    asked: Asked
    text: str
    options: SearchOptions


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as JSON.

    ``next``: the cursor of the following page. ``spent``: seconds by stage, in order: "answer" in
    all, of that each ``Stage`` that was passed, and "json".
    """

    body: bytes
    next: str | None
    spent: Mapping[str, float]


def write_answer(searcher: Searcher, task: Task) -> Written:
    """Work out an answer.

    Raises:
        UsageError: it cannot be asked like this.
        SemsearchError: the index or the model has a fault.
    """
    found: Answer | SearchResult | SimilarResult
    following = None
    with recorded() as timings:
        if task.asked is Asked.SIMILAR:
            found = searcher.similar(task.text, limit=task.options.limit)
        elif task.asked is Asked.SEARCH:
            found = searcher.search(task.text, options=task.options)
            following = found.next
        else:
            found = ask(searcher, task.text, options=task.options)
            following = found.next
    answered = time.perf_counter()
    body = orjson.dumps(found)
    stages = {stage.value: seconds for stage, seconds in timings.by_stage().items()}
    spent = {"answer": timings.total, **stages, "json": time.perf_counter() - answered}
    return Written(body, following, spent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The index that a process beside this one answers from, and how many share the cores."""

    folder: Path
    model: str | None
    recipe: str | None
    processes: int


class Answering:
    """Works out answers; may be used by several threads at a time.

    Args:
        workers: the processes; with one, all is done in this process.
        opening: what they open.
        seconds: after which one that gives no answer is stopped, and started again.
    """

    def __init__(
        self,
        workers: Workers | None = None,
        opening: Opening | None = None,
        *,
        seconds: float | None = None,
    ) -> None:
        self._workers = workers if workers is not None and workers.processes > 1 else None
        self._opening = opening
        self._seconds = seconds

    def warm(self) -> None:
        """Start the processes, and have them open the index and load the model.

        Raises:
            SemsearchError: one of them cannot.
            LostError: one of them ended.
        """
        if self._workers is not None and self._opening is not None:
            ready = [
                self._workers.submit(_open, self._opening) for _ in range(self._workers.processes)
            ]
            for one in ready:
                one.result()

    def answer(self, searcher: Searcher, task: Task) -> Written:
        """The answer to a question out of the generation of a searcher.

        Raises:
            UsageError: it cannot be asked like this.
            SemsearchError: the index or the model has a fault.
            LostError: the process that worked on it died, or took too long and was stopped.
        """
        if self._workers is not None and self._opening is not None:
            digest = searcher.generation.manifest.content_digest
            number = searcher.generation.manifest.generation
            try:
                found = self._workers.submit(
                    _answer, (self._opening, (number, digest), task), seconds=self._seconds
                ).result()
            except LostError as error:
                _log.error("a process that answers %s; another is started", error)
                raise
            if found is not None:
                return found
        return write_answer(searcher, task)


class Own:
    """The index of a process that was started to answer; asked for by one thread.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._opened: Served | None = None
        self._thread: threading.Thread | None = None
        self._failed: float | None = None  # when it could not be opened, by the clock

    def open(self, opening: Opening) -> None:
        """Open the index and load the model, unless that is done.

        Raises:
            SemsearchError: it cannot be opened.
        """
        with self._lock:
            if self._opened is None:
                self._opened = _open_served(opening)

    def opened(self, opening: Opening) -> Served | None:
        """The index; None while a thread opens it, and for a while after that failed."""
        busy = self._thread is not None and self._thread.is_alive()
        late = self._failed is None or self._clock() >= self._failed + RETRY_SECONDS
        if self._opened is None and late and not busy:
            self._thread = threading.Thread(
                target=self._try, args=(opening,), name="semsearch-open", daemon=True
            )
            self._thread.start()
        return self._opened

    def _try(self, opening: Opening) -> None:
        try:
            self.open(opening)
        except Exception as error:  # whatever it is, the server answers in its place
            self._failed = self._clock()
            trace = None if isinstance(error, SemsearchError) else error
            _log.error("a process that answers cannot open the index: %s", error, exc_info=trace)


_own = Own()


def _open(opening: Opening) -> None:
    """Open the index and load the model; runs in a process of its own."""
    _own.open(opening)


def _open_served(opening: Opening) -> Served:
    # Before the settings are read: each process takes its share of the cores.
    os.environ.setdefault("SEMSEARCH_THREADS", str(max(1, cores() // opening.processes)))
    logging.config.dictConfig(LOGGING)
    served = Served(Searcher(opening.folder, model=opening.model, recipe=opening.recipe))
    served.warm()
    served.watch()
    return served


def _answer(given: tuple[Opening, tuple[int, str], Task]) -> Written | None:
    """An answer; None where this process has another generation open, or none yet."""
    opening, generation, task = given
    served = _own.opened(opening)
    if served is None:
        return None
    with served.lease() as searcher:
        manifest = searcher.generation.manifest
        if (manifest.generation, manifest.content_digest) != generation:
            return None
        return write_answer(searcher, task)
