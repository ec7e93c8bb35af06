"""What is known of a work: from its full text, else from the reference lists that name it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from semsearch.errors import NotFoundError
from semsearch.records import Author, Notice, Paper
from semsearch.report.tally import is_void
from semsearch.store.database import Database
from semsearch.store.notices import notices_about
from semsearch.store.outside import Told, told_of
from semsearch.store.reading import corpus_members, papers
from semsearch.store.resolving import Work
from semsearch.store.works import ResolvedReference, entry_counts, references_of, work_id, works


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """A work, whether the corpus holds it or only cites it.

    Without the full text each field is what most of the entries of reference lists say that give
    it; ``entries`` counts those of the corpus that are the work.
    """

    id: str
    doi: str | None
    pmid: str | None
    pmcid: str | None
    arxiv: str | None
    title: str | None
    authors: tuple[Author, ...]
    year: int | None
    journal: str | None
    publisher: str | None
    publication_types: tuple[str, ...]
    abstract: str | None
    in_corpus: bool
    entries: int
    retracted: bool
    notices: tuple[Notice, ...]
    outside: tuple[Told, ...]  # what services say of it


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCited:
    """A work in the reference list of the paper that the report is about."""

    key: str
    label: str | None
    id: str | None
    doi: str | None
    title: str | None
    authors: tuple[Author, ...]
    year: int | None
    raw: str
    statements: int  # of the paper that cite it
    in_corpus: bool
    retracted: bool


def view_works(database: Database, ids: Iterable[str]) -> dict[str, WorkView]:
    """What is known of works that the corpus holds or cites, by id in the order given."""
    unique = list(dict.fromkeys(ids))
    held = papers(database, sorted(corpus_members(database, unique)))
    known = works(database, unique)
    entries = entry_counts(database, unique)
    notices = notices_about(database, unique)
    told = told_of(database, unique)
    return {
        one: _view(
            known[one],
            held.get(one),
            entries.get(one, 0),
            notices.get(one, ()),
            told.get(one, ()),
        )
        for one in unique
    }


def view_cited(database: Database, paper: str) -> tuple[WorkCited, ...]:
    """The reference list of a paper of the corpus, in its order; empty for other works."""
    listed = references_of(database, paper)
    targets = {one.resolution.work for one in listed if one.resolution is not None}
    held = corpus_members(database, sorted(targets))
    notices = notices_about(database, targets)
    return tuple(_cited(one, held, notices) for one in listed)


def held_work_id(database: Database, name: str) -> str:
    """The id of a paper whose full text the corpus holds, so that what it cites is known.

    Args:
        database: the store.
        name: what it is called; see ``store.works.work_id``.

    Raises:
        NotFoundError: the corpus does not know it, or only cites it.
    """
    identity = work_id(database, name)
    if identity not in corpus_members(database, [identity]):
        raise NotFoundError(
            f"the index cites {identity.removeprefix('doi:')} but does not hold its text,"
            " so that what it cites is not known"
        )
    return identity


def printed_name(author: Author) -> str:
    """An author as printed, given names first."""
    return f"{author.given} {author.family}" if author.given else author.family


def _view(
    work: Work,
    paper: Paper | None,
    entries: int,
    notices: tuple[Notice, ...],
    told: tuple[Told, ...],
) -> WorkView:
    """A paper of the corpus speaks for itself; references add identifiers that it does not give."""
    says = paper or work
    return WorkView(
        id=work.id,
        doi=says.doi or work.doi,
        pmid=says.pmid or work.pmid,
        pmcid=says.pmcid or work.pmcid,
        arxiv=work.arxiv,
        title=says.title,
        authors=says.authors,
        year=says.year,
        journal=says.journal,
        publisher=paper.publisher if paper else None,
        publication_types=paper.publication_types if paper else (),
        abstract=paper.abstract_text if paper else None,
        in_corpus=paper is not None,
        entries=entries,
        retracted=is_void(notices),
        notices=notices,
        outside=told,
    )


def _cited(
    one: ResolvedReference, held: frozenset[str], notices: dict[str, tuple[Notice, ...]]
) -> WorkCited:
    entry, target = one.reference, one.resolution.work if one.resolution else None
    return WorkCited(
        key=entry.key,
        label=entry.label,
        id=target,
        doi=entry.doi,
        title=entry.title,
        authors=entry.authors,
        year=entry.year,
        raw=entry.raw,
        statements=one.statements,
        in_corpus=target in held,
        retracted=target is not None and is_void(notices.get(target, ())),
    )
