"""Which work every reference leads to: how the store keeps it.

All of it is derived from papers and reference lists. What changes these calls
``stale.mark_stale``; ``is_current`` tells whether anything did since ``write_works``.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import orjson

from semsearch.records import Author, Paper, Reference
from semsearch.store.database import Database
from semsearch.store.reading import papers, references_of_corpus

_LOT = 500  # papers read at once


class JoinMethod(StrEnum):
    """What tells which work a reference is."""

    IDENTIFIER = "identifier"  # a DOI, PMID, PMCID or arXiv number
    TITLE = "title"  # title with year and first author
    PLACE = "place"  # first author, year, volume and page
    ALONE = "alone"  # nothing: no other reference is the same work


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A cited work or a paper of the corpus: what citations point to.

    ``id`` is that of the paper of the corpus where it is one, else ``doi:…``, ``pmid:…``,
    ``pmcid:…`` or ``arxiv:…``, else ``work:`` and a digest of title, year and first author.
    """

    id: str
    doi: str | None
    pmid: str | None
    pmcid: str | None
    arxiv: str | None
    title: str | None
    year: int | None
    journal: str | None
    authors: tuple[Author, ...]
    in_corpus: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which work an entry of a reference list is, and how sure that is (0–1).

    An identifier has 1.0; a title that fits two works equally well has half its score.
    """

    paper: str
    key: str
    work: str
    method: JoinMethod
    score: float


@dataclass(frozen=True, slots=True)
class KeptApart:
    """Two identifiers that references give for one work and that were kept apart."""

    one: str
    other: str
    mentions: int
    reason: str


def live_papers(database: Database) -> Iterator[Paper]:
    """Every paper of the corpus, sorted by id."""
    ids = [
        row["id"]
        for row in database.read("SELECT id FROM papers WHERE last_seen IS NULL ORDER BY id")
    ]
    for start in range(0, len(ids), _LOT):
        found = papers(database, ids[start : start + _LOT])
        yield from (found[one] for one in ids[start : start + _LOT])


def live_references(database: Database) -> Iterator[Reference]:
    """Every reference of the papers of the corpus, sorted by paper and key."""
    return references_of_corpus(database)


def is_current(database: Database, rules: str) -> bool:
    """Whether works and resolutions agree with the corpus under these rules."""
    rows = database.read("SELECT rules, papers FROM works_made")
    return [(row["rules"], row["papers"]) for row in rows] == [(rules, _corpus(database))]


def write_works(
    database: Database,
    *,
    rules: str,
    works: Iterable[Work],
    names: Mapping[str, str],
    resolutions: Sequence[Resolution],
    conflicts: Iterable[KeptApart],
) -> None:
    """Put works and resolutions in place of what the store holds; only what differs is written.

    Citations get the work of their reference as their target, None where it has none.

    Args:
        database: the store.
        rules: version of the rules that made them.
        works: every target.
        names: identifier of a work, as ``doi:…`` and so on → its id.
        resolutions: of every reference that has a work.
        conflicts: identifiers that were kept apart.
    """
    with database.atomic() as connection:
        _replace(connection, "works", ("id",), [_work_row(work) for work in works])
        _replace(connection, "work_names", ("name",), list(names.items()))
        _replace(
            connection,
            "resolutions",
            ("paper", "key"),
            [(r.paper, r.key, r.work, r.method.value, r.score) for r in resolutions],
        )
        _replace(
            connection,
            "link_conflicts",
            ("one", "other", "reason"),
            [(c.one, c.other, c.reason, c.mentions) for c in conflicts],
        )
        connection.execute(
            "UPDATE citations SET target = f.work FROM (SELECT c.statement, c.reference, r.work"
            " FROM citations c JOIN statements s ON s.id = c.statement"
            " LEFT JOIN resolutions r ON r.paper = s.paper AND r.key = c.reference"
            " WHERE s.last_seen IS NULL AND c.target IS NOT r.work) AS f"
            " WHERE f.statement = citations.statement AND f.reference = citations.reference"
        )
        connection.execute("DELETE FROM works_made")
        connection.execute("INSERT INTO works_made VALUES (?, ?)", (rules, _corpus(database)))


def _replace(
    connection: sqlite3.Connection,
    table: str,
    keys: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Make a table hold these rows, by their first columns, and touch only what differs."""
    width = len(keys)
    held = {tuple(row)[:width]: tuple(row) for row in connection.execute(f"SELECT * FROM {table}")}  # noqa: S608 - names of this module
    wanted = {row[:width]: row for row in rows}
    where = " AND ".join(f"{key} = ?" for key in keys)
    connection.executemany(
        f"DELETE FROM {table} WHERE {where}",  # noqa: S608
        sorted(key for key in held if key not in wanted),
    )
    changed = [row for key, row in wanted.items() if held.get(key) != row]
    if changed:
        names = [row["name"] for row in connection.execute(f"PRAGMA table_info({table})")]
        setting = ", ".join(f"{name} = excluded.{name}" for name in names[width:])
        connection.executemany(
            f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})"  # noqa: S608
            f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {setting}",
            changed,
        )


def _work_row(work: Work) -> tuple[object, ...]:
    return (
        work.id,
        work.doi,
        work.pmid,
        work.pmcid,
        work.arxiv,
        work.title,
        work.year,
        work.journal,
        orjson.dumps(work.authors).decode(),
        int(work.in_corpus),
    )


def _corpus(database: Database) -> str:
    """SHA-256 over the papers of the corpus with what each was read from."""
    digest = hashlib.sha256()
    for row in database.connection.execute(
        "SELECT id, sha256 FROM papers WHERE last_seen IS NULL ORDER BY id"
    ):
        digest.update(f"{row['id']}\t{row['sha256']}\n".encode())
    return digest.hexdigest()
