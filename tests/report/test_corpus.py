"""What an index holds, held against its articles."""

from __future__ import annotations

from collections import Counter

from semsearch.records import Section
from semsearch.report.corpus import describe_corpus, span_of_years
from semsearch.retrieve.hits import FacetCounts
from semsearch.search import Searcher


def counted(found: FacetCounts) -> dict[str, int]:
    return {str(one.value): one.count for one in found.values}


def test_papers_are_counted_once_whatever_they_say(report_searcher: Searcher) -> None:
    corpus = describe_corpus(report_searcher)
    names = ["10.5555/one", "10.5555/two", "10.5555/three", "10.5555/four", "10.5555/a(b)1;c<d"]
    spoken = [report_searcher.paper(name) for name in names]
    assert counted(corpus.papers_by["year"]) == Counter(str(p.paper.year) for p in spoken)
    kinds = Counter(kind for p in spoken for kind in p.paper.publication_types)
    assert counted(corpus.papers_by["publication_type"]) == kinds
    assert corpus.coverage.papers == 6
    assert corpus.coverage.papers_with_statements == 5
    assert corpus.coverage.papers_with_doi == 5
    assert corpus.coverage.papers_with_abstract == 1
    assert corpus.coverage.papers_retracted == 1
    assert span_of_years(report_searcher) == (2020, 2022)


def test_statements_are_counted_by_section_and_work(report_searcher: Searcher) -> None:
    corpus = describe_corpus(report_searcher)
    total = corpus.info.counts["statements"]
    assert corpus.coverage.statements == corpus.coverage.statements_with_work == total
    sections = counted(corpus.statements_by["section"])
    assert sum(sections.values()) == total
    assert sections[Section.METHODS.value] == 1
    assert corpus.coverage.cited_works == 2
    assert "/" not in corpus.info.folder
