"""A new generation is taken while requests go on; each works on one generation to its end."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import Response
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from semsearch.index.layout import Layout
from semsearch.search import Searcher
from semsearch.serve.app import create_app
from semsearch.serve.responses import Opened
from semsearch.serve.served import RETRY_SECONDS, Served
from semsearch.settings import Settings

Publish = Callable[..., Path]


def texts(searcher: Searcher) -> list[str]:
    return [hit.statement.text for hit in searcher.search("EMT").hits]


def open_files(part: str) -> list[str]:
    """What this process has open or mapped below a path."""
    gc.collect()
    mapped = [line for line in Path("/proc/self/maps").read_text().splitlines() if part in line]
    opened = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            opened.append(str(link.readlink()))
        except FileNotFoundError:
            continue
    return mapped + [name for name in opened if part in name]


def test_lease_keeps_its_generation_and_new_leases_get_the_new_one(
    opened: Served, publish: Publish
) -> None:
    with opened.lease() as old:
        publish("EMT lowers IL-6")
        assert opened.look()
        with opened.lease() as new:
            assert texts(new) == ["EMT lowers IL-6 [1]."]
        assert sorted(texts(old)) == ["EMT induces IL-6 [1].", "Snail raises EMT [1]."]
        assert old.paper("10.5555/told").statements[0].text == "EMT induces IL-6 [1]."


def test_nothing_new_is_nothing_taken(opened: Served, publish: Publish) -> None:
    assert not opened.look()
    publish("EMT induces IL-6", "Snail raises EMT")
    assert not opened.look()
    assert opened.reloads.taken == 0


def test_old_generation_is_released_with_its_last_request(opened: Served, publish: Publish) -> None:
    with opened.lease() as first:
        assert texts(first)
        part = str(Layout(first.folder).generation(1).folder)
        del first
        with opened.lease():
            publish("EMT lowers IL-6")
            opened.look()
            assert open_files(part)
        assert open_files(part)
    assert open_files(part) == []


def test_generation_without_requests_is_released_when_it_is_replaced(
    opened: Served, publish: Publish
) -> None:
    with opened.lease() as searcher:
        part = str(Layout(searcher.folder).generation(1).folder)
        del searcher
    publish("EMT lowers IL-6")
    opened.look()
    assert open_files(part) == []


def test_encoder_is_kept_where_the_model_is_the_same(opened: Served, publish: Publish) -> None:
    with opened.lease() as searcher:
        before = searcher.encoder
    publish("EMT lowers IL-6")
    opened.look()
    with opened.lease() as searcher:
        assert searcher.encoder is before


def test_damaged_generation_is_passed_over_and_tried_again_later(
    publish: Publish, hashed_words: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    index = publish("EMT induces IL-6")
    served = Served(Searcher(index, encoder=hashed_words()), clock=lambda: now[0])
    publish("EMT lowers IL-6")
    vectors = Layout(index).generation(2).dense("statements").search
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-1])
    assert not served.look()
    assert "the new generation was not taken" in caplog.text
    with served.lease() as searcher:
        assert texts(searcher) == ["EMT induces IL-6 [1]."]
    vectors.write_bytes(whole)
    assert not served.look()
    now[0] = RETRY_SECONDS
    assert served.look()
    assert (served.reloads.failed, served.reloads.taken) == (1, 1)
    served.close()


def test_watcher_outlives_a_fault_that_nobody_foresaw(
    opened: Served,
    publish: Publish,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: Searcher) -> Searcher:
        raise OSError(24, "Too many open files")

    publish("EMT lowers IL-6")
    monkeypatch.setattr(Searcher, "reopened", fail)
    assert not opened.look()
    assert "Too many open files" in caplog.text
    assert opened.reloads.failed == 1


def test_index_that_goes_away_goes_on_being_served(opened: Served) -> None:
    with opened.lease() as searcher:
        Layout(searcher.folder).current.unlink()
        assert not opened.look()
        assert len(texts(searcher)) == 2


def test_watcher_takes_a_generation_by_itself(opened: Served, publish: Publish) -> None:
    taken = threading.Event()
    look = opened.look

    def looked() -> bool:
        found = look()
        if found:
            taken.set()
        return found

    opened.look = looked  # type: ignore[method-assign]
    with opened.watched(seconds=0.01):
        publish("EMT lowers IL-6")
        assert taken.wait(60)
        with opened.lease() as searcher:
            assert texts(searcher) == ["EMT lowers IL-6 [1]."]
    assert not opened.ready


def test_streamed_answer_stays_in_its_generation(opened: Served, publish: Publish) -> None:
    app = create_app(opened)
    parts: list[str] = []

    @app.get("/streamed")
    def streamed(searcher: Opened) -> Response:
        parts.append(str(Layout(searcher.folder).generation(1).folder))

        def lines() -> Iterator[str]:
            yield texts(searcher)[0]
            publish("EMT lowers IL-6")
            assert opened.look()
            assert open_files(parts[0])
            yield texts(searcher)[1]

        return StreamingResponse(lines(), media_type="text/plain")

    client = TestClient(app, raise_server_exceptions=False)
    answer = client.get("/streamed")
    assert answer.status_code == 200
    assert sorted(answer.text.split(".")[:2]) == ["EMT induces IL-6 [1]", "Snail raises EMT [1]"]
    assert open_files(parts[0]) == []
    hits = client.get("/api/v1/search", params={"q": "EMT"}).json()["hits"]
    assert [hit["statement"]["text"] for hit in hits] == ["EMT lowers IL-6 [1]."]


def test_every_answer_is_of_one_generation_while_others_are_published(
    opened: Served, publish: Publish
) -> None:
    """What is searched and what is read from the store belong together in each answer."""
    client = TestClient(
        create_app(opened, limits=Settings(address_requests=0)), raise_server_exceptions=False
    )
    stop = threading.Event()
    words = ["zero", "one", "two", "three", "four"]

    def ask() -> list[tuple[int, int, frozenset[str]]]:
        seen = []
        while not stop.is_set():
            with opened.lease() as searcher:
                number = searcher.generation.manifest.generation
                found = searcher.search("EMT", limit=10)
                kept = frozenset(hit.statement.text.split()[0] for hit in found.hits)
                seen.append((number, len(found.hits), kept))
            assert client.get("/api/v1/search", params={"q": "EMT"}).status_code == 200
        return seen

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask) for _ in range(4)]
        try:
            for word in words:
                publish(*(f"{word} EMT {n}" for n in ("alpha", "beta", "gamma")))
                opened.look()
        finally:
            stop.set()
        seen = {one for answers in asked for one in answers.result()}
    expected = {number + 2: frozenset({word}) for number, word in enumerate(words)}
    for number, count, kept in seen:
        if number in expected:
            assert (count, kept) == (3, expected[number])
    assert opened.reloads.taken == 5


def test_closed_server_is_not_ready_and_answers_503(opened: Served) -> None:
    client = TestClient(create_app(opened), raise_server_exceptions=False)
    assert client.get("/ready").json() == {"status": "ready", "generation": 1}
    opened.close()
    for path in ("/ready", "/api/v1/search?q=EMT"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert list(answer.json()) == ["detail"]
    s2 = client.get("/s2/graph/v1/paper/search?query=EMT")
    assert (s2.status_code, s2.headers["retry-after"]) == (503, "5")
    assert client.get("/health").status_code == 200
