"""Who cites a work, citation by citation, and what notices say of works."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter

from semsearch.records import Author, CitationType, Notice, NoticeKind, Reference, Section
from semsearch.store.database import Database
from semsearch.store.reading import cited_works

_AUTHORS = TypeAdapter(tuple[Author, ...])
_VARIABLES = 900  # values in one IN list; SQLite's oldest limit is 999


@dataclass(frozen=True, slots=True)
class CitingCount:
    """How many citations of one type in one section of a paper go to a work."""

    target: str
    paper: str
    section: Section
    type: CitationType
    citations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationTo:
    """One citation of a work, with what is counted of its source.

    ``self_citation`` is what the store says; None where nobody decided. ``named``: the authors of
    the work as the reference names them.
    """

    statement: str
    reference: str
    paper: str
    ordinal: int
    section: Section
    type: CitationType
    confidence: float | None
    decided_by: str | None
    self_citation: bool | None
    year: int | None
    publication_types: tuple[str, ...]
    authors: tuple[Author, ...]
    named: tuple[Author, ...]


def citing_counts(database: Database, targets: Sequence[str]) -> list[CitingCount]:
    """All citations of some works by target, source, section and type, sorted by these.

    Two sources of a work are told apart, so that distinct ones can be counted over any selection.
    """
    return [
        CitingCount(
            row["target"],
            row["paper"],
            Section(row["section"]),
            CitationType(row["type"]),
            int(row["n"]),
        )
        for row in _rows(
            database,
            "SELECT c.target, s.paper, s.section, c.type, count(*) AS n FROM citations c"
            " JOIN statements s ON s.id = c.statement"
            " WHERE c.target IN ({}) AND s.last_seen IS NULL"
            " GROUP BY c.target, s.paper, s.section, c.type"
            " ORDER BY c.target, s.paper, s.section, c.type",
            targets,
        )
    ]


def citations_to(database: Database, target: str) -> list[CitationTo]:
    """Every citation of a work by the corpus, sorted by source and place in it."""
    return [
        CitationTo(
            statement=row["statement"],
            reference=row["reference"],
            paper=row["paper"],
            ordinal=row["ordinal"],
            section=Section(row["section"]),
            type=CitationType(row["type"]),
            confidence=row["confidence"],
            decided_by=row["decided_by"],
            self_citation=None if row["self_citation"] is None else bool(row["self_citation"]),
            year=row["year"],
            publication_types=tuple(orjson.loads(row["publication_types"])),
            authors=_AUTHORS.validate_json(row["authors"]),
            named=() if row["named"] is None else _AUTHORS.validate_json(row["named"]),
        )
        for row in database.read(
            "SELECT c.statement, c.reference, c.type, c.confidence, c.decided_by, c.self_citation,"
            " s.paper, s.ordinal, s.section, p.year, p.publication_types, p.authors,"
            " w.authors AS named FROM citations c"
            " JOIN statements s ON s.id = c.statement JOIN papers p ON p.id = s.paper"
            " LEFT JOIN cited_works w ON w.paper = s.paper AND w.key = c.reference"
            " WHERE c.target = ? AND s.last_seen IS NULL"
            " ORDER BY s.paper, s.ordinal, c.position",
            (target,),
        )
    ]


def known_targets(database: Database, ids: Sequence[str]) -> frozenset[str]:
    """Those of some ids that a statement of the corpus cites."""
    return frozenset(
        row["target"]
        for row in _rows(
            database,
            "SELECT DISTINCT c.target FROM citations c JOIN statements s ON s.id = c.statement"
            " WHERE c.target IN ({}) AND s.last_seen IS NULL",
            ids,
        )
    )


def corpus_ids(database: Database, spelt: Sequence[str]) -> dict[str, str]:
    """Those of some ids that name a paper of the corpus → its id.

    A paper is also found by an identifier that its id does not hold, such as ``pmid:…``.
    """
    found: dict[str, str] = {}
    for column in ("pmcid", "pmid", "doi"):
        prefix = f"{column}:"
        values = [one.removeprefix(prefix) for one in spelt if one.startswith(prefix)]
        for row in _rows(
            database,
            f"SELECT id, {column} AS named FROM papers"  # noqa: S608 - one of three names above
            f" WHERE last_seen IS NULL AND {column} IN ({{}}) ORDER BY id DESC",
            values,
        ):
            found[prefix + row["named"]] = row["id"]
    for row in _rows(
        database, "SELECT id FROM papers WHERE last_seen IS NULL AND id IN ({})", spelt
    ):
        found[row["id"]] = row["id"]
    return found


def works_named(database: Database, names: Sequence[str]) -> dict[str, str]:
    """Those of some identifiers that lead to a work → its id."""
    return {
        row["name"]: row["work"]
        for row in _rows(
            database, "SELECT name, work FROM work_names WHERE name IN ({}) ORDER BY name", names
        )
    }


def references_to(database: Database, target: str) -> list[Reference]:
    """The entries of reference lists by which statements cite a work, sorted by paper and key."""
    keys = {
        (row["statement"], row["reference"])
        for row in database.read(
            "SELECT c.statement, c.reference FROM citations c"
            " JOIN statements s ON s.id = c.statement"
            " WHERE c.target = ? AND s.last_seen IS NULL",
            (target,),
        )
    }
    statements = sorted({statement for statement, _ in keys})
    found = {
        (work.paper, work.key): work
        for place, work in cited_works(database, statements).items()
        if place in keys
    }
    return [found[place] for place in sorted(found)]


def works_cited_by(database: Database, paper: str) -> dict[str, tuple[str | None, int]]:
    """Key of a reference of a paper → the work it leads to, and the statements that cite it."""
    return {
        row["reference"]: (row["target"], int(row["n"]))
        for row in database.read(
            "SELECT c.reference, max(c.target) AS target, count(*) AS n FROM citations c"
            " JOIN statements s ON s.id = c.statement"
            " WHERE s.paper = ? AND s.last_seen IS NULL GROUP BY c.reference",
            (paper,),
        )
    }


def notices_about(database: Database, ids: Sequence[str]) -> dict[str, tuple[Notice, ...]]:
    """What is said about works: in them, and by notices of the corpus about them.

    A work need not be in the corpus. Works of which nothing is said are left out.
    """
    found: dict[str, list[Notice]] = {}
    for row in _rows(
        database,
        "SELECT n.paper AS about, n.kind, n.other FROM notices n JOIN papers p ON p.id = n.paper"
        " WHERE n.paper IN ({}) AND NOT n.issued AND p.last_seen IS NULL"
        " ORDER BY n.paper, n.position",
        ids,
    ):
        found.setdefault(row["about"], []).append(_notice(row))
    for row in _rows(
        database,
        "SELECT n.other AS about, n.kind, n.paper AS other FROM notices n"
        " JOIN papers p ON p.id = n.paper"
        " WHERE n.other IN ({}) AND n.issued AND p.last_seen IS NULL ORDER BY n.paper, n.position",
        ids,
    ):
        notices = found.setdefault(row["about"], [])
        if (seen := _notice(row)) not in notices:
            notices.append(seen)
    return {about: tuple(notices) for about, notices in found.items()}


def _notice(row: sqlite3.Row) -> Notice:
    return Notice(kind=NoticeKind(row["kind"]), issued=False, other=row["other"])


def _rows(database: Database, sql: str, ids: Sequence[str]) -> Iterator[sqlite3.Row]:
    """Rows of a query whose ``{}`` is an IN list, in lots that SQLite takes; each id once."""
    unique = sorted(set(ids))
    for first in range(0, len(unique), _VARIABLES):
        lot = tuple(unique[first : first + _VARIABLES])
        yield from database.read(sql.format(", ".join("?" * len(lot))), lot)
