"""What BibTeX and RIS have in common: an entry a source paper, with its quotes as notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from semsearch.export.exported import ExportedStatement, ExportHead
from semsearch.export.identifiers import cite_key, work_iri
from semsearch.language.stance import Stance
from semsearch.records import Author
from semsearch.report.tally import Tally
from semsearch.report.work import WorkView
from semsearch.retrieve.hits import CitedWork
from semsearch.store.labels import LABEL, PERSON

RETRACTED = "Retracted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One work of a bibliography; ``notes`` are texts without markup, each on its own."""

    key: str
    title: str | None
    authors: tuple[Author, ...]
    year: int | None
    journal: str | None
    publisher: str | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    url: str | None
    license: str | None
    retracted: bool
    index: str
    notes: tuple[str, ...]


def entries(head: ExportHead, statements: Iterable[ExportedStatement]) -> Iterator[Entry]:
    """One entry a source, in order; before them the work of a report.

    Args:
        head: of the export.
        statements: those of one source together; those of the work itself first.
    """
    work = head.work
    waiting = None if work is None else _of_work(work, head)
    for key, group in groupby(statements, key=lambda one: cite_key(one.statement.paper.id)):
        entry = _of_source(key, list(group))
        if waiting is not None:
            if waiting.key == key:
                entry = replace(entry, notes=waiting.notes + entry.notes)
            else:
                yield waiting
            waiting = None
        yield entry
    if waiting is not None:
        yield waiting


def quote(one: ExportedStatement) -> str:
    """A statement with where it stands, what it cites and what it says, in one line."""
    held = one.statement
    parts = [place(one), *(cited(work) for work in held.cites)]
    if (stance := said_to_question(one)) is not None:
        parts.append(f"stance: {stance}")
    if one.retracted_works:
        parts.append(f"cites retracted work: {', '.join(one.retracted_works)}")
    return f"“{held.text}” [{'; '.join(parts)}] {one.link}"


def said_to_question(one: ExportedStatement) -> Stance | None:
    """The stance of a statement; None where it says nothing to the question."""
    stance = None if one.stance is None else one.stance.stance
    return None if stance is Stance.UNRELATED else stance


def place(one: ExportedStatement) -> str:
    """Section and heading of a statement."""
    return " › ".join(part for part in (str(one.statement.section), one.statement.heading) if part)


def cited(work: CitedWork) -> str:
    """A cited work with the type of its citation: "cites doi:10.5555/x: supporting 0.91".

    Who decided the type is named where it was no model.
    """
    known = work.paper if work.paper and work_iri(work.paper) else None
    named = f"doi:{work.doi}" if work.doi else known or f"“{work.title or work.raw or work.key}”"
    sure = "" if work.confidence is None else f" {work.confidence:.2f}"
    by = f" by {work.decided_by}" if work.decided_by in (LABEL, PERSON) else ""
    own = ", self-citation" if work.self_citation else ""
    return f"cites {named}: {work.type}{sure}{by}{own}"


def tallied(tally: Tally) -> str:
    """The counts of a tally in words."""
    return (
        f"{tally.total:,} citations in {tally.citing_papers:,} papers:"
        f" {tally.supporting:,} supporting, {tally.contrasting:,} contrasting,"
        f" {tally.mentioning:,} mentioning, {tally.unclassified:,} unclassified"
    )


def _of_source(key: str, group: list[ExportedStatement]) -> Entry:
    first = group[0]
    paper = first.statement.paper
    return Entry(
        key=key,
        title=paper.title,
        authors=paper.authors,
        year=paper.year,
        journal=paper.journal,
        publisher=first.publisher,
        doi=paper.doi,
        pmid=paper.pmid,
        pmcid=paper.pmcid,
        url=work_iri(paper.id),
        license=first.license,
        retracted=paper.retracted,
        index=first.index,
        notes=tuple(quote(one) for one in group),
    )


def _of_work(work: WorkView, head: ExportHead) -> Entry:
    said = () if head.tally is None else (f"The work of this report. {tallied(head.tally)}.",)
    return Entry(
        key=cite_key(work.id),
        title=work.title,
        authors=work.authors,
        year=work.year,
        journal=work.journal,
        publisher=work.publisher,
        doi=work.doi,
        pmid=work.pmid,
        pmcid=work.pmcid,
        url=work_iri(work.id),
        license=None,
        retracted=work.retracted,
        index=head.index,
        notes=said,
    )
