"""Where the time of one request goes, by stage.

Code that answers says which stage it is in; without anybody who listens that costs less than a
microsecond. Time in an inner stage is not time of the outer one, so that the stages of one thread
never add up to more than the whole. Threads that a request starts are not listened to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from time import perf_counter
from types import TracebackType


class Stage(StrEnum):
    """What is done for a request, in this order."""

    LOAD = "load"  # the model, with the first question
    ENCODE = "encode"  # the question, in all its wordings
    FILTER = "filter"  # which rows are allowed
    DENSE = "dense"  # nearest vectors
    LEXICAL = "lexical"  # BM25
    FUSE = "fuse"  # candidates of both, their features and order
    LATE = "late"  # late interaction
    READ = "read"  # what the candidates say to the question
    VERDICT = "verdict"
    ABSTRACTS = "abstracts"
    FOLD = "fold"  # near-duplicates and papers put together
    ROWS = "rows"  # records from the store
    RENDER = "render"  # what is shown of each hit
    FACETS = "facets"
    SPELL = "spell"  # words that the index does not hold


class Timings:
    """Seconds by stage; what belongs to none is in ``other``.

    Attributes:
        seconds: by stage, those of inner stages left out.
        total: from the start to the end.
    """

    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = {}
        self.total = 0.0
        self._open: list[Stage] = []
        self._started = self._since = perf_counter()

    @property
    def other(self) -> float:
        """Seconds in no stage."""
        return max(0.0, self.total - sum(self.seconds.values()))

    def by_stage(self) -> dict[Stage, float]:
        """The stages that were passed, in the order of ``Stage``."""
        return {stage: self.seconds[stage] for stage in Stage if stage in self.seconds}

    def enter(self, stage: Stage) -> None:
        """A stage begins; that around it stands still."""
        self._note(perf_counter())
        self._open.append(stage)

    def leave(self) -> None:
        """The innermost stage ends."""
        self._note(perf_counter())
        self._open.pop()

    def close(self) -> None:
        """The request is done."""
        self.total = perf_counter() - self._started

    def _note(self, now: float) -> None:
        if self._open:
            stage = self._open[-1]
            self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


_listening: ContextVar[Timings | None] = ContextVar("semsearch_timings", default=None)


@contextmanager
def recorded() -> Iterator[Timings]:
    """Listen to the stages of all that this thread does inside."""
    timings = Timings()
    token = _listening.set(timings)
    try:
        yield timings
    finally:
        _listening.reset(token)
        timings.close()


class timed:
    """A stage, for as long as its block runs."""

    __slots__ = ("_stage", "_timings")

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def __enter__(self) -> None:
        self._timings = _listening.get()
        if self._timings is not None:
            self._timings.enter(self._stage)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timings is not None:
            self._timings.leave()
