"""scite's search: parameters, shape, snippets, pages and other formats."""

from __future__ import annotations

import csv
import re
from html import unescape
from io import StringIO
from typing import Any

import pytest
import rispy
from fastapi.testclient import TestClient

from semsearch.search import Searcher
from semsearch.serve.scite.shapes import SciteResult
from semsearch.serve.snippets import html_snippet

FIRST, SECOND = "10.5555/first", "10.5555/second"


def found(client: TestClient, **parameters: Any) -> dict[str, Any]:
    answer = client.get("/scite/search", params={"term": "EMT", **parameters})
    assert answer.status_code == 200, answer.text
    SciteResult.model_validate_json(answer.content)
    result: dict[str, Any] = answer.json()
    return result


def dois(result: dict[str, Any]) -> list[str]:
    return [hit["doi"] for hit in result["hits"]]


def test_hit_is_a_paper_with_its_own_statements(client: TestClient) -> None:
    result = found(client, term="EMT induces IL-6", mode="citations")
    assert list(result) == [
        "count", "countIsApproximate", "aggregations", "hits", "suggestedTerm", "restrictedCites",
    ]  # fmt: skip
    assert (result["count"], result["countIsApproximate"]) == (2, False)
    assert dois(result) == [FIRST, SECOND]
    hit = result["hits"][0]
    assert hit["tally"]["total"] == hit["tally"]["citingPublications"] == 1
    assert {citation["source"] for citation in hit["citations"]} == {FIRST}
    assert hit["citations"][0]["snippet"] == (
        "It was asked &lt;often&gt; &amp; early. <mark>EMT</mark> <mark>induces</mark>"
        " <mark>IL-6</mark> [<cite>1</cite>, <cite>2</cite>]. A last word."
    )
    assert [c["type"] for c in hit["citations"][:2]] == ["supporting", "mentioning"]
    assert "slug" not in hit
    assert "date" not in hit


def test_ranking_is_that_of_the_own_search(client: TestClient, cited: Searcher) -> None:
    own = cited.search("Snail is known", limit=10)
    expected = list(dict.fromkeys(hit.statement.paper.doi for hit in own.hits))
    result = found(client, term="Snail is known", mode="citations")
    assert dois(result) == expected
    assert result["hits"][0]["relevancyScore"] == pytest.approx(own.hits[0].score, abs=1e-6)


def test_mode_papers_searches_abstracts_and_gives_no_statements(client: TestClient) -> None:
    result = found(client, term="Snail was looked at", mode="papers")
    assert dois(result)[0] == SECOND
    assert all(hit["citations"] == [] for hit in result["hits"])


@pytest.mark.parametrize("mode", ["all", "question-answering"])
def test_both_lists_give_each_paper_once(client: TestClient, mode: str) -> None:
    result = found(client, term="does EMT induce IL-6", mode=mode)
    assert sorted(dois(result)) == [FIRST, SECOND]
    assert result["count"] == 2


def test_pages_join_to_the_whole(client: TestClient) -> None:
    whole = found(client)["hits"]
    pages = [found(client, limit=1, offset=offset) for offset in (0, 1, 2)]
    assert [page["count"] for page in pages] == [2, 2, 2]
    assert [hit for page in pages for hit in page["hits"]] == whole


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"author": "Ahlberg"}, [FIRST]),
        ({"journal": "journal of tests"}, [FIRST, SECOND]),
        ({"journal": "Nature"}, []),
        ({"paper_type": "review-article"}, [SECOND]),
        ({"title": "second"}, [SECOND]),
        ({"section": "results"}, [SECOND]),
        ({"section": "other"}, [FIRST]),
        ({"section": "methods,results"}, [FIRST, SECOND]),
        ({"citation_types": "contrasting"}, [FIRST]),
        ({"citation_types": "contradicting"}, [FIRST]),
        ({"citation_types": "supporting"}, [FIRST, SECOND]),
        ({"date_from": "2020", "date_to": "2020-12-31"}, [FIRST, SECOND]),
        ({"date_from": "2021-01-01"}, []),
        ({"date_from": "2020", "date_to": "2019"}, []),
        ({"has_retraction": "true"}, []),
        ({"has_retraction": "false", "has_withdrawn": "false"}, [FIRST, SECOND]),
        ({"has_tally": "true"}, [FIRST]),
        ({"has_tally": "false"}, [SECOND]),
        ({"citing_publications_from": "1"}, [FIRST]),
        ({"citing_publications_to": "0"}, [SECOND]),
        ({"supporting_from": "1"}, []),
        ({"contradicting_to": "0"}, [FIRST, SECOND]),
    ],
)
def test_parameter_narrows_the_search(
    client: TestClient, parameters: dict[str, str], expected: list[str]
) -> None:
    result = found(client, mode="citations", **parameters)
    assert sorted(dois(result)) == expected
    assert result["count"] == len(expected)


def test_only_citations_of_the_wanted_type_are_shown(client: TestClient) -> None:
    for wanted in ("contrasting", "contradicting"):
        hits = found(client, citation_types=wanted)["hits"]
        assert {c["type"] for hit in hits for c in hit["citations"]} == {"contradicting"}
    hits = found(client, citation_types=["supporting", "mentioning"])["hits"]
    assert {c["type"] for hit in hits for c in hit["citations"]} == {"supporting", "mentioning"}


@pytest.mark.parametrize(
    "sort",
    [
        "date", "total_cited", "total_supported", "total_contrasted", "total_mentioned",
        "total_citing_publications",
    ],
)  # fmt: skip
def test_sort_takes_either_direction(client: TestClient, sort: str) -> None:
    down = found(client, term="Snail", sort=sort)
    up = found(client, term="Snail", sort=sort, sort_order="asc")
    assert sorted(dois(down)) == sorted(dois(up)) == [FIRST, SECOND]
    if sort in ("total_cited", "total_citing_publications"):
        assert (dois(down), dois(up)) == ([FIRST, SECOND], [SECOND, FIRST])
    else:
        assert dois(down) == dois(up)  # equal ones stay in the order of relevance


def test_filter_alone_lists_what_it_allows(client: TestClient) -> None:
    answer = client.get("/scite/search", params={"author": "Berg"})
    assert dois(answer.json()) == [SECOND]
    assert answer.json()["countIsApproximate"] is False


@pytest.mark.parametrize(
    ("parameters", "detail"),
    [
        ({"abstract": "IL-6"}, "abstract cannot be served: "),
        ({"has_erratum": "true"}, "has_erratum cannot be served: "),
        ({"affiliation": "x"}, "affiliation cannot be served: "),
        ({"topic": "x"}, "topic cannot be served: "),
        ({"substances": "x"}, "substances cannot be served: "),
        ({"mesh_type": "x"}, "mesh_type cannot be served: "),
        ({"colour": "red"}, "colour: "),
        ({"mode": "papers", "section": "results"}, "section is of citation statements"),
        ({"mode": "papers", "citation_types": "supporting"}, "citation_types is of citation"),
        ({"mode": "dreams"}, "mode: "),
        ({"sort": "colour"}, "sort: "),
        ({"format": "xml"}, "format: "),
        ({"limit": "0"}, "limit: "),
        ({"limit": "1001"}, "the limit is 1001"),
        ({"offset": "-1"}, "offset: "),
        ({"citation_types": "praising"}, "expected one of supporting"),
        ({"section": "preface"}, "expected one of introduction"),
        ({"date_from": "2018-05-01"}, "but only years are known here"),
        ({"date_to": "2018-01"}, "but only years are known here"),
        ({"date_from": "lately"}, "date_from is 'lately', expected a date"),
        ({"date_from": "2018-13"}, "expected a date"),
        ({"supporting_from": "many"}, "supporting_from: "),
        ({"term": "?!"}, "holds no letter or digit"),
        ({"term": '"open'}, "is not closed"),
        ({"term": "EMT\x00"}, "the control character U+0000"),
        ({"term": ""}, "nothing to search for"),
        ({"term": "", "mode": "papers"}, "mode=papers has no term"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_sentence(
    client: TestClient, parameters: dict[str, str], detail: str
) -> None:
    answer = client.get("/scite/search", params={"term": "EMT", **parameters})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()) == ["detail"]
    assert detail in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


def test_csv_has_a_row_a_paper(client: TestClient) -> None:
    answer = client.get("/scite/search", params={"term": "EMT", "format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["doi"] for row in rows] == dois(found(client))
    first = next(row for row in rows if row["doi"] == FIRST)
    assert (first["total"], first["citingPublications"], first["statements"]) == ("1", "1", "3")


def test_ris_can_be_read_back(client: TestClient) -> None:
    answer = client.get("/scite/search", params={"term": "EMT", "format": "ris"})
    assert answer.headers["content-type"].startswith("application/x-research-info-systems")
    entries = rispy.loads(answer.text)
    assert [entry["doi"] for entry in entries] == dois(found(client))
    first = next(entry for entry in entries if entry["doi"] == FIRST)
    assert first["type_of_reference"] == "JOUR"
    assert first["authors"] == ["Ahlberg, Ann B"]
    assert first["title"] == "The first article"


def test_equal_requests_give_equal_bytes(client: TestClient) -> None:
    path = "/scite/search?term=EMT%20IL-6&sort=total_cited"
    assert len({client.get(path).content for _ in range(3)}) == 1


def test_address_of_partners_gives_the_same(client: TestClient) -> None:
    plain = client.get("/scite/search", params={"term": "EMT"})
    assert client.get("/scite/api_partner/search", params={"term": "EMT"}).content == plain.content


def test_snippet_keeps_its_tags_apart_when_spans_meet() -> None:
    text = "a<b [1] & c"
    snippet = html_snippet(text, [(4, 7)], [(0, 6), (10, 11)], before='"x"', after="<i>")
    assert snippet == (
        "&quot;x&quot; <mark>a&lt;b </mark><cite><mark>[1</mark>]</cite> &amp; <mark>c</mark>"
        " &lt;i&gt;"
    )
    assert unescape(re.sub(r"<[^>]*>", "", snippet)) == f'"x" {text} <i>'
