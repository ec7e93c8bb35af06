"""The ledger of a folder of fetched articles.

Contract: what is in it was synced to disk before the next thing is asked for, and a file gets its
name only when it is whole. So whatever was fetched before a kill is not asked for again:

1. A page of a listing and the cursor of the next one are one transaction.
2. A file is synced, renamed to its name, then its article is ``fetched``. Where a kill falls in
   between, the file is found whole and taken.
3. An answer about a work is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from semsearch.errors import MismatchError
from semsearch.records import Service
from semsearch.store.database import open_sqlite, run_script, translated
from semsearch.store.outside import SIDECAR, OutsideFact, write_fact

_VERSION: Final = 1


class State(StrEnum):
    """What became of an article."""

    WANTED = "wanted"
    FETCHED = "fetched"
    SKIPPED = "skipped"
    FAILED = "failed"
    PASSED = "passed"  # no open full text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An article that a service offers."""

    id: str  # PMCID
    service: Service
    url: str
    file: str  # name in the folder
    version: int = 1
    before: str | None = None  # name of an earlier version that this one replaces
    doi: str | None = None
    licence: str | None = None
    md5: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing that was begun."""

    id: int
    cursor: str
    found: int
    passed: int
    listed: bool


class Ledger:
    """What became of everything in a folder; for one process at a time.

    Args:
        folder: that articles are fetched into.

    Raises:
        DamageError: the file is not a SQLite database.
        MismatchError: it was written by a newer version.
        StorageError: it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / SIDECAR
        with translated(self.path):
            self._connection = open_sqlite(self.path)
            self._connection.execute("PRAGMA synchronous = FULL")
        with self._written() as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version == 0:
                run_script(connection, "schema.sql", package="semsearch.fetch")
                run_script(connection, "outside.sql")
                connection.execute(f"PRAGMA user_version = {_VERSION}")
        if version > _VERSION:
            self.close()
            raise MismatchError(
                f"{self.path} has version {version}, and this semsearch knows versions up to"
                f" {_VERSION}; use the newer semsearch that wrote it"
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def begin(self, query: str, first: str) -> Listing:
        """The listing of a query that was not ended, else a new one from cursor ``first``."""
        with self._written() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO searches (query, cursor, found, passed, listed)"
                " VALUES (?, ?, 0, 0, 0)",
                (query, first),
            )
        (row,) = self._read("SELECT * FROM searches WHERE query = ?", (query,))
        return Listing(row["id"], row["cursor"], row["found"], row["passed"], bool(row["listed"]))

    def add_page(
        self,
        listing: Listing,
        articles: Sequence[Wanted],
        *,
        found: int,
        passed: int,
        cursor: str | None,
    ) -> tuple[Listing, int]:
        """Keep a page; the listing after it, and how many articles are new in it.

        Args:
            listing: that the page belongs to.
            articles: of the page.
            found: hits of the listing, as the service says.
            passed: hits of the page that are no open full text.
            cursor: of the next page; None where there is none.
        """
        with self._written() as connection:
            rows = connection.execute(
                "SELECT article FROM hits WHERE search = ?", (listing.id,)
            ).fetchall()
            known = {row["article"] for row in rows}
            fresh = {one.id: one for one in articles if one.id not in known}
            connection.executemany(
                "INSERT INTO hits VALUES (?, ?, ?)",
                [(listing.id, len(known) + n, one) for n, one in enumerate(fresh)],
            )
            for one in fresh.values():
                _want(connection, one)
            connection.execute(
                "UPDATE searches SET cursor = ?, found = ?, passed = passed + ?, listed = ?"
                " WHERE id = ?",
                (cursor or listing.cursor, found, passed, cursor is None, listing.id),
            )
        after = Listing(
            listing.id, cursor or listing.cursor, found, listing.passed + passed, cursor is None
        )
        return after, len(fresh)

    def end(self, listing: Listing) -> None:
        """All that was wanted of a listing was asked for; it is listed anew the next time."""
        with self._written() as connection:
            connection.execute("DELETE FROM searches WHERE id = ?", (listing.id,))

    def listed(self, listing: Listing) -> list[str]:
        """Ids of the articles of a listing, in its order."""
        rows = self._read(
            "SELECT article FROM hits WHERE search = ? ORDER BY position", (listing.id,)
        )
        return [row["article"] for row in rows]

    def want(self, article: Wanted) -> None:
        """Keep an article that is offered; one of an equal or higher version is left alone."""
        with self._written() as connection:
            _want(connection, article)

    def article(self, identity: str) -> tuple[Wanted, State, str | None] | None:
        """An article with its state, and why it is so."""
        for row in self._read("SELECT * FROM articles WHERE id = ?", (identity,)):
            return _wanted(row), State(row["state"]), row["reason"]
        return None

    def fetched(self, article: Wanted, *, size: int, sha256: str) -> None:
        """The file of an article is there."""
        with self._written() as connection:
            connection.execute(
                "UPDATE articles SET state = ?, reason = NULL, before = NULL, bytes = ?,"
                " sha256 = ?, fetched = ? WHERE id = ?",
                (State.FETCHED, size, sha256, now(), article.id),
            )

    def not_fetched(self, article: Wanted, state: State, reason: str) -> None:
        """An article was skipped, or failed."""
        with self._written() as connection:
            connection.execute(
                "UPDATE articles SET state = ?, reason = ? WHERE id = ?",
                (state, reason, article.id),
            )

    def want_again(self) -> None:
        """What was skipped is to be asked for again."""
        with self._written() as connection:
            connection.execute(
                "UPDATE articles SET state = ? WHERE state = ?", (State.WANTED, State.SKIPPED)
            )

    def dois(self) -> list[str]:
        """DOIs of the articles that are there, ascending."""
        rows = self._read(
            "SELECT DISTINCT doi FROM articles WHERE state = ? AND doi IS NOT NULL ORDER BY doi",
            (State.FETCHED,),
        )
        return [row["doi"] for row in rows]

    def asked(self, service: Service) -> frozenset[str]:
        """Works that a service answered about, such as "doi:10.5555/x"."""
        rows = self._read("SELECT work FROM outside WHERE service = ?", (service,))
        return frozenset(row["work"] for row in rows)

    def keep(self, fact: OutsideFact) -> None:
        """Keep an answer of a service."""
        with self._written() as connection:
            write_fact(connection, fact)

    def _read(self, sql: str, arguments: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        with translated(self.path):
            return self._connection.execute(sql, arguments).fetchall()

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        with translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def now() -> str:
    """UTC, ISO 8601, in seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _want(connection: sqlite3.Connection, one: Wanted) -> None:
    connection.execute(
        """
        INSERT INTO articles (id, service, version, url, file, doi, licence, md5, state)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET service = excluded.service, version = excluded.version,
            before = CASE articles.state WHEN 'fetched' THEN articles.file ELSE articles.before END,
            url = excluded.url, file = excluded.file, doi = excluded.doi,
            licence = excluded.licence, md5 = excluded.md5, state = excluded.state, reason = NULL
        WHERE articles.state = 'passed'
            OR (excluded.service = articles.service AND excluded.version > articles.version)
        """,
        (
            one.id,
            one.service,
            one.version,
            one.url,
            one.file,
            one.doi,
            one.licence,
            one.md5,
            State.WANTED,
        ),
    )


def _wanted(row: sqlite3.Row) -> Wanted:
    return Wanted(
        id=row["id"],
        service=Service(row["service"]),
        version=row["version"],
        url=row["url"],
        file=row["file"],
        before=row["before"],
        doi=row["doi"],
        licence=row["licence"],
        md5=row["md5"],
    )
