"""Asks a server from many clients while its index is rebuilt and swapped under it.

    python scripts/benchmark_server.py [--index FOLDER] [--clients 64] [--seconds 60] [--swaps 5]

Works on a copy of FOLDER (default: the demo index). The server runs in a process of its own, the
builds in another; each build changes one article, and publishes another generation. Prints requests
in a second and times by route, the generations that answered, and what failed. An answer is of one
generation when all that it says of the changed article is what that generation holds of it. Exit
code 1 when a request failed, or an answer mixed two generations.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
#: The article that changes: its sentences name the round of the build that they are of.
DOI = "10.5555/benchmark.changing"
_SENTENCES = 5
_ARTICLE = """<article article-type="research-article"><front><article-meta>
<article-id pub-id-type="doi">{doi}</article-id><title-group><article-title>The round{round}
</article-title></title-group></article-meta></front><body>{body}</body><back><ref-list>
<ref id="B1"><element-citation><article-title>Cited in every round</article-title><year>2001</year>
<pub-id pub-id-type="doi">10.5555/benchmark.cited</pub-id></element-citation></ref>
</ref-list></back></article>"""
_SENTENCE = (
    "<p>Quokka kinase {number} was seen in round{round} of the swap"
    ' [<xref ref-type="bibr" rid="B1">1</xref>].</p>'
)
_ROUND = re.compile(r"round(\d+)")
_QUESTION = "quokka kinase seen in the swap"
#: Route → path with its query.
ROUTES: Mapping[str, str] = {
    "search": f"/api/v1/search?q={_QUESTION.replace(' ', '+')}&limit=10&fold=false",
    "ask": "/api/v1/ask?q=does+EMT+induce+IL-6&limit=5",
    "similar": f"/api/v1/similar?text={_QUESTION.replace(' ', '+')}&limit=10",
    "paper": f"/api/v1/papers/{DOI}",
    "report": "/api/v1/papers/10.5555/benchmark.cited/report",
    "export": f"/api/v1/search/export?q={_QUESTION.replace(' ', '+')}&format=jsonl&fold=false",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: ``fault`` says what was wrong with its answer, None when nothing was."""

    route: str
    seconds: float
    generation: int | None
    fault: str | None


def write_article(folder: Path, number: int) -> Path:
    """The changing article as it is in a round."""
    path = folder / "changing.xml"
    said = "".join(_SENTENCE.format(number=n, round=number) for n in range(_SENTENCES))
    path.write_text(_ARTICLE.format(doi=DOI, round=number, body=said))
    return path


def build_rounds(index: Path, folder: Path, rounds: range) -> None:
    """Publish the article round after round, with one encoder; print each generation."""
    from semsearch.index.build import open_builder
    from semsearch.parse.packages import ArticleFiles

    builder = open_builder(index)
    for number in rounds:
        report = builder.build(ArticleFiles((write_article(folder, number),), 10**6))
        sys.stdout.write(f"{number} {report.index.generation}\n")
        sys.stdout.flush()


@contextmanager
def server(index: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """The address of a server in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "semsearch", "serve", "--index", str(index)]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **settings},
    )
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    for line in process.stderr:
        if "Uvicorn running" in line:
            break
    else:
        raise RuntimeError("the server ended before it was ready")
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        drain.join()
        process.stderr.close()


def ask(client: httpx.Client, route: str) -> Sample:
    """One request, and whether its answer is of one generation."""
    started = time.perf_counter()
    try:
        answer = client.get(ROUTES[route])
    except httpx.HTTPError as error:
        return Sample(route, time.perf_counter() - started, None, repr(error))
    seconds = time.perf_counter() - started
    if answer.status_code != 200:
        return Sample(route, seconds, None, f"{answer.status_code} {answer.text[:200]}")
    generation = int(answer.headers["Index-Generation"])
    rounds = Counter(_ROUND.findall(answer.text))
    fault = None
    if len(rounds) > 1:
        fault = f"generation {generation} says {dict(rounds)}"
    elif route in ("search", "paper", "export") and sum(rounds.values()) < _SENTENCES:
        fault = f"generation {generation} has lost statements: {dict(rounds)}"
    return Sample(route, seconds, generation, fault)


def load(
    address: str, index: Path, folder: Path, *, clients: int, seconds: float, swaps: int
) -> tuple[list[Sample], dict[int, int]]:
    """Ask for some time, and until all swaps are done.

    Args:
        address: of the server.
        index: that it serves.
        folder: of the changing article.
        clients: threads that ask, one request after another.
        seconds: at least.
        swaps: generations that are published meanwhile.

    Returns:
        Samples, and the generation of each round that was published.
    """
    stop = threading.Event()
    names = list(ROUTES)

    def talk(number: int) -> list[Sample]:
        samples = []
        with httpx.Client(base_url=address, timeout=120) as client:
            turn = number
            while not stop.is_set():
                samples.append(ask(client, names[turn % len(names)]))
                turn += 1
        return samples

    started = time.perf_counter()
    build = [sys.executable, __file__, "--build", str(index), str(folder), str(swaps)]
    with ThreadPoolExecutor(clients) as pool:
        talking = [pool.submit(talk, number) for number in range(clients)]
        try:
            built = subprocess.run(build, capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
            stop.wait(max(2.0, seconds - (time.perf_counter() - started)))
        finally:
            stop.set()
        samples = [sample for one in talking for sample in one.result()]
    published: dict[int, int] = {}
    for line in built.stdout.splitlines():
        number, generation = map(int, line.split())
        published[number] = generation
    return samples, published


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, default=ROOT / "index" / "demo")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--swaps", type=int, default=5)
    parser.add_argument(
        "--build", nargs=3, metavar=("INDEX", "FOLDER", "ROUNDS"), help=argparse.SUPPRESS
    )
    arguments = parser.parse_args()
    if arguments.build is not None:
        index, folder, rounds = arguments.build
        build_rounds(Path(index), Path(folder), range(1, int(rounds) + 1))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(arguments.index, folder / "index")
        build_rounds(folder / "index", folder, range(1))
        with server(folder / "index", settings_for(arguments.clients)) as address:
            samples, published = load(
                address,
                folder / "index",
                folder,
                clients=arguments.clients,
                seconds=arguments.seconds,
                swaps=arguments.swaps,
            )
    sys.exit(print_table(samples, published, arguments.seconds))


def settings_for(clients: int) -> dict[str, str]:
    """Settings under which so many clients of one address are let in."""
    return {
        "SEMSEARCH_ADDRESS_REQUESTS": "0",
        "SEMSEARCH_WAITING_REQUESTS": str(clients),
        "SEMSEARCH_WAITING_SECONDS": "120",
        "SEMSEARCH_REQUEST_SECONDS": "120",
    }


def print_table(samples: list[Sample], published: dict[int, int], seconds: float) -> int:
    """The figures; 1 when a request failed."""
    out = sys.stdout.write
    out(f"{len(samples):,} requests; generations published: {sorted(published.values())}\n")
    out("route      requests    p50 ms    p95 ms    p99 ms\n")
    for route in ROUTES:
        times = np.array([one.seconds for one in samples if one.route == route]) * 1000
        if len(times):
            p50, p95, p99 = np.percentile(times, [50, 95, 99])
            out(f"{route:10} {len(times):8,} {p50:9.0f} {p95:9.0f} {p99:9.0f}\n")
    answered = Counter(one.generation for one in samples if one.generation is not None)
    out(f"answers by generation: {dict(sorted(answered.items()))}\n")
    faults = Counter(one.fault for one in samples if one.fault is not None)
    for fault, count in faults.most_common(10):
        out(f"{count} times: {fault}\n")
    out(f"failed or mixed: {faults.total():,}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    main()
