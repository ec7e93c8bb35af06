"""The report of a work: what is known of it, and all that the corpus says about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semsearch.index.columns import Relationship
from semsearch.language.words import matches
from semsearch.records import CitationType, Paper, Place, Section, Statement
from semsearch.report.about import About, Breakdown, break_down, gather_statements, tally_about
from semsearch.report.naming import work_id
from semsearch.report.options import ReportOptions
from semsearch.report.selection import Selection, select
from semsearch.report.summary import SummarySentence, summarise
from semsearch.report.tally import Tally, retracted
from semsearch.report.themes import Theme, find_themes
from semsearch.report.work import WorkCited, WorkView, view_cited, view_work
from semsearch.retrieve.hits import MarkerView, PaperView
from semsearch.retrieve.paging import list_digest, read_cursor, write_cursor
from semsearch.retrieve.query import check_limit
from semsearch.retrieve.views import view_paper
from semsearch.search import Searcher
from semsearch.store.cited import citations_to
from semsearch.store.reading import papers, statements


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAbout:
    """A statement about the work.

    ``type``, ``confidence`` (0–1) and ``decided_by`` are those of its citation of this work.
    ``relevance``: to the query, without one to the work; larger is more. ``highlights``: half-open
    spans of words of the query. ``markers``: those that lead to the work. ``theme``: its number;
    None where the index lacks the statement.
    """

    id: str
    text: str
    before: str | None
    after: str | None
    heading: str | None
    section: Section
    place: Place
    markers: tuple[MarkerView, ...]
    highlights: tuple[tuple[int, int], ...]
    type: CitationType
    confidence: float | None
    decided_by: str | None
    relationship: Relationship
    relevance: float
    theme: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitingSource:
    """A source with its statements about the work, in the order of the report."""

    paper: PaperView
    relationship: Relationship
    statements: tuple[StatementAbout, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the corpus says about a work.

    ``tally``, ``breakdown``, ``themes`` and ``summary`` are of all statements, ``selected`` of
    those that query and filter choose, ``sources`` a page of these. ``total_sources`` and
    ``total_statements`` count what is chosen. ``cites``: the work's own reference list, where the
    corpus holds its full text. ``from_retracted``: citations by retracted sources, whether they
    are counted or left out.
    """

    work: WorkView
    tally: Tally
    breakdown: Breakdown
    from_retracted: int
    without_retracted: bool
    summary: tuple[SummarySentence, ...]
    themes: tuple[Theme, ...]
    query: str | None
    filter: str | None  # in words
    selected: Tally
    total_sources: int
    total_statements: int
    sources: tuple[CitingSource, ...]
    next: str | None  # cursor of the following page
    empty_because: str | None
    cites: tuple[WorkCited, ...]


def report_on(searcher: Searcher, name: str, *, options: ReportOptions | None = None) -> Report:
    """The report of a work, in the corpus or only cited by it.

    Args:
        searcher: the index.
        name: what the work is called; see ``naming.work_id``.
        options: what is listed, and how.

    Raises:
        NotFoundError: the corpus neither holds nor cites it; the nearest known DOIs are named.
        QueryError: the query, the limit or the cursor cannot be asked for.
    """
    how = options or ReportOptions()
    limit = check_limit(how.limit)
    store = searcher.store
    work = view_work(store, work_id(searcher, name))
    every = gather_statements(
        searcher.generation,
        citations_to(store, work.id),
        work.authors if work.in_corpus else (),
    )
    void = retracted(store, {s.paper for s in every})
    counted = tuple(s for s in every if s.paper not in void) if how.without_retracted else every
    read = statements(store, [s.id for s in counted])
    sources = papers(store, [s.paper for s in counted])
    themes = find_themes(
        searcher.generation, counted, read, authors=[author.family for author in work.authors]
    )
    chosen = select(searcher, work, counted, how)
    groups = _grouped(chosen)
    digest = list_digest(searcher.generation.manifest.content_digest, work.id, how.named())
    start = read_cursor(how.cursor, digest)
    return Report(
        work=work,
        tally=tally_about(counted),
        breakdown=break_down(counted),
        from_retracted=sum(len(s.citations) for s in every if s.paper in void),
        without_retracted=how.without_retracted,
        summary=summarise(
            work,
            counted,
            themes,
            read,
            names={identity: short_name(paper) for identity, paper in sources.items()},
            retracted_sources=Counter(s.paper for s in every if s.paper in void),
            without_retracted=how.without_retracted,
        ),
        themes=themes,
        query=how.query,
        filter=chosen.filter,
        selected=tally_about(chosen.statements),
        total_sources=len(groups),
        total_statements=len(chosen.statements),
        sources=tuple(
            _source(sources[paper], places, chosen, read, themes)
            for paper, places in groups[start : start + limit]
        ),
        next=write_cursor(start + limit, digest) if start + limit < len(groups) else None,
        empty_because=chosen.empty_because,
        cites=view_cited(store, work.id) if work.in_corpus else (),
    )


def short_name(paper: Paper) -> str:
    """A source as a reader knows it, such as "Smith et al. (2019)"."""
    names = [author.family for author in paper.authors]
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return f"{authors or paper.title or paper.id} ({paper.year or 'no year'})"


def _grouped(chosen: Selection) -> list[tuple[str, list[int]]]:
    """Places of the chosen statements by source, in the order of the first of each."""
    groups: dict[str, list[int]] = {}
    for place, statement in enumerate(chosen.statements):
        groups.setdefault(statement.paper, []).append(place)
    return list(groups.items())


def _source(
    paper: Paper,
    places: Sequence[int],
    chosen: Selection,
    read: Mapping[str, Statement],
    themes: Sequence[Theme],
) -> CitingSource:
    theme_of = {identity: theme.number for theme in themes for identity in theme.statements}
    return CitingSource(
        paper=view_paper(paper),
        relationship=chosen.statements[places[0]].relationship,
        statements=tuple(
            _statement(
                chosen.statements[place],
                read[chosen.statements[place].id],
                relevance=chosen.scores[place],
                wanted=chosen.wanted,
                theme=theme_of.get(chosen.statements[place].id),
            )
            for place in places
        ),
    )


def _statement(
    about: About,
    held: Statement,
    *,
    relevance: float,
    wanted: frozenset[str],
    theme: int | None,
) -> StatementAbout:
    keys = {citation.reference for citation in about.citations}
    return StatementAbout(
        id=held.id,
        text=held.text,
        before=held.before,
        after=held.after,
        heading=held.heading,
        section=held.section,
        place=held.place,
        markers=tuple(
            MarkerView(start=m.start, end=m.end, references=m.references)
            for m in held.markers
            if keys & set(m.references)
        ),
        highlights=matches(held.text, wanted, [(m.start, m.end) for m in held.markers]),
        type=about.citation.type,
        confidence=about.citation.confidence,
        decided_by=about.citation.decided_by,
        relationship=about.relationship,
        relevance=round(relevance, 6),
        theme=theme,
    )
