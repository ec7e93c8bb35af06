"""Request ids, the log and the counts."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from semsearch.search import Searcher
from semsearch.serve.access.keys import KeyRing, KeyScope
from semsearch.serve.app import create_app
from semsearch.serve.logs import JsonFormatter
from semsearch.serve.served import Served
from semsearch.settings import Settings

SEARCH = "/api/v1/search?q=EMT"


class Lines(logging.Handler):
    """Keeps the lines as they would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def requests(self) -> list[dict[str, Any]]:
        parsed = [orjson.loads(line) for line in self.lines]
        return [line for line in parsed if line["logger"] == "semsearch.requests"]


@pytest.fixture
def log() -> Iterator[Lines]:
    handler = Lines()
    logger = logging.getLogger("semsearch")
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(level)


def client_of(served: Served, **limits: Any) -> TestClient:
    return TestClient(create_app(served, limits=Settings(**limits)), raise_server_exceptions=False)


def test_request_has_the_id_it_came_with_or_a_new_one(opened: Served) -> None:
    client = client_of(opened)
    assert (
        client.get("/health", headers={"X-Request-ID": "a-1_B.2"}).headers["x-request-id"]
        == "a-1_B.2"
    )
    made = [client.get("/health").headers["x-request-id"] for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in made)
    assert made[0] != made[1]
    for wrong in ("", "a b", "a" * 65, "é", '"}', "a,b"):
        answer = client.get("/health", headers={b"X-Request-ID": wrong.encode()})
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"]), wrong


def test_line_of_a_request_says_what_and_how_long_but_not_what_was_asked(
    opened: Served, log: Lines
) -> None:
    with opened.lease() as searcher:
        text = KeyRing(searcher.folder).add("reader", KeyScope.READ)
    client = client_of(opened)
    answer = client.get(
        "/api/v1/papers/10.5555/told?secret=%22", headers={"X-API-Key": text, "X-Request-ID": "r1"}
    )
    (line,) = log.requests()
    assert set(line) == {
        "time", "level", "logger", "request", "method", "route", "status", "ms", "bytes", "key",
    }  # fmt: skip
    assert (line["request"], line["method"], line["status"]) == ("r1", "GET", 200)
    assert line["route"] == "/api/v1/papers/{doi}"
    assert line["key"] == "reader"
    assert line["ms"] > 0
    assert line["bytes"] > 0
    assert answer.status_code == 200
    written = "".join(log.lines)
    assert text not in written
    assert "told" not in written
    assert "secret" not in written


def test_question_is_logged_by_setting_only(opened: Served, log: Lines) -> None:
    client_of(opened).get(SEARCH)
    client_of(opened, log_queries=True).get(SEARCH)
    assert ["query" in line for line in log.requests()] == [False, True]
    assert log.requests()[1]["query"] == "q=EMT"


def test_no_request_can_write_a_line_of_its_own(opened: Served, log: Lines) -> None:
    client = client_of(opened, log_queries=True)
    forged = '\n{"level": "error"}\r\n\u2028\x1b[2J'
    client.get("/api/v1/search", params={"q": forged})
    client.get("/api/v1/statements/" + "%0A%7B%22level%22")
    client.request("PA\tTCH".replace("\t", ""), "/nowhere")
    client.get("/health", headers={b"X-Request-ID": b'a"}\xff'})
    assert len(log.requests()) == 4
    assert all("\n" not in line and "\r" not in line for line in log.lines)


@given(st.text())
def test_formatted_line_is_one_line_of_json(text: str) -> None:
    record = logging.LogRecord("x\n", logging.INFO, "p", 1, "%s", (text,), None)
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1 or "\n" not in line
    assert orjson.loads(line)["message"] == text


def test_failure_is_logged_with_its_traceback(
    opened: Served, log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("what went wrong")

    monkeypatch.setattr(Searcher, "search", fail)
    client_of(opened).get(SEARCH)
    traces = [orjson.loads(line).get("traceback", "") for line in log.lines]
    assert sum("what went wrong" in trace for trace in traces) == 1
    (line,) = log.requests()
    assert line["status"] == 500
    assert any(f"request {line['request']} failed" in one for one in log.lines)


def samples(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_counts_are_by_route_and_status(opened: Served, publish: Callable[..., Path]) -> None:
    client = client_of(opened)
    client.get(SEARCH)
    client.get("/api/v1/search?q=")
    for number in range(3):
        client.get(f"/api/v1/papers/10.5555/none{number}")
        client.get(f"/nowhere/{number}")
    client.request("BREW", "/health")
    found = samples(client)

    def requests(route: str, status: int, method: str = "GET") -> float | None:
        labels = (("method", method), ("route", route), ("status", str(status)))
        return found.get(("semsearch_requests_total", labels))

    assert requests("/api/v1/search", 200) == 1
    assert requests("/api/v1/search", 422) == 1
    assert requests("/api/v1/papers/{doi}", 404) == 3
    assert requests("none", 404) == 3
    assert requests("/health", 405, "other") == 1
    count = found[("semsearch_request_seconds_count", (("route", "/api/v1/search"),))]
    assert count == 2
    assert found[("semsearch_requests_in_flight", ())] == 1  # this one
    assert found[("semsearch_index_generation", ())] == 1
    assert found[("semsearch_index_statements", ())] == 2
    publish("EMT lowers IL-6")
    opened.look()
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
    for name in {name for name, _ in found if name.startswith("semsearch_")}:
        assert re.sub("_(bucket|count|sum|created)$", "", name) in page
    after = samples(client)
    assert after[("semsearch_index_generation", ())] == 2
    assert after[("semsearch_index_reloads_total", (("outcome", "taken"),))] == 1
    assert after[("process_open_fds", ())] > 0
