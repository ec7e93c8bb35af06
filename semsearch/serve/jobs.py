"""Work that outlives its request, one piece at a time, in the order it was given.

Jobs are in memory: after a restart nobody knows of them. What a build had committed is kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import uuid4

from semsearch.errors import SemsearchError

#: Jobs that may wait, and ended ones that are remembered.
MOST_WAITING: Final = 100
MOST_ENDED: Final = 1000

_log = logging.getLogger("semsearch")


class JobKind(StrEnum):
    """What a job does."""

    ADD = "add"
    REMOVE = "remove"


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOutcome:
    """What a job came to: the generation that is published now, and whether it is a new one."""

    paper: str | None  # id of the paper that was added or removed
    generation: int
    published: bool
    statements: int  # of the index


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of work. Times are UTC, ISO 8601; ``error`` is one sentence."""

    id: str
    kind: JobKind
    subject: str  # name of the paper, or SHA-256 of the file
    state: JobState
    submitted: str
    started: str | None
    ended: str | None
    outcome: JobOutcome | None
    error: str | None


class FullError(Exception):
    """Too many jobs are waiting."""


class Jobs:
    """Runs jobs in a thread of its own, which starts with the first of them."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}  # in the order they were given
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="semsearch-jobs")

    def submit(self, kind: JobKind, subject: str, work: Callable[[], JobOutcome]) -> Job:
        """Add a job behind those that wait.

        Args:
            kind: what it does.
            subject: to what.
            work: does it; its ``SemsearchError`` becomes the error of the job.

        Raises:
            FullError: too many are waiting.
        """
        with self._lock:
            if sum(job.state is JobState.WAITING for job in self._jobs.values()) >= MOST_WAITING:
                raise FullError
            job = Job(
                id=uuid4().hex,
                kind=kind,
                subject=subject,
                state=JobState.WAITING,
                submitted=_now(),
                started=None,
                ended=None,
                outcome=None,
                error=None,
            )
            self._jobs[job.id] = job
            ended = [one.id for one in self._jobs.values() if one.ended is not None]
            for old in ended[: max(0, len(ended) - MOST_ENDED)]:
                del self._jobs[old]
            self._worker.submit(self._work, job.id, work)
        return job

    def get(self, identity: str) -> Job | None:
        """The job of an id, None where there is none or it was forgotten."""
        with self._lock:
            return self._jobs.get(identity)

    def close(self) -> None:
        """Wait for the job under way, and begin no other."""
        self._worker.shutdown(cancel_futures=True)

    def _work(self, identity: str, work: Callable[[], JobOutcome]) -> None:
        self._change(identity, state=JobState.RUNNING, started=_now())
        try:
            outcome = work()
        except SemsearchError as error:
            self._change(identity, state=JobState.FAILED, ended=_now(), error=str(error))
        except Exception as error:
            _log.error("job %s failed", identity, exc_info=error)
            message = "the job failed; the log of the server says why"
            self._change(identity, state=JobState.FAILED, ended=_now(), error=message)
        else:
            self._change(identity, state=JobState.DONE, ended=_now(), outcome=outcome)

    def _change(self, identity: str, **changes: object) -> None:
        with self._lock:
            self._jobs[identity] = replace(self._jobs[identity], **changes)  # type: ignore[arg-type]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
