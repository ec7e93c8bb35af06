"""What is known of a work: from its full text, else from the reference lists that name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from semsearch.language.names import keys_of
from semsearch.language.scripts import normal_form
from semsearch.language.tokens import lexical_tokens
from semsearch.records import Author, Notice, Paper, Reference
from semsearch.report.naming import doi_of
from semsearch.report.tally import is_void
from semsearch.store.cited import notices_about, references_to, works_cited_by
from semsearch.store.database import Database
from semsearch.store.reading import corpus_members, papers, references
from semsearch.store.resolving import Work
from semsearch.store.works import works

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """A work, whether the corpus holds it or only cites it.

    Without the full text each field is what most of the entries say that give it; ``entries``
    counts those entries, 0 where no statement cites the work.
    """

    id: str
    doi: str | None
    pmid: str | None
    title: str | None
    authors: tuple[Author, ...]
    year: int | None
    journal: str | None
    publication_types: tuple[str, ...]
    abstract: str | None
    in_corpus: bool
    entries: int
    retracted: bool
    notices: tuple[Notice, ...]


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


def view_work(database: Database, identity: str) -> WorkView:
    """What is known of a work that the corpus holds or cites."""
    entries = references_to(database, identity)
    notices = notices_about(database, [identity]).get(identity, ())
    if corpus_members(database, [identity]):
        return _held(papers(database, [identity])[identity], len(entries), notices)
    if not entries and (listed := works(database, [identity]).get(identity)) is not None:
        return _listed(listed, notices)
    return WorkView(
        id=identity,
        doi=doi_of(identity) or _most_said([e.doi for e in entries], lambda x: x),
        pmid=_most_said([e.pmid for e in entries], lambda x: x),
        title=_most_said([e.title for e in entries], lambda x: tuple(lexical_tokens(x))),
        authors=_most_said([e.authors or None for e in entries], keys_of) or (),
        year=_most_said([e.year for e in entries], lambda x: x),
        journal=_most_said([e.journal for e in entries], lambda x: normal_form(x).casefold()),
        publication_types=(),
        abstract=None,
        in_corpus=False,
        entries=len(entries),
        retracted=is_void(notices),
        notices=notices,
    )


def view_cited(database: Database, paper: str) -> tuple[WorkCited, ...]:
    """The reference list of a paper of the corpus, in its order; empty for other works."""
    listed = references(database, paper)
    leads = works_cited_by(database, paper)
    targets = sorted({target for target, _ in leads.values() if target is not None})
    held = corpus_members(database, targets)
    notices = notices_about(database, targets)
    return tuple(_cited(entry, *leads.get(entry.key, (None, 0)), held, notices) for entry in listed)


def _cited(
    entry: Reference,
    target: str | None,
    statements: int,
    held: frozenset[str],
    notices: dict[str, tuple[Notice, ...]],
) -> WorkCited:
    return WorkCited(
        key=entry.key,
        label=entry.label,
        id=target,
        doi=entry.doi,
        title=entry.title,
        authors=entry.authors,
        year=entry.year,
        raw=entry.raw,
        statements=statements,
        in_corpus=target in held,
        retracted=target is not None and is_void(notices.get(target, ())),
    )


def _held(paper: Paper, entries: int, notices: tuple[Notice, ...]) -> WorkView:
    return WorkView(
        id=paper.id,
        doi=paper.doi,
        pmid=paper.pmid,
        title=paper.title,
        authors=paper.authors,
        year=paper.year,
        journal=paper.journal,
        publication_types=paper.publication_types,
        abstract=paper.abstract_text,
        in_corpus=True,
        entries=entries,
        retracted=is_void(notices),
        notices=notices,
    )


def _listed(work: Work, notices: tuple[Notice, ...]) -> WorkView:
    """A work of reference lists that no statement cites."""
    return WorkView(
        id=work.id,
        doi=work.doi,
        pmid=work.pmid,
        title=work.title,
        authors=work.authors,
        year=work.year,
        journal=work.journal,
        publication_types=(),
        abstract=None,
        in_corpus=False,
        entries=0,
        retracted=is_void(notices),
        notices=notices,
    )


def _most_said(values: Sequence[T | None], alike: Callable[[T], Hashable]) -> T | None:
    """What most of the given values say, in the form that most give it; ties by the form."""
    given = [value for value in values if value is not None]
    if not given:
        return None
    kinds = Counter(alike(value) for value in given)
    forms = Counter(given)
    return min(given, key=lambda value: (-kinds[alike(value)], -forms[value], repr(value)))
