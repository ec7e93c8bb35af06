"""Self-citations: whether source and target share an author, or a journal.

The authors of a target are those of its paper in the corpus, else the longest list that references
to it give, so that a reference that prints three names and "et al." is judged by more than these.
A list that no reference gives in full may still hide a shared author: False says that no shared
name is known.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

import orjson

from semsearch.language.names import (
    Person,
    common_keys,
    name_forms,
    person_named,
    shared_by,
)
from semsearch.language.titles import folded_title, same_journal
from semsearch.store.database import Database

#: How many authors of works print each name in each form: key of a person, form.
Forms = Counter[tuple[str, str]]

_CITATIONS = (
    "SELECT c.statement, c.reference, s.paper, c.target, c.self_citation, c.self_certainty,"
    " c.journal_sc FROM statements s JOIN citations c ON c.statement = s.id"
    " WHERE s.last_seen IS NULL"
)
_WRITE = (
    "UPDATE citations SET self_citation = ?, self_certainty = ?, journal_sc = ?"
    " WHERE statement = ? AND reference = ?"
)
_Judged = tuple[int | None, str | None, int | None]
_NO_TARGET: _Judged = (None, None, None)


@dataclass(frozen=True, slots=True)
class _Signed:
    """A paper or a work: its authors, without names that say nothing, and its folded journal."""

    authors: tuple[Person, ...]
    names: frozenset[str]
    journal: str


def write_self_citations(database: Database) -> Forms:
    """Say of every citation of the corpus whether it is a self-citation; write what differs.

    ``self_citation`` is None where one side has no authors or there is no target;
    ``self_certainty`` says how sure a True is; ``journal_sc`` is None where a journal is missing.

    Returns:
        How the authors of all works are printed, papers of the corpus among them.
    """
    sources = _signed(
        database.connection.execute(
            "SELECT id, authors, journal FROM papers WHERE last_seen IS NULL"
        )
    )
    targets = _signed(database.connection.execute("SELECT id, authors, journal FROM works"))
    forms = _counted(one.authors for one in targets.values())
    rows = database.read(_CITATIONS)
    _write(database, rows, sources, targets, common_keys(forms))
    return forms


def change_self_citations(
    database: Database, papers: Set[str], works: Set[str], common: Container[str]
) -> None:
    """``write_self_citations`` of the citations of some papers and of those to some works.

    Args:
        database: the store.
        papers: ids of papers; those that left the corpus are left alone.
        works: ids of works.
        common: keys that several people have, among authors of all works.
    """
    rows = {
        (row["statement"], row["reference"]): row
        for column, ids in (("s.paper", papers), ("c.target", works))
        for row in database.read_in(f"{_CITATIONS} AND {column} IN ({{}})", ids)
    }
    sql = "SELECT id, authors, journal FROM {} WHERE id IN ({{}})"
    sources = _signed(
        database.read_in(sql.format("papers"), {row["paper"] for row in rows.values()})
    )
    cited = {row["target"] for row in rows.values() if row["target"] is not None}
    targets = _signed(database.read_in(sql.format("works"), cited))
    _write(database, rows.values(), sources, targets, common)


def forms_of_works(database: Database, works: Iterable[str]) -> Forms:
    """How the authors of some works are printed."""
    sql = "SELECT id, authors, journal FROM works WHERE id IN ({})"
    return _counted(one.authors for one in _signed(database.read_in(sql, works)).values())


def _write(
    database: Database,
    rows: Iterable[sqlite3.Row],
    sources: Mapping[str, _Signed],
    targets: Mapping[str, _Signed],
    common: Container[str],
) -> None:
    judged: dict[tuple[str, str], _Judged] = {}
    changed: list[tuple[object, ...]] = []
    for statement, reference, paper, target, *held in rows:
        found = _NO_TARGET if target is None else judged.get((paper, target))
        if found is None:
            found = judged[paper, target] = _judge(sources[paper], targets[target], common)
        if found != tuple(held):
            changed.append((*found, statement, reference))
    with database.atomic() as connection:
        connection.executemany(_WRITE, changed)


def _judge(source: _Signed, target: _Signed, common: Container[str]) -> _Judged:
    alike = [one for one in target.authors if one.key in source.names or one.orcid in source.names]
    shared = shared_by(source.authors, alike, common) if alike else None
    known = bool(source.authors and target.authors)
    journals = bool(source.journal and target.journal)
    return (
        int(shared is not None) if known else None,
        shared.value if shared else None,
        int(same_journal(source.journal, target.journal)) if journals else None,
    )


def _signed(rows: Iterable[sqlite3.Row]) -> dict[str, _Signed]:
    """By id."""
    found: dict[str, _Signed] = {}
    for row in rows:
        authors = tuple(_named(row["authors"]))
        found[row["id"]] = _Signed(authors, _names(authors), folded_title(row["journal"]))
    return found


def _counted(authors: Iterable[tuple[Person, ...]]) -> Forms:
    return Counter(
        (one.key, form) for persons in authors for one in persons for form in name_forms(one)
    )


def _names(persons: Iterable[Person]) -> frozenset[str]:
    """What two persons must have in common to be one: keys and ORCIDs."""
    return frozenset({name for one in persons for name in (one.key, one.orcid) if name})


def _named(authors: str) -> Iterator[Person]:
    for given in orjson.loads(authors):
        one = person_named(given["family"], given["given"], given["orcid"])
        if one.key or one.orcid:
            yield one
