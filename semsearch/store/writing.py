"""Changes of the store: one paper, or one removal, is one transaction.

**Generations.** The index is published in numbered generations. A statement that is written while
generation *g* is the current one gets ``first_seen`` = *g* + 1. When it goes away it keeps its row
with ``last_seen`` = *g*, or is deleted if no generation ever held it. When it comes back,
``last_seen`` is cleared again. So a statement is in generation *n* when
``first_seen <= n`` and ``last_seen`` is missing or ``>= n``.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import orjson

from semsearch.errors import NotFoundError
from semsearch.records import Account, Document, Statement
from semsearch.store.database import Database
from semsearch.store.stale import mark_stale


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """What became of one input file; the build report is made of these."""

    name: str
    package: str
    member: str | None
    sha256: str | None
    reader: str
    paper: str | None
    error: str | None
    statements: int
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRows:
    """A paper as rows of the store: plain tuples, which travel between processes at little cost.

    ``paper`` begins with its id, ``statements`` with theirs.
    """

    paper: tuple[object, ...]
    notices: list[tuple[object, ...]]
    references: list[tuple[object, ...]]
    statements: list[tuple[object, ...]]
    citations: list[tuple[object, ...]]

    @property
    def id(self) -> str:
        """That of the paper."""
        return str(self.paper[0])


def document_rows(document: Document) -> DocumentRows:
    """The rows of a paper with its references, statements and citations."""
    paper = document.paper
    return DocumentRows(
        paper=(
            paper.id,
            paper.doi,
            paper.pmid,
            paper.pmcid,
            paper.title,
            _json(paper.abstract),
            paper.year,
            paper.journal,
            paper.publisher,
            _json(paper.publication_types),
            _json(paper.authors),
            paper.license,
            paper.source.package,
            paper.source.member,
            paper.source.sha256,
            paper.source.format,
            paper.corpusid,
        ),
        notices=[
            (paper.id, n, str(x.kind), x.issued, x.other) for n, x in enumerate(paper.notices)
        ],
        references=[
            (r.paper, r.key, n, r.label, r.doi, r.pmid, r.pmcid, r.arxiv, r.title, r.year,
             r.journal, _json(r.authors), r.raw, r.corpusid)
            for n, r in enumerate(document.references)
        ],
        statements=[_statement_row(s) for s in document.statements],
        citations=[
            (c.statement, c.reference, n, c.marker, c.target, str(c.type), c.confidence,
             c.decided_by, c.self_citation, _json(c.intents) if c.intents else None)
            for n, c in enumerate(document.citations)
        ],
    )  # fmt: skip


def write_document(
    database: Database, document: Document, record: FileRecord, *, generation: int
) -> None:
    """``write_rows`` of a document."""
    write_rows(database, document_rows(document), record, generation=generation)


def write_rows(
    database: Database, rows: DocumentRows, record: FileRecord, *, generation: int
) -> None:
    """Put a paper in place of what the store holds of it, with the record of its file.

    Args:
        database: the store.
        rows: the paper with its references, statements and citations.
        record: the file it comes from.
        generation: number of the current generation.
    """
    paper = (rows.id,)
    with database.atomic() as connection:
        connection.execute(
            """
            INSERT INTO papers (id, doi, pmid, pmcid, title, abstract, year, journal, publisher,
                publication_types, authors, license, package, member, sha256, format,
                corpusid, first_seen, last_seen)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)
            ON CONFLICT (id) DO UPDATE SET doi = excluded.doi, pmid = excluded.pmid,
                pmcid = excluded.pmcid, title = excluded.title, abstract = excluded.abstract,
                year = excluded.year, journal = excluded.journal, publisher = excluded.publisher,
                publication_types = excluded.publication_types, authors = excluded.authors,
                license = excluded.license, package = excluded.package, member = excluded.member,
                sha256 = excluded.sha256, format = excluded.format,
                corpusid = excluded.corpusid, last_seen = NULL
            """,
            (*rows.paper, generation + 1),
        )
        connection.execute("DELETE FROM notices WHERE paper = ?", paper)
        connection.executemany("INSERT INTO notices VALUES (?, ?, ?, ?, ?)", rows.notices)
        connection.execute("DELETE FROM cited_works WHERE paper = ?", paper)
        connection.executemany(
            "INSERT INTO cited_works VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows.references,
        )
        _retire(connection, rows.id, generation, kept={str(row[0]) for row in rows.statements})
        connection.executemany(
            """
            INSERT INTO statements (id, paper, ordinal, text, before, after, heading, section,
                place, markers, path, start, "end", boxes, first_seen, last_seen)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)
            ON CONFLICT (id) DO UPDATE SET ordinal = excluded.ordinal, text = excluded.text,
                before = excluded.before, after = excluded.after, heading = excluded.heading,
                section = excluded.section, place = excluded.place, markers = excluded.markers,
                path = excluded.path, start = excluded.start, "end" = excluded."end",
                boxes = excluded.boxes, last_seen = NULL
            """,
            [(*row, generation + 1) for row in rows.statements],
        )
        connection.execute(
            "DELETE FROM citations WHERE statement IN"
            " (SELECT id FROM statements WHERE paper = ? AND last_seen IS NULL)",
            paper,
        )
        connection.executemany(
            "INSERT INTO citations (statement, reference, position, marker, target, type,"
            " confidence, decided_by, self_citation, intents)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows.citations,
        )
        mark_stale(connection)
        write_file(database, record)


def write_file(database: Database, record: FileRecord) -> None:
    """Record what became of a file."""
    account = record.account
    with database.atomic() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.name,
                record.package,
                record.member,
                record.sha256,
                record.reader,
                record.paper,
                record.error,
                record.statements,
                account.xrefs,
                account.expanded,
                account.citations,
                _json(account.excluded),
                _json(account.warnings),
            ),
        )


def remove_paper(database: Database, paper: str, *, generation: int) -> int:
    """Take a paper out of the corpus; the number of its statements that went.

    Raises:
        NotFoundError: the corpus holds no such paper.
    """
    with database.atomic() as connection:
        held = connection.execute(
            "SELECT first_seen FROM papers WHERE id = ? AND last_seen IS NULL", (paper,)
        ).fetchone()
        if held is None:
            raise NotFoundError(f"the index holds no paper {paper}")
        count = _retire(connection, paper, generation, kept=set())
        mark_stale(connection)
        connection.execute("DELETE FROM files WHERE paper = ?", (paper,))
        connection.execute("UPDATE papers SET last_seen = ? WHERE id = ?", (generation, paper))
        connection.execute(
            "DELETE FROM papers WHERE id = ? AND first_seen > ?"
            " AND NOT EXISTS (SELECT 1 FROM statements WHERE paper = papers.id)",
            (paper, generation),
        )
    return count


def _retire(connection: sqlite3.Connection, paper: str, generation: int, *, kept: set[str]) -> int:
    """End the statements of a paper that are not in ``kept``; how many there were."""
    live = connection.execute(
        "SELECT id, first_seen FROM statements WHERE paper = ? AND last_seen IS NULL", (paper,)
    ).fetchall()
    gone = [(row["id"], row["first_seen"]) for row in live if row["id"] not in kept]
    connection.executemany(
        "UPDATE statements SET last_seen = ? WHERE id = ?",
        [(generation, identity) for identity, first in gone if first <= generation],
    )
    connection.executemany(
        "DELETE FROM statements WHERE id = ?",
        [(identity,) for identity, first in gone if first > generation],
    )
    return len(gone)


def _statement_row(statement: Statement) -> tuple[object, ...]:
    return (
        statement.id,
        statement.paper,
        statement.ordinal,
        statement.text,
        statement.before,
        statement.after,
        statement.heading,
        str(statement.section),
        str(statement.place),
        _json(statement.markers),
        statement.span.path,
        statement.span.start,
        statement.span.end,
        _json(statement.span.boxes) if statement.span.boxes else None,
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
