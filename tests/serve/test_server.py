"""The whole path with the real model: demo corpus, build, ask, serve, and a clean stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    written = run("scripts/make_demo_corpus.py", str(folder / "corpus"))
    assert written.returncode == 0, written.stderr
    built = run(
        "-m", "semsearch", "build", str(folder / "corpus"), "--index", str(folder / "index")
    )
    assert built.returncode == 0, built.stderr
    assert built.stderr == ""  # no progress bar in a pipe
    return folder / "index"


@pytest.fixture
def server(index: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "semsearch", "serve", "--index", str(index)]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--port", str(port)], stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Uvicorn running" in line:
            break
    else:
        pytest.fail("the server ended before it was ready")
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    yield process, f"http://127.0.0.1:{port}"
    if process.poll() is None:
        process.kill()
    process.wait()
    drain.join()
    process.stderr.close()


def test_server_answers_as_the_command_line_does_and_stops_cleanly(
    server: tuple[subprocess.Popen[str], str], index: Path
) -> None:
    process, address = server
    question = "does EMT induce IL-6"
    answer = httpx.get(f"{address}/api/v1/ask", params={"q": question, "limit": 5}, timeout=60)
    assert answer.status_code == 200
    printed = run(
        "-m", "semsearch", "ask", question, "--limit", "5", "--index", str(index), "--json"
    )
    assert orjson.loads(printed.stdout) == answer.json()
    assert all("EMT" in hit["statement"]["text"] for hit in answer.json()["statements"])
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def test_verify_finds_the_demo_index_sound(index: Path) -> None:
    checked = run("-m", "semsearch", "verify", "--index", str(index), "--sample", "451", "--json")
    outcome = orjson.loads(checked.stdout)
    assert checked.returncode == 0
    assert outcome["faults"] == []
    assert outcome["quotes_equal"] + outcome["quotes_rendered"] == 451
