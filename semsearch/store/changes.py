"""What changed in the store since a generation was published, written down by the store itself.

Triggers note the key of every row that comes, changes or goes, so that the next generation is made
from those alone. A change is noted under the generation that was current then; noting too much is
harmless.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from semsearch.store.database import Database
from semsearch.store.names import works_named

#: Generations before the published one whose changes are kept, for the copies of the store that
#: they have.
_KEPT = 2


class Change(StrEnum):
    """What a key of a change is, and what changed of it."""

    TEXT = "text"  # id of a paper: itself, its statements or its reference list
    FACTS = "facts"  # id of a paper: targets, types or self-citations of its citations
    NOTICE = "notice"  # what a paper, or a service, calls a work that a notice is about
    FILE = "file"  # name of an input file
    WORK = "work"  # id of a work
    SIGNED = "signed"  # id of a work: its authors or its DOI
    NAME = "name"  # an identifier that leads to a work
    OUTSIDE = "outside"  # name of a work: what services say of it


def watch(connection: sqlite3.Connection) -> None:
    """Make tables and triggers; a migration, never edited once released."""
    connection.execute(
        "CREATE TABLE changes (kind TEXT NOT NULL, key TEXT NOT NULL, generation INTEGER NOT NULL,"
        " PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID"
    )
    # One row: changes are noted under ``generation``, and all since ``since`` are there.
    connection.execute(
        "CREATE TABLE watched (generation INTEGER NOT NULL, since INTEGER NOT NULL) STRICT"
    )
    of_citation = "(SELECT paper FROM statements WHERE id = {}.statement)"
    keys = (
        ("papers", "text", "{}.id"),
        ("statements", "text", "{}.paper"),
        ("cited_works", "text", "{}.paper"),
        ("notices", "text", "{}.paper"),
        ("notices", "notice", "{}.other"),
        ("citations", "facts", of_citation),
        ("resolutions", "facts", "{}.paper"),
        ("files", "file", "{}.name"),
        ("works", "work", "{}.id"),
        ("works", "signed", "{}.id"),
        ("work_names", "name", "{}.name"),
    )
    _note(connection, keys)


def watch_outside(connection: sqlite3.Connection) -> None:
    """Make the triggers of what services say; a migration, never edited once released."""
    keys = (
        ("outside", "outside", "{}.work"),
        ("outside_notices", "outside", "{}.work"),
        ("outside_notices", "notice", "{}.work"),
    )
    _note(connection, keys)


def _note(connection: sqlite3.Connection, keys: Sequence[tuple[str, str, str]]) -> None:
    """Make triggers that note changes of tables: table, kind of change, its key in a row."""
    for number, (table, event, kind, key, condition) in enumerate(_triggers(keys)):
        connection.execute(
            f"CREATE TRIGGER watch_{table}_{number} AFTER {event} ON {table}"  # noqa: S608 - names of this module
            f" WHEN {condition} BEGIN INSERT INTO changes"
            f" SELECT '{kind}', {key}, generation FROM watched WHERE {key} IS NOT NULL"
            " ON CONFLICT (kind, key) DO UPDATE SET generation = excluded.generation; END"
        )


def _triggers(keys: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str, str, str, str]]:
    """Table, event, kind and key of each change, and when it is one."""
    for table, kind, key in keys:
        for event, row in (("INSERT", "NEW"), ("DELETE", "OLD"), ("UPDATE", "NEW")):
            condition = "EXISTS (SELECT 1 FROM watched)"
            if kind == "signed" and event == "UPDATE":
                condition += " AND (OLD.authors IS NOT NEW.authors OR OLD.doi IS NOT NEW.doi)"
            yield table, event, kind, key.format(row), condition


def begin_changes(database: Database, generation: int) -> None:
    """Note what changes from now on under a generation that was just published."""
    with database.atomic() as connection:
        row = connection.execute("SELECT since FROM watched").fetchone()
        first = max(generation - _KEPT, row["since"]) if row else generation
        connection.execute("DELETE FROM watched")
        connection.execute("INSERT INTO watched VALUES (?, ?)", (generation, first))
        connection.execute("DELETE FROM changes WHERE generation < ?", (first,))


def resume_changes(database: Database, generation: int) -> bool:
    """Whether all changes since a published generation are noted; called before any is made.

    Where a build died between publishing it and ``begin_changes``, what changed since the one
    before is taken for changed.
    """
    with database.atomic() as connection:
        row = connection.execute("SELECT generation FROM watched").fetchone()
        if row is None or row["generation"] > generation:
            return False
        if row["generation"] < generation:
            connection.execute(
                "UPDATE changes SET generation = ? WHERE generation >= ?",
                (generation, row["generation"]),
            )
            connection.execute("UPDATE watched SET generation = ?1, since = ?1", (generation,))
        return True


def changed(database: Database, kind: Change, generation: int) -> list[str]:
    """Keys of what changed since a generation was published, ascending."""
    rows = database.read(
        "SELECT key FROM changes WHERE kind = ? AND generation >= ? ORDER BY key",
        (kind.value, generation),
    )
    return [row["key"] for row in rows]


@dataclass(frozen=True, slots=True)
class ChangedPapers:
    """Ids of papers of which something changed, ascending; also of some that did not.

    ``texts``: what is encoded or searched by word. ``facts``: what is filtered or counted, of
    these and of others. Papers that went are among them, and works that are no paper of the corpus
    may be. ``works``: ids of works, what is known of them.
    """

    texts: tuple[str, ...]
    facts: tuple[str, ...]
    works: tuple[str, ...]


def changed_papers(database: Database, published: Database, generation: int) -> ChangedPapers:
    """What changed since a generation was published.

    Args:
        database: the store.
        published: the store of that generation.
        generation: its number.
    """
    texts = changed(database, Change.TEXT, generation)
    signed = changed(database, Change.SIGNED, generation)
    found = {*texts, *signed, *changed(database, Change.FACTS, generation)}
    found.update(
        row["paper"]
        for row in database.read_in("SELECT paper FROM resolutions WHERE work IN ({})", signed)
    )
    # A notice is also a fact of what it is about, by whatever name, before or now.
    names = set(changed(database, Change.NOTICE, generation))
    renamed = changed(database, Change.NAME, generation)
    for sql, keys in (
        ("SELECT other FROM notices WHERE other IN ({})", renamed),
        ("SELECT work AS other FROM outside_notices WHERE work IN ({})", renamed),
        ("SELECT other FROM notices WHERE other IS NOT NULL AND paper IN ({})", texts),
    ):
        names.update(row["other"] for row in database.read_in(sql, keys))
    found |= names
    for store in (database, published):
        found.update(works_named(store, names).values())
    found.update(
        row["paper"]
        for row in database.read_in("SELECT paper FROM notices WHERE other IN ({})", names)
    )
    return ChangedPapers(
        tuple(texts), tuple(sorted(found)), tuple(changed(database, Change.WORK, generation))
    )
