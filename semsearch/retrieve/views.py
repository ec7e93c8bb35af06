"""From ids to what is shown: statements with their papers and cited works, read in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from semsearch.errors import DamageError
from semsearch.records import Citation, NoticeKind, Paper, Reference, Source, Statement
from semsearch.retrieve.hits import CitedWork, MarkerView, PaperView, StatementView
from semsearch.store.database import Database
from semsearch.store.reading import cited_works, corpus_members, papers, statements

_VOID = frozenset({NoticeKind.RETRACTION, NoticeKind.WITHDRAWAL})


def view_statements(database: Database, ids: Sequence[str]) -> list[StatementView]:
    """The statements with these ids, in the order asked.

    Raises:
        DamageError: the store lacks one of them.
    """
    found = statements(database, ids)
    lost = [identity for identity in ids if identity not in found]
    if lost:
        raise DamageError(
            f"{database.path} lacks the statement {lost[0]} that the index names;"
            " run `semsearch verify`"
        )
    sources = papers(database, [s.paper for s in found.values()])
    cited = cited_works(database, ids)
    known = corpus_members(
        database, [c.target for group in cited.values() for c, _ in group if c.target is not None]
    )
    return [
        _view(
            found[identity],
            sources[found[identity].paper],
            cited.get(identity, []),
            known,
        )
        for identity in ids
    ]


def view_paper(paper: Paper) -> PaperView:
    """A paper as shown beside hits."""
    return PaperView(
        id=paper.id,
        doi=paper.doi,
        pmid=paper.pmid,
        pmcid=paper.pmcid,
        title=paper.title,
        authors=paper.authors,
        year=paper.year,
        journal=paper.journal,
        publication_types=paper.publication_types,
        retracted=any(n.kind in _VOID and not n.issued for n in paper.notices),
        notices=paper.notices,
    )


def file_name(source: Source) -> str:
    """The source file by name: the folders of the machine that built the index stay private."""
    name = PurePath(source.package).name
    return name if source.member is None else f"{name}!{source.member}"


def _view(
    statement: Statement,
    paper: Paper,
    cited: Sequence[tuple[Citation, Reference]],
    known: frozenset[str],
) -> StatementView:
    return StatementView(
        id=statement.id,
        text=statement.text,
        before=statement.before,
        after=statement.after,
        heading=statement.heading,
        section=statement.section,
        place=statement.place,
        ordinal=statement.ordinal,
        markers=tuple(
            MarkerView(start=m.start, end=m.end, references=m.references) for m in statement.markers
        ),
        cites=tuple(_work(citation, reference, known) for citation, reference in cited),
        paper=view_paper(paper),
        file=file_name(paper.source),
        span=statement.span,
    )


def _work(citation: Citation, reference: Reference, known: frozenset[str]) -> CitedWork:
    return CitedWork(
        key=reference.key,
        label=reference.label,
        paper=citation.target,
        doi=reference.doi,
        pmid=reference.pmid,
        title=reference.title,
        year=reference.year,
        authors=reference.authors,
        raw=reference.raw,
        in_corpus=citation.target in known,
        type=citation.type,
        confidence=citation.confidence,
        decided_by=citation.decided_by,
        self_citation=citation.self_citation,
    )
