"""Reports and tallies over HTTP."""

from __future__ import annotations

import orjson
import pytest
from fastapi.testclient import TestClient

from semsearch.report.options import read_report_options
from semsearch.report.paper import report_on
from semsearch.report.tally import tallies, tally
from semsearch.search import Searcher
from semsearch.serve.app import create_app

HELD, CITED = "10.5555/a(b)1;c<d", "10.5555/only.cited"


@pytest.fixture
def client(report_searcher: Searcher) -> TestClient:
    return TestClient(create_app(report_searcher), raise_server_exceptions=False)


def test_a_report_is_that_of_the_python_api(client: TestClient, report_searcher: Searcher) -> None:
    parameters = {"q": "rice", "filter": "year=2020..", "sort": "year", "limit": "1"}
    answer = client.get(f"/api/v1/papers/{CITED}/report", params=parameters)
    options = read_report_options(query="rice", filters=["year=2020.."], sort="year", limit=1)
    assert answer.status_code == 200
    assert answer.content == orjson.dumps(report_on(report_searcher, CITED, options=options))
    after = client.get(
        f"/api/v1/papers/{CITED}/report", params={**parameters, "cursor": answer.json()["next"]}
    )
    assert after.json()["sources"][0] != answer.json()["sources"][0]


@pytest.mark.parametrize(
    "path",
    [
        "10.5555/a(b)1;c%3Cd",
        "10.5555%2Fa%28b%291%3Bc%3Cd",
        "10.5555%2fA(B)1;C%3CD",
        "https://doi.org/10.5555/a(b)1;c%3Cd",
        "doi:10.5555/a(b)1;c%3Cd",
    ],
)
def test_dois_are_taken_in_any_spelling(client: TestClient, path: str) -> None:
    assert client.get(f"/api/v1/tallies/{path}").json()["doi"] == HELD
    assert client.get(f"/api/v1/papers/{path}/report").json()["work"]["doi"] == HELD


def test_routes_of_papers_and_reports_do_not_hide_each_other(client: TestClient) -> None:
    paper = client.get("/api/v1/papers/10.5555/one").json()
    report = client.get("/api/v1/papers/10.5555/one/report").json()
    assert paper["paper"]["id"] == report["work"]["id"] == "doi:10.5555/one"
    assert "statements" in paper and "themes" in report


def test_tallies_are_those_of_the_python_api(client: TestClient, report_searcher: Searcher) -> None:
    one = client.get(f"/api/v1/tallies/{CITED}", params={"without_retracted": "true"})
    assert one.content == orjson.dumps(tally(report_searcher, CITED, without_retracted=True))
    names = [HELD, "10.4444/no"]
    many = client.post("/api/v1/tallies", json={"names": names})
    assert many.content == orjson.dumps(tallies(report_searcher, names))
    whole = client.post("/api/v1/tallies/aggregate", json={"names": [HELD, CITED]}).json()
    assert (whole["works"], whole["tally"]["citing_papers"]) == (2, 5)


def test_unknown_works_are_404_with_the_nearest_known(client: TestClient) -> None:
    for path in ("tallies/10.5555/only.citad", "papers/10.5555/only.citad/report"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 404
        assert list(answer.json()) == ["detail"]
        assert CITED in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "tallies", {"names": ["10.5555/x"] * 501}),
        ("POST", "tallies/aggregate", {"names": ["10.5555/x"] * 501}),
        ("POST", "tallies", {"dois": []}),
        ("POST", "tallies", ["10.5555/x"]),
        ("GET", f"papers/{CITED}/report?sort=name", None),
        ("GET", f"papers/{CITED}/report?limit=0", None),
        ("GET", f"papers/{CITED}/report?cloud=x", None),
        ("GET", f"papers/{CITED}/report?q=%20", None),
        ("GET", f"papers/{CITED}/report?cursor=zzz", None),
        ("GET", f"papers/{CITED}/report?filter=colour%3Dred", None),
    ],
)
def test_what_cannot_be_asked_is_422_in_the_one_shape(
    client: TestClient, method: str, path: str, body: object
) -> None:
    answer = client.request(method, f"/api/v1/{path}", json=body)
    assert answer.status_code == 422
    assert list(answer.json()) == ["detail"] and isinstance(answer.json()["detail"], str)


def test_the_routes_are_described(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    report = described["paths"]["/api/v1/papers/{doi}/report"]["get"]
    assert report["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith(
        "/Report"
    )
    assert {"200", "404", "422"} <= set(report["responses"])
    for path in ("/api/v1/tallies/{doi}", "/api/v1/tallies", "/api/v1/tallies/aggregate"):
        assert path in described["paths"]
