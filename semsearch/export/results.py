"""From what is asked to an export: its order is made at once, its statements are read later."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from semsearch.answer.evidence import evidence_of, read_candidates
from semsearch.answer.verdict import Verdict, decide
from semsearch.export.exported import AboutWork, ExportedStatement, ExportHead, ResultKind
from semsearch.export.identifiers import BASE_URL, check_base_url
from semsearch.export.reading import Found, read_statements
from semsearch.rank.listing import first_place, whole_list
from semsearch.rank.options import SearchOptions
from semsearch.rank.run import Run
from semsearch.report.about import About, tally_about
from semsearch.report.options import ReportOptions
from semsearch.report.paper import by_source, first_source, gather
from semsearch.report.selection import select
from semsearch.retrieve.hits import StatementHit
from semsearch.retrieve.paging import list_digest
from semsearch.retrieve.query import check_limit, check_text
from semsearch.retrieve.views import view_statements
from semsearch.search import Searcher
from semsearch.version import __version__

#: Statements that are read from the store at a time; no more are held at once.
LOT = 256


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """A result that can be written in any format, once or several times.

    ``sources``: of each place of the list what tells its source from others. ``own``: that of the
    work of a report, where it cites itself. ``read`` gives the statements at some places.
    """

    head: ExportHead
    sources: Sequence[Hashable]
    read: Callable[[Sequence[int]], Sequence[ExportedStatement]]
    own: Hashable = None

    def statements(self, *, by_source: bool = False) -> Iterator[ExportedStatement]:
        """The statements in the order of the list, read ``LOT`` at a time.

        Args:
            by_source: those of one source together, in the order of the first of each; those of
                the work itself come first.
        """
        order: Sequence[int] = range(len(self.sources))
        if by_source:
            groups: dict[Hashable, list[int]] = {} if self.own is None else {self.own: []}
            for place in order:
                groups.setdefault(self.sources[place], []).append(place)
            order = [place for group in groups.values() for place in group]
        for first in range(0, len(order), LOT):
            yield from self.read(order[first : first + LOT])


def export_search(
    searcher: Searcher,
    text: str,
    *,
    options: SearchOptions | None = None,
    base_url: str = BASE_URL,
) -> Export:
    """All hits for a text, as ``Searcher.search`` lists them.

    Args:
        searcher: an opened index; it must stay open while the export is read.
        text: as for ``Searcher.search``.
        options: as for ``Searcher.search``; without a limit all hits from the cursor on. Facets
            are not exported.
        base_url: what links of statements begin with.

    Raises:
        QueryError: the text, the options or the base URL cannot be asked for.
    """
    return _listed(searcher, check_text(text, name="text"), options, base_url, ResultKind.SEARCH)


def export_answer(
    searcher: Searcher,
    question: str,
    *,
    options: SearchOptions | None = None,
    base_url: str = BASE_URL,
) -> Export:
    """All statements that ``ask`` ranks for a question, each with its stance, and the verdict.

    Abstracts are no citation statements and are not exported. Arguments and errors as in
    ``export_search``.
    """
    return _listed(searcher, check_text(question), options, base_url, ResultKind.ANSWER)


def export_similar(
    searcher: Searcher,
    statement_or_text: str,
    *,
    limit: int | None = None,
    base_url: str = BASE_URL,
) -> Export:
    """Statements that cite in a similar context.

    Such a list has no end, so that without a limit it has the length that ``similar`` gives it.

    Raises:
        NotFoundError: as for ``Searcher.similar``.
        QueryError: likewise, or the base URL cannot be one.
    """
    base = check_base_url(base_url)
    result = searcher.similar(statement_or_text, limit=limit)
    found = [_of_hit(hit) for hit in result.hits]
    return Export(
        head=_head(searcher, ResultKind.SIMILAR, result.query, len(found), limit),
        sources=[one.view.paper.id for one in found],
        read=lambda places: read_statements(searcher, [found[place] for place in places], base),
    )


def export_report(
    searcher: Searcher,
    name: str,
    *,
    options: ReportOptions | None = None,
    base_url: str = BASE_URL,
) -> Export:
    """All statements about a work, in the order of its report, and the work itself.

    Args:
        searcher: an opened index; it must stay open while the export is read.
        name: as for ``report_on``.
        options: as for ``report_on``; without a limit the statements of all citing papers from the
            cursor on.
        base_url: what links of statements begin with.

    Raises:
        NotFoundError: as for ``report_on``.
        QueryError: likewise, or the base URL cannot be one.
    """
    base = check_base_url(base_url)
    how = options or ReportOptions()
    limit = None if how.limit is None else check_limit(how.limit)
    gathered = gather(searcher, name, how)
    work = gathered.work
    chosen = select(searcher, work, gathered.counted, how)
    start = first_source(searcher, work, how)
    groups = by_source(chosen)[start : None if limit is None else start + limit]
    listed = [place for _, places in groups for place in places]
    first = sum(len(places) for _, places in by_source(chosen)[:start])

    def read(places: Sequence[int]) -> list[ExportedStatement]:
        about = [(place, listed[place]) for place in places]
        views = view_statements(searcher.store, [chosen.statements[one].id for _, one in about])
        found = [
            Found(
                rank=first + place + 1,
                score=chosen.scores[one],
                view=view,
                about=_about(work.id, chosen.statements[one]),
            )
            for (place, one), view in zip(about, views, strict=True)
        ]
        return read_statements(searcher, found, base)

    head = _head(searcher, ResultKind.REPORT, work.id, len(listed), how.named(), start, limit)
    return Export(
        head=replace(
            head,
            query=how.query,
            filter=chosen.filter,
            empty_because=chosen.empty_because,
            work=work,
            tally=tally_about(gathered.counted),
        ),
        sources=[chosen.statements[one].paper for one in listed],
        read=read,
        own=work.id,
    )


def _listed(
    searcher: Searcher,
    asked: str,
    options: SearchOptions | None,
    base_url: str,
    kind: ResultKind,
) -> Export:
    base = check_base_url(base_url)
    how = options or SearchOptions()
    limit = None if how.limit is None else check_limit(how.limit)
    start = first_place(searcher.generation, asked, how)
    run = searcher.run(asked, how)
    listing = whole_list(searcher.generation, searcher.store, asked, run, how)
    end = len(listing) if limit is None else min(start + limit, len(listing))
    sources = listing.sources()[start:end]

    def read(places: Sequence[int]) -> list[ExportedStatement]:
        hits = listing.hits([start + place for place in places], marked=False)
        return read_statements(searcher, [_of_hit(hit) for hit in hits], base)

    head = _head(searcher, kind, asked, len(sources), how.named(), start, limit)
    return Export(
        head=replace(
            head,
            filter=None if run.filter is None else run.filter.words(),
            empty_because=run.empty_because,
            verdict=_verdict(searcher, run) if kind is ResultKind.ANSWER else None,
        ),
        sources=sources,
        read=read,
    )


def _verdict(searcher: Searcher, run: Run) -> Verdict | None:
    evidence = evidence_of(searcher, run, read_candidates(searcher, run))
    return None if evidence is None else decide(evidence)


def _head(
    searcher: Searcher, kind: ResultKind, asked: str, statements: int, *how: object
) -> ExportHead:
    manifest = searcher.generation.manifest
    return ExportHead(
        id=list_digest(manifest.content_digest, kind, asked, *how),
        result=kind,
        asked=asked,
        query=None,
        filter=None,
        statements=statements,
        empty_because=None,
        verdict=None,
        work=None,
        tally=None,
        index=manifest.content_digest,
        model=manifest.model,
        version=__version__,
    )


def _of_hit(hit: StatementHit) -> Found:
    return Found(
        rank=hit.rank,
        score=hit.score,
        view=hit.statement,
        stance=hit.stance,
        origin=hit.origin,
        duplicates=hit.duplicates,
        more_from_paper=hit.more_from_paper,
    )


def _about(work: str, found: About) -> AboutWork:
    return AboutWork(
        work=work,
        type=found.citation.type,
        confidence=found.citation.confidence,
        decided_by=found.citation.decided_by,
        relationship=found.relationship,
    )
