"""Requests a second of servers beside each other: ``/api/v1/ask`` and txtai's own API.

    scripts/benchmark http INDEX QUESTIONS [--clients 16] [--seconds 5] [--rounds 5]

Both servers run at once, each with its defaults, and are asked in turns by so many clients with
the same questions, for 20 hits under the filter of ``query``. ``new``: every question is asked once
of a server, as far as QUESTIONS reaches; ``repeated``: the same fifty again and again. The clients
run on the same machine, and what they take is missing to the servers. ``page``: the page of the
same question, from the same server.
"""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

import numpy as np
import orjson
from benchmark_query import LIMIT, peer_files
from benchmark_server import server, settings_for
from benchmarks.data import filter_year, read_questions
from benchmarks.machine import memory_of
from benchmarks.peers import txtai_sql
from benchmarks.result import Row, conclude, parser_of, run, started
from benchmarks.rounds import OFFLINE, Contestant, alone, python_of

from semsearch.retrieve.generation import open_generation

COLUMNS = (
    "requests_s",
    "median_requests_s",
    "p50_ms",
    "p99_ms",
    "failed",
    "answer_bytes",
    "peak_mb",
)
TASKS = ("new", "repeated")
_REPEATED = 50
_READY_SECONDS = 120.0


@dataclass(slots=True)
class Served:
    """A server that is asked, and how its answers came.

    ``path``: of the request for a question. ``rates``: answers a second in each round.
    """

    name: str
    address: str
    process: int
    path: Callable[[str], str]
    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    failed: int = 0
    asked: Iterator[int] = field(default_factory=count)

    def forget(self) -> None:
        """Forget what came until now; the questions go on where they are."""
        self.rates, self.seconds, self.bytes, self.failed = [], [], [], 0


def main() -> None:
    """Print a table with a row for each server and task."""
    parser = parser_of(__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5.0, help="of a turn")
    parser.add_argument("--peers", nargs="*", default=["txtai"], choices=["txtai"])
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.clients, arguments.seconds, arguments.rounds = 2, 0.3, 1
    machine = started()
    conclude("http", measure(arguments), machine, arguments, columns=COLUMNS)


def measure(arguments: argparse.Namespace) -> list[Row]:
    """The rows of both tasks."""
    questions = read_questions(arguments.questions)
    generation = open_generation(arguments.index)
    year, share = filter_year(generation.statements.columns)
    parameters: dict[str, int | float | str] = {
        "statements": len(generation.statements.dense),
        "clients": arguments.clients,
        "filter": round(share, 3),
    }
    del generation
    rows: list[Row] = []
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        address, process = stack.enter_context(_own(arguments.index, arguments.clients))
        own = "/api/v1/ask?q={}&limit={}&filter=year%3D{}.."
        page = "/?q={}&limit={}&year_from={}"
        servers = [
            Served("semsearch", address, process, lambda q: own.format(quote_plus(q), LIMIT, year)),
            Served("page", address, process, lambda q: page.format(quote_plus(q), LIMIT, year)),
        ]
        left_out: list[Row] = []
        for name in arguments.peers:
            found = _txtai_index(arguments)
            if isinstance(found, str):
                left_out.append(Row(contender=name, parameters=parameters, left_out=found))
                continue
            config = Path(folder) / "txtai.yml"
            config.write_text(f"path: {found}\nembeddings:\n  content: true\n")  # loaded, not made
            address, process = stack.enter_context(_txtai(config))
            servers.append(Served(name, address, process, lambda q: _txtai_path(q, year)))
        for task in TASKS:
            asked = questions if task == "new" else questions[-_REPEATED:]
            for one in servers:
                load(one, asked, arguments.clients, min(arguments.seconds, 2.0))
                one.forget()
            for number in range(arguments.rounds):
                turn = number % len(servers)
                for one in servers[turn:] + servers[:turn]:
                    load(one, asked, arguments.clients, arguments.seconds)
            rows += [_row(one, parameters | {"task": task}) for one in servers] + left_out
    return rows


def load(one: Served, questions: list[str], clients: int, seconds: float) -> None:
    """Ask a server from so many clients for some time; each asks again when it is answered."""
    place = urlsplit(one.address)
    until = time.perf_counter() + seconds
    lock = threading.Lock()

    def talk() -> tuple[list[float], list[int], int]:
        spent: list[float] = []
        sizes: list[int] = []
        failed = 0
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        while time.perf_counter() < until:
            with lock:
                question = questions[next(one.asked) % len(questions)]
            start = time.perf_counter()
            try:
                connection.request("GET", one.path(question))
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                failed += 1
                continue
            if answer.status == 200:
                spent.append(time.perf_counter() - start)
                sizes.append(len(body))
            else:
                failed += 1
        connection.close()
        return spent, sizes, failed

    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        talked = [task.result() for task in [pool.submit(talk) for _ in range(clients)]]
    passed = time.perf_counter() - start
    found = [seconds for spent, _, _ in talked for seconds in spent]
    one.rates.append(len(found) / passed)
    one.seconds += found
    one.bytes += [size for _, sizes, _ in talked for size in sizes]
    one.failed += sum(failed for _, _, failed in talked)


def _row(one: Served, parameters: dict[str, int | float | str]) -> Row:
    if not one.seconds:
        return Row(contender=one.name, parameters=parameters, left_out="no request was answered")
    spent = np.array(one.seconds) * 1000
    return Row(
        contender=one.name,
        parameters=parameters,
        figures={
            "requests_s": max(one.rates),
            "median_requests_s": float(np.median(one.rates)),
            "p50_ms": float(np.percentile(spent, 50)),
            "p99_ms": float(np.percentile(spent, 99)),
            "min_ms": float(spent.min()),
            "calls": float(len(spent)),
            "failed": float(one.failed),
            "answer_bytes": float(np.mean(one.bytes)),
            "peak_mb": memory_of(one.process).peak / 1e6,
        },
    )


@contextmanager
def _own(index: Path, clients: int) -> Iterator[tuple[str, int]]:
    with server(index, settings_for(clients)) as address:
        yield address, _listening(urlsplit(address).port or 0)


@contextmanager
def _txtai(config: Path) -> Iterator[tuple[str, int]]:
    """Txtai's own API in a process of its own."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    python = python_of(Contestant(name="txtai", factory="", peer=True))
    process = subprocess.Popen(  # noqa: S603 - our own command
        [python, "-m", "uvicorn", "txtai.api:app", "--port", str(port), "--log-level", "warning"],
        env=os.environ | OFFLINE | {"CONFIG": str(config)},
    )
    try:
        until = time.perf_counter() + _READY_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() > until:
                    raise RuntimeError("the server of txtai did not start, see above") from None
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def _txtai_path(question: str, year: int) -> str:
    given = quote_plus(orjson.dumps({"asked": question}))
    asked = quote_plus(txtai_sql(year, ":asked"))
    return f"/search?query={asked}&parameters={given}&limit={LIMIT}"


def _txtai_index(arguments: argparse.Namespace) -> Path | str:
    """The index of txtai over the statements, or why there is none."""
    given = peer_files(arguments.index, arguments.work)
    row = alone(
        Contestant(
            name="txtai",
            factory="benchmarks.peers:Txtai",
            options=given | {"questions": ["x"] * 2, "each": 1, "limit": 1, "year": None},
            peer=True,
        ),
        rounds=1,
        parameters={},
    )
    return row.left_out or Path(given["folder"]) / "txtai"


def _listening(port: int) -> int:
    """The process that listens on a port of this machine; 0 where the system does not tell."""
    inodes = {
        fields[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if (fields := line.split())[1].endswith(f":{port:04X}") and fields[3] == "0A"
    }
    for process in Path("/proc").iterdir():
        try:
            links = [str(one.readlink()) for one in (process / "fd").iterdir()]
        except OSError:
            continue
        if any(f"socket:[{inode}]" in links for inode in inodes):
            return int(process.name)
    return 0


if __name__ == "__main__":
    run(main)
