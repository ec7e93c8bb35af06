"""The report of a work: what is known of it, and all that the corpus says about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semsearch.index.columns import Relationship
from semsearch.language.words import matches
from semsearch.records import (
    Author,
    CitationType,
    Paper,
    Place,
    Section,
    SelfCertainty,
    Statement,
)
from semsearch.report.about import About, Breakdown, break_down, gather_statements, tally_about
from semsearch.report.options import ReportOptions
from semsearch.report.selection import Selection, select
from semsearch.report.summary import SummarySentence, summarise
from semsearch.report.tally import Tally, retracted
from semsearch.report.themes import Theme, find_themes
from semsearch.report.work import WorkCited, WorkView, view_cited, view_works
from semsearch.retrieve.hits import MarkerView, PaperView
from semsearch.retrieve.paging import list_digest, read_cursor, write_cursor
from semsearch.retrieve.query import check_limit
from semsearch.retrieve.views import view_paper
from semsearch.search import Searcher
from semsearch.store.cited import citations_to
from semsearch.store.reading import papers, statements
from semsearch.store.works import work_id


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
    """A source with its statements about the work, in the order of the report.

    ``self_certainty``: how sure a shared author is, None without one; ``same_journal``: whether
    both are of one journal, None where one of these is not known.
    """

    paper: PaperView
    relationship: Relationship
    self_certainty: SelfCertainty | None
    same_journal: bool | None
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
        name: what the work is called; see ``store.works.work_id``.
        options: what is listed, and how.

    Raises:
        NotFoundError: the corpus neither holds nor cites it; the nearest known DOIs are named.
        QueryError: the query, the limit or the cursor cannot be asked for.
    """
    how = options or ReportOptions()
    limit = check_limit(how.limit)
    store = searcher.store
    found = gather(searcher, name, how)
    work, counted = found.work, found.counted
    read = statements(store, [s.id for s in counted])
    sources = papers(store, [s.paper for s in counted])
    themes = find_themes(
        searcher.generation, counted, read, authors=[author.family for author in work.authors]
    )
    chosen = select(searcher, work, counted, how)
    groups = by_source(chosen)
    start = first_source(searcher, work, how)
    return Report(
        work=work,
        tally=tally_about(counted),
        breakdown=break_down(counted),
        from_retracted=sum(len(s.citations) for s in found.every if s.paper in found.void),
        without_retracted=how.without_retracted,
        summary=summarise(
            work,
            counted,
            themes,
            read,
            names={identity: short_name(paper) for identity, paper in sources.items()},
            retracted_sources=Counter(s.paper for s in found.every if s.paper in found.void),
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
        next=cursor_at_source(searcher, work, how, start + limit)
        if start + limit < len(groups)
        else None,
        empty_because=chosen.empty_because,
        cites=view_cited(store, work.id) if work.in_corpus else (),
    )


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a report is made of; ``counted`` are those of ``every`` that are not left out."""

    work: WorkView
    every: tuple[About, ...]
    void: frozenset[str]  # ids of retracted sources
    counted: tuple[About, ...]


def gather(searcher: Searcher, name: str, options: ReportOptions) -> Gathered:
    """A work and the statements about it.

    Raises:
        NotFoundError: as for ``report_on``.
    """
    store = searcher.store
    identity = work_id(store, name)
    work = view_works(store, [identity])[identity]
    every = gather_statements(
        searcher.generation.statements.dense.ids, citations_to(store, identity)
    )
    void = retracted(store, {s.paper for s in every})
    counted = tuple(s for s in every if s.paper not in void) if options.without_retracted else every
    return Gathered(work, every, void, counted)


def first_source(searcher: Searcher, work: WorkView, options: ReportOptions) -> int:
    """Where the page of sources starts that the options ask for, from 0.

    Raises:
        QueryError: the cursor belongs to another list.
    """
    return read_cursor(options.cursor, _digest(searcher, work, options))


def cursor_at_source(searcher: Searcher, work: WorkView, options: ReportOptions, place: int) -> str:
    """The cursor of the page that starts at a source of the list, from 0."""
    return write_cursor(place, _digest(searcher, work, options))


def _digest(searcher: Searcher, work: WorkView, options: ReportOptions) -> str:
    return list_digest(searcher.generation.manifest.content_digest, work.id, options.named())


def short_name(paper: Paper | PaperView) -> str:
    """A source as a reader knows it, such as "Smith et al. (2019)"."""
    authors = short_authors(paper.authors) or paper.title or paper.id
    return f"{authors} ({paper.year or 'no year'})"


def short_authors(authors: Sequence[Author]) -> str:
    """Such as "Smith et al."; empty without any."""
    names = [author.family for author in authors]
    return f"{names[0]} et al." if len(names) > 2 else " and ".join(names)


def by_source(chosen: Selection) -> list[tuple[str, list[int]]]:
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
    first = chosen.statements[places[0]]
    return CitingSource(
        paper=view_paper(paper),
        relationship=first.relationship,
        self_certainty=first.citation.self_certainty,
        same_journal=first.citation.journal_sc,
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
