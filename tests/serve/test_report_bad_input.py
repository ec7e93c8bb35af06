"""Names and lists that come as they come: reports and tallies over HTTP.

What the same get on the command line is in ``tests/cli/test_report_bad_input.py``.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from semsearch.search import Searcher
from semsearch.serve.app import create_app

HELD, CITED = "10.5555/a(b)1;c<d", "10.5555/only.cited"
#: Routes that take a DOI in their path, and where an answer of each has it.
ROUTES: dict[str, tuple[str, ...]] = {
    "/api/v1/papers/{}/report": ("work", "doi"),
    "/api/v1/tallies/{}": ("doi",),
    "/scite/tallies/{}": ("doi",),
    "/scite/papers/{}": ("doi",),
    "/s2/graph/v1/paper/{}": ("externalIds", "DOI"),
}
SPELLINGS = [
    HELD,
    HELD.upper(),
    f"doi:{HELD}",
    f"DOI: {HELD}",
    f"https://doi.org/{HELD}",
    f"http://dx.doi.org/{HELD.upper()}",
]
MANY = [f"10.5555/{number}" for number in range(501)]


@pytest.fixture
def client(report_searcher: Searcher) -> TestClient:
    return TestClient(create_app(report_searcher), raise_server_exceptions=False)


def sentence(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    detail: str = answer.json()["detail"]
    assert "\n" not in detail
    return detail


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("safe", ["/:", ""], ids=["slashes", "%2F"])
def test_a_doi_is_taken_in_every_spelling(
    client: TestClient, route: str, name: str, safe: str
) -> None:
    fields = {"fields": "externalIds"} if route.startswith("/s2") else {}
    answer = client.get(route.format(quote(name, safe=safe)), params=fields)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    for key in ROUTES[route]:
        found = found[key]
    assert found == HELD


@pytest.mark.parametrize("route", [*ROUTES, "/s2/graph/v1/paper/{}/citations"])
def test_an_unknown_doi_is_404_with_the_nearest_known(client: TestClient, route: str) -> None:
    assert CITED in sentence(client.get(route.format("10.5555/only.citad")), 404)
    far = sentence(client.get(route.format("10.9999/there.is.nothing.like.it")), 404)
    assert "nearest" not in far


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/tallies", {"names": MANY}),
        ("/api/v1/tallies/aggregate", {"names": MANY}),
        ("/scite/tallies", MANY),
        ("/scite/papers", MANY),
        ("/scite/tallies/cited-by-sections", MANY),
        ("/scite/tallies/aggregate", MANY),
        ("/s2/graph/v1/paper/batch", {"ids": MANY}),
    ],
)
def test_501_works_are_422(client: TestClient, path: str, body: Any) -> None:
    assert "501" in sentence(client.post(path, json=body), 422)


@pytest.mark.parametrize("path", ["/api/v1/tallies", "/scite/tallies", "/s2/graph/v1/paper/batch"])
def test_500_works_and_one_work_twice_are_answered(client: TestClient, path: str) -> None:
    names = [*MANY[:498], HELD, f"https://doi.org/{HELD.upper()}"]
    key = {"/api/v1/tallies": "names", "/s2/graph/v1/paper/batch": "ids"}.get(path)
    answer = client.post(path, json=names if key is None else {key: names})
    assert answer.status_code == 200
    found = answer.json()
    if path.startswith("/s2"):
        assert [one and one["paperId"] for one in found[-2:]] == [f"doi:{HELD}"] * 2
    else:
        assert {one["total"] for one in _tallies(found["tallies"])} == {7}


def _tallies(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [one.get("tally", one) for one in found.values()]
