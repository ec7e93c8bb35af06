"""When what is derived from the store no longer agrees with it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from semsearch.store.database import MIGRATIONS, Database, translated


def mark_stale(connection: sqlite3.Connection) -> None:
    """Say that papers or reference lists changed; part of the transaction that changes them.

    Works and resolutions are made again at the next build. Which ones the store has stays known.
    """
    connection.execute("UPDATE works_made SET rules = ''")


def is_present_version(path: Path) -> bool:
    """Whether a file is a store in its present version."""
    if not path.is_file():
        return False
    with (
        translated(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as store,
    ):
        return bool(store.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS))


def is_copy(path: Path, database: Database) -> bool:
    """Whether a file is a copy of the store in its present version, with all papers as it has them.

    Papers are told apart by the file they were read from, its hash and the reader.
    """
    if not is_present_version(path):
        return False
    files = "SELECT name, paper, sha256, reader FROM {}.files WHERE error IS NULL"
    other = " EXCEPT ".join([files.format("main"), files.format("published")])
    back = " EXCEPT ".join([files.format("published"), files.format("main")])
    connection = database.connection
    with translated(path):
        connection.execute("ATTACH ? AS published", (f"{path.absolute().as_uri()}?mode=ro",))
        try:
            return not any(
                connection.execute(f"SELECT 1 FROM ({sql}) LIMIT 1").fetchone()  # noqa: S608 - above
                for sql in (other, back)
            )
        finally:
            connection.execute("DETACH published")
