"""The package ``semanticscholar`` against a server in its own process."""

from __future__ import annotations

import pytest
from semanticscholar import SemanticScholar
from semanticscholar.SemanticScholarException import (
    BadQueryParametersException,
    ObjectNotFoundException,
)


@pytest.fixture
def scholar(served: str) -> SemanticScholar:
    """The client, pointed at the server."""
    return SemanticScholar(api_url=f"{served}/s2", api_key="any", retry=False)


def test_client_reads_a_paper_with_all_fields_it_knows(scholar: SemanticScholar) -> None:
    paper = scholar.get_paper("DOI:10.5555/one")
    assert paper.title == "Article one"
    assert paper.externalIds == {"DOI": "10.5555/one"}
    assert (paper.year, paper.venue, paper.journal.name) == (2020, *["Journal of Tests"] * 2)
    assert (paper.referenceCount, paper.citationCount, paper.corpusId) == (2, 0, None)
    assert [one.title for one in paper.references] == ["Cited work 1", "Cited work 2"]


def test_client_reads_citations_page_by_page(scholar: SemanticScholar) -> None:
    found = scholar.get_paper_citations("DOI:10.5555/cited.1", limit=1)
    assert len(found) == 1
    every = list(found)
    assert [one.paper.title for one in every] == ["Article one", "Article two"]
    assert every[0].contexts == ["EMT induces IL-6 [1, 2].", "Snail raises EMT [1]."]
    assert [one["context"] for one in every[0].contextsWithIntent] == every[0].contexts
    assert every[0].isInfluential is None


def test_client_reads_references(scholar: SemanticScholar) -> None:
    found = list(scholar.get_paper_references("DOI:10.5555/two", fields=["contexts", "title"]))
    assert [one.paper.title for one in found] == ["Cited work 1", "Cited work 2"]
    assert found[1].contexts == ["EMT induces IL-6 [1, 2]."]


def test_client_reads_many_papers(scholar: SemanticScholar) -> None:
    found, lost = scholar.get_papers(["DOI:10.5555/one", "DOI:10.5555/none"], return_not_found=True)
    assert [one.title for one in found] == ["Article one"]
    assert lost == ["DOI:10.5555/none"]


def test_client_searches_papers_and_snippets(scholar: SemanticScholar) -> None:
    papers = scholar.search_paper("does EMT induce IL-6", year="2015-", limit=10)
    assert papers.total == 2
    assert {one.title for one in papers} == {"Article one", "Article two"}
    snippets = scholar.search_snippet(
        "does EMT induce IL-6", paper_ids=["DOI:10.5555/two"], limit=2
    )
    best = snippets[0]
    assert best.text == "It was looked at again. EMT induces IL-6 [1, 2]."
    assert best.paper.title == "Article two"
    spans = best.snippet.annotations["refMentions"]
    assert [best.text[one["start"] : one["end"]] for one in spans] == ["1", "2"]


def test_client_understands_errors(scholar: SemanticScholar) -> None:
    with pytest.raises(ObjectNotFoundException, match=r"10\.5555/cited\.1"):
        scholar.get_paper("DOI:10.5555/cited.7777")
    with pytest.raises(BadQueryParametersException, match="colour"):
        scholar.get_paper("DOI:10.5555/one", fields=["colour"])
