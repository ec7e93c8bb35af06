"""Saving searches, and looking at them again after the index has changed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from uuid import uuid4

from semsearch.alerts.ledger import Ledger, now
from semsearch.alerts.look import take_look
from semsearch.alerts.news import compare
from semsearch.alerts.searches import (
    MOST_NAME,
    QuestionOptions,
    SavedSearch,
    SearchKind,
    WorkOptions,
    check_name,
    written_options,
)
from semsearch.errors import NotFoundError, SemsearchError
from semsearch.language.identifiers import normalize_doi
from semsearch.retrieve.query import check_text
from semsearch.search import Searcher
from semsearch.store.works import work_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A search that was saved.

    ``statements``: of its evidence now, which is not told as new. ``known``: of a work, whether the
    index holds or cites it yet.
    """

    search: SavedSearch
    statements: int
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A saved search that could not be looked at; it is looked at again the next time."""

    search: str  # id
    name: str
    error: str


def save_question(
    searcher: Searcher,
    ledger: Ledger,
    question: str,
    *,
    options: QuestionOptions | None = None,
    name: str | None = None,
) -> Added:
    """Save a question; what is known now is not news.

    Args:
        searcher: the index.
        ledger: of the same index folder.
        question: as for ``ask``.
        options: how to ask.
        name: for people; the question without one.

    Raises:
        QueryError: it cannot be asked, or the name is no name.
    """
    asked = check_text(question)
    search = _search(SearchKind.QUESTION, asked, options or QuestionOptions(), name)
    return _save(searcher, ledger, search)


def save_report(
    searcher: Searcher,
    ledger: Ledger,
    work: str,
    *,
    options: WorkOptions | None = None,
    name: str | None = None,
) -> Added:
    """Save the report of a work; a DOI that nobody cites yet can be waited for.

    Args:
        searcher: the index.
        ledger: of the same index folder.
        work: what it is called, as for ``report_on``.
        options: which statements are looked at.
        name: for people; the name of the work without one.

    Raises:
        NotFoundError: the index neither holds nor cites it, and it is no DOI.
        QueryError: the options or the name cannot be asked for.
    """
    called = check_text(work, name="name of the work")
    doi = normalize_doi(called)
    if doi is None:
        work_id(searcher.store, called)  # or there is none
    how = options or WorkOptions()
    if how.query is not None:
        how = how.model_copy(update={"query": check_text(how.query, name="query")})
    return _save(searcher, ledger, _search(SearchKind.REPORT, doi or called, how, name))


def look_again(searcher: Searcher, ledger: Ledger, identity: str) -> bool:
    """Look at a saved search and write down what is new.

    Nothing is done by a searcher over a generation that is older than the one of the last look, as
    a server may have for a moment, nor where another process looks at the same time.

    Args:
        searcher: the index.
        ledger: of the same index folder.
        identity: of the saved search.

    Returns:
        Whether the look was written down.

    Raises:
        NotFoundError: there is no such search.
        SemsearchError: it cannot be asked; the last look stays as it is.
    """
    search, memory = ledger.search(identity), ledger.memory(identity)
    manifest = searcher.generation.manifest
    if (manifest.created, manifest.generation) < (memory.created, memory.generation):
        return False
    look = take_look(searcher, search)
    ranked = search.kind is SearchKind.QUESTION and look.verdict is None
    found = compare(searcher, memory, look, ranked=ranked)
    return ledger.record(identity, memory, look, present=found.present, changes=found.changes)


def look_at_all(searcher: Searcher, ledger: Ledger) -> list[Failure]:
    """Look at all saved searches; those that could not be looked at."""
    failures = []
    for one in ledger.listed():
        try:
            look_again(searcher, ledger, one.search.id)
        except NotFoundError:  # removed meanwhile
            continue
        except (SemsearchError, sqlite3.Error) as error:
            failures.append(Failure(search=one.search.id, name=one.search.name, error=str(error)))
    return failures


def look_when_changed(searcher: Searcher, ledger: Ledger, identity: str) -> None:
    """Look unless the last look saw this generation; errors as in ``look_again``."""
    last = ledger.last_look(identity)
    manifest = searcher.generation.manifest
    if (last.generation, last.content_digest) != (manifest.generation, manifest.content_digest):
        look_again(searcher, ledger, identity)


def _search(
    kind: SearchKind, query: str, options: QuestionOptions | WorkOptions, name: str | None
) -> SavedSearch:
    return SavedSearch(
        id=str(uuid4()),
        kind=kind,
        query=query,
        options=written_options(options),
        name=check_name(" ".join(query.split())[:MOST_NAME] if name is None else name),
        created=now(),
    )


def _save(searcher: Searcher, ledger: Ledger, search: SavedSearch) -> Added:
    look = take_look(searcher, search)
    ledger.add(search, look)
    return Added(search=search, statements=len(look.evidence), known=look.known)
