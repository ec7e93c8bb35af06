"""What earlier generations held: a statement keeps its row when it leaves the corpus.

A generation *n* held a statement when ``first_seen <= n`` and ``last_seen`` is missing or ``>= n``;
one that left and came back counts as if it had been there all the time. The id of a statement is
that of its text in its paper, and stays the same when the paper is read from another file.
"""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.records import Statement
from semsearch.store.database import Database
from semsearch.store.reading import statements


def live_ids(database: Database, ids: Sequence[str]) -> frozenset[str]:
    """Those of some statement ids that the corpus holds."""
    sql = "SELECT id FROM statements WHERE last_seen IS NULL AND id IN ({})"
    return frozenset(row["id"] for row in database.read_in(sql, ids))


def held_at(database: Database, ids: Sequence[str], generation: int) -> frozenset[str]:
    """Those of some statements of the corpus that a generation held already."""
    sql = "SELECT id, first_seen FROM statements WHERE id IN ({})"
    return frozenset(
        row["id"] for row in database.read_in(sql, ids) if row["first_seen"] <= generation
    )


def gone_since(database: Database, generation: int) -> list[Statement]:
    """What a generation held and the corpus does not any more, sorted by id."""
    rows = database.read(
        "SELECT id FROM statements WHERE first_seen <= ?1 AND last_seen >= ?1 ORDER BY id",
        (generation,),
    )
    ids = [row["id"] for row in rows]
    held = statements(database, ids)
    return [held[one] for one in ids]
