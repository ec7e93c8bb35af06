"""What the store holds, as records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from operator import itemgetter

import orjson
from pydantic import TypeAdapter

from semsearch.records import (
    AbstractPart,
    Account,
    Author,
    Box,
    Citation,
    CitationType,
    Marker,
    Notice,
    Paper,
    Place,
    Reference,
    Section,
    SelfCertainty,
    Source,
    Span,
    Statement,
    running_abstract,
)
from semsearch.store.database import Database
from semsearch.store.notices import notices_of
from semsearch.store.writing import FileRecord

_BOXES = TypeAdapter(tuple[Box, ...])
_ABSTRACT = TypeAdapter(tuple[AbstractPart, ...])
#: Authors as the store keeps them, JSON.
AUTHORS = TypeAdapter(tuple[Author, ...])


def papers(database: Database, ids: Sequence[str]) -> dict[str, Paper]:
    """The papers with these ids, those that left the corpus included; unknown ids are left out.

    A paper also carries the notices that other papers of the corpus issue about it.
    """
    rows = list(database.read_in("SELECT * FROM papers WHERE id IN ({})", ids))
    notices = notices_of(database, [row["id"] for row in rows])
    return {row["id"]: _paper(row, notices.get(row["id"], ())) for row in rows}


def live_abstracts(
    database: Database, papers: Sequence[str] | None = None
) -> Iterator[tuple[str, str | None, str]]:
    """Id, title and running abstract of every paper of the corpus that has one, sorted by id.

    Args:
        database: the store.
        papers: those that are wanted; None for all.
    """
    sql = "SELECT id, title, abstract FROM papers WHERE last_seen IS NULL"
    chosen: tuple[str, ...] = ()
    if papers is not None:
        sql += " AND id IN (SELECT value FROM json_each(?))"
        chosen = (orjson.dumps(papers).decode(),)
    for row in database.connection.execute(f"{sql} ORDER BY id", chosen):
        abstract = running_abstract(_ABSTRACT.validate_json(row["abstract"]))
        if abstract is not None:
            yield row["id"], row["title"], abstract


def live_statements(
    database: Database, *, after: str = "", limit: int = 2000
) -> list[tuple[Statement, str | None]]:
    """The next statements of the corpus by id, each with the title of its paper."""
    rows = database.read(
        "SELECT s.*, p.title AS paper_title FROM statements s JOIN papers p ON p.id = s.paper"
        " WHERE s.last_seen IS NULL AND s.id > ? ORDER BY s.id LIMIT ?",
        (after, limit),
    )
    return [(_statement(row), row["paper_title"]) for row in rows]


def live_statements_of(
    database: Database, papers: Sequence[str]
) -> list[tuple[Statement, str | None]]:
    """The statements of some papers of the corpus by id, each with the title of its paper."""
    rows = database.read(
        "SELECT s.*, p.title AS paper_title FROM statements s JOIN papers p ON p.id = s.paper"
        " WHERE s.last_seen IS NULL AND s.paper IN (SELECT value FROM json_each(?)) ORDER BY s.id",
        (orjson.dumps(papers).decode(),),
    )
    return [(_statement(row), row["paper_title"]) for row in rows]


def statements(database: Database, ids: Sequence[str]) -> dict[str, Statement]:
    """The statements with these ids; unknown ids are left out."""
    return {
        row["id"]: _statement(row)
        for row in database.read_in("SELECT * FROM statements WHERE id IN ({})", ids)
    }


def statements_of(database: Database, paper: str) -> list[Statement]:
    """The statements of a paper of the corpus, in reading order."""
    rows = database.read(
        "SELECT * FROM statements WHERE paper = ? AND last_seen IS NULL ORDER BY ordinal", (paper,)
    )
    return [_statement(row) for row in rows]


def citations(database: Database, statement_ids: Sequence[str]) -> dict[str, list[Citation]]:
    """The citations of each statement, in reading order."""
    found: dict[str, list[Citation]] = {}
    for row in database.read_in(
        "SELECT * FROM citations WHERE statement IN ({}) ORDER BY statement, position",
        statement_ids,
    ):
        found.setdefault(row["statement"], []).append(_citation(row))
    return found


def references(database: Database, paper: str) -> list[Reference]:
    """The reference list of a paper, in its order."""
    rows = database.read("SELECT * FROM cited_works WHERE paper = ? ORDER BY position", (paper,))
    return [_reference(row) for row in rows]


def references_at(database: Database, places: Sequence[tuple[str, str]]) -> Iterator[Reference]:
    """References by paper and key, sorted by these; unknown ones are left out."""
    rows = database.read(
        "SELECT w.* FROM json_each(?) e CROSS JOIN cited_works w"
        " ON w.paper = e.value ->> 0 AND w.key = e.value ->> 1 ORDER BY w.paper, w.key",
        (orjson.dumps(places).decode(),),
    )
    return map(_reference, rows)


def references_of_corpus(database: Database) -> Iterator[Reference]:
    """Every reference of the papers of the corpus, sorted by paper and key."""
    for row in database.connection.execute(
        "SELECT w.* FROM cited_works w JOIN papers p ON p.id = w.paper"
        " WHERE p.last_seen IS NULL ORDER BY w.paper, w.key"
    ):
        yield _reference(row)


def cited_works(
    database: Database, statement_ids: Sequence[str]
) -> dict[str, list[tuple[Citation, Reference]]]:
    """What each statement cites, in reading order: the citation with its reference."""
    rows = database.read_in(
        "SELECT w.*, c.*, c.position AS place FROM citations c"
        " JOIN statements s ON s.id = c.statement"
        " JOIN cited_works w ON w.paper = s.paper AND w.key = c.reference"
        " WHERE c.statement IN ({})",
        statement_ids,
    )
    found: dict[str, list[tuple[Citation, Reference]]] = {}
    for row in sorted(rows, key=itemgetter("place")):
        found.setdefault(row["statement"], []).append((_citation(row), _reference(row)))
    return found


def paper_id_of(database: Database, name: str) -> str | None:
    """The id of the paper of the corpus with this id, DOI, PMID, PMCID or source file."""
    rows = database.read(
        "SELECT id FROM papers WHERE last_seen IS NULL AND (id = ?1 OR doi = lower(?1)"
        " OR pmid = ?1 OR pmcid = upper(?1)) ORDER BY id LIMIT 1",
        (name,),
    )
    if not rows:
        rows = database.read(
            "SELECT paper AS id FROM files WHERE name = ? AND paper IS NOT NULL", (name,)
        )
    return str(rows[0]["id"]) if rows else None


def dois_of_corpus(database: Database) -> list[str]:
    """DOIs of the papers of the corpus, ascending."""
    rows = database.read(
        "SELECT DISTINCT doi FROM papers WHERE last_seen IS NULL AND doi IS NOT NULL ORDER BY doi"
    )
    return [row["doi"] for row in rows]


def corpus_members(database: Database, ids: Sequence[str]) -> frozenset[str]:
    """Those of these paper ids that the corpus holds."""
    sql = "SELECT id FROM papers WHERE last_seen IS NULL AND id IN ({})"
    return frozenset(row["id"] for row in database.read_in(sql, ids))


def times_cited(database: Database, target: str) -> int:
    """How many statements of the corpus cite a work."""
    rows = database.read(
        "SELECT count(DISTINCT c.statement) AS n FROM citations c"
        " JOIN statements s ON s.id = c.statement WHERE c.target = ? AND s.last_seen IS NULL",
        (target,),
    )
    return int(rows[0]["n"])


def file_record(database: Database, name: str) -> FileRecord | None:
    """What the store knows of an input file."""
    rows = database.read("SELECT * FROM files WHERE name = ?", (name,))
    return _file(rows[0]) if rows else None


def file_of_paper(database: Database, paper: str) -> FileRecord | None:
    """The file that a paper of the corpus was read from."""
    rows = database.read("SELECT * FROM files WHERE paper = ? AND error IS NULL", (paper,))
    return _file(rows[0]) if rows else None


def count_files(database: Database) -> int:
    """How many input files gave the papers of the corpus."""
    return int(database.read("SELECT count(*) FROM files WHERE error IS NULL")[0][0])


def count_statements(database: Database, papers: Sequence[str]) -> int:
    """How many statements of the corpus some papers have."""
    sql = "SELECT count(*) FROM statements WHERE last_seen IS NULL AND paper IN ({})"
    return sum(int(row[0]) for row in database.read_in(sql, papers))


def _paper(row: sqlite3.Row, notices: tuple[Notice, ...]) -> Paper:
    return Paper(
        id=row["id"],
        doi=row["doi"],
        pmid=row["pmid"],
        pmcid=row["pmcid"],
        title=row["title"],
        abstract=_ABSTRACT.validate_json(row["abstract"]),
        year=row["year"],
        journal=row["journal"],
        publisher=row["publisher"],
        publication_types=tuple(orjson.loads(row["publication_types"])),
        authors=AUTHORS.validate_json(row["authors"]),
        license=row["license"],
        notices=notices,
        source=Source(
            package=row["package"],
            member=row["member"],
            sha256=row["sha256"],
            format=row["format"],
        ),
        corpusid=row["corpusid"],
    )


def _statement(row: sqlite3.Row) -> Statement:
    return Statement(
        id=row["id"],
        paper=row["paper"],
        ordinal=row["ordinal"],
        text=row["text"],
        before=row["before"],
        after=row["after"],
        heading=row["heading"],
        section=Section(row["section"]),
        place=Place(row["place"]),
        markers=tuple(
            Marker(
                start=m["start"],
                end=m["end"],
                references=tuple(m["references"]),
                superscript=m["superscript"],
            )
            for m in orjson.loads(row["markers"])
        ),
        span=Span(
            path=row["path"],
            start=row["start"],
            end=row["end"],
            boxes=_BOXES.validate_json(row["boxes"]) if row["boxes"] else (),
        ),
    )


def _citation(row: sqlite3.Row) -> Citation:
    return Citation(
        statement=row["statement"],
        reference=row["reference"],
        marker=row["marker"],
        target=row["target"],
        type=CitationType(row["type"]),
        confidence=row["confidence"],
        decided_by=row["decided_by"],
        self_citation=None if row["self_citation"] is None else bool(row["self_citation"]),
        self_certainty=SelfCertainty(row["self_certainty"]) if row["self_certainty"] else None,
        journal_sc=None if row["journal_sc"] is None else bool(row["journal_sc"]),
        intents=tuple(orjson.loads(row["intents"])) if row["intents"] else (),
    )


def _reference(row: sqlite3.Row) -> Reference:
    return Reference(
        paper=row["paper"],
        key=row["key"],
        label=row["label"],
        doi=row["doi"],
        pmid=row["pmid"],
        pmcid=row["pmcid"],
        arxiv=row["arxiv"],
        title=row["title"],
        year=row["year"],
        journal=row["journal"],
        authors=AUTHORS.validate_json(row["authors"]),
        raw=row["raw"],
        corpusid=row["corpusid"],
    )


def _file(row: sqlite3.Row) -> FileRecord:
    return FileRecord(
        name=row["name"],
        package=row["package"],
        member=row["member"],
        sha256=row["sha256"],
        reader=row["reader"],
        paper=row["paper"],
        error=row["error"],
        statements=row["statements"],
        account=Account(
            xrefs=row["xrefs"],
            expanded=row["expanded"],
            citations=row["citations"],
            excluded=orjson.loads(row["excluded"]),
            warnings=tuple(orjson.loads(row["warnings"])),
        ),
    )
