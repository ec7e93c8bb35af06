"""``/api/v1/cite``, its page and its tool, over the demo corpus."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from lxml import html

from semsearch.recommend.cite import CiteOptions, cite
from semsearch.records import Section
from semsearch.search import Searcher
from semsearch.serve.app import create_app
from semsearch.serve.mcp.budget import as_json, tokens_of
from semsearch.serve.mcp.tools import call
from semsearch.serve.served import Served

TEXT = "Tumour cells that undergo EMT secrete IL-6 [CIT]."


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> TestClient:
    return TestClient(create_app(searcher))


def test_get_and_post_give_what_python_gives(client: TestClient, searcher: Searcher) -> None:
    first = cite(searcher, TEXT).works[0].work
    assert first.title is not None
    how = CiteOptions(limit=4, cites=(first.id, first.title), section=Section.RESULTS, year=2012)
    asked: dict[str, Any] = {
        "text": TEXT,
        "cites": list(how.cites),
        "section": "results",
        "year": 2012,
        "limit": 4,
    }
    wanted = orjson.loads(orjson.dumps(cite(searcher, TEXT, how)))
    assert len(wanted["works"]) == 4
    assert [one["id"] for one in wanted["cites"]] == [first.id]
    assert client.get("/api/v1/cite", params=asked).json() == wanted
    assert client.post("/api/v1/cite", json=asked).json() == wanted


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "text"),
        ({"text": ""}, "the text is empty"),
        ({"text": "a [CIT] b [CIT]"}, "[CIT] 2 times"),
        ({"text": "a" * 2001}, "over the limit"),
        ({"text": "a", "year": 7}, "four digits"),
        ({"text": "a", "section": "preface"}, "section"),
        ({"text": "a", "limit": 0}, "the limit is 0"),
        ({"text": "a", "cite": "b"}, "no parameter 'cite'"),
    ],
)
def test_what_cannot_be_asked_is_a_problem(
    client: TestClient, parameters: dict[str, Any], message: str
) -> None:
    answer = client.get("/api/v1/cite", params=parameters)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert message in answer.json()["detail"]


def test_the_page_shows_every_work_with_its_statements(
    client: TestClient, searcher: Searcher
) -> None:
    path = "/cite"
    asked = {"text": TEXT, "limit": "5"}
    found: Any = html.document_fromstring(client.get(path, params=asked).text)
    wanted = cite(searcher, TEXT, CiteOptions(limit=5))
    titles = [" ".join(one.text_content().split()) for one in found.xpath("//h3")]
    assert len(titles) == len(wanted.works) == 5
    for title, one in zip(titles, wanted.works, strict=True):
        assert title.endswith(one.work.title or "Without a title")
    cards = [one.get("id") for one in found.xpath("//article")]
    assert cards == [f"s-{s.statement.id}" for one in wanted.works for s in one.examples]
    assert found.xpath("string(//textarea[@id='text'])") == TEXT


def test_the_page_leaves_out_what_is_cited_line_by_line(
    client: TestClient, searcher: Searcher
) -> None:
    first, second = (one.work for one in cite(searcher, TEXT).works[:2])
    asked = {"text": TEXT, "cites": f"{first.id}\r\n\r\n{second.id}\r\n10.5555/never.heard"}
    answer = client.get("/cite", params=asked)
    found: Any = html.document_fromstring(answer.text)
    titles = " ".join(one.text_content() for one in found.xpath("//h3"))
    assert not [one.title for one in (first, second) if one.title is None or one.title in titles]
    assert "10.5555/never.heard" in found.xpath("string(//p[@class='none'])")


def test_the_tool_gives_as_many_works_as_the_budget_allows(searcher: Searcher) -> None:
    served = Served(searcher)
    wanted = [one.work.doi or one.work.id for one in cite(searcher, TEXT).works]
    whole = orjson.loads(as_json(call(served, "cite", {"text": TEXT, "token_budget": 9000}).result))
    assert [one.get("doi") or one["id"] for one in whole["works"]] == wanted
    assert all(one["cited_as"]["text"] for one in whole["works"])
    page = call(served, "cite", {"text": TEXT, "token_budget": 600})
    cut = orjson.loads(as_json(page.result))
    assert tokens_of(page) <= 600
    assert 0 < len(cut["works"]) < len(wanted)
    assert cut["works"] == whole["works"][: len(cut["works"])]
    assert cut["left_out"] == len(wanted) - len(cut["works"])
