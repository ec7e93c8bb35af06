"""Self-citations: whether source and target share an author, or a journal.

The authors of a target are those of its paper in the corpus, else the longest list that references
to it give, so that a reference that prints three names and "et al." is judged by more than these.
A list that no reference gives in full may still hide a shared author: False says that no shared
name is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from semsearch.language.names import Person, common_keys, person_named, shared_by
from semsearch.language.titles import folded_title, same_journal
from semsearch.store.database import Database


def write_self_citations(database: Database) -> None:
    """Say of every citation of the corpus whether it is a self-citation; write what differs.

    ``self_citation`` is None where one side has no authors or there is no target;
    ``self_certainty`` says how sure a True is; ``journal_sc`` is None where a journal is missing.
    """
    rows = database.read(
        "SELECT DISTINCT s.paper, c.target FROM citations c JOIN statements s ON s.id = c.statement"
        " WHERE s.last_seen IS NULL AND c.target IS NOT NULL ORDER BY s.paper, c.target"
    )
    sources, their_journals = _signed(
        database, "SELECT id, authors, journal FROM papers WHERE last_seen IS NULL"
    )
    targets, target_journals = _signed(database, "SELECT id, authors, journal FROM works")
    common = common_keys(p for one in (*sources.values(), *targets.values()) for p in one)
    names = {paper: _names(persons) for paper, persons in sources.items()}
    found: list[tuple[object, ...]] = []
    for paper, target in rows:
        mine, theirs = sources[paper], targets.get(target, ())
        mine_names = names[paper]
        alike = [one for one in theirs if one.key in mine_names or one.orcid in mine_names]
        shared = shared_by(mine, alike, common) if alike else None
        known = bool(mine and theirs)
        one, other = their_journals[paper], target_journals.get(target, "")
        found.append(
            (
                paper,
                target,
                int(shared is not None) if known else None,
                shared.value if shared else None,
                int(same_journal(one, other)) if one and other else None,
            )
        )
    with database.atomic() as connection:
        connection.execute(
            "CREATE TEMP TABLE judged (paper TEXT, target TEXT, self INTEGER, certainty TEXT,"
            " journal INTEGER, PRIMARY KEY (paper, target)) WITHOUT ROWID"
        )
        connection.executemany("INSERT INTO judged VALUES (?, ?, ?, ?, ?)", found)
        connection.execute(
            "UPDATE citations SET self_citation = f.self, self_certainty = f.certainty,"
            " journal_sc = f.journal FROM (SELECT c.statement, c.reference, j.self, j.certainty,"
            " j.journal FROM citations c JOIN statements s ON s.id = c.statement"
            " LEFT JOIN judged j ON j.paper = s.paper AND j.target = c.target"
            " WHERE s.last_seen IS NULL AND (c.self_citation IS NOT j.self"
            " OR c.self_certainty IS NOT j.certainty OR c.journal_sc IS NOT j.journal)) AS f"
            " WHERE f.statement = citations.statement AND f.reference = citations.reference"
        )
        connection.execute("DROP TABLE judged")


def _signed(database: Database, sql: str) -> tuple[dict[str, tuple[Person, ...]], dict[str, str]]:
    """Authors and folded journal by id; names that say nothing are left out."""
    authors: dict[str, tuple[Person, ...]] = {}
    journals: dict[str, str] = {}
    for row in database.connection.execute(sql):
        authors[row["id"]] = tuple(_named(row["authors"]))
        journals[row["id"]] = folded_title(row["journal"])
    return authors, journals


def _names(persons: Iterable[Person]) -> frozenset[str]:
    """What two persons must have in common to be one: keys and ORCIDs."""
    return frozenset({name for one in persons for name in (one.key, one.orcid) if name})


def _named(authors: str) -> Iterator[Person]:
    for given in orjson.loads(authors):
        one = person_named(given["family"], given["given"], given["orcid"])
        if one.key or one.orcid:
            yield one
