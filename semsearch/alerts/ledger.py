"""The file of saved searches: what is saved, what was seen of it, what is new, what was delivered.

It lies beside the store in the index folder, and builds never touch it. Contract:

- a look is one transaction: what was seen and the news about it are in the file, or neither is;
- of two looks at a time only the one is kept that compared with what is in the file;
- news is written once and never changed; a delivery is written after it succeeded, so that what was
  interrupted in between is delivered again: at least once.
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
from uuid import uuid4

import orjson
from pydantic import TypeAdapter

from semsearch.alerts.look import Look, Seen, SeenNotice
from semsearch.alerts.news import Changes, Memory, News
from semsearch.alerts.searches import SavedSearch, SearchKind
from semsearch.answer.verdict import VerdictKind
from semsearch.errors import MismatchError, NotFoundError
from semsearch.index.layout import Layout
from semsearch.records import NoticeKind
from semsearch.store.database import open_sqlite, run_script, translated

_VERSION: Final = 1
_CHANGES: Final = TypeAdapter(Changes)


class Channel(StrEnum):
    """How news is delivered."""

    PRINT = "print"
    MAIL = "mail"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """A saved search with its last look."""

    search: SavedSearch
    looked: str
    generation: int
    content_digest: str
    verdict: VerdictKind | None
    statements: int  # of the evidence


class Ledger:
    """The saved searches of an index folder; for several threads and processes at a time.

    Args:
        folder: the index folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = Layout(folder).alerts

    def add(self, search: SavedSearch, look: Look) -> None:
        """Save a search with what was seen of it: news is what comes after.

        Raises:
            StorageError: the file cannot be written.
        """
        with self._written() as connection:
            connection.execute(
                "INSERT INTO searches VALUES (?, ?, ?, ?, ?, ?)",
                (
                    search.id,
                    search.kind,
                    search.query,
                    orjson.dumps(search.options).decode(),
                    search.name,
                    search.created,
                ),
            )
            _remember(connection, search.id, look, look.evidence, looks=1)

    def remove(self, identity: str) -> SavedSearch:
        """Forget a saved search with all that was seen of it.

        Raises:
            NotFoundError: there is none such.
        """
        found = self.search(identity)
        with self._written() as connection:
            connection.execute("DELETE FROM searches WHERE id = ?", (identity,))
        return found

    def search(self, identity: str) -> SavedSearch:
        """One saved search.

        Raises:
            NotFoundError: there is none such.
        """
        return self.last_look(identity).search

    def last_look(self, identity: str) -> LastLook:
        """One saved search with its last look.

        Raises:
            NotFoundError: there is none such.
        """
        for found in self._looks("WHERE s.id = ?", (identity,)):
            return found
        raise NotFoundError(f"there is no saved search {identity[:60]!r}")

    def listed(
        self, kind: SearchKind | None = None, queries: Sequence[str] | None = None
    ) -> list[LastLook]:
        """Saved searches, the oldest first.

        Args:
            kind: only these; None for all.
            queries: only those that ask one of these; None for all.
        """
        where, arguments = ["1"], list[str]()
        if kind is not None:
            where.append("s.kind = ?")
            arguments.append(kind)
        if queries is not None:
            where.append(f"s.query IN ({', '.join('?' * len(queries))})")
            arguments += queries
        return self._looks(f"WHERE {' AND '.join(where)}", tuple(arguments))

    def memory(self, identity: str) -> Memory:
        """What is remembered of a saved search.

        Raises:
            NotFoundError: there is none such.
        """
        with self._read() as connection:
            connection.execute("BEGIN")  # all of it from one moment
            row = connection.execute("SELECT * FROM looks WHERE search = ?", (identity,)).fetchone()
            if row is None:
                raise NotFoundError(f"there is no saved search {identity[:60]!r}")
            seen = connection.execute("SELECT * FROM evidence WHERE search = ?", (identity,))
            evidence = [(_seen(one), bool(one["present"])) for one in seen]
            notices = connection.execute("SELECT * FROM notices WHERE search = ?", (identity,))
            return Memory(
                looks=row["looks"],
                looked=row["looked"],
                generation=row["generation"],
                created=row["created"],
                content_digest=row["content_digest"],
                digest=row["digest"],
                verdict=None if row["verdict"] is None else VerdictKind(row["verdict"]),
                present={one.id: one for one, present in evidence if present},
                past={one.id: one for one, present in evidence if not present},
                notices=frozenset(
                    SeenNotice(
                        paper=one["paper"], kind=NoticeKind(one["kind"]), other=one["other"] or None
                    )
                    for one in notices
                ),
                against=bool(row["against"]),
            )

    def record(
        self,
        identity: str,
        memory: Memory,
        look: Look,
        *,
        present: Sequence[Seen],
        changes: Changes,
    ) -> bool:
        """Write a look and its news, if any.

        Args:
            identity: of the saved search.
            memory: what the look was compared with.
            look: the look.
            present: what is to be remembered as present.
            changes: what is new.

        Returns:
            False where another look was written meanwhile, or the search was removed; nothing is
            written then.
        """
        with self._written() as connection:
            row = connection.execute(
                "SELECT looks FROM looks WHERE search = ?", (identity,)
            ).fetchone()
            if row is None or row["looks"] != memory.looks:
                return False
            connection.execute("UPDATE evidence SET present = 0 WHERE search = ?", (identity,))
            _remember(connection, identity, look, present, looks=memory.looks + 1)
            if changes:
                connection.execute(
                    "INSERT INTO news (id, search, found, generation, published, changes)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        str(uuid4()),
                        identity,
                        now(),
                        look.generation,
                        look.created,
                        orjson.dumps(changes).decode(),
                    ),
                )
        return True

    def news(self, identity: str, *, after: int = 0, limit: int | None = None) -> list[News]:
        """The news of a saved search, the oldest first.

        Args:
            identity: of the search.
            after: only what has a larger number.
            limit: at most so many.

        Raises:
            NotFoundError: there is no such search.
        """
        return self._news(identity, "n.number > ? ORDER BY n.number LIMIT ?", after, limit)

    def newest(self, identity: str, count: int) -> list[News]:
        """The newest news of a saved search, the oldest of it first.

        Raises:
            NotFoundError: there is no such search.
        """
        found = self._news(identity, "n.number > ? ORDER BY n.number DESC LIMIT ?", 0, count)
        return found[::-1]

    def undelivered(self, channel: Channel) -> list[News]:
        """The news of all searches that a channel has not delivered, the oldest first."""
        if not self._made():
            return []
        with self._read() as connection:
            rows = connection.execute(
                "SELECT n.* FROM news n WHERE NOT EXISTS (SELECT 1 FROM deliveries d"
                " WHERE d.news = n.number AND d.channel = ?) ORDER BY n.number",
                (channel,),
            ).fetchall()
        return [_news(row) for row in rows]

    def delivered(self, channel: Channel, news: Sequence[News]) -> None:
        """Write down that news was delivered; what was removed meanwhile is left out."""
        with self._written() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO deliveries SELECT number, ?, ? FROM news WHERE number = ?",
                [(channel, now(), one.number) for one in news],
            )

    def _news(self, identity: str, chosen: str, after: int, limit: int | None) -> list[News]:
        self.search(identity)  # or there is none
        with self._read() as connection:
            rows = connection.execute(
                f"SELECT n.* FROM news n WHERE n.search = ? AND {chosen}",  # noqa: S608 - written here
                (identity, after, -1 if limit is None else limit),
            ).fetchall()
        return [_news(row) for row in rows]

    def _looks(self, where: str, arguments: tuple[str, ...]) -> list[LastLook]:
        if not self._made():
            return []
        with self._read() as connection:
            rows = connection.execute(
                "SELECT s.*, l.looked, l.generation, l.content_digest, l.verdict, (SELECT count(*)"  # noqa: S608 - the condition is written here
                " FROM evidence e WHERE e.search = s.id AND e.present) AS statements"
                f" FROM searches s JOIN looks l ON l.search = s.id {where}"
                " ORDER BY s.created, s.id",
                arguments,
            ).fetchall()
        return [
            LastLook(
                search=SavedSearch(
                    id=row["id"],
                    kind=SearchKind(row["kind"]),
                    query=row["query"],
                    options=orjson.loads(row["options"]),
                    name=row["name"],
                    created=row["created"],
                ),
                looked=row["looked"],
                generation=row["generation"],
                content_digest=row["content_digest"],
                verdict=None if row["verdict"] is None else VerdictKind(row["verdict"]),
                statements=row["statements"],
            )
            for row in rows
        ]

    def _made(self) -> bool:
        """Whether there is a file, and whoever made it has not died over it."""
        if not self.path.is_file():
            return False
        with self._read() as connection:
            return bool(_version(connection, self.path))

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with translated(self.path):
            connection = open_sqlite(self.path, read_only=True)
            try:
                yield connection
            finally:
                connection.close()

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the file, which is made when missing."""
        with translated(self.path):
            connection = open_sqlite(self.path)
            try:
                connection.execute("BEGIN IMMEDIATE")
                if not _version(connection, self.path):
                    run_script(connection, "schema.sql", package="semsearch.alerts")
                    connection.execute(f"PRAGMA user_version = {_VERSION}")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()  # rolls back what was not committed


def now() -> str:
    """UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the file, 0 for an empty one.

    Raises:
        MismatchError: it is newer than this program.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > _VERSION:
        raise MismatchError(
            f"{path} has version {version}, and this semsearch knows versions up to {_VERSION};"
            " use the newer semsearch that wrote it"
        )
    return version


def _remember(
    connection: sqlite3.Connection,
    identity: str,
    look: Look,
    present: Sequence[Seen],
    *,
    looks: int,
) -> None:
    connection.execute(
        "INSERT INTO looks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " looks = excluded.looks, looked = excluded.looked, generation = excluded.generation,"
        " created = excluded.created, content_digest = excluded.content_digest,"
        " digest = excluded.digest, verdict = excluded.verdict,"
        " against = max(against, excluded.against)",
        (
            identity,
            looks,
            now(),
            look.generation,
            look.created,
            look.content_digest,
            look.digest,
            look.verdict,
            look.against,
        ),
    )
    connection.executemany(
        "INSERT INTO evidence VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET"
        " paper = excluded.paper, says = excluded.says, present = 1",
        [(identity, one.id, one.paper, one.says) for one in present],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO notices VALUES (?, ?, ?, ?)",
        [(identity, one.paper, one.kind, one.other or "") for one in look.notices],
    )


def _seen(row: sqlite3.Row) -> Seen:
    return Seen(id=row["statement"], paper=row["paper"], says=row["says"])


def _news(row: sqlite3.Row) -> News:
    return News(
        id=row["id"],
        number=row["number"],
        search=row["search"],
        found=row["found"],
        generation=row["generation"],
        published=row["published"],
        changes=_CHANGES.validate_json(row["changes"]),
    )
