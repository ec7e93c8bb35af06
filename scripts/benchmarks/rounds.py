"""Contenders in processes of their own, whose rounds are interleaved; and what came out of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.machine import Memory
from benchmarks.result import Row

ROOT = Path(__file__).resolve().parents[2]
#: Seconds between two turns, so that no thread of the one before still spins.
_PAUSE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """Who takes part.

    ``name``: as it stands in the table. ``factory``, ``options``: of the contender, see
    ``worker.py``. ``peer``: run by the Python of ``PEERS_VENV``, where that is set.
    ``environment``: variables of its process.
    """

    name: str
    factory: str
    options: dict[str, Any] = field(default_factory=dict)
    peer: bool = False
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Running:
    """A contestant in its process."""

    contestant: Contestant
    process: subprocess.Popen[bytes]
    ready: dict[str, Any] = field(default_factory=dict)
    seconds: list[list[float]] = field(default_factory=list)  # of each round
    end: dict[str, Any] = field(default_factory=dict)

    def order(self, line: bytes) -> dict[str, Any]:
        """Give an order and wait for its answer."""
        self.tell(line)
        return self.answer()

    def get_ready(self) -> None:
        """Wait until it is ready, or cannot take part."""
        self.ready = self.answer()
        _progress(f"{self.contestant.name}: {self.ready.get('left_out', 'ready')}")

    def tell(self, line: bytes) -> None:
        """Give an order."""
        assert self.process.stdin is not None  # noqa: S101 - a pipe
        with suppress(BrokenPipeError):  # what was wrong it has said itself
            self.process.stdin.write(line + b"\n")
            self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for the answer to an order."""
        assert self.process.stdout is not None  # noqa: S101 - a pipe
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.contestant.name}: its process ended, see above")
        told: dict[str, Any] = orjson.loads(answer)
        return told


def compete(
    contestants: Sequence[Contestant],
    *,
    rounds: int,
    parameters: dict[str, Any],
    ready_in_turn: bool = False,
) -> list[Row]:
    """Let contestants do the same rounds in turns; a row for each, in their order.

    Every round starts with another contestant. Figures: ``p50_ms``, ``p99_ms`` and ``min_ms`` of
    all calls; ``round_min_s`` and ``round_median_s`` of whole rounds; ``ready_s`` from the start of
    the process' work to its first round; ``peak_mb``, ``own_mb``, ``mapped_mb`` of memory in
    10⁶ bytes; and what the contender tells itself.

    Args:
        contestants: who takes part; one whose library is missing gets a row that says so.
        rounds: that are counted; one more goes before them.
        parameters: that hold for all rows, such as the size of the index.
        ready_in_turn: nobody gets ready while another does, so that this can be timed.
    """
    found: list[_Running] = []
    rows: list[Row] = []
    with _processes() as launch:
        for one in contestants:
            running = launch(one)
            running.tell(orjson.dumps({"factory": one.factory, "options": one.options}))
            found.append(running)
            if ready_in_turn:
                running.get_ready()
        for running in found:
            if not running.ready:
                running.get_ready()
        playing = [one for one in found if "left_out" not in one.ready]
        for number in range(rounds + 1):
            turn = number % max(len(playing), 1)
            for running in playing[turn:] + playing[:turn]:
                time.sleep(_PAUSE)
                seconds = running.order(str(number).encode())["seconds"]
                if number:
                    running.seconds.append(seconds)
            _progress(f"round {number} of {rounds}")
        for running in playing:
            running.end = running.order(b"end")
    for running in found:
        rows.append(_row(running, parameters))
    return rows


def alone(contestant: Contestant, *, rounds: int, parameters: dict[str, Any]) -> Row:
    """As ``compete`` with one contestant."""
    return compete([contestant], rounds=rounds, parameters=parameters)[0]


def _row(running: _Running, parameters: dict[str, Any]) -> Row:
    one = running.contestant
    if "left_out" in running.ready:
        return Row(contender=one.name, parameters=parameters, left_out=running.ready["left_out"])
    calls = np.concatenate([np.array(seconds) for seconds in running.seconds]) * 1000
    totals = np.array([sum(seconds) for seconds in running.seconds])
    memory, before = Memory(**running.end["memory"]), Memory(**running.ready["before"])
    figures = {
        "calls": float(len(calls)),
        "p50_ms": float(np.percentile(calls, 50)),
        "p99_ms": float(np.percentile(calls, 99)),
        "min_ms": float(calls.min()),
        "round_min_s": float(totals.min()),
        "round_median_s": float(np.median(totals)),
        "ready_s": float(running.ready["seconds"]),
        "peak_mb": memory.peak / 1e6,
        "own_mb": (memory.own - before.own) / 1e6,
        "mapped_mb": (memory.mapped - before.mapped) / 1e6,
    }
    return Row(
        contender=one.name,
        parameters=parameters,
        figures=figures | running.end["figures"],
        versions=running.ready["versions"],
        notes=running.ready["notes"],
    )


@contextmanager
def _processes() -> Iterator[Any]:
    """Starts processes of contestants, and ends those that it started."""
    started: list[subprocess.Popen[bytes]] = []

    def launch(one: Contestant) -> _Running:
        process = subprocess.Popen(  # noqa: S603 - our own command
            # Not with -m: it would then catch another class than what contenders raise.
            [python_of(one), "-c", "from benchmarks.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ
            | OFFLINE
            | {"PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}"}
            | one.environment,
        )
        started.append(process)
        return _Running(one, process)

    try:
        yield launch
    finally:
        for process in started:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.terminate()
            process.wait()


#: No contender may ask a hub for a model or for news of one, nor tell anyone that it ran.
OFFLINE = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "TQDM_DISABLE": "1"}


def python_of(contestant: Contestant) -> str:
    """The Python that runs a contestant."""
    venv = os.environ.get("PEERS_VENV")
    return str(Path(venv) / "bin" / "python") if venv and contestant.peer else sys.executable


def _progress(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
