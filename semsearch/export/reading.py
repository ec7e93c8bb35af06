"""A lot of statements with what an export tells of them beyond a hit, in a few queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from semsearch.export.exported import AboutWork, ExportedStatement
from semsearch.export.identifiers import paper_iri, statement_link
from semsearch.report.tally import retracted
from semsearch.retrieve.hits import CitedWork, Origin, StanceView, StatementView
from semsearch.search import Searcher
from semsearch.store.reading import papers
from semsearch.store.resolving import Work
from semsearch.store.works import works


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A statement as a list has it; the fields are those of ``ExportedStatement``."""

    rank: int
    score: float
    view: StatementView
    stance: StanceView | None = None
    about: AboutWork | None = None
    origin: Origin | None = None
    duplicates: tuple[str, ...] = ()
    more_from_paper: tuple[str, ...] = ()


def read_statements(
    searcher: Searcher, found: Sequence[Found], base_url: str
) -> list[ExportedStatement]:
    """The statements of a list, in its order.

    What a reference does not say of the work it cites, other references to it do.
    """
    store = searcher.store
    sources = papers(store, sorted({one.view.paper.id for one in found}))
    targets = sorted(
        {work.paper for one in found for work in one.view.cites if work.paper is not None}
    )
    known = works(store, targets)
    void = retracted(store, targets)
    index = searcher.generation.manifest.content_digest
    exported: list[ExportedStatement] = []
    for one in found:
        paper = sources[one.view.paper.id]
        cites = tuple(_filled(work, known) for work in one.view.cites)
        exported.append(
            ExportedStatement(
                rank=one.rank,
                score=one.score,
                link=statement_link(base_url, one.view.id),
                source=paper_iri(paper.id),
                statement=replace(one.view, cites=cites),
                publisher=paper.publisher,
                license=paper.license,
                sha256=paper.source.sha256,
                retracted_works=tuple(
                    dict.fromkeys(work.paper for work in cites if work.paper in void)
                ),
                stance=one.stance,
                about=one.about,
                origin=one.origin,
                duplicates=one.duplicates,
                more_from_paper=one.more_from_paper,
                index=index,
            )
        )
    return exported


def _filled(cited: CitedWork, known: Mapping[str, Work]) -> CitedWork:
    work = known.get(cited.paper or "")
    if work is None:
        return cited
    return replace(
        cited,
        doi=cited.doi or work.doi,
        pmid=cited.pmid or work.pmid,
        title=cited.title or work.title,
        year=cited.year or work.year,
        authors=cited.authors or work.authors,
    )
