"""The HTTP API over a small index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from semsearch.answer.ask import ask
from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.search import Searcher
from semsearch.serve.app import create_app


@pytest.fixture
def searcher(tmp_path: Path, article: Callable[..., bytes], encoder: Any) -> Iterator[Searcher]:
    body = (
        '<p>EMT induces IL-6 [<xref rid="B1">1</xref>]. Snail raises EMT [<xref rid="B2">2</xref>].'
        ' EMT induces IL-6 [<xref rid="B3">3</xref>].</p>'
    )
    (tmp_path / "a.xml").write_bytes(
        article(body, front="<abstract><p>EMT and IL-6 in one.</p></abstract>")
    )
    builder = Builder(
        folder=tmp_path / "index", encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=256
    )
    builder.build(ArticleFiles((tmp_path / "a.xml",), 10**6))
    opened = Searcher(tmp_path / "index", encoder=encoder)
    yield opened
    opened.close()


@pytest.fixture
def client(searcher: Searcher) -> TestClient:
    return TestClient(create_app(searcher), raise_server_exceptions=False)


def test_ask_gives_the_answer_of_the_python_api(client: TestClient, searcher: Searcher) -> None:
    answer = client.get("/api/v1/ask", params={"q": "does EMT induce IL-6", "limit": 2})
    assert answer.status_code == 200
    assert answer.content == orjson.dumps(ask(searcher, "does EMT induce IL-6", limit=2))
    first = answer.json()["statements"][0]
    assert first["statement"]["paper"]["doi"] == "10.5555/test"
    assert first["statement"]["cites"][0]["doi"].startswith("10.5555/cited.")
    assert first["highlights"]


def test_search_and_statement_give_the_same_record(client: TestClient) -> None:
    hit = client.get("/api/v1/search", params={"q": "Snail raises EMT"}).json()["hits"][0]
    assert hit["statement"]["text"] == "Snail raises EMT [2]."
    assert hit["statement"]["before"] == "EMT induces IL-6 [1]."
    one = client.get(f"/api/v1/statements/{hit['statement']['id']}")
    assert one.json() == hit["statement"]


def test_similar_leaves_out_the_statement_and_its_doubles(client: TestClient) -> None:
    hits = client.get("/api/v1/search", params={"q": "EMT induces IL-6"}).json()["hits"]
    identity = hits[0]["statement"]["id"]
    similar = client.get("/api/v1/similar", params={"statement": identity}).json()["hits"]
    assert [hit["statement"]["text"] for hit in similar] == ["Snail raises EMT [2]."]
    pasted = client.get("/api/v1/similar", params={"text": "EMT induces IL-6."}).json()["hits"]
    assert pasted == similar


def test_paper_is_found_by_its_doi(client: TestClient) -> None:
    report = client.get("/api/v1/papers/10.5555/TEST").json()
    assert report["paper"]["title"] == "A synthetic article"
    assert len(report["statements"]) == 3
    assert report["references"] == 9


def test_health_and_info(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/ready").json() == {"status": "ready", "generation": 1}
    info = client.get("/api/v1/info").json()
    assert info["counts"]["statements"] == 3
    assert info["folder"] == "index"


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/api/v1/ask?q=", 422, "the question is empty"),
        ("/api/v1/ask?q=%3F%21", 422, "holds no letter or digit"),
        ("/api/v1/ask", 422, "q: Field required"),
        ("/api/v1/ask?q=a&limit=0", 422, "the limit is 0"),
        ("/api/v1/ask?q=a&limit=x", 422, "limit: "),
        ("/api/v1/search?q=" + "a" * 2001, 422, "over the limit of 2,000"),
        ("/api/v1/similar", 422, "either statement or text"),
        ("/api/v1/similar?statement=nonsense", 422, "no statement id"),
        ("/api/v1/similar?statement=abcdefghij234567", 404, "no statement abcdefghij234567"),
        ("/api/v1/statements/abcdefghij234567", 404, "no statement abcdefghij234567"),
        ("/api/v1/papers/10.5555/none", 404, "no paper 10.5555/none"),
        ("/nowhere", 404, "there is nothing at /nowhere"),
    ],
)
def test_every_error_has_one_shape(client: TestClient, path: str, status: int, detail: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert list(answer.json()) == ["detail"]
    assert detail in answer.json()["detail"]


def test_wrong_method_has_the_error_shape_too(client: TestClient) -> None:
    answer = client.delete("/api/v1/ask")
    assert answer.status_code == 405
    assert answer.json() == {"detail": "Method Not Allowed"}


def test_fault_inside_has_the_error_shape_and_tells_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(Searcher, "search", fail)
    answer = client.get("/api/v1/search", params={"q": "EMT"})
    assert answer.status_code == 500
    assert answer.json() == {"detail": "the server failed; its log says why"}


def test_question_in_another_script_is_searched(client: TestClient) -> None:
    assert client.get("/api/v1/ask", params={"q": "上皮间质转化"}).status_code == 200


def test_several_requests_at_a_time_give_equal_bytes(client: TestClient) -> None:
    def get(_: int) -> bytes:
        return bytes(client.get("/api/v1/ask", params={"q": "does EMT induce IL-6"}).content)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(get, range(40)))) == 1


def test_answers_fit_their_described_schema(client: TestClient) -> None:
    from pydantic import TypeAdapter

    from semsearch.answer.ask import Answer

    content = client.get("/api/v1/ask", params={"q": "does EMT induce IL-6"}).content
    assert TypeAdapter(Answer).validate_json(content).question == "does EMT induce IL-6"
