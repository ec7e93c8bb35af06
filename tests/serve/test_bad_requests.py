"""What cannot be asked over HTTP: 422 with one sentence, or an empty result that says why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.search import Searcher
from semsearch.serve.app import create_app

BODY = (
    '<sec sec-type="results"><title>Results</title><p>EMT induces IL-6 [<xref rid="B1">1</xref>].'
    ' Snail raises EMT [<xref rid="B2">2</xref>].</p></sec>'
    '<sec sec-type="methods"><title>Methods</title>'
    '<p>Cells were kept as before [<xref rid="B3">3</xref>].</p></sec>'
)
MANY = [f"Journal {number}" for number in range(10_000)]


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory,
    article: Callable[..., bytes],
    hashed_words: Callable[[], Any],
) -> Iterator[TestClient]:
    where = tmp_path_factory.mktemp("asked")
    (where / "a.xml").write_bytes(article(BODY))
    Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles((where / "a.xml",), 10**6))
    opened = Searcher(where / "index", encoder=hashed_words())
    yield TestClient(create_app(opened), raise_server_exceptions=False)
    opened.close()


def refused(answer: Any, detail: str) -> None:
    assert answer.status_code == 422, answer.text
    assert list(answer.json()) == ["detail"]
    assert detail in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/ask"])
@pytest.mark.parametrize(
    ("parameters", "detail"),
    [
        ({"filter": "sektion=results"}, "there is no filter 'sektion', expected one of section"),
        ({"filter": "section=result"}, "the filter section has 'result', expected one of"),
        ({"filter": "section"}, "has no =, expected field=value"),
        ({"filter": "year=20155"}, "expected 1000 to 2100"),
        ({"filter": "year=0"}, "expected 1000 to 2100"),
        ({"filter": "year=2015..2010"}, "goes from 2015 back to 2010"),
        ({"filter": "year=" + "9" * 5000}, "the filter year has"),
        ({"filter": "target_doi=10.1"}, "expected a DOI such as"),
        ({"filter": "source_doi=10.5555/a' OR '1'='1"}, "expected a DOI such as"),
        ({"filter": "journal=a\x00b"}, "expected no control character"),
        ({"filter": "source_author=%"}, "expected a name"),
        ({"filter": '{"year": {"from": null}}'}, "expected from and to"),
        ({"filter": '{"not": ' * 20 + "{}" + "}" * 20}, "nested deeper than 10"),
        ({"filter": "{"}, "is not JSON"),
        ({"filters": "section=results"}, "there is no parameter 'filters', expected one of q, "),
        ({"section": "results"}, "there is no parameter 'section'"),
        ({"facet": "colour"}, "facet.0: Input should be 'section'"),
        ({"sort": "colour"}, "sort: Input should be"),
        ({"cursor": "x"}, "'x' is no cursor"),
        ({"limit": "1001"}, "the limit is 1001, expected 1 to 1,000"),
        ({"q": "EMT\x00"}, "the control character U+0000 at character 4"),
        ({"q": "doi:12345"}, "doi:12345 at character 1 is no DOI"),
        ({"q": "cites:10.1/x"}, "is no DOI"),
        ({"q": '"EMT induces'}, "is not closed"),
        ({"q": "title:"}, "title: at character 1 has no value"),
        ({"q": "'; --"}, "holds no letter or digit"),
    ],
)
def test_wrong_parameter_is_refused(
    client: TestClient, path: str, parameters: dict[str, str], detail: str
) -> None:
    refused(client.get(path, params={"q": "EMT", **parameters}), detail)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"filter": {"sektion": "results"}}, "there is no filter 'sektion'"),
        ({"filter": {"journal": MANY}}, "the filter has 10,000 values, expected at most 1,000"),
        (
            {"filter": {"or": [{"journal": one} for one in MANY]}},
            "10,000 values, expected at most 1,000",
        ),
        ({"filter": {"year": 10**30}}, "expected 1000 to 2100"),
        ({"filter": {"journal": "a\x1bb"}}, "expected no control character"),
        ({"filter": "section=results"}, "expected an object such as"),
        ({"filter": {}}, "expected an object such as"),
        ({"facets": ["colour"]}, "facets.0: Input should be"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"limit": 0}, "the limit is 0"),
        ({"q": None}, "q: Input should be a valid string"),
    ],
)
def test_wrong_body_is_refused(client: TestClient, body: dict[str, Any], detail: str) -> None:
    for path in ("/api/v1/search", "/api/v1/ask"):
        refused(client.post(path, json={"q": "EMT", **body}), detail)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b'{"q": "\\ud800"}', b"[" * 50_000])
def test_body_that_is_no_request_is_refused(client: TestClient, raw: bytes) -> None:
    answer = client.post(
        "/api/v1/search", content=raw, headers={"content-type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert list(answer.json()) == ["detail"]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"filter": "journal=Nature"}, "nothing in the index has this: journal is Nature"),
        ({"filter": ["year=2020", "year=2019"]}, "nothing in the index has this: year is 2019"),
        (
            {"filter": ["section=results", "target_doi=10.5555/cited.3"]},
            "never together: section is results, and cites 10.5555/cited.3",
        ),
        ({"filter": ["section=results", "-section=results"]}, "never together"),
        ({"filter": "journal=' OR 1=1 --"}, "nothing in the index has this: journal is ' OR 1=1"),
        (
            {"q": '"Snail raises" -Snail'},
            "no statement holds the quoted words without those left out",
        ),
        ({"q": "EMT doi:10.5555/none"}, "nothing in the index has this: source is 10.5555/none"),
        (
            {"q": "EMT author:x journal:y", "filter": "section=results"},
            "nothing in the index has this: ",
        ),
        (
            {"q": '"Snail raises" cites:10.5555/cited.1'},
            "no statement fits the filter and the query together",
        ),
    ],
)
def test_nothing_is_found_and_the_reason_is_given(
    client: TestClient, parameters: dict[str, Any], reason: str
) -> None:
    found = client.get("/api/v1/search", params={"q": "EMT", **parameters}).json()
    assert found["hits"] == []
    assert (found["total"], found["allowed"]) == (0, 0)
    assert reason in found["empty_because"]
    answer = client.get("/api/v1/ask", params={"q": "EMT", **parameters}).json()
    assert answer["statements"] == []
    assert answer["empty_because"] == found["empty_because"]


def test_filter_that_contradicts_itself_gives_no_verdict(client: TestClient) -> None:
    parameters = {"q": "does EMT induce IL-6", "filter": ["section=results", "-section=results"]}
    answer = client.get("/api/v1/ask", params=parameters).json()
    assert answer["verdict"]["verdict"] == "unknown"
    assert answer["verdict"]["counts"]["supports"]["statements"] == 0
    assert "never together" in answer["empty_because"]


@pytest.mark.parametrize(
    "query",
    [
        "EMT) OR 1=1; DROP TABLE statements; --",
        "EMT AND (IL-6",
        "+EMT^5 ~2 [a TO b] {a} EMT*",
        "NOT EMT",
        "NEAR(EMT, 5)",
        "text:EMT",
        "EMT\\",
        "EMT' UNION SELECT * FROM papers --",
        "{{7*7}} EMT",
    ],
)
def test_syntax_of_other_engines_is_text(client: TestClient, query: str) -> None:
    found = client.get("/api/v1/search", params={"q": query}).json()
    assert found["total"] == found["allowed"] == 3
    assert found["empty_because"] is None
    plain = client.get("/api/v1/search", params={"q": "EMT", "mode": "lexical"}).json()
    with_signs = client.get("/api/v1/search", params={"q": query, "mode": "lexical"}).json()
    ids = {hit["statement"]["id"] for hit in plain["hits"]}
    assert ids <= {hit["statement"]["id"] for hit in with_signs["hits"]}
    assert client.get("/api/v1/info").json()["counts"]["statements"] == 3


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/papers/' OR 1=1 --", 404),
        ("/api/v1/papers/..%2F..%2Fetc%2Fpasswd", 404),
        ("/api/v1/statements/%27 OR 1=1", 404),
        ("/api/v1/statements/%00", 422),
        ("/api/v1/similar?statement=' OR 1=1 --", 422),
        ("/api/v1/similar?text=EMT%00", 422),
    ],
)
def test_identifier_that_is_none_finds_nothing(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert list(answer.json()) == ["detail"]
