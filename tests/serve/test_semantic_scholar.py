"""The routes that a client of Semantic Scholar calls, held against the shapes it reads."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from semsearch.records import CitationType, Section
from semsearch.search import Searcher
from semsearch.serve.semantic_scholar.routes import intent_of
from semsearch.serve.semantic_scholar.search import plain_query
from semsearch.serve.semantic_scholar.shapes import (
    S2Citations,
    S2Paper,
    S2Papers,
    S2References,
    S2Snippets,
)

S2 = "/s2/graph/v1"
HARD = "10.1002/(sici)1097-0142(19990101)85:1<1::aid-cncr1>3.0.co;2-x"
FIRST, SECOND = "doi:10.5555/first", "doi:10.5555/second"
NESTED = "10.5555/a/b(c);d_e"


def refused(answer: Any, status: int, detail: str) -> None:
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"detail", "error", "message"}
    assert len(set(answer.json().values())) == 1
    assert detail in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("DOI:10.5555/first", FIRST),
        ("doi:10.5555/FIRST", FIRST),
        ("10.5555/first", FIRST),
        ("URL:https://doi.org/10.5555/first", FIRST),
        (f"DOI:{HARD.upper()}", f"doi:{HARD}"),
        (f"DOI:{NESTED}", f"doi:{NESTED}"),
        ("PMID:1234567", "pmid:1234567"),
        ("PMCID:7654", "pmcid:PMC7654"),
        ("PMCID:PMC7654", "pmcid:PMC7654"),
    ],
)
@pytest.mark.parametrize("safe", ["/:", ""])
def test_paper_is_found_by_every_kind_of_id(
    client: TestClient, name: str, identity: str, safe: str
) -> None:
    path = f"{S2}/paper/{quote(name, safe=safe)}"
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["paperId", "title"]
    assert answer.json()["paperId"] == identity
    again = client.get(f"{S2}/paper/{quote(identity)}")
    assert again.content == answer.content  # what is given as an id can be sent back
    assert client.get(f"{path}/citations").status_code == 200


def test_fields_select_and_what_is_not_known_is_left_out(client: TestClient) -> None:
    fields = (
        "title,abstract,year,venue,journal,authors,externalIds,citationCount,referenceCount,"
        "publicationTypes,corpusId,influentialCitationCount,isOpenAccess,tldr,embedding.specter_v2"
    )
    answer = client.get(f"{S2}/paper/DOI:10.5555/first", params={"fields": fields})
    assert answer.json() == {
        "paperId": FIRST,
        "externalIds": {"DOI": "10.5555/first"},
        "title": "The first article",
        "abstract": "EMT and IL-6 in one abstract.",
        "venue": "Journal of Tests",
        "year": 2020,
        "journal": {"name": "Journal of Tests"},
        "publicationTypes": ["JournalArticle"],
        "authors": [{"name": "Ann B Ahlberg"}],
        "citationCount": 1,
        "referenceCount": 2,
    }
    S2Paper.model_validate_json(answer.content)


def test_work_without_text_has_no_reference_count(client: TestClient) -> None:
    fields = "externalIds,citationCount,referenceCount,year,authors.name"
    found = client.get(f"{S2}/paper/PMCID:7654", params={"fields": fields}).json()
    assert found == {
        "paperId": "pmcid:PMC7654",
        "externalIds": {"PubMedCentral": "7654"},
        "year": 1999,
        "authors": [{"name": "K Known4"}],
        "citationCount": 1,
    }


def test_paper_brings_its_citations_and_references(client: TestClient) -> None:
    fields = "citations.year,references,references.title"
    found = client.get(f"{S2}/paper/{FIRST}", params={"fields": fields}).json()
    assert found["citations"] == [{"paperId": SECOND, "year": 2020}]
    assert [one["title"] for one in found["references"]] == ["A hard work", "A nested work"]


def test_batch_keeps_the_order_and_has_null_for_the_unknown(client: TestClient) -> None:
    ids = ["PMID:1234567", "DOI:10.5555/none", "DOI:10.5555/FIRST", "CorpusId:12"]
    answer = client.post(f"{S2}/paper/batch?fields=citationCount", json={"ids": ids})
    assert answer.json() == [
        {"paperId": "pmid:1234567", "citationCount": 1},
        None,
        {"paperId": FIRST, "citationCount": 1},
        None,
    ]


def test_too_many_ids_are_refused(client: TestClient) -> None:
    ids = [f"DOI:10.5555/{number}" for number in range(501)]
    assert client.post(f"{S2}/paper/batch", json={"ids": ids[:-1]}).json() == [None] * 500
    refused(client.post(f"{S2}/paper/batch", json={"ids": ids}), 422, "at most 500")
    refused(client.post(f"{S2}/paper/batch", json=ids), 400, "")


def test_citations_have_contexts_and_intents_by_type(client: TestClient) -> None:
    path = f"{S2}/paper/{quote(f'DOI:{HARD}')}/citations"
    fields = "contexts,intents,contextsWithIntent,isInfluential,title,citingPaper.year"
    answer = client.get(path, params={"fields": fields})
    found = S2Citations.model_validate_json(answer.content)
    assert [one.citingPaper.paperId for one in found.data] == [FIRST, SECOND]
    first = found.data[0]
    assert first.contexts == [
        "EMT induces IL-6 [1, 2].",
        "Cells with EMT were kept as before [1].",
        "Our EMT data (p < 0.05) differ from theirs [1].",
    ]
    # Support and contrast compare findings; a mention among the methods may be a method.
    assert [one.intents for one in first.contextsWithIntent] == [["result"], [], ["result"]]
    assert first.intents == ["result"]
    raw = answer.json()["data"][0]
    assert "isInfluential" not in raw
    assert raw["citingPaper"] == {"paperId": FIRST, "title": "The first article", "year": 2020}
    assert "next" not in answer.json()


def test_intents_of_one_statement_differ_between_its_works(client: TestClient) -> None:
    path = f"{S2}/paper/{quote(f'DOI:{NESTED}')}/citations"
    found = client.get(path, params={"fields": "contextsWithIntent"}).json()["data"]
    assert found[0]["contextsWithIntent"] == [
        {"context": "EMT induces IL-6 [1, 2].", "intents": ["background"]}
    ]


@pytest.mark.parametrize(
    ("kind", "section", "intent"),
    [
        (CitationType.SUPPORTING, Section.METHODS, "result"),
        (CitationType.CONTRASTING, Section.DISCUSSION, "result"),
        (CitationType.MENTIONING, Section.INTRODUCTION, "background"),
        (CitationType.MENTIONING, Section.METHODS, None),
        (CitationType.UNCLASSIFIED, Section.INTRODUCTION, None),
    ],
)
def test_intent_is_given_only_where_the_type_tells_it(
    kind: CitationType, section: Section, intent: str | None
) -> None:
    assert intent_of(kind, section) == intent


def test_references_are_the_list_in_its_order(client: TestClient) -> None:
    fields = "contexts,title,externalIds,abstract"
    answer = client.get(f"{S2}/paper/DOI:10.5555/second/references", params={"fields": fields})
    found = S2References.model_validate_json(answer.content)
    assert [one.citedPaper.paperId for one in found.data] == [
        f"doi:{HARD}", FIRST, "pmid:1234567", "pmcid:PMC7654",
    ]  # fmt: skip
    assert [one.citedPaper.externalIds for one in found.data][2:] == [
        {"PubMed": "1234567"}, {"PubMedCentral": "7654"},
    ]  # fmt: skip
    assert found.data[1].citedPaper.abstract == "EMT and IL-6 in one abstract."
    assert found.data[0].contexts == ["IL-6 was raised as in EMT [1]."]


def test_pages_follow_next_to_the_end(client: TestClient) -> None:
    path = f"{S2}/paper/DOI:10.5555/second/references"
    whole = client.get(path).json()
    assert "next" not in whole
    seen, offset = [], 0
    while True:
        page = client.get(path, params={"offset": offset, "limit": 3}).json()
        assert page["offset"] == offset
        seen += page["data"]
        if "next" not in page:
            break
        offset = page["next"]
    assert seen == whole["data"]
    assert client.get(path, params={"offset": 9}).json() == {"offset": 9, "data": []}


def test_snippet_offsets_cut_out_sentences_and_markers(client: TestClient) -> None:
    path = f"{S2}/snippet/search"
    answer = client.get(path, params={"query": "EMT induces IL-6"})
    found = S2Snippets.model_validate_json(answer.content)
    best = found.data[0].snippet
    text = best.text
    assert text == "It was asked <often> & early. EMT induces IL-6 [1, 2]. A last word."
    assert best.snippetOffset is not None
    assert best.annotations is not None
    place = best.snippetOffset
    assert text[place.start : place.end] == "EMT induces IL-6 [1, 2]."
    assert [text[one.start : one.end] for one in best.annotations.sentences] == [
        "It was asked <often> & early.", "EMT induces IL-6 [1, 2].", "A last word.",
    ]  # fmt: skip
    mentions = best.annotations.refMentions
    assert [(text[one.start : one.end], one.matchedPaperId) for one in mentions] == [
        ("1", f"doi:{HARD}"), ("2", f"doi:{NESTED}"),
    ]  # fmt: skip
    assert (best.snippetKind, best.section) == ("body", "Introduction")
    assert found.data[0].paper.model_dump(exclude_unset=True) == {
        "paperId": FIRST,
        "externalIds": {"DOI": "10.5555/first"},
        "title": "The first article",
        "authors": ["Ann B Ahlberg"],
    }


def test_every_snippet_is_cut_exactly(client: TestClient, cited: Searcher) -> None:
    answer = client.get(f"{S2}/snippet/search", params={"query": "EMT", "limit": 100})
    found = S2Snippets.model_validate_json(answer.content).data
    own = cited.search("EMT", limit=100).hits
    assert len(found) == len(own) == 5
    for one, hit in zip(found, own, strict=True):
        snippet, held = one.snippet, hit.statement
        assert one.score == hit.score
        assert snippet.snippetOffset is not None
        assert snippet.annotations is not None
        start, end = snippet.snippetOffset.start, snippet.snippetOffset.end
        assert snippet.text[start:end] == held.text
        parts = [snippet.text[s.start : s.end] for s in snippet.annotations.sentences]
        assert parts == [part for part in (held.before, held.text, held.after) if part]
        assert [snippet.text[m.start : m.end] for m in snippet.annotations.refMentions] == [
            held.text[m.start : m.end] for m in held.markers for _ in m.references
        ]


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ("snippet.text", {"text"}),
        ("text,snippetKind", {"text", "snippetKind"}),
        ("snippet.annotations.sentences", {"annotations"}),
        ("snippet", {"text", "snippetKind", "section", "snippetOffset", "annotations"}),
    ],
)
def test_fields_of_a_snippet_select(client: TestClient, fields: str, parts: set[str]) -> None:
    answer = client.get(f"{S2}/snippet/search", params={"query": "EMT", "fields": fields})
    hit = answer.json()["data"][0]
    assert set(hit["snippet"]) == parts
    assert set(hit) == {"snippet", "score", "paper"}
    if fields == "snippet.annotations.sentences":
        assert set(hit["snippet"]["annotations"]) == {"sentences"}


@pytest.mark.parametrize(
    ("parameters", "papers"),
    [
        ({"paperIds": "DOI:10.5555/FIRST,PMID:9"}, {FIRST}),
        ({"paperIds": "DOI:10.5555/none"}, set()),
        ({"authors": "Ahlberg"}, {FIRST}),
        ({"authors": "Ahlberg,Berg"}, set()),
        ({"venue": "Nature,Journal of Tests"}, {FIRST, SECOND}),
        ({"year": "2020"}, {FIRST, SECOND}),
        ({"year": "2010-2019"}, set()),
        ({"year": "2021-"}, set()),
        ({"year": "-2020"}, {FIRST, SECOND}),
        ({"publicationDateOrYear": "2019:2020"}, {FIRST, SECOND}),
        ({"publicationDateOrYear": ":2020-06"}, {FIRST, SECOND}),
        ({"publicationDateOrYear": "2020-02-01:"}, set()),  # counts as of 1 January
        ({"minCitationCount": "1"}, {FIRST}),
    ],
)
def test_parameter_narrows_the_snippets(
    client: TestClient, parameters: dict[str, str], papers: set[str]
) -> None:
    answer = client.get(f"{S2}/snippet/search", params={"query": "EMT", **parameters})
    assert answer.status_code == 200, answer.text
    assert {hit["paper"]["paperId"] for hit in answer.json()["data"]} == papers


@pytest.mark.parametrize("query", ['"EMT induces', "-EMT", "title: EMT", "doi:12", '5" of EMT'])
def test_query_is_plain_text(client: TestClient, query: str) -> None:
    answer = client.get(f"{S2}/snippet/search", params={"query": query})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["data"]) == 5


def test_signs_inside_words_are_kept() -> None:
    assert plain_query('"IL-6" -induced TGF-β title:x') == " IL-6  induced TGF-β title x"


def test_paper_search_gives_fields_and_pages(client: TestClient) -> None:
    path, fields = f"{S2}/paper/search", "title,citationCount,authors"
    answer = client.get(path, params={"query": "Snail was looked at", "fields": fields})
    found = S2Papers.model_validate_json(answer.content)
    assert (found.total, found.offset) == (2, 0)
    assert answer.json()["data"][0] == {
        "paperId": SECOND,
        "title": "The second article",
        "authors": [{"name": "Ann B Berg"}],
        "citationCount": 0,
    }
    first = client.get(path, params={"query": "Snail was looked at", "limit": 1}).json()
    assert (first["total"], first["next"]) == (2, 1)
    reviews = client.get(path, params={"query": "Snail", "publicationTypes": "Review"}).json()
    assert [one["paperId"] for one in reviews["data"]] == [SECOND]


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/paper/DOI:10.5555/fir5t", 404, "10.5555/first"),
        ("/paper/DOI:10.5555/fir5t/citations", 404, "10.5555/first"),
        ("/paper/DOI:10.5555/fir5t/references", 404, "10.5555/first"),
        (f"/paper/DOI:{quote(HARD)}/references", 404, "does not hold its text"),
        ("/paper/CorpusId:1", 404, "neither holds nor cites"),
        ("/paper/DOI:10.5555/first/authors", 404, "not served here"),
        ("/paper/search/bulk?query=x", 404, "not served here"),
        ("/paper/search/match?query=x", 404, "not served here"),
        ("/paper/autocomplete?query=x", 404, "not served here"),
        ("/paper/DOI:10.5555/first?fields=title,colour", 400, "unsupported fields: [colour]"),
        ("/paper/DOI:10.5555/first?fields=authors.colour", 400, "[authors.colour]"),
        ("/paper/DOI:10.5555/first?fields=references.colour", 400, "[references.colour]"),
        ("/paper/DOI:10.5555/first/citations?fields=citedPaper.title", 400, "[citedPaper.title]"),
        ("/paper/DOI:10.5555/first/citations?limit=1001", 400, "limit: "),
        ("/paper/DOI:10.5555/first/citations?offset=-1", 400, "offset: "),
        ("/paper/DOI:10.5555/first/citations?offset=18446744073709551616", 400, "offset: "),
        ("/paper/DOI:10.5555/first/references?offset=18446744073709551616", 400, "offset: "),
        ("/paper/search?query=a&offset=18446744073709551616", 400, "offset: "),
        ("/paper/search", 400, "query: Field required"),
        ("/paper/search?query=%3F", 400, "holds no letter or digit"),
        ("/paper/search?query=a&limit=101", 400, "limit: "),
        ("/paper/search?query=a&publicationTypes=Poem", 400, "'Poem', expected some of"),
        ("/paper/search?query=a&fieldsOfStudy=Physics", 400, "fieldsOfStudy cannot be served"),
        ("/paper/search?query=a&openAccessPdf", 400, "openAccessPdf cannot be served"),
        ("/snippet/search?query=a&insertedBefore=2020", 400, "insertedBefore cannot be served"),
        ("/snippet/search?query=a&fields=paper", 400, "unsupported fields"),
        ("/snippet/search?query=a&year=20", 400, "year is '20'"),
        ("/snippet/search?query=a&year=20152016", 400, "year is '20152016'"),
        ("/snippet/search?query=a&publicationDateOrYear=May", 400, "expected a date"),
        ("/snippet/search?query=a&publicationDateOrYear=:", 400, "expected a date"),
        ("/snippet/search?query=a&limit=0", 400, "limit: "),
        ("/snippet/search?query=a&colour=red", 400, "colour: "),
    ],
)
def test_error_has_the_status_and_keys_that_clients_read(
    client: TestClient, path: str, status: int, detail: str
) -> None:
    refused(client.get(S2 + path), status, detail)


def test_fault_inside_tells_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(Searcher, "search", fail)
    answer = client.get(f"{S2}/snippet/search", params={"query": "EMT"})
    refused(answer, 500, "the server failed; its log says why")


def test_key_may_be_sent_and_changes_nothing(client: TestClient) -> None:
    path = f"{S2}/paper/DOI:10.5555/first"
    assert client.get(path, headers={"x-api-key": "k"}).content == client.get(path).content


def test_equal_requests_give_equal_bytes(client: TestClient) -> None:
    path = f"{S2}/paper/{FIRST}?fields=citations,references,externalIds,citationCount"
    assert len({client.get(path).content for _ in range(3)}) == 1


def test_every_route_is_described(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    own = {path: methods for path, methods in described.items() if path.startswith("/s2/")}
    assert {path.removeprefix(S2) for path in own} == {
        "/paper/{id}", "/paper/{id}/citations", "/paper/{id}/references", "/paper/batch",
        "/paper/search", "/snippet/search",
    }  # fmt: skip
    for methods in own.values():
        for route in methods.values():
            assert route["summary"]
            assert route["description"]
            assert route["responses"]["200"]["content"]["application/json"]["schema"]
            assert all(one["description"] for one in route.get("parameters", []))
