"""Processes beside the server that answer: the same bytes, whatever becomes of one of them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi.testclient import TestClient

from semsearch.errors import DamageError, NotFoundError, QueryError
from semsearch.index.workers import LostError, Workers
from semsearch.rank.options import read_options
from semsearch.retrieve.filters import FilterField
from semsearch.search import Searcher
from semsearch.serve import answering, questions
from semsearch.serve.answering import Answering, Asked, Opening, Own, Task, write_answer
from semsearch.serve.app import create_app
from semsearch.serve.logs import JsonFormatter
from semsearch.serve.served import RETRY_SECONDS, Served
from semsearch.timing import Stage

ROOT = Path(__file__).resolve().parent.parent.parent
OPTIONS = read_options(
    limit=5, filters=["year=2005..", "-section=methods"], facets=[FilterField.YEAR]
)
TASKS = [
    Task(asked=Asked.ASK, text="does EMT induce IL-6", options=OPTIONS),
    Task(asked=Asked.ASK, text="is EMT seen", options=read_options()),
    Task(asked=Asked.SEARCH, text='"IL-6" journal:none', options=read_options()),
    Task(asked=Asked.SEARCH, text="EMT", options=read_options(limit=2)),
    Task(asked=Asked.SIMILAR, text="IL-6 rises in EMT", options=read_options(limit=3)),
]


@pytest.fixture(scope="module")
def here(index: Path) -> Iterator[Searcher]:
    searcher = Searcher(index)
    yield searcher
    searcher.close()


@pytest.fixture(scope="module")
def beside(index: Path) -> Iterator[Answering]:
    with Workers(2) as workers:
        found = Answering(workers, Opening(folder=index, model=None, recipe=None, processes=2))
        found.warm()
        yield found


def children() -> list[int]:
    """The processes that this one started and that still run."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        found += [int(one) for one in (task / "children").read_text().split()]
    return found


def answered_here(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """Tells which tasks this process does itself."""
    done: list[Task] = []

    def noted(searcher: Searcher, task: Task) -> Any:
        done.append(task)
        return write_answer(searcher, task)

    monkeypatch.setattr(answering, "write_answer", noted)
    return done


def test_processes_give_the_same_bytes(
    here: Searcher, beside: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [write_answer(here, task) for task in TASKS]
    done = answered_here(monkeypatch)
    for _ in range(2):
        found = [beside.answer(here, task) for task in TASKS]
        assert [(one.body, one.next) for one in found] == [(e.body, e.next) for e in expected]
    assert done == []
    assert {"answer", "dense", "json"} <= set(found[0].spent)


def test_errors_come_back_as_they_were(here: Searcher, beside: Answering) -> None:
    with pytest.raises(QueryError, match="the question is empty"):
        beside.answer(here, Task(asked=Asked.ASK, text=" ", options=read_options()))
    nothing = Task(asked=Asked.SIMILAR, text="aaaaaaaaaaaaaaaa", options=read_options())
    with pytest.raises(NotFoundError, match="the index holds no statement aaaaaaaaaaaaaaaa"):
        beside.answer(here, nothing)


def test_fault_in_a_process_is_read_in_the_log_and_not_in_the_answer(
    here: Searcher,
    beside: Answering,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong: Any = "all"  # no number, as no request can bring it
    monkeypatch.setattr(questions, "SearchOptions", lambda limit: replace(OPTIONS, limit=wrong))
    client = TestClient(create_app(here, answering=beside), raise_server_exceptions=False)
    answer = client.get("/api/v1/similar?text=EMT")
    assert answer.status_code == 500
    assert answer.json() == {"detail": "the server failed; its log says why"}
    (record,) = (one for one in caplog.records if one.exc_info)
    told = orjson.loads(JsonFormatter().format(record))["traceback"]
    there = told.partition("In the process that did it:\n")[2]
    assert "in write_answer" in there
    assert "in check_limit" in there


def test_question_about_another_generation_is_answered_here(
    index: Path, beside: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    searcher = Searcher(index)
    manifest = replace(searcher.generation.manifest, generation=99)
    expected = write_answer(searcher, TASKS[0])
    searcher.generation = replace(searcher.generation, manifest=manifest)
    done = answered_here(monkeypatch)
    assert beside.answer(searcher, TASKS[0]).body == expected.body
    assert done == [TASKS[0]]
    searcher.close()


def test_question_that_a_process_is_lost_over_is_refused_and_the_next_ones_are_answered(
    index: Path, here: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [write_answer(here, task).body for task in TASKS]
    before = set(children())
    with Workers(2) as workers:
        found = Answering(workers, Opening(folder=index, model=None, recipe=None, processes=2))
        found.warm()
        done = answered_here(monkeypatch)
        for process in set(children()) - before:
            os.kill(process, signal.SIGKILL)
        client = TestClient(create_app(here, answering=found))
        refusal = client.post("/api/v1/ask", json={"q": TASKS[0].text})
        assert refusal.status_code == 503
        assert refusal.headers["retry-after"] == "5"
        assert refusal.headers["content-type"] == "application/problem+json"
        detail = "the process that worked on it ended before its time; try again"
        assert refusal.json() == {"detail": detail}
        assert done == []  # it would do the same to the server
        with suppress(LostError):  # the other one
            found.answer(here, TASKS[0])
        with suppress(LostError):
            found.warm()
        found.warm()
        done.clear()
        assert [found.answer(here, task).body for task in TASKS] == expected
        assert done == []
    assert set(children()) <= before


def test_question_that_takes_a_process_too_long_is_not_begun_again(
    index: Path, here: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = Opening(folder=index, model=None, recipe=None, processes=2)
    with Workers(2) as workers:
        found = Answering(workers, opening, seconds=0.001)
        Answering(workers, opening).warm()
        done = answered_here(monkeypatch)
        with pytest.raises(LostError, match=r"took longer than 0\.001 s"):
            found.answer(here, TASKS[0])
    assert done == []


def test_index_that_cannot_be_opened_is_tried_by_one_thread_and_again_after_a_while(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now, tries = [0.0], [0]
    go_on = threading.Semaphore(0)

    def fail(opening: Opening) -> Any:
        tries[0] += 1
        go_on.acquire()
        raise DamageError("vectors.npy is cut short")

    def opening_threads() -> list[threading.Thread]:
        return [one for one in threading.enumerate() if one.name == "semsearch-open"]

    monkeypatch.setattr(answering, "_open_served", fail)
    own = Own(clock=lambda: now[0])
    opening = Opening(folder=Path("nowhere"), model=None, recipe=None, processes=2)
    for expected in (1, 2):
        for _ in range(20):
            assert own.opened(opening) is None
        (thread,) = opening_threads()
        go_on.release()
        thread.join()
        for _ in range(20):
            assert own.opened(opening) is None
        assert opening_threads() == []
        assert tries[0] == expected
        assert caplog.text.count("cannot open the index: vectors.npy is cut short") == expected
        now[0] += RETRY_SECONDS


def test_server_with_processes_answers_and_leaves_none_behind(index: Path, here: Searcher) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "semsearch", "serve", "--index", str(index)]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--port", str(port), "--workers", "2"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stderr is not None
    assert any("Uvicorn running" in line for line in process.stderr)
    started = [
        int(one)
        for task in Path(f"/proc/{process.pid}/task").iterdir()
        for one in (task / "children").read_text().split()
    ]
    assert len(started) == 2
    parameters = {"q": TASKS[1].text}
    answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/ask", params=parameters, timeout=60)
    assert answer.content == write_answer(here, TASKS[1]).body
    process.terminate()
    rest = process.communicate(timeout=60)[1]
    assert process.returncode == 0, rest
    assert not any(Path(f"/proc/{one}").exists() for one in started)


def test_answer_says_where_its_time_went(opened: Served) -> None:
    client = TestClient(create_app(opened))

    def stages(path: str) -> list[str]:
        header = client.get(path).headers["server-timing"]
        assert re.fullmatch(r"[a-z]+;dur=\d+\.\d\d(, [a-z]+;dur=\d+\.\d\d)*", header)
        return re.findall(r"[a-z]+(?=;)", header)

    for _ in range(2):
        assert stages("/api/v1/info") == ["wait", "total"]
    path = "/api/v1/search?q=EMT"
    first = stages(path)
    inner = first[2:-2]
    assert first == ["wait", "answer", *inner, "json", "total"]
    assert inner == [stage for stage in Stage if stage in inner]
    assert {"encode", "dense", "lexical", "late", "rows", "render"} <= set(inner)
    assert stages(path) == ["wait", "kept", "total"]
    assert stages("/health") == ["total"]
