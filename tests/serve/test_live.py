"""A server in its own process, with the real model: load during rebuilds, and changes by job."""

from __future__ import annotations

import shutil
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from semsearch.serve.access.keys import KeyRing, KeyScope

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS, SECONDS, SWAPS = 64, 10, 5


@pytest.fixture(scope="module")
def benchmark() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        return import_module("benchmark_server")


@pytest.fixture
def copied(index: Path, tmp_path: Path) -> Path:
    """A copy of the demo index that may be changed."""
    shutil.copytree(index, tmp_path / "index")
    return tmp_path / "index"


def test_no_request_fails_while_the_index_is_rebuilt_and_swapped(
    benchmark: Any, copied: Path, tmp_path: Path
) -> None:
    benchmark.build_rounds(copied, tmp_path, range(1))
    with benchmark.server(copied, benchmark.settings_for(CLIENTS)) as address:
        samples, published = benchmark.load(
            address, copied, tmp_path, clients=CLIENTS, seconds=SECONDS, swaps=SWAPS
        )
        last = httpx.get(f"{address}/api/v1/info", timeout=60).json()["generation"]
    assert [one.fault for one in samples if one.fault is not None] == []
    assert len(samples) >= CLIENTS
    assert len(set(published.values())) == SWAPS
    assert last == max(published.values())
    assert {one.generation for one in samples} >= {min(published.values()) - 1, last}


def test_paper_is_added_and_removed_by_a_process_beside_the_server(
    benchmark: Any, copied: Path, tmp_path: Path
) -> None:
    key = KeyRing(copied).add("editor", KeyScope.ADMIN)
    article = benchmark.write_article(tmp_path, 0)
    with (
        benchmark.server(copied, {}) as address,
        httpx.Client(base_url=address, timeout=120, headers={"X-API-Key": key}) as client,
    ):

        def ended(answer: httpx.Response) -> Any:
            assert answer.status_code == 202, answer.text
            while True:
                job = client.get(answer.headers["location"]).json()
                if job["ended"] is not None:
                    return job
                threading.Event().wait(0.2)  # as a client would; its key has a rate

        xml = {"Content-Type": "application/xml"}
        sent = client.post("/api/v1/papers", content=article.read_bytes(), headers=xml)
        job = ended(sent)
        assert (job["state"], job["error"]) == ("done", None)
        found = client.get(f"/api/v1/papers/{benchmark.DOI}")
        assert found.status_code == 200
        assert len(found.json()["statements"]) == 5
        bad = client.post(
            "/api/v1/papers", content=b"<article>", headers={"Content-Type": "text/xml"}
        )
        assert ended(bad)["state"] == "failed"
        assert ended(client.delete(f"/api/v1/papers/{benchmark.DOI}"))["state"] == "done"
        assert client.get(f"/api/v1/papers/{benchmark.DOI}").status_code == 404
