"""DOIs in paths, also those that end like a route or hold what means something in a path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from lxml import html

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.search import Searcher
from semsearch.serve.app import create_app
from semsearch.serve.pages.links import paper_path, report_path

#: Each is a paper of the corpus.
DOIS = (
    "10.5555/a",
    "10.5555/a/report",
    "10.5555/a/report/export",
    "10.5555/a/report/report",
    "10.5555/50%",
    "10.5555/b/c",
    "10.5555/é(1)<2>",
)


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory,
    article: Callable[..., bytes],
    hashed_words: Callable[[], Any],
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("named")
    for number, doi in enumerate(DOIS):
        escaped = doi.replace("<", "&lt;")
        said = f'<p>Number {number} induces IL-6 [<xref rid="B1">1</xref>].</p>'
        (folder / f"{number}.xml").write_bytes(article(said, doi=escaped, title=f"T{number}"))
    Builder(
        folder=folder / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles((folder,), 10**6))
    searcher = Searcher(folder / "index", encoder=hashed_words())
    yield TestClient(create_app(searcher), follow_redirects=False)
    searcher.close()


def tree(text: str) -> Any:
    return html.document_fromstring(text)


@pytest.mark.parametrize("doi", DOIS)
def test_a_name_without_a_bare_slash_is_the_whole_name(client: TestClient, doi: str) -> None:
    at = f"/api/v1/papers/{quote(doi, safe='')}"
    assert client.get(at).json()["paper"]["doi"] == doi
    assert client.get(f"{at}/report").json()["work"]["doi"] == doi
    assert client.post(f"{at}/report", json={}).json()["work"]["doi"] == doi
    exported = client.get(f"{at}/report/export", params={"format": "csv"})
    assert exported.headers["content-type"].startswith("text/csv")
    assert client.get(f"/api/v1/tallies/{quote(doi, safe='')}").json()["doi"] == doi
    assert client.get(at.replace("%2F", "%2f")).json()["paper"]["doi"] == doi


@pytest.mark.parametrize("doi", DOIS)
def test_pages_link_to_the_name_that_is_meant(client: TestClient, doi: str) -> None:
    browser = {"accept": "text/html"}
    paper = client.get(paper_path(doi), headers=browser)
    report = client.get(report_path(doi), headers=browser)
    for page, kicker in ((paper, "Paper of the corpus"), (report, "Citation report")):
        found = tree(page.text)
        assert found.xpath("//p[@class='kicker']")[0].text_content() == kicker
        assert doi in found.xpath("//p[@class='meta']")[0].text_content()
        (same,) = found.xpath("//link[@type='application/json']/@href")
        held = client.get(str(same)).json()
        assert held.get("paper", held.get("work"))["doi"] == doi
    assert paper.status_code == report.status_code == 200


def test_bare_slashes_name_the_shorter_work(client: TestClient) -> None:
    report = client.get("/api/v1/papers/10.5555/a/report").json()
    assert report["work"]["doi"] == "10.5555/a"
    export = client.get("/api/v1/papers/10.5555/a/report/export", params={"format": "jsonl"})
    assert export.content.startswith(b'{"kind":"result"')
    assert b"10.5555/a/report" not in export.content.splitlines()[0]
    assert client.get("/api/v1/papers/10.5555/b/c").json()["paper"]["doi"] == "10.5555/b/c"


def test_the_two_spellings_have_tags_of_their_own(client: TestClient) -> None:
    """They may be two answers: a cache must not give one for the other."""
    bare = client.get("/api/v1/papers/10.5555/a/report")
    whole = client.get("/api/v1/papers/10.5555%2Fa%2Freport")
    assert bare.headers["ETag"] != whole.headers["ETag"]
    again = client.get(
        "/api/v1/papers/10.5555%2Fa%2Freport", headers={"If-None-Match": bare.headers["ETag"]}
    )
    assert again.status_code == 200


def test_the_link_to_the_next_page_keeps_the_name(client: TestClient) -> None:
    at = "/api/v1/papers/10.5555%2Fcited.1/report"
    following = client.get(at, params={"limit": 1}).links["next"]["url"]
    assert following.startswith(f"{at}?")
    assert client.get(following).json()["work"]["doi"] == "10.5555/cited.1"


def test_an_unknown_name_is_told_as_it_was_meant(client: TestClient) -> None:
    answer = client.get("/api/v1/papers/10.5555%2Fnone%25/report")
    assert answer.status_code == 404
    assert "10.5555/none%" in answer.json()["detail"]


def test_an_error_page_leads_back_to_the_same_name(client: TestClient) -> None:
    page = client.get("/papers/10.5555%2Fa%2Freport?from=x", headers={"accept": "text/html"})
    assert page.status_code == 422
    links = tree(page.text).xpath("//main//a/@href")
    assert "/papers/10.5555%2Fa%2Freport" in links


@pytest.mark.parametrize("path", ["//evil.example/x", "/%5C%5Cevil.example", "/\\evil.example"])
def test_an_error_page_leads_nowhere_else(client: TestClient, path: str) -> None:
    page = client.get(f"/papers{path}?from=x&q=", headers={"accept": "text/html"})
    for href in tree(page.text).xpath("//main//a/@href"):
        assert str(href).startswith("/")
        assert not str(href).startswith(("//", "/\\"))
