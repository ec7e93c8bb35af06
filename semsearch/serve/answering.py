"""Where the answers to questions are worked out: in this process, or in several beside it.

Python runs one thread of a process at a time, and half of the work on a question is Python: one
process answers little more than one question at a time, however many cores there are. With
processes beside it, this one speaks HTTP and hands questions on. Each of them has the index open,
mapped from the same files, and the model loaded; it takes new generations by itself, as a server
does. A question that goes to one which has not the generation of its request, as in the second
after another was published, or is starting again after it died, is answered here.
"""

from __future__ import annotations

import logging
import logging.config
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

from semsearch.answer.ask import Answer, ask
from semsearch.index.workers import LostError, Workers, cores
from semsearch.rank.options import SearchOptions
from semsearch.retrieve.hits import SearchResult, SimilarResult
from semsearch.search import Searcher
from semsearch.serve.logs import LOGGING
from semsearch.serve.served import Served
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
                found = None
            if found is not None:
                return found
        return write_answer(searcher, task)


#: The index of a process that was started to answer.
_served: Served | None = None
_opening = threading.Lock()


def _open(opening: Opening) -> None:
    """Open the index and load the model; runs in a process of its own."""
    with _opening:
        if _served is None:
            _serve(opening)


def _serve(opening: Opening) -> None:
    global _served  # noqa: PLW0603 - a process answers from one index
    # Before the settings are read: each process takes its share of the cores.
    os.environ.setdefault("SEMSEARCH_THREADS", str(max(1, cores() // opening.processes)))
    logging.config.dictConfig(LOGGING)
    served = Served(Searcher(opening.folder, model=opening.model, recipe=opening.recipe))
    served.warm()
    served.watch()
    _served = served


def _answer(given: tuple[Opening, tuple[int, str], Task]) -> Written | None:
    """An answer; None where this process has another generation open, or none yet."""
    opening, generation, task = given
    if _served is None:
        threading.Thread(target=_open, args=(opening,), daemon=True).start()
        return None
    with _served.lease() as searcher:
        manifest = searcher.generation.manifest
        if (manifest.generation, manifest.content_digest) != generation:
            return None
        return write_answer(searcher, task)
