"""The report of a work: what it lists, in which order, and that it says no more than is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from semsearch.errors import NotFoundError, QueryError
from semsearch.records import SelfCertainty
from semsearch.report.options import ReportOptions, read_report_options
from semsearch.report.paper import Report, report_on
from semsearch.report.relevance import ReportOrder
from semsearch.report.tally import tally
from semsearch.search import Searcher
from semsearch.store.cited import CitationTo, citations_to

HELD, CITED = "10.5555/a(b)1;c<d", "10.5555/only.cited"


def texts(found: Report) -> list[str]:
    return [one.text for source in found.sources for one in source.statements]


def test_a_work_of_the_corpus_is_described_by_its_full_text(report_searcher: Searcher) -> None:
    found = report_on(report_searcher, HELD)
    assert found.work.in_corpus
    assert found.work.title == "EMT induces IL-6 <script>"
    assert found.work.abstract == "EMT induces IL-6 in cells."
    assert [(work.id, work.statements) for work in found.cites] == [(f"doi:{CITED}", 1)]


def test_a_work_known_from_reference_lists_is_described_by_them(report_searcher: Searcher) -> None:
    found = report_on(report_searcher, CITED)
    assert not found.work.in_corpus
    assert (found.work.title, found.work.year) == ("Salt <b>stress</b> in rice", 2010)
    assert [author.family for author in found.work.authors] == ["Rao", "Lee"]
    assert (found.work.entries, found.cites) == (3, ())


def test_a_work_that_is_listed_and_never_cited_has_a_report_that_says_so(
    report_searcher: Searcher,
) -> None:
    found = report_on(report_searcher, "10.5555/never.cited")
    assert (found.work.title, found.work.in_corpus) == ("Listed alone", False)
    assert [sentence.text for sentence in found.summary] == ["No statement of this index cites it."]
    assert found.empty_because == "no statement of the index cites it"


def test_the_counts_of_a_report_are_those_of_the_tally(report_searcher: Searcher) -> None:
    for name in (HELD, CITED):
        found = report_on(report_searcher, name)
        counted = tally(report_searcher, name)
        assert found.tally == counted.tally == found.selected
        assert found.breakdown.by_section == counted.by_section
        for by in (found.breakdown.by_year, found.breakdown.by_relationship):
            assert sum(one.total for one in by.values()) == found.tally.total
        assert sum(theme.tally.total for theme in found.themes) == found.tally.total


def test_years_between_the_first_and_the_last_are_all_there(report_searcher: Searcher) -> None:
    by_year = report_on(report_searcher, HELD).breakdown.by_year
    assert {year: one.total for year, one in by_year.items()} == {"2020": 2, "2021": 3, "2022": 2}


def test_statements_of_shared_authors_are_told_apart(report_searcher: Searcher) -> None:
    by = report_on(report_searcher, HELD).breakdown.by_relationship
    assert (by["self"].total, by["self"].citing_papers, by["independent"].total) == (2, 1, 5)


def test_self_citations_say_how_sure_they_are_and_journals_whether_they_are_one(
    report_searcher: Searcher,
) -> None:
    found = report_on(report_searcher, HELD)
    by = found.breakdown
    assert {name: one.total for name, one in by.by_self_certainty.items()} == {
        "certain": 2, "by_name": 0, "ambiguous": 0,
    }  # fmt: skip
    assert {name: one.total for name, one in by.by_journal.items()} == {
        "same": 7, "other": 0, "unknown": 0,
    }  # fmt: skip
    sources = {one.paper.doi: one for one in found.sources}
    assert sources["10.5555/two"].self_certainty == "certain"
    assert sources["10.5555/one"].self_certainty is None
    assert all(one.same_journal for one in sources.values())
    other = report_on(report_searcher, CITED).breakdown.by_journal
    assert (other["same"].total, other["other"].total) == (0, 12)


def test_a_summary_says_which_shared_names_are_no_proof(
    report_searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubted(*arguments: Any) -> list[CitationTo]:
        return [
            replace(one, self_certainty=SelfCertainty.AMBIGUOUS) if one.self_citation else one
            for one in citations_to(*arguments)
        ]

    monkeypatch.setattr("semsearch.report.paper.citations_to", doubted)
    (said,) = (one.text for one in report_on(report_searcher, HELD).summary if "shares" in one.text)
    assert said == (
        "1 of 6 comes from a paper that shares the name of an author with it, all by a name that"
        " several people have."
    )


def test_a_statement_is_listed_once_with_the_type_it_has_for_this_work(
    report_searcher: Searcher,
) -> None:
    found = report_on(report_searcher, HELD)
    listed = {one.text: one for source in found.sources for one in source.statements}
    assert len(listed) == found.total_statements == 6
    assert listed["Rice [3] and EMT [1] differ."].type == "contrasting"
    other = report_on(report_searcher, CITED, options=read_report_options(limit=50))
    assert {one.type for s in other.sources for one in s.statements} == {"unclassified"}
    shown = listed["EMT was studied [1][2]."]
    assert [shown.text[m.start : m.end] for m in shown.markers] == ["1", "2"]


def test_a_filter_by_type_asks_what_is_said_of_this_work(report_searcher: Searcher) -> None:
    contrasting = read_report_options(filters=["citation_type=contrasting"])
    assert sorted(texts(report_on(report_searcher, HELD, options=contrasting))) == [
        "EMT does not induce IL-6 [1].",
        "Rice [3] and EMT [1] differ.",
    ]
    nothing = report_on(report_searcher, CITED, options=contrasting)
    assert (nothing.total_statements, nothing.sources) == (0, ())
    assert nothing.empty_because is not None and "citation type" in nothing.empty_because


def test_filters_choose_statements_and_leave_the_tallies_alone(report_searcher: Searcher) -> None:
    found = report_on(
        report_searcher, HELD, options=read_report_options(filters=["year=2021", "section=results"])
    )
    assert found.filter == "section is results, and year is 2021"
    assert (found.selected.total, found.tally.total) == (3, 7)


def test_a_query_ranks_the_statements_about_the_work_and_no_others(
    report_searcher: Searcher,
) -> None:
    found = report_on(
        report_searcher, CITED, options=read_report_options(query="drought maize roots", limit=50)
    )
    assert texts(found)[0].startswith("Under drought")
    assert all("[1]" not in text or "[3]" in text for text in texts(found))
    first = found.sources[0].statements[0]
    assert "drought" in {first.text[a:b] for a, b in first.highlights}


def test_orders_are_by_year_and_by_confidence(report_searcher: Searcher) -> None:
    def listed(order: ReportOrder) -> Report:
        return report_on(report_searcher, HELD, options=ReportOptions(sort=order))

    years = [source.paper.year for source in listed(ReportOrder.YEAR).sources]
    assert years == sorted(years, key=lambda year: -(year or 0))
    best = [s.statements[0].confidence or 0 for s in listed(ReportOrder.CONFIDENCE).sources]
    assert best[0] == 0.95
    assert best == sorted(best, reverse=True)


@pytest.mark.parametrize("query", [None, "EMT"])
def test_pages_give_every_source_once(report_searcher: Searcher, query: str | None) -> None:
    options = ReportOptions(limit=1, query=query)
    seen: list[str] = []
    while True:
        page = report_on(report_searcher, HELD, options=options)
        seen += [source.paper.id for source in page.sources]
        if page.next is None:
            break
        options = replace(options, cursor=page.next)
    assert len(seen) == len(set(seen)) == page.total_sources == 4


def test_a_cursor_of_another_list_is_refused(report_searcher: Searcher) -> None:
    cursor = report_on(report_searcher, HELD, options=ReportOptions(limit=1)).next
    with pytest.raises(QueryError, match="cursor belongs to another"):
        report_on(report_searcher, HELD, options=ReportOptions(limit=1, cursor=cursor, query="EMT"))
    with pytest.raises(QueryError, match="cursor belongs to another"):
        report_on(report_searcher, CITED, options=ReportOptions(limit=1, cursor=cursor))


def test_retracted_sources_leave_every_part_of_the_report(report_searcher: Searcher) -> None:
    found = report_on(report_searcher, HELD, options=ReportOptions(without_retracted=True))
    assert (found.tally.contrasting, found.from_retracted) == (1, 1)
    assert "EMT does not induce IL-6 [1]." not in texts(found)
    assert all("does not induce" not in theme.text for theme in found.themes)
    assert found.summary[-1].text == "1 statement of a retracted paper is left out."
    with_it = report_on(report_searcher, HELD)
    assert [source.paper.retracted for source in with_it.sources].count(True) == 1


def test_every_sentence_of_the_summary_rests_on_statements_of_the_report(
    report_searcher: Searcher,
) -> None:
    found = report_on(report_searcher, HELD, options=ReportOptions(limit=50))
    listed = {one.id: one.text for source in found.sources for one in source.statements}
    for sentence in found.summary:
        assert set(sentence.statements) <= set(listed)
        assert sentence.statements or "Notices" in sentence.text
        if "“" in sentence.text:
            quote = sentence.text.split("“", 1)[1].split("”", 1)[0]
            assert quote.removesuffix(" …") in listed[sentence.statements[0]]
    said = [sentence.text for sentence in found.summary]
    assert "2 of 6 support it, in 1 paper." in said
    assert "Support, in the words of Rossi (2021): “We confirm that EMT induces IL-6 [1].”" in said


def test_themes_are_named_by_their_own_words(report_searcher: Searcher) -> None:
    themes = report_on(report_searcher, CITED).themes
    names = [" ".join(theme.terms).casefold() for theme in themes]
    assert len(themes) == 2
    assert "salt" in names[0] and "drought" not in names[0]
    assert "drought" in names[1] and "salt" not in names[1]
    assert all(theme.representative in theme.statements for theme in themes)


def test_the_same_question_gives_the_same_bytes(report_searcher: Searcher) -> None:
    first = orjson.dumps(report_on(report_searcher, CITED))
    assert orjson.dumps(report_on(report_searcher, CITED)) == first


def test_unknown_works_and_orders_are_refused(report_searcher: Searcher) -> None:
    with pytest.raises(NotFoundError, match="neither holds nor cites"):
        report_on(report_searcher, "10.9999/nothing")
    with pytest.raises(QueryError, match="expected one of relevance, year, confidence"):
        read_report_options(sort="alphabet")
