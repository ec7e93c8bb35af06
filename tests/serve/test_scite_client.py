"""scite's routes over a real connection, as a client of its API sends them."""

from __future__ import annotations

import httpx
import pytest

HEADERS = {"Authorization": "Bearer anything"}


@pytest.mark.parametrize(
    "spelt",
    [
        "10.5555/cited.1",
        "10.5555%2Fcited.1",
        "10.5555%252FCITED.1",
        "https://doi.org/10.5555/cited.1",
        "https%3A%2F%2Fdoi.org%2F10.5555%2Fcited.1",
        "doi:10.5555/CITED.1",
    ],
)
def test_doi_in_a_path_survives_the_way(served: str, spelt: str) -> None:
    answer = httpx.get(f"{served}/scite/tallies/{spelt}", headers=HEADERS)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["doi"], found["total"], found["citingPublications"]) == ("10.5555/cited.1", 4, 2)
    kinds = ("supporting", "contradicting", "mentioning", "unclassified")
    assert sum(found[kind] for kind in kinds) == found["total"]


def test_lists_and_search_are_answered(served: str) -> None:
    dois = ["10.5555/cited.2", "10.5555/none"]
    tallies = httpx.post(f"{served}/scite/tallies", json=dois, headers=HEADERS).json()["tallies"]
    assert {doi: found["total"] for doi, found in tallies.items()} == {"10.5555/cited.2": 2}
    papers = httpx.post(f"{served}/scite/papers", json=dois, headers=HEADERS).json()["papers"]
    assert papers["10.5555/cited.2"]["title"] == "Cited work 2"
    hits = httpx.get(
        f"{served}/scite/search", params={"term": "does EMT induce IL-6"}, headers=HEADERS
    ).json()["hits"]
    assert sorted(hit["doi"] for hit in hits) == ["10.5555/one", "10.5555/two"]
    assert "<mark>EMT</mark>" in hits[0]["citations"][0]["snippet"]


def test_unknown_doi_is_404_and_too_many_are_422(served: str) -> None:
    lost = httpx.get(f"{served}/scite/papers/10.5555/cited.1111")
    assert lost.status_code == 404
    assert "10.5555/cited.1" in lost.json()["detail"]
    many = httpx.post(f"{served}/scite/tallies", json=[f"10.5555/{n}" for n in range(501)])
    assert many.status_code == 422
    assert list(many.json()) == ["detail"]
