"""``report`` and ``statement`` within a budget."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.records import Author
from semsearch.report.options import read_report_options
from semsearch.report.paper import (
    CitingSource,
    Report,
    cursor_at_source,
    first_source,
    report_on,
    short_authors,
)
from semsearch.report.work import WorkView
from semsearch.retrieve.hits import CitedWork
from semsearch.retrieve.paging import list_digest, read_cursor, write_cursor
from semsearch.search import Searcher
from semsearch.serve.mcp.arguments import ReportArguments, StatementArguments
from semsearch.serve.mcp.budget import Page, fit
from semsearch.serve.mcp.quotes import Listed, quote, say_needs, say_shown
from semsearch.serve.mcp.shapes import (
    Citing,
    ReportedWork,
    ReportShown,
    Said,
    StatementShown,
    Tallied,
    WorkCitedBy,
)


def report_work(searcher: Searcher, asked: ReportArguments) -> Page:
    """The tally of a work, and a page of the papers that cite it with what they say.

    Raises:
        NotFoundError: the corpus neither holds nor cites it.
        QueryError: as for ``report_on``, and where the budget is too small.
    """
    options = read_report_options(
        query=asked.query,
        filters=asked.filters,
        sort=asked.sort,
        limit=asked.limit,
        cursor=asked.cursor,
        without_retracted=asked.without_retracted,
    )
    report = report_on(searcher, asked.work, options=options)
    work = report.work
    listed = Listed(
        items=[_citing(source) for source in report.sources],
        start=first_source(searcher, work, options),
        more=report.next is not None,
        cursor=lambda place: cursor_at_source(searcher, work, options, place),
    )

    def render(counts: Sequence[int], needs: int | None) -> Page:
        (shown,) = counts
        following, left_out = listed.next(shown), len(listed.items) - shown
        told = f"{_say_tally(report)} "
        if report.empty_because is not None:
            told += f"{report.empty_because}. "
        told += say_shown(shown, left_out, what="citing papers", cursor=following)
        return Page(
            told + say_needs(needs),
            ReportShown(
                generation=searcher.generation.manifest.generation,
                needs=needs,
                work=_reported(work),
                tally=Tallied(
                    supporting=report.tally.supporting,
                    contrasting=report.tally.contrasting,
                    mentioning=report.tally.mentioning,
                    unclassified=report.tally.unclassified,
                    total=report.tally.total,
                    citing_papers=report.tally.citing_papers,
                ),
                from_retracted=report.from_retracted,
                papers=report.total_sources,
                statements=report.total_statements,
                citing=list(listed.items[:shown]),
                left_out=left_out,
                next=following,
                filter=report.filter,
                empty_because=report.empty_because,
            ),
        )

    return fit([listed.items], render, asked.token_budget)


def show_statement(searcher: Searcher, asked: StatementArguments) -> Page:
    """A statement with its neighbours, its place in the source file and the works it cites.

    Raises:
        NotFoundError: the index holds no such statement.
        QueryError: the cursor belongs to another list, or the budget is too small.
    """
    view = searcher.statement(asked.statement)
    digest = list_digest(searcher.generation.manifest.content_digest, "works", view.id)
    start = read_cursor(asked.cursor, digest)
    listed = Listed(
        items=[_cited(work) for work in view.cites[start:]],
        start=start,
        more=False,
        cursor=lambda place: write_cursor(place, digest),
    )

    def render(counts: Sequence[int], needs: int | None) -> Page:
        (shown,) = counts
        following, left_out = listed.next(shown), len(listed.items) - shown
        told = say_shown(shown, left_out, what="cited works", cursor=following)
        return Page(
            told + say_needs(needs),
            StatementShown(
                generation=searcher.generation.manifest.generation,
                needs=needs,
                statement=quote(view),
                before=view.before,
                after=view.after,
                heading=view.heading,
                place=view.place,
                title=view.paper.title,
                journal=view.paper.journal,
                file=view.file,
                path=view.span.path,
                start=view.span.start,
                end=view.span.end,
                works=list(listed.items[:shown]),
                left_out=left_out,
                next=following,
            ),
        )

    return fit([listed.items], render, asked.token_budget)


def _names(authors: Sequence[Author]) -> str | None:
    return short_authors(authors) or None


def _reported(work: WorkView) -> ReportedWork:
    return ReportedWork(
        doi=work.doi,
        id=None if work.doi else work.id,
        title=work.title,
        by=_names(work.authors),
        year=work.year,
        journal=work.journal,
        in_corpus=work.in_corpus,
        retracted=work.retracted,
    )


def _citing(source: CitingSource) -> Citing:
    paper = source.paper
    return Citing(
        doi=paper.doi,
        paper=None if paper.doi else paper.id,
        by=_names(paper.authors),
        year=paper.year,
        relationship=source.relationship,
        retracted=paper.retracted or None,
        says=[
            Said(
                id=said.id,
                text=said.text,
                type=said.type,
                confidence=_rounded(said.confidence),
                section=said.section,
            )
            for said in source.statements
        ],
    )


def _cited(work: CitedWork) -> WorkCitedBy:
    return WorkCitedBy(
        doi=work.doi,
        id=None if work.doi else work.paper,
        title=work.title,
        by=_names(work.authors),
        year=work.year,
        type=work.type,
        confidence=_rounded(work.confidence),
        self_citation=work.self_citation,
    )


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 2)


def _say_tally(report: Report) -> str:
    tally = report.tally
    told = (
        f"{tally.total:,} citations in {tally.citing_papers:,} papers: {tally.supporting:,}"
        f" supporting, {tally.contrasting:,} contrasting, {tally.mentioning:,} mentioning,"
        f" {tally.unclassified:,} unclassified."
    )
    return f"The work was retracted. {told}" if report.work.retracted else told
