"""Who cites what, in one pass over the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from semsearch.records import Author, CitationType, Section
from semsearch.store.database import Database
from semsearch.store.reading import AUTHORS


@dataclass(frozen=True, slots=True)
class CitedTarget:
    """One citation of a statement."""

    target: str | None  # id of the work
    type: CitationType
    authors: tuple[Author, ...]  # of the work; as the reference names them where it has no work
    self_citation: bool | None  # None where the authors of one side are not known


@dataclass(frozen=True, slots=True)
class CitingRow:
    """A statement of the corpus with what it cites."""

    id: str
    paper: str
    section: Section
    citations: tuple[CitedTarget, ...]


def citing_rows(database: Database) -> Iterator[CitingRow]:
    """Every statement of the corpus, sorted by id."""
    named: dict[str, tuple[Author, ...]] = {
        row["id"]: AUTHORS.validate_json(row["authors"])
        for row in database.connection.execute("SELECT id, authors FROM works")
    }
    found = database.connection.execute(
        "SELECT s.id, s.paper, s.section, c.reference, c.target, c.type, c.self_citation,"
        " CASE WHEN c.target IS NULL THEN w.authors END AS authors FROM statements s"
        " LEFT JOIN citations c ON c.statement = s.id"
        " LEFT JOIN cited_works w ON w.paper = s.paper AND w.key = c.reference"
        " WHERE s.last_seen IS NULL ORDER BY s.id, c.position"
    )
    for _, group in groupby(found, key=lambda row: row["id"]):
        rows = list(group)
        yield CitingRow(
            rows[0]["id"],
            rows[0]["paper"],
            Section(rows[0]["section"]),
            tuple(
                CitedTarget(
                    row["target"],
                    CitationType(row["type"]),
                    AUTHORS.validate_json(row["authors"])
                    if row["authors"]
                    else named.get(row["target"] or "", ()),
                    None if row["self_citation"] is None else bool(row["self_citation"]),
                )
                for row in rows
                if row["reference"] is not None
            ),
        )


def cited_counts(database: Database) -> dict[str, int]:
    """How many statements of the corpus cite each work."""
    return {
        row["target"]: row["n"]
        for row in database.connection.execute(
            "SELECT c.target, count(DISTINCT c.statement) AS n FROM citations c"
            " JOIN statements s ON s.id = c.statement"
            " WHERE c.target IS NOT NULL AND s.last_seen IS NULL GROUP BY c.target"
        )
    }


_FACTS = (
    "SELECT id, title, year, journal, publication_types, authors, license FROM papers"
    " WHERE last_seen IS NULL ORDER BY id",
    "SELECT n.paper, n.position, n.kind, n.issued, coalesce(m.work, n.other) FROM notices n"
    " JOIN papers p ON p.id = n.paper LEFT JOIN work_names m ON m.name = n.other"
    " WHERE p.last_seen IS NULL ORDER BY n.paper, n.position",
    "SELECT id, paper, section, before FROM statements WHERE last_seen IS NULL ORDER BY id",
    "SELECT c.statement, c.reference, c.target, c.type, c.self_citation, c.self_certainty,"
    " c.journal_sc, CASE WHEN c.target IS NULL THEN w.authors END FROM citations c"
    " JOIN statements s ON s.id = c.statement"
    " JOIN cited_works w ON w.paper = s.paper AND w.key = c.reference"
    " WHERE s.last_seen IS NULL ORDER BY c.statement, c.reference",
    "SELECT id, doi, authors FROM works ORDER BY id",
)


def facts_digest(database: Database) -> str:
    """SHA-256 (hex) over all that is filtered, counted and searched by word beside the texts."""
    digest = hashlib.sha256()
    for sql in _FACTS:
        digest.update(b"\n")
        for row in database.connection.execute(sql):
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def citing_titles(database: Database) -> dict[str, str]:
    """Paper id → title of every paper that has statements; empty without a title."""
    return {
        row["id"]: row["title"] or ""
        for row in database.connection.execute(
            "SELECT id, title FROM papers WHERE last_seen IS NULL AND id IN"
            " (SELECT paper FROM statements WHERE last_seen IS NULL)"
        )
    }
