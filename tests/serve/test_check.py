"""``/api/v1/check`` and its page."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from lxml import html

from semsearch.claims.checking import CheckOptions, check
from semsearch.search import Searcher
from semsearch.serve.app import create_app
from semsearch.settings import settings

TEXT = "EMT induces IL-6 [@a]. IL-6 inhibits EMT in cells [@b; @none]."
BIB = "@article{a, doi={10.5555/semsearch.demo.10}}\n@article{b, doi={10.5555/ext.2}}\n"
PATH = "/api/v1/check"


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> TestClient:
    return TestClient(create_app(searcher))


def test_json_and_files_give_what_python_gives(client: TestClient, searcher: Searcher) -> None:
    how = CheckOptions(shown=1, leave_out=("10.5555/semsearch.demo.01",))
    wanted = orjson.loads(orjson.dumps(check(searcher, TEXT, [BIB], options=how)))
    sent = {"text": TEXT, "bibliography": BIB, "shown": 1, "leave_out": list(how.leave_out)}
    assert client.post(PATH, json=sent).json() == wanted
    files = [
        ("draft", ("my draft.md", TEXT.encode())),
        ("bibliography", ("refs.bib", BIB.encode())),
    ]
    form = {"shown": "1", "leave_out": how.leave_out[0]}
    found = client.post(PATH, files=files, data=form).json()
    assert found.pop("name") == "my draft.md"
    del wanted["name"]
    assert found == wanted


@pytest.mark.parametrize(
    ("sent", "status", "message"),
    [
        ({"json": {}}, 422, "text: Field required"),
        ({"json": {"text": "no cites"}}, 422, "cites nothing that can be found"),
        ({"json": {"text": ""}}, 422, "holds no words"),
        ({"json": {"text": TEXT, "shown": 99}}, 422, "expected 1 to 20"),
        ({"json": {"text": TEXT, "bib": ""}}, 422, "bib: Extra inputs"),
        ({"json": {"text": TEXT, "leave_out": ["10.1/x"]}}, 422, "does not know"),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 422, "the body"),
        ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, "text/plain"),
        ({"content": b"x"}, 415, "of no type"),
        ({"files": {"other": b"x"}}, 422, "no field 'other'"),
        ({"files": {"bibliography": b"x"}}, 422, "0 fields draft"),
        ({"files": {"draft": ("a.docx", b"PK\x03\x04cut")}}, 422, "cut-off or damaged .docx"),
        ({"files": {"draft": ("a.pdf", b"%PDF-1.4")}}, 422, "is a PDF"),
        (
            {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
            400,
            "boundary",
        ),
    ],
)
def test_what_cannot_be_checked_is_a_problem(
    client: TestClient, sent: dict[str, Any], status: int, message: str
) -> None:
    answer = client.post(PATH, **sent)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert message in answer.json()["detail"]


def test_a_body_that_is_too_large_is_refused(searcher: Searcher) -> None:
    limits = settings().model_copy(update={"max_body_bytes": 1000})
    small = TestClient(create_app(searcher, limits=limits))
    assert small.post(PATH, json={"text": TEXT * 50}).status_code == 413


def test_the_page_shows_each_sentence_with_its_flags(
    client: TestClient, searcher: Searcher
) -> None:
    empty: Any = html.document_fromstring(client.get("/check").text)
    assert empty.xpath("count(//section[@class='checked'])") == 0
    answer = client.post("/check", data={"text": TEXT, "bibliography": BIB, "leave_out": "\r\n"})
    assert answer.status_code == 200
    found: Any = html.document_fromstring(answer.text)
    wanted = check(searcher, TEXT, [BIB])
    shown = [" ".join(one.text_content().split()) for one in found.xpath("//h3")]
    assert shown == [f"{one.place} {one.text}" for one in wanted.sentences]
    flags = " ".join(one.text_content() for one in found.xpath("//p[@class='flag']"))
    assert "retraction: doi:10.5555/semsearch.demo.33" in flags
    assert "others say the opposite" in flags
    assert "no entry has the key none" in answer.text
    assert found.xpath("string(//textarea[@id='text'])").strip() == TEXT
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": {"text": "nothing cited"}}, 422),
        ({"data": {"text": TEXT, "other": "x"}}, 422),
        ({"json": {"text": TEXT}}, 415),
        ({"data": {str(n): "x" for n in range(20)}}, 422),
    ],
)
def test_faults_of_the_form_are_pages(
    client: TestClient, sent: dict[str, Any], status: int
) -> None:
    answer = client.post("/check", headers={"Accept": "text/html"}, **sent)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
