"""A copy of the store out of an older copy: only what changed in between is copied."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from semsearch.store.changes import Change
from semsearch.store.database import Database, translated, write_back
from semsearch.store.stale import is_present_version

#: Tables that hang on a paper, with the column that names it.
_OF_PAPERS = {
    "papers": "id",
    "notices": "paper",
    "cited_works": "paper",
    "statements": "paper",
    "resolutions": "paper",
}
#: Tables by the kind of change whose keys are theirs.
_BY_KEY = (
    (Change.WORK, "works", "id"),
    (Change.NAME, "work_names", "name"),
    (Change.FILE, "files", "name"),
    (Change.OUTSIDE, "outside", "work"),
    (Change.OUTSIDE, "outside_notices", "work"),
)
#: Small tables that are copied whole.
_WHOLE = ("link_conflicts", "works_made", "type_corrections", "watched", "changes")


def bring_up_to_date(path: Path, database: Database, generation: int) -> bool:
    """Make a copy of the store as it was with a generation one of the store as it is, synced.

    Nobody else may have the copy open. Where this fails or is cut short the copy is of no use.

    Args:
        path: the copy.
        database: the store; what it has committed is copied.
        generation: that the copy belonged to.

    Returns:
        Whether all changes since are known; else nothing is done.

    Raises:
        StorageError: the disk is full.
    """
    (row,) = database.read("SELECT min(since) AS since FROM watched")
    if row["since"] is None or row["since"] > generation or not is_present_version(path):
        return False
    source = f"{database.path.absolute().as_uri()}?mode=ro"
    target = f"{path.absolute().as_uri()}?mode=rw"
    with translated(path):
        with closing(sqlite3.connect(target, uri=True, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF")  # synced at the end
            copy.execute("ATTACH ? AS now", (source,))
            copy.execute("BEGIN IMMEDIATE")
            copy.execute("DELETE FROM main.watched")  # nothing is noted while it is written
            _copy_changes(copy, generation)
            copy.execute("COMMIT")
            copy.execute("DETACH now")
            write_back(copy, path)
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    return True


def _copy_changes(copy: sqlite3.Connection, generation: int) -> None:
    """Put what the store has now in place of what changed."""
    copy.execute("CREATE TEMP TABLE chosen (kind TEXT, key TEXT, PRIMARY KEY (kind, key))")
    copy.execute(
        "INSERT INTO chosen SELECT kind, key FROM now.changes WHERE generation >= ?", (generation,)
    )
    papers = f"SELECT key FROM chosen WHERE kind IN ('{Change.TEXT}', '{Change.FACTS}')"  # noqa: S608 - names of this project
    citations = (
        "FROM {}.citations WHERE statement IN"  # noqa: S608 - above
        f" (SELECT id FROM {{}}.statements WHERE paper IN ({papers}))"
    )
    copy.execute(f"DELETE {citations.format('main', 'main')}")
    for table, column in _OF_PAPERS.items():
        copy.execute(f"DELETE FROM main.{table} WHERE {column} IN ({papers})")  # noqa: S608 - above
        copy.execute(
            f"INSERT INTO main.{table} SELECT * FROM now.{table} WHERE {column} IN ({papers})"  # noqa: S608 - above
        )
    copy.execute(f"INSERT INTO main.citations SELECT * {citations.format('now', 'now')}")
    for kind, table, column in _BY_KEY:
        keys = f"{column} IN (SELECT key FROM chosen WHERE kind = '{kind}')"  # noqa: S608 - above
        copy.execute(f"DELETE FROM main.{table} WHERE {keys}")  # noqa: S608 - above
        copy.execute(f"INSERT INTO main.{table} SELECT * FROM now.{table} WHERE {keys}")  # noqa: S608 - above
    for table in _WHOLE:
        copy.execute(f"DELETE FROM main.{table}")  # noqa: S608 - above
        copy.execute(f"INSERT INTO main.{table} SELECT * FROM now.{table}")  # noqa: S608 - above
    copy.execute("DROP TABLE chosen")
