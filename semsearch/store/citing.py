"""Who cites what, in one pass over the store or over some papers."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import orjson

from semsearch.records import Author, CitationType, Section
from semsearch.store.database import Database
from semsearch.store.reading import AUTHORS
from semsearch.store.resolving import JoinMethod


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


def citing_rows(database: Database, papers: Sequence[str] | None = None) -> Iterator[CitingRow]:
    """Every statement of the corpus, sorted by id.

    Args:
        database: the store.
        papers: those whose statements are wanted; None for all.
    """
    chosen: tuple[str, ...] = ()
    if papers is None:
        where = "s.last_seen IS NULL"
        signed = database.connection.execute("SELECT id, authors FROM works")
    else:
        where = "s.last_seen IS NULL AND s.paper IN (SELECT value FROM json_each(?))"
        chosen = (orjson.dumps(papers).decode(),)
        signed = database.connection.execute(
            "SELECT id, authors FROM works WHERE id IN (SELECT c.target FROM statements s"  # noqa: S608 - above
            f" JOIN citations c ON c.statement = s.id WHERE {where})",
            chosen,
        )
    named: dict[str, tuple[Author, ...]] = {
        row["id"]: AUTHORS.validate_json(row["authors"]) for row in signed
    }
    found = database.connection.execute(
        "SELECT s.id, s.paper, s.section, c.reference, c.target, c.type, c.self_citation,"  # noqa: S608 - above
        " CASE WHEN c.target IS NULL THEN w.authors END AS authors FROM statements s"
        " LEFT JOIN citations c ON c.statement = s.id"
        " LEFT JOIN cited_works w ON w.paper = s.paper AND w.key = c.reference"
        f" WHERE {where} ORDER BY s.id, c.position",
        chosen,
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


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is filtered, counted and searched by word of a paper of the corpus, beside its texts.

    ``digest``: SHA-256 over it. ``citations``: of its statements. ``methods``: entries of its list
    by what led them to their work, in the order of ``JoinMethod``.
    """

    paper: str
    digest: bytes
    citations: int
    references: int
    methods: tuple[int, ...]


#: Rows of papers by kind, in the order in which they are digested; each begins with the paper.
_FACTS = (
    "SELECT id, title, year, journal, publication_types, authors, license FROM papers p"
    " WHERE {} ORDER BY id",
    "SELECT n.paper, n.position, n.kind, n.issued, coalesce(m.work, n.other) FROM notices n"
    " JOIN papers p ON p.id = n.paper LEFT JOIN work_names m ON m.name = n.other"
    " WHERE {} ORDER BY n.paper, n.position",
    "SELECT s.paper, s.id, s.section, s.before FROM statements s JOIN papers p ON p.id = s.paper"
    " WHERE s.last_seen IS NULL AND {} ORDER BY s.paper, s.id",
    "SELECT s.paper, c.statement, c.reference, c.target, c.type, c.self_citation,"
    " c.self_certainty, c.journal_sc, CASE WHEN c.target IS NULL THEN w.authors END"
    " FROM citations c JOIN statements s ON s.id = c.statement"
    " JOIN papers p ON p.id = s.paper"
    " JOIN cited_works w ON w.paper = s.paper AND w.key = c.reference"
    " WHERE s.last_seen IS NULL AND {} ORDER BY s.paper, c.statement, c.reference",
    "SELECT r.paper, r.key, r.method, k.id, k.doi, k.authors FROM resolutions r"
    " JOIN papers p ON p.id = r.paper JOIN works k ON k.id = r.work"
    " WHERE {} ORDER BY r.paper, r.key",
    "SELECT p.id, k.doi, k.authors FROM papers p JOIN works k ON k.id = p.id"
    " WHERE {} ORDER BY p.id",
)
_CITATIONS, _METHODS = 3, 4  # of these
_METHOD_COLUMN = 2


def paper_facts(database: Database, papers: Sequence[str] | None = None) -> Iterator[PaperFacts]:
    """What is known of papers of the corpus, sorted by id; of works that they cite as well.

    Args:
        database: the store.
        papers: those that are wanted; those that the corpus does not hold are left out. None for
            all of the corpus.
    """
    live = "p.last_seen IS NULL"
    chosen: tuple[str, ...] = ()
    if papers is not None:
        live += " AND p.id IN (SELECT value FROM json_each(?))"
        chosen = (orjson.dumps(papers).decode(),)
    kinds = [_Ahead(database.connection.execute(sql.format(live), chosen)) for sql in _FACTS]
    listed = {
        row["paper"]: row["n"]
        for row in database.connection.execute(
            "SELECT w.paper, count(*) AS n FROM cited_works w JOIN papers p ON p.id = w.paper"  # noqa: S608 - above
            f" WHERE {live} GROUP BY w.paper",
            chosen,
        )
    }
    places = {method.value: place for place, method in enumerate(JoinMethod)}
    while (paper := kinds[0].paper) is not None:
        digest = hashlib.sha256()
        citations, methods = 0, [0] * len(places)
        for kind, rows in enumerate(kinds):
            digest.update(b"\n")
            while rows.paper == paper:
                row = rows.take()
                digest.update(repr(row).encode())
                citations += kind == _CITATIONS
                if kind == _METHODS:
                    methods[places[str(row[_METHOD_COLUMN])]] += 1
        yield PaperFacts(paper, digest.digest(), citations, listed.get(paper, 0), tuple(methods))


class _Ahead:
    """Rows that begin with a paper; ``paper`` is that of the next one, None at the end."""

    def __init__(self, rows: Iterator[sqlite3.Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)
        self.paper = self._of_next()

    def take(self) -> tuple[object, ...]:
        """The next row."""
        row = tuple(self._next or ())
        self._next = next(self._rows, None)
        self.paper = self._of_next()
        return row

    def _of_next(self) -> str | None:
        return None if self._next is None else str(self._next[0])


def citing_titles(database: Database, papers: Sequence[str] | None = None) -> dict[str, str]:
    """Paper id → title of every paper that has statements; empty without a title.

    Args:
        database: the store.
        papers: those that are wanted; None for all.
    """
    only = ""
    chosen: tuple[str, ...] = ()
    if papers is not None:
        only, chosen = (
            " AND id IN (SELECT value FROM json_each(?))",
            (orjson.dumps(papers).decode(),),
        )
    return {
        row["id"]: row["title"] or ""
        for row in database.connection.execute(
            "SELECT id, title FROM papers p WHERE last_seen IS NULL AND EXISTS"  # noqa: S608 - above
            " (SELECT 1 FROM statements WHERE paper = p.id AND last_seen IS NULL)" + only,
            chosen,
        )
    }
