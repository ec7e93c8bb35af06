"""What stands around an answer: tags, pages, compression, headers, and the shape of errors."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from fastapi.testclient import TestClient

from semsearch.index.citation_types import correct_citation
from semsearch.rank import facets
from semsearch.rank.run import found_rows
from semsearch.records import CitationType
from semsearch.search import Searcher
from semsearch.serve.app import create_app
from semsearch.serve.served import Served
from semsearch.settings import Settings

Publish = Callable[..., Path]
SEARCH = "/api/v1/search?q=EMT"
PLAIN = {"accept-encoding": "identity"}


@pytest.fixture
def client(opened: Served) -> TestClient:
    return TestClient(create_app(opened), raise_server_exceptions=False)


class TestTags:
    @pytest.mark.parametrize(
        "path",
        [
            SEARCH,
            "/api/v1/ask?q=does+EMT+induce+IL-6",
            "/api/v1/similar?text=EMT",
            "/api/v1/papers/10.5555/told",
            "/api/v1/papers/10.5555/cited.1/report",
            "/api/v1/tallies/10.5555/cited.1",
            "/api/v1/tallies?name=10.5555/cited.1",
            "/api/v1/info",
        ],
    )
    def test_unchanged_answer_is_not_sent_again(self, client: TestClient, path: str) -> None:
        first = client.get(path)
        assert first.status_code == 200, first.text
        tag = first.headers["etag"]
        assert re.fullmatch(r'"[0-9a-f]{32}(-gzip)?"', tag)
        assert first.headers["cache-control"] == "public, no-cache"
        assert first.headers["vary"] == "Accept-Encoding"
        for known in (tag, f"W/{tag}", f'"other", {tag}', tag.replace("-gzip", "")):
            again = client.get(path, headers={"If-None-Match": known})
            assert again.status_code == 304
            assert again.content == b""
            assert again.headers["etag"].replace("-gzip", "") == tag.replace("-gzip", "")
            assert again.headers["x-request-id"]
        assert client.get(path, headers={"If-None-Match": '"other"'}).content == first.content

    def test_unchanged_answer_is_not_worked_out(
        self, client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tag = client.get(SEARCH).headers["etag"]

        def fail(*_: object, **__: object) -> None:
            raise AssertionError

        monkeypatch.setattr(Searcher, "search", fail)
        assert client.get(SEARCH, headers={"If-None-Match": tag}).status_code == 304

    def test_tag_names_the_bytes(self, client: TestClient) -> None:
        plain = client.get(SEARCH, headers=PLAIN)
        assert "content-encoding" not in plain.headers
        zipped = client.get(SEARCH, headers={"accept-encoding": "gzip"})
        assert zipped.headers["content-encoding"] == "gzip"
        assert zipped.content == plain.content
        assert zipped.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
        order = client.get("/api/v1/search?limit=5&q=EMT", headers=PLAIN).headers["etag"]
        assert order == client.get("/api/v1/search?q=EMT&limit=5", headers=PLAIN).headers["etag"]
        twice = client.get("/api/v1/search?q=EMT&q=Snail", headers=PLAIN)
        turned = client.get("/api/v1/search?q=Snail&q=EMT", headers=PLAIN)
        assert (twice.content == turned.content) == (
            twice.headers["etag"] == turned.headers["etag"]
        )
        others = [
            client.get(path, headers=PLAIN).headers["etag"]
            for path in (SEARCH, SEARCH + "&limit=5", "/api/v1/ask?q=EMT", "/api/v1/info")
        ]
        assert len(set(others)) == 4

    def test_new_generation_and_correction_change_the_tag(
        self, client: TestClient, opened: Served, publish: Publish
    ) -> None:
        tags = [client.get(SEARCH).headers["etag"]]
        hit = client.get(SEARCH).json()["hits"][0]["statement"]
        correct_citation(folder_of(opened), hit["id"], CitationType.CONTRASTING)
        tags.append(client.get(SEARCH).headers["etag"])
        publish("EMT lowers IL-6")
        assert client.get(SEARCH).headers["etag"] == tags[-1]
        opened.look()
        tags.append(client.get(SEARCH).headers["etag"])
        assert len(set(tags)) == 3

    @pytest.mark.parametrize("path", ["/api/v1/search?q=", "/nowhere", "/health", "/metrics"])
    def test_what_is_no_such_answer_has_no_tag(self, client: TestClient, path: str) -> None:
        answer = client.get(path)
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"

    def test_post_is_never_unchanged(self, client: TestClient) -> None:
        tag = client.get(SEARCH).headers["etag"]
        body = {"q": "EMT"}
        answer = client.post("/api/v1/search", json=body, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert "etag" not in answer.headers

    def test_caches_may_keep_an_answer_by_setting(self, opened: Served) -> None:
        app = create_app(opened, limits=Settings(cache_seconds=60))
        assert TestClient(app).get(SEARCH).headers["cache-control"] == "public, max-age=60"


def folder_of(served: Served) -> Path:
    with served.lease() as searcher:
        return searcher.folder


class TestPages:
    @pytest.fixture
    def client(self, publish: Publish, hashed_words: Callable[[], Any]) -> Any:
        numbers = "one two three four five six seven eight nine ten eleven".split()
        index = publish(*(f"EMT was seen {number} times in {number} cells" for number in numbers))
        served = Served(Searcher(index, encoder=hashed_words()))
        client = TestClient(create_app(served), raise_server_exceptions=False)
        yield client
        served.close()

    @pytest.mark.parametrize("start", [SEARCH, "/api/v1/ask?q=EMT+was+seen&filter=section%3Dother"])
    def test_links_lead_through_the_whole_list(self, client: TestClient, start: str) -> None:
        whole = client.get(f"{start}&limit=100&fold=false").json()
        name = "hits" if "hits" in whole else "statements"
        expected = [hit["statement"]["id"] for hit in whole[name]]
        assert len(expected) == 11
        seen: list[str] = []
        path: str | None = f"{start}&limit=4&fold=false"
        pages = 0
        while path is not None:
            answer = client.get(path)
            assert answer.status_code == 200, answer.text
            seen += [hit["statement"]["id"] for hit in answer.json()[name]]
            pages += 1
            link = answer.links.get("next")
            assert (link is None) == (answer.json()["next"] is None)
            path = None if link is None else link["url"]
            if path is not None:
                assert urlsplit(path).path == urlsplit(start).path
        assert (pages, seen) == (3, expected)

    def test_link_is_of_the_address_that_the_client_sees(self, client: TestClient) -> None:
        app = client.app
        behind = TestClient(app, root_path="/statements-search")
        link = behind.get(f"{SEARCH}&limit=4").links["next"]["url"]
        assert link.startswith("/statements-search/api/v1/search?q=EMT&limit=4&cursor=")

    def test_cursor_of_another_query_is_422_and_of_another_index_410(
        self, client: TestClient, publish: Publish
    ) -> None:
        cursor = client.get(f"{SEARCH}&limit=4").json()["next"]
        other = client.get("/api/v1/search", params={"q": "cells", "cursor": cursor})
        assert other.status_code == 422
        assert "belongs to another query" in other.json()["detail"]
        publish("EMT lowers IL-6")
        client.app.state.served.look()  # type: ignore[attr-defined]
        for method, how in (("GET", "params"), ("POST", "json")):
            asked = {"q": "EMT", "limit": 4, "cursor": cursor}
            gone = client.request(method, "/api/v1/search", **{how: asked})  # type: ignore[arg-type]
            assert gone.status_code == 410
            assert gone.json() == {
                "detail": "the cursor belongs to an index that has changed since;"
                " start again without it"
            }


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("search", {"q": "EMT", "limit": 1, "filter": {"year": 2020}, "facets": ["section"]}),
        ("ask", {"q": "does EMT induce IL-6", "mode": "lexical", "sort": "year"}),
        ("ask/side", {"q": "does EMT induce IL-6", "stance": "supports", "filter": {"year": 2020}}),
        ("similar", {"text": "EMT induces IL-6", "limit": 1}),
        ("papers/10.5555/cited.1/report", {"q": "EMT", "filter": {"year": 2020}, "limit": 1}),
        ("tallies", {"names": ["10.5555/cited.1", "10.5555/none"]}),
        ("tallies/aggregate", {"names": ["10.5555/cited.1"], "without_retracted": True}),
    ],
)
def test_parameters_and_body_give_the_same_answer(
    client: TestClient, path: str, asked: dict[str, Any]
) -> None:
    spelt = {"facets": "facet", "names": "name"}
    parameters = {
        spelt.get(name, name): orjson.dumps(value).decode() if name == "filter" else value
        for name, value in asked.items()
    }
    by_get = client.get(f"/api/v1/{path}", params=parameters)
    by_post = client.post(f"/api/v1/{path}", json=asked)
    assert by_get.status_code == by_post.status_code == 200, by_get.text
    assert by_get.content == by_post.content


@pytest.mark.parametrize("by", ["get", "post"])
def test_a_facet_that_is_named_again_and_again_is_counted_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    searched = []

    def counted(*asked: Any) -> Any:
        searched.append(asked)
        return found_rows(*asked)

    monkeypatch.setattr(facets, "found_rows", counted)
    asked: dict[str, Any] = {"q": "EMT", "facet_alternatives": True}
    names = ["section"] * 20 + ["year"] + ["section"] * 20
    if by == "get":
        asked |= {"filter": "section=results", "facet": names}
        answer = client.get("/api/v1/search", params=asked)
    else:
        asked |= {"filter": {"section": ["results"]}, "facets": names}
        answer = client.post("/api/v1/search", json=asked)
    assert list(answer.json()["facets"]) == ["section", "year"]
    assert len(searched) == 1


class TestHeaders:
    @pytest.mark.parametrize(
        "path", [SEARCH, "/", "/nowhere", "/health", "/scite/tallies/10.1/x", "/openapi.json"]
    )
    def test_browsers_are_told_what_they_may_do(self, client: TestClient, path: str) -> None:
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy

    def test_head_is_a_get_without_its_body(self, client: TestClient) -> None:
        for path in (SEARCH, "/health", "/nowhere", "/"):
            get, head = client.get(path, headers=PLAIN), client.head(path, headers=PLAIN)
            assert head.status_code == get.status_code
            assert head.content == b""
            assert head.headers["content-length"] == get.headers["content-length"]
            assert head.headers.get("etag") == get.headers.get("etag")

    def test_small_answer_is_not_compressed(self, client: TestClient) -> None:
        answer = client.get("/health", headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in answer.headers

    def test_compression_gives_equal_bytes(self, client: TestClient) -> None:
        with client.stream("GET", SEARCH, headers={"accept-encoding": "gzip"}) as one:
            first = b"".join(one.iter_raw())
        with client.stream("GET", SEARCH, headers={"accept-encoding": "gzip"}) as two:
            assert b"".join(two.iter_raw()) == first
        assert orjson.loads(gzip.decompress(first))["query"] == "EMT"

    def test_other_origins_are_let_in_by_setting_only(self, opened: Served) -> None:
        origin = {"Origin": "https://example.org"}
        closed = TestClient(create_app(opened))
        assert "access-control-allow-origin" not in closed.get(SEARCH, headers=origin).headers
        limits = Settings(
            cors_origins="https://example.org, https://example.com", max_url_bytes=200
        )
        client = TestClient(create_app(opened, limits=limits), raise_server_exceptions=False)
        answer = client.get(SEARCH, headers=origin)
        assert answer.headers["access-control-allow-origin"] == "https://example.org"
        assert "X-Request-ID" in answer.headers["access-control-expose-headers"]
        too_long = client.get("/" + "a" * 300, headers=origin)
        assert too_long.status_code == 414
        assert too_long.headers["access-control-allow-origin"] == "https://example.org"
        other = client.get(SEARCH, headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers
        asking = {
            **origin,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization",
        }
        assert client.options(SEARCH, headers=asking).status_code == 200


def test_every_error_of_every_route_has_one_shape(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """404, 405, 415, 422 and 500 here; 401, 403, 408, 413, 414, 429, 503, 504 in other files."""
    document = client.get("/openapi.json").json()
    templates = [path for path in document["paths"] if not path.startswith("/s2/")]
    assert len(templates) > 15
    answers = []
    for template in templates:
        path = re.sub(r"\{[^}]*\}", "10.5555/none", template)
        methods = document["paths"][template]
        answers.append(client.request("PATCH", path))
        for method in methods:
            answers.append(client.request(method, path, params={"nonsense": "1"}))
            answers.append(client.request(method, path, content=b"{", headers={"a": "b"}))
    answers.append(client.get("/nowhere"))
    faults = [one for one in answers if one.status_code >= 400]
    assert {404, 405, 422} <= {one.status_code for one in faults}
    assert len(faults) > len(answers) / 2
    for answer in faults:
        assert answer.headers["content-type"] == "application/problem+json", answer.request.url
        assert list(answer.json()) == ["detail"], answer.request.url
        assert "\n" not in answer.json()["detail"]

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(Searcher, "search", fail)
    failed = client.get(SEARCH)
    assert failed.status_code == 500
    assert failed.headers["content-type"] == "application/problem+json"
    assert failed.json() == {"detail": "the server failed; its log says why"}
    assert failed.headers["x-request-id"]
    assert failed.headers["x-content-type-options"] == "nosniff"
