"""Answers that are kept for those who ask the same again: the same bytes, and never stale ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.middleware.gzip import GZipResponder

from semsearch.index.citation_types import correct_citation, withdraw_correction
from semsearch.records import CitationType
from semsearch.search import Searcher
from semsearch.serve.access.keys import KeyRing, KeyScope
from semsearch.serve.app import create_app
from semsearch.serve.served import Served
from semsearch.settings import Settings

SEARCH = "/api/v1/search?q=EMT&limit=1"
PLAIN = {"accept-encoding": "identity"}


def client_of(served: Served, **settings: Any) -> TestClient:
    return TestClient(create_app(served, limits=Settings(**settings)))


def count(client: TestClient, outcome: str) -> float:
    wanted = f'semsearch_remembered_answers_total{{outcome="{outcome}"}} '
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))


def kept_bytes(client: TestClient) -> int:
    name = "semsearch_remembered_bytes "
    lines = client.get("/metrics").text.splitlines()
    return int(sum(float(line.removeprefix(name)) for line in lines if line.startswith(name)))


def folder_of(served: Served) -> Path:
    with served.lease() as searcher:
        return searcher.folder


def types(answer: Any) -> set[str]:
    return {c["type"] for hit in answer.json()["hits"] for c in hit["statement"]["cites"]}


@pytest.mark.parametrize(
    "path", [SEARCH, "/api/v1/ask?q=does+EMT+induce+IL-6", "/api/v1/similar?text=EMT"]
)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_answer_is_worked_out_once(
    opened: Served, monkeypatch: pytest.MonkeyPatch, path: str, coding: str
) -> None:
    client = client_of(opened)
    headers = {"accept-encoding": coding}
    first = client.get(path, headers=headers)
    assert first.status_code == 200
    assert count(client, "new") == 1
    for name in ("search", "run", "similar"):
        monkeypatch.delattr(Searcher, name)
    again = client.get(path, headers=headers)
    assert again.content == first.content
    for name in ("x-request-id", "ratelimit-remaining", "server-timing"):
        del first.headers[name], again.headers[name]
    assert dict(again.headers) == dict(first.headers)
    assert count(client, "found") == 1


def test_plain_answer_is_compressed_for_another_once(
    opened: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(opened)
    plain = client.get(SEARCH, headers=PLAIN)
    monkeypatch.delattr(Searcher, "search")
    zipped = client.get(SEARCH, headers={"accept-encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.content == plain.content
    both = kept_bytes(client)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError

    with monkeypatch.context() as context:
        context.setattr(GZipResponder, "apply_compression", fail)
        again = client.get(SEARCH, headers={"accept-encoding": "gzip"})
    assert again.content == plain.content
    for name in ("content-encoding", "content-length", "etag", "vary"):
        assert again.headers[name] == zipped.headers[name]
    assert client.get(SEARCH, headers=PLAIN).content == plain.content
    assert kept_bytes(client) == both > len(plain.content)


def test_correction_and_new_generation_are_worked_out_anew(
    opened: Served, publish: Callable[..., Path]
) -> None:
    client = client_of(opened)
    first = client.get(SEARCH)
    identity = first.json()["hits"][0]["statement"]["id"]
    correct_citation(folder_of(opened), identity, CitationType.CONTRASTING)
    assert types(client.get(SEARCH)) == {"contrasting"} != types(first)
    withdraw_correction(folder_of(opened), identity)
    assert types(client.get(SEARCH)) == types(first)
    publish("Nothing but EMT")
    opened.look()
    assert client.get(SEARCH).json()["hits"][0]["statement"]["text"].startswith("Nothing but EMT")


def test_answer_is_not_kept_when_a_correction_came_while_it_was_worked_out(
    opened: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(opened)
    identity = client.get("/api/v1/search?q=EMT").json()["hits"][0]["statement"]["id"]
    search = Searcher.search

    def corrected(*arguments: Any, **options: Any) -> Any:
        correct_citation(folder_of(opened), identity, CitationType.CONTRASTING)
        return search(*arguments, **options)

    monkeypatch.setattr(Searcher, "search", corrected)
    between = client.get(SEARCH)
    assert types(between) == {"contrasting"}
    assert "etag" not in between.headers  # no cache may take it for the state before
    assert between.headers["cache-control"] == "no-store"
    monkeypatch.setattr(Searcher, "search", search)
    withdraw_correction(folder_of(opened), identity)
    assert "contrasting" not in types(client.get(SEARCH))


def test_kept_answers_take_no_more_than_the_setting(opened: Served) -> None:
    client = client_of(opened)
    size = len(client.get(SEARCH, headers=PLAIN).content)
    one = kept_bytes(client)
    assert one > size
    client = client_of(opened, answer_cache_bytes=3 * one)
    paths = [f"/api/v1/search?q={word}&limit=1" for word in ("EMT", "IL-6", "Snail", "raises")]
    for path in paths[:2]:
        client.get(path, headers=PLAIN)
    client.get(paths[0], headers=PLAIN)  # used last: the other one goes first
    for path in paths[2:]:
        client.get(path, headers=PLAIN)
    assert 0 < kept_bytes(client) <= 3 * one
    assert count(client, "found") == 1
    client.get(paths[0], headers=PLAIN)
    assert count(client, "found") == 2
    client.get(paths[1], headers=PLAIN)
    assert count(client, "found") == 2


@pytest.mark.parametrize("most", [0, 10])
def test_what_does_not_fit_is_not_kept(opened: Served, most: int) -> None:
    client = client_of(opened, answer_cache_bytes=most)
    assert client.get(SEARCH).content == client.get(SEARCH).content
    assert count(client, "found") == 0
    assert count(client, "new") == (2 if most else 0)
    assert kept_bytes(client) == 0


def test_errors_and_posts_are_not_kept(opened: Served) -> None:
    client = client_of(opened)
    for _ in range(2):
        assert client.get("/api/v1/search?q=").status_code == 422
        assert client.post("/api/v1/search", json={"q": "EMT"}).status_code == 200
        assert client.get("/api/v1/info").status_code == 200
    assert kept_bytes(client) == 0
    assert count(client, "found") == 0


def test_link_to_the_next_page_is_kept(opened: Served) -> None:
    client = client_of(opened)
    first, again = client.get(SEARCH), client.get(SEARCH)
    assert first.headers["link"] == again.headers["link"]
    assert count(client, "found") == 1


def test_rate_of_one_client_is_not_told_to_another(opened: Served) -> None:
    client = client_of(opened, key_requests=0)
    key = KeyRing(folder_of(opened)).add("reader", KeyScope.READ)
    assert "ratelimit-remaining" in client.get(SEARCH).headers
    kept = client.get(SEARCH, headers={"X-API-Key": key})
    assert count(client, "found") == 1
    assert not [name for name in kept.headers if name.startswith("ratelimit")]
