"""What services say of works beside what their articles say.

Crossref gives metadata and notices, OpenCitations counts. It is kept apart from what articles say,
and shown with the name of who says it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import orjson
from pydantic import TypeAdapter

from semsearch.errors import DamageError
from semsearch.records import Author, NoticeKind, Service
from semsearch.store.database import Database, translated
from semsearch.store.names import names_of_works

#: The ledger of a folder of fetched articles, which has the tables of ``outside.sql``.
SIDECAR: Final = "fetched.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideNotice:
    """An editorial notice about a work, as a service tells it."""

    kind: NoticeKind
    other: str | None  # id of the notice, such as "doi:10.5555/x"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideMetadata:
    """What Crossref says of a work; None or empty where it says nothing."""

    title: str | None = None
    year: int | None = None
    journal: str | None = None
    publisher: str | None = None
    publication_type: str | None = None  # as Crossref names it, such as "journal-article"
    authors: tuple[Author, ...] = ()
    license: str | None = None  # a URL


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideCount:
    """How many works cite a work, in and beyond the corpus, as far as OpenCitations knows."""

    citations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideFact:
    """One answer of a service; ``said`` is None where it does not know the work."""

    work: str  # "doi:…"
    service: Service
    looked: str  # UTC, ISO 8601
    said: OutsideMetadata | OutsideCount | None
    notices: tuple[OutsideNotice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a service said, and when: metadata, or how many works cite the work."""

    service: Service
    looked: str
    metadata: OutsideMetadata | None
    citations: int | None


_METADATA: Final = TypeAdapter(OutsideMetadata)
_COUNT: Final = TypeAdapter(OutsideCount)


def write_fact(connection: sqlite3.Connection, fact: OutsideFact) -> None:
    """Put an answer in place of the earlier one; part of the caller's transaction."""
    said = None if fact.said is None else orjson.dumps(fact.said).decode()
    connection.execute(
        "DELETE FROM outside WHERE work = ? AND service = ?", (fact.work, fact.service)
    )
    connection.execute(
        "INSERT INTO outside VALUES (?, ?, ?, ?)", (fact.work, fact.service, fact.looked, said)
    )
    connection.executemany(
        "INSERT INTO outside_notices VALUES (?, ?, ?, ?, ?)",
        [(fact.work, fact.service, n, x.kind, x.other) for n, x in enumerate(fact.notices)],
    )


def told_of(database: Database, ids: Iterable[str]) -> dict[str, tuple[Told, ...]]:
    """What services said of works, by the id of the work; works nobody told of are left out."""
    wanted = set(ids)
    named = {one: one for one in wanted} | names_of_works(database, wanted)
    sql = "SELECT * FROM outside WHERE work IN ({}) AND said IS NOT NULL ORDER BY work, service"
    found: dict[str, dict[Service, Told]] = {}
    for row in database.read_in(sql, named):
        told = _told(row)
        found.setdefault(named[row["work"]], {}).setdefault(told.service, told)
    return {one: tuple(told.values()) for one, told in found.items()}


def outside_notices(
    database: Database, names: Iterable[str]
) -> Iterator[tuple[str, Service, OutsideNotice]]:
    """Notices that services tell of works with some names, by name: name, service, notice."""
    sql = "SELECT * FROM outside_notices WHERE work IN ({}) ORDER BY work, service, position"
    for row in database.read_in(sql, names):
        notice = OutsideNotice(kind=NoticeKind(row["kind"]), other=row["other"])
        yield row["work"], Service(row["service"]), notice


def find_sidecars(inputs: Iterable[Path]) -> tuple[Path, ...]:
    """The ledgers in folders, in those below them, and beside single files."""
    found: dict[Path, None] = {}
    for path in inputs:
        if path.is_dir():
            found.update(dict.fromkeys(sorted(path.rglob(SIDECAR))))
        elif (beside := path.parent / SIDECAR).is_file():
            found[beside] = None
    return tuple(found)


def take_outside(database: Database, sidecar: Path) -> int:
    """Take over the answers of a ledger that are newer than what the store has; how many.

    Raises:
        DamageError: the file is no such ledger.
        StorageError: it cannot be read.
    """
    try:
        with translated(sidecar), closing(_reading(sidecar)) as ledger:
            ledger.execute("BEGIN")  # all that is read is of one moment
            facts = [
                _fact(row, _notices(ledger, row))
                for row in ledger.execute("SELECT * FROM outside WHERE said IS NOT NULL")
            ]
    except ValueError as error:
        raise DamageError(f"{sidecar} holds what no service says: {error}") from error
    known = {
        (row["work"], row["service"]): row["looked"]
        for row in database.read("SELECT work, service, looked FROM outside")
    }
    newer = [one for one in facts if known.get((one.work, one.service), "") < one.looked]
    with database.atomic() as connection:
        for fact in newer:
            write_fact(connection, fact)
    return len(newer)


def _reading(sidecar: Path) -> sqlite3.Connection:
    """Where nothing can be written beside the file, SQLite is told that nobody else does."""
    alone = "" if os.access(sidecar.parent, os.W_OK) else "&immutable=1"
    uri = f"{sidecar.absolute().as_uri()}?mode=ro{alone}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _notices(ledger: sqlite3.Connection, fact: sqlite3.Row) -> tuple[OutsideNotice, ...]:
    rows = ledger.execute(
        "SELECT kind, other FROM outside_notices WHERE work = ? AND service = ? ORDER BY position",
        (fact["work"], fact["service"]),
    )
    return tuple(OutsideNotice(kind=NoticeKind(r["kind"]), other=r["other"]) for r in rows)


def outside_facts(database: Database) -> Iterator[tuple[str, bytes]]:
    """Names of works that services said something of, ascending, each with a SHA-256 over it."""
    rows = database.connection.execute(
        "SELECT o.work, o.service, o.said, n.position, n.kind, n.other FROM outside o"
        " LEFT JOIN outside_notices n ON n.work = o.work AND n.service = o.service"
        " WHERE o.said IS NOT NULL OR n.kind IS NOT NULL ORDER BY o.work, o.service, n.position"
    )
    for work, said in groupby(rows, key=lambda row: str(row["work"])):
        digest = hashlib.sha256()
        for row in said:
            digest.update(repr(tuple(row)).encode())
        yield work, digest.digest()


def _fact(row: sqlite3.Row, notices: tuple[OutsideNotice, ...]) -> OutsideFact:
    service = Service(row["service"])
    said: OutsideMetadata | OutsideCount
    if service is Service.CROSSREF:
        said = _METADATA.validate_json(row["said"])
    else:
        said = _COUNT.validate_json(row["said"])
    return OutsideFact(
        work=row["work"], service=service, looked=row["looked"], said=said, notices=notices
    )


def _told(row: sqlite3.Row) -> Told:
    said = _fact(row, ()).said
    return Told(
        service=Service(row["service"]),
        looked=row["looked"],
        metadata=said if isinstance(said, OutsideMetadata) else None,
        citations=said.citations if isinstance(said, OutsideCount) else None,
    )
