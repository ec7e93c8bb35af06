"""Which work every reference leads to: how the store keeps it.

All of it is derived from papers and reference lists. What changes these calls
``stale.mark_stale``; ``is_current`` tells whether anything did since ``write_works``.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
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
    made = [(row["rules"], row["papers"]) for row in database.read("SELECT * FROM works_made")]
    return [(held, papers.split()[0]) for held, papers in made] == [(rules, _corpus(database))]


def works_stamp(database: Database) -> str | None:
    """What the works in the store are told from all others by, current or not; None without any.

    No other ``write_works`` gives the same, also of the same papers.
    """
    rows = database.read("SELECT papers FROM works_made")
    return rows[0]["papers"] if len(rows) == 1 else None


@dataclass(frozen=True, slots=True)
class Relinked:
    """Of what works and resolutions are written, where these are not all.

    ``works``: ids of those that the entries led to before. ``papers``: whose lists changed, also
    those that left the corpus.
    """

    works: Set[str]
    papers: Set[str]


def write_works(
    database: Database,
    *,
    rules: str,
    works: Sequence[Work],
    names: Mapping[str, str],
    resolutions: Sequence[Resolution],
    conflicts: Iterable[KeptApart],
    part: Relinked | None = None,
) -> frozenset[str]:
    """Put works and resolutions in place of what the store holds; only what differs is written.

    Citations get the work of their reference as their target, None where it has none.

    Args:
        database: the store.
        rules: version of the rules that made them.
        works: every target.
        names: identifier of a work, as ``doi:…`` and so on → its id.
        resolutions: of every reference that has a work.
        conflicts: identifiers that were kept apart.
        part: what these are put in place of; None for all.

    Returns:
        Ids of papers of which a reference leads to another work than before, or how changed.
    """
    with database.atomic() as connection:
        held = _held(database, part, [work.id for work in works], names)
        _replace(connection, "works", 1, held["works"], [_work_row(work) for work in works])
        _replace(connection, "work_names", 1, held["work_names"], list(names.items()))
        changed = _replace(
            connection,
            "resolutions",
            2,
            held["resolutions"],
            [(r.paper, r.key, r.work, r.method.value, r.score) for r in resolutions],
        )
        _replace(
            connection,
            "link_conflicts",
            3,
            held["link_conflicts"],
            [(c.one, c.other, c.reason, c.mentions) for c in conflicts],
        )
        papers = frozenset(str(key[0]) for key in changed)
        _write_targets(connection, None if part is None else papers | part.papers)
        connection.execute("DELETE FROM works_made")
        stamp = f"{_corpus(database)} {secrets.token_hex(8)}"
        connection.execute("INSERT INTO works_made VALUES (?, ?)", (rules, stamp))
    return papers


def _held(
    database: Database, part: Relinked | None, works: Iterable[str], names: Mapping[str, str]
) -> dict[str, Iterable[sqlite3.Row]]:
    """The rows of each table in whose place others are put; of all, they are read one by one."""
    if part is None:
        tables = ("works", "work_names", "resolutions", "link_conflicts")
        return {table: _rows_of(database.connection, table) for table in tables}
    ids = {*part.works, *works}
    named = {
        row["name"]: row
        for column, values in (("work", ids), ("name", names))
        for row in database.read_in(f"SELECT * FROM work_names WHERE {column} IN ({{}})", values)  # noqa: S608 - above
    }
    ends = {*ids, *named, *names}
    conflicts = database.read("SELECT * FROM link_conflicts")
    return {
        "works": list(database.read_in("SELECT * FROM works WHERE id IN ({})", ids)),
        "work_names": list(named.values()),
        "resolutions": list(
            database.read_in("SELECT * FROM resolutions WHERE work IN ({})", part.works)
        ),
        "link_conflicts": [row for row in conflicts if row["one"] in ends or row["other"] in ends],
    }


def _rows_of(connection: sqlite3.Connection, table: str) -> Iterator[sqlite3.Row]:
    yield from connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of this module


def _write_targets(connection: sqlite3.Connection, papers: Set[str] | None) -> None:
    """Give citations of some papers, None for all, the work of their reference."""
    of_papers = "" if papers is None else " AND s.paper IN (SELECT value FROM json_each(?))"
    connection.execute(
        "UPDATE citations SET target = f.work FROM (SELECT c.statement, c.reference, r.work"  # noqa: S608 - above
        " FROM statements s JOIN citations c ON c.statement = s.id"
        " LEFT JOIN resolutions r ON r.paper = s.paper AND r.key = c.reference"
        f" WHERE s.last_seen IS NULL AND c.target IS NOT r.work{of_papers}) AS f"
        " WHERE f.statement = citations.statement AND f.reference = citations.reference",
        () if papers is None else (orjson.dumps(sorted(papers)).decode(),),
    )


def _replace(
    connection: sqlite3.Connection,
    table: str,
    width: int,
    held: Iterable[sqlite3.Row],
    rows: Sequence[tuple[object, ...]],
) -> set[tuple[object, ...]]:
    """Put rows in place of others, by their first columns, and touch only what differs.

    Args:
        connection: of the store.
        table: its name.
        width: how many columns are the key.
        held: the rows that it has; some may have gone with what they referred to.
        rows: those that it gets.

    Returns:
        The keys of what came, changed or went.
    """
    names = [row["name"] for row in connection.execute(f"PRAGMA table_info({table})")]
    before = {tuple(row)[:width]: tuple(row) for row in held}
    wanted = {row[:width]: row for row in rows}
    where = " AND ".join(f"{key} = ?" for key in names[:width])
    gone = {key for key in before if key not in wanted}
    connection.executemany(f"DELETE FROM {table} WHERE {where}", sorted(gone))  # noqa: S608 - names of this module
    changed = {key: row for key, row in wanted.items() if before.get(key) != row}
    setting = ", ".join(f"{name} = excluded.{name}" for name in names[width:])
    connection.executemany(
        f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - above
        f" ON CONFLICT ({', '.join(names[:width])}) DO UPDATE SET {setting}",
        changed.values(),
    )
    return {*gone, *changed}


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
