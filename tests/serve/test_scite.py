"""The routes that a client of scite calls, held against the shapes it reads."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from semsearch.report.tally import tally
from semsearch.search import Searcher
from semsearch.serve.scite.shapes import (
    SciteEdges,
    ScitePapers,
    SciteSectionTallies,
    SciteTallies,
    SciteTally,
)

HARD = "10.1002/(sici)1097-0142(19990101)85:1<1::aid-cncr1>3.0.co;2-x"
NESTED = "10.5555/a/b(c);d_e"
#: Statements about ``HARD``: two support it, one contrasts, one mentions.
HARD_TALLY = {
    "doi": HARD,
    "total": 4,
    "supporting": 2,
    "contradicting": 1,
    "contrasting": 1,
    "mentioning": 1,
    "unclassified": 0,
    "citingPublications": 2,
}


def refused(answer: Any, status: int, detail: str) -> None:
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["detail"]
    assert detail in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


def test_tally_has_both_words_for_contrasting_and_adds_up(
    client: TestClient, cited: Searcher
) -> None:
    answer = client.get(f"/scite/tallies/{quote(HARD)}")
    assert answer.status_code == 200
    assert answer.json() == HARD_TALLY
    own = tally(cited, HARD).tally
    assert (own.total, own.contrasting, own.citing_papers) == (4, 1, 2)


@pytest.mark.parametrize("route", ["tallies", "papers", "papers/sources"])
@pytest.mark.parametrize("doi", [HARD, NESTED])
@pytest.mark.parametrize("prefix", ["", "https://doi.org/", "http://dx.doi.org/", "doi:", "DOI: "])
@pytest.mark.parametrize("safe", ["/", "", "/:;()"])
def test_doi_is_read_in_every_spelling(
    client: TestClient, route: str, doi: str, prefix: str, safe: str
) -> None:
    plain = client.get(f"/scite/{route}/{quote(doi)}")
    assert plain.status_code == 200, plain.text
    for spelt in (doi, doi.upper()):
        answer = client.get(f"/scite/{route}/{quote(prefix + spelt, safe=safe)}")
        assert answer.status_code == 200, answer.text
        assert answer.content == plain.content


def test_doi_that_was_escaped_twice_is_read(client: TestClient) -> None:
    twice = quote(quote(NESTED, safe=""), safe="")
    assert client.get(f"/scite/tallies/{twice}").json()["doi"] == NESTED


@pytest.mark.parametrize(
    "route",
    [
        "tallies", "papers", "papers/sources", "api_partner/citations/citing",
        "api_partner/citations/cited_by",
    ],
)  # fmt: skip
def test_unknown_doi_is_not_found_and_the_nearest_is_named(client: TestClient, route: str) -> None:
    refused(client.get(f"/scite/{route}/10.5555/fir5t"), 404, "10.5555/first")


def test_many_tallies_are_keyed_by_doi_and_unknown_ones_left_out(client: TestClient) -> None:
    asked = [f"https://doi.org/{HARD.upper()}", NESTED, "10.5555/none", "nonsense", ""]
    answer = client.post("/scite/tallies", json=asked)
    found = SciteTallies.model_validate_json(answer.content).tallies
    assert list(found) == [HARD, NESTED]
    assert found[HARD] == SciteTally.model_validate(HARD_TALLY)
    assert found[NESTED].mentioning == found[NESTED].total == 1


def test_aggregate_counts_a_citing_paper_once(client: TestClient) -> None:
    found = client.post("/scite/tallies/aggregate", json=[HARD, NESTED, HARD.upper()]).json()
    assert (found["total"], found["mentioning"], found["citingPublications"]) == (5, 2, 2)
    assert found["doi"] is None


def test_sections_add_up_with_conclusions_under_other(client: TestClient) -> None:
    answer = client.post("/scite/tallies/cited-by-sections", json=[HARD])
    found = SciteSectionTallies.model_validate_json(answer.content).tallies[HARD]
    assert found.model_dump() == {
        "doi": HARD, "introduction": 1, "methods": 1, "results": 1, "discussion": 0, "other": 1,
        "total": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/scite/tallies", 500),
        ("/scite/papers", 500),
        ("/scite/tallies/cited-by-sections", 500),
        ("/scite/tallies/aggregate", 100),
    ],
)
def test_too_many_dois_are_refused(client: TestClient, path: str, most: int) -> None:
    dois = [f"10.5555/{number}" for number in range(most + 1)]
    assert client.post(path, json=dois[:-1]).status_code == 200
    refused(client.post(path, json=dois), 422, f"{most + 1} works were asked for")
    refused(client.post(path, json={"dois": dois}), 422, "valid list")


def test_paper_with_its_text_says_what_is_known_and_no_more(client: TestClient) -> None:
    found = client.get("/scite/papers/10.5555/FIRST").json()
    assert found == {
        "id": "doi:10.5555/first",
        "doi": "10.5555/first",
        "title": "The first article",
        "abstract": "EMT and IL-6 in one abstract.",
        "authors": [
            {"authorName": "Ann B Ahlberg", "family": "Ahlberg", "given": "Ann B", "orcid": None}
        ],
        "year": 2020,
        "journal": "Journal of Tests",
        "publisher": None,
        "retracted": False,
        "editorialNotices": [],
        "normalizedTypes": ["research-article"],
    }


def test_work_that_is_only_cited_is_described_by_its_references(client: TestClient) -> None:
    answer = client.post("/scite/papers", json=[HARD, "10.5555/second", "10.5555/none"])
    found = ScitePapers.model_validate_json(answer.content).papers
    assert list(found) == [HARD, "10.5555/second"]
    assert (found[HARD].title, found[HARD].year) == ("A hard work", 1999)
    assert found[HARD].abstract is None
    assert found["10.5555/second"].normalizedTypes == ["review-article"]


def test_sources_are_the_papers_that_cite(client: TestClient) -> None:
    found = client.get(f"/scite/papers/sources/{quote(HARD)}").json()["papers"]
    assert list(found) == ["10.5555/first", "10.5555/second"]
    only = client.get("/scite/papers/sources/10.5555/first").json()["papers"]
    assert list(only) == ["10.5555/second"]


def test_citations_of_a_work_page_without_gap_or_repeat(client: TestClient) -> None:
    path = f"/scite/api_partner/citations/citing/{quote(HARD)}"
    whole = SciteEdges.model_validate_json(client.get(path).content)
    assert whole.metadata.totalCitationCount == len(whole.citations) == 4
    assert {c.target for c in whole.citations} == {HARD}
    assert sorted(c.type for c in whole.citations) == [
        "contradicting", "mentioning", "supporting", "supporting",
    ]  # fmt: skip
    pages = [
        client.get(path, params={"offset": offset, "limit": 3}).json()["citations"]
        for offset in (0, 3, 6)
    ]
    assert [len(page) for page in pages] == [3, 1, 0]
    assert [c for page in pages for c in page] == client.get(path).json()["citations"]
    assert "papers" not in client.get(path).json()


def test_citations_of_a_work_bring_papers_and_tallies_of_the_sources(client: TestClient) -> None:
    path = f"/scite/api_partner/citations/citing/{quote(HARD)}"
    found = client.get(path, params={"papers": True, "tallies": True}).json()
    assert list(found["papers"]) == ["10.5555/first", "10.5555/second"]
    assert found["tallies"]["10.5555/first"]["total"] == 1


def test_citations_that_a_paper_makes_name_their_targets(client: TestClient) -> None:
    path = "/scite/api_partner/citations/cited_by/10.5555/second"
    found = client.get(path, params={"papers": True}).json()
    assert [c["target"] for c in found["citations"]] == [
        HARD, "10.5555/first", "pmid:1234567", "pmcid:PMC7654",
    ]  # fmt: skip
    assert {c["source"] for c in found["citations"]} == {"10.5555/second"}
    assert found["papers"]["pmid:1234567"]["title"] == "A work of PubMed"


def test_what_a_work_without_text_cites_is_not_said_to_be_nothing(client: TestClient) -> None:
    path = f"/scite/api_partner/citations/cited_by/{quote(HARD)}"
    refused(client.get(path), 404, "does not hold its text")


def test_snippet_marks_markers_and_escapes_all_else(client: TestClient) -> None:
    path = f"/scite/api_partner/citations/citing/{quote(HARD)}"
    found = {c["section"]: c["snippet"] for c in client.get(path).json()["citations"]}
    assert found["introduction"] == (
        "It was asked &lt;often&gt; &amp; early."
        " EMT induces IL-6 [<cite>1</cite>, <cite>2</cite>]. A last word."
    )
    assert "(p &lt; 0.05)" in found["conclusion"]
    for snippet in found.values():
        assert set(re.findall(r"</?[^>]*>", snippet)) == {"<cite>", "</cite>"}
    plain = unescape(re.sub(r"<[^>]*>", "", found["introduction"]))
    assert plain == "It was asked <often> & early. EMT induces IL-6 [1, 2]. A last word."


@pytest.mark.parametrize("header", ["Authorization", "x-api-key"])
def test_credentials_may_be_sent_and_change_nothing(client: TestClient, header: str) -> None:
    path = f"/scite/tallies/{quote(HARD)}"
    answer = client.get(path, headers={header: "Bearer anything"})
    assert answer.content == client.get(path).content


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/scite/api_partner/citations/citing/10.5555/first?offset=-1", "offset: "),
        ("/scite/api_partner/citations/citing/10.5555/first?limit=0", "limit: "),
        ("/scite/api_partner/citations/citing/10.5555/first?limit=1001", "the limit is 1001"),
        ("/scite/api_partner/citations/citing/10.5555/first?papers=perhaps", "papers: "),
    ],
)
def test_page_that_cannot_be_is_refused(client: TestClient, path: str, detail: str) -> None:
    refused(client.get(path), 422, detail)


def test_every_route_is_described(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    own = {path: methods for path, methods in described.items() if path.startswith("/scite/")}
    assert set(own) == {
        "/scite/tallies/{doi}", "/scite/tallies", "/scite/tallies/aggregate",
        "/scite/tallies/cited-by-sections", "/scite/papers/{doi}", "/scite/papers",
        "/scite/papers/sources/{target_doi}", "/scite/search",
        "/scite/api_partner/citations/citing/{doi}", "/scite/api_partner/citations/cited_by/{doi}",
    }  # fmt: skip
    for path, methods in own.items():
        for route in methods.values():
            assert route["summary"]
            assert route["description"]
            content = route["responses"]["200"]["content"]
            assert "$ref" in content["application/json"]["schema"], path
            assert all(one["description"] for one in route.get("parameters", []))
