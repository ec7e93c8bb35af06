"""The process of one contender: takes orders by line, and tells how long each took.

    python -c "from benchmarks.worker import main; main()"

The first line is a ``Start``; each further line is a number of a round, or ``end``. Every line is
answered by one line of JSON. What libraries print goes to the error stream.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, Protocol, TypeVar

import orjson

from benchmarks.machine import memory_of, versions

Item = TypeVar("Item")


class LeftOutError(Exception):
    """A contender cannot take part; the text says why."""


class Contender(Protocol):
    """What is measured beside others. It is made by the factory that ``Start`` names.

    It may have ``notes``, texts by name that stand beside its figures.
    """

    def round(self, number: int) -> Sequence[float]:
        """Do the work of a round; the seconds of each call. Round 0 is to warm up."""

    def figures(self) -> dict[str, float]:
        """What else is to be told at the end, such as recall or bytes on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """``factory``: ``module:name`` of a callable that takes ``options`` and gives a contender."""

    factory: str
    options: dict[str, Any]


def main() -> None:
    """Serve one benchmark until the input ends."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def tell(**content: object) -> None:
        answers.write(orjson.dumps(content) + b"\n")

    start = Start(**orjson.loads(sys.stdin.readline()))
    module, name = start.factory.split(":")
    before = memory_of()
    started = time.perf_counter()
    try:
        contender: Contender = getattr(import_module(module), name)(**start.options)
    except ModuleNotFoundError as error:
        tell(left_out=f"{error.name} is not installed")
        return
    except LeftOutError as error:
        tell(left_out=str(error))
        return
    tell(
        seconds=time.perf_counter() - started,
        before=asdict(before),
        memory=asdict(memory_of()),
        versions=versions(),
        notes=getattr(contender, "notes", {}),
    )
    for line in sys.stdin:
        if line.strip() == "end":
            tell(figures=contender.figures(), memory=asdict(memory_of()))
            return
        tell(seconds=list(contender.round(int(line))))


def timed(calls: Sequence[Any]) -> list[float]:
    """Seconds of each of some calls without arguments, one after the other."""
    spent = []
    for call in calls:
        started = time.perf_counter()
        call()
        spent.append(time.perf_counter() - started)
    return spent


def slice_of(questions: Sequence[Item], number: int, size: int) -> Sequence[Item]:
    """The questions of a round; no two rounds share one, so that nothing is remembered."""
    return questions[number * size : (number + 1) * size]
