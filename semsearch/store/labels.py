"""Types of citations: what a person corrected, and what is still to be decided.

``citations.decided_by`` is ``label`` where the type came with the input, ``person`` where somebody
corrected it, else the name of a model with its threshold. A label wins over a model, a person over
both. Corrections are kept by statement id and reference in a table of their own: they hold whatever
becomes of the rows of ``citations``, also when a paper leaves the corpus and comes back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from semsearch.errors import NotFoundError
from semsearch.records import CitationType
from semsearch.store.database import Database

LABEL = "label"
PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person said of one citation.

    ``paper`` and ``text`` are None where its statement is not in the corpus: the correction waits
    for it to come back.
    """

    statement: str
    reference: str  # key in the reference list of its paper
    type: CitationType
    paper: str | None
    text: str | None


def correct_type(
    database: Database, statement: str, kind: CitationType, reference: str | None = None
) -> list[str]:
    """Keep a person's correction, and set it; the references it holds for, in reading order.

    Args:
        database: the store.
        statement: id of a statement of the corpus.
        kind: what the statement says of the work.
        reference: key of a reference that it cites; None for all of them.

    Raises:
        NotFoundError: there is no such statement, or it cites no such reference.
    """
    with database.atomic() as connection:
        held = [
            row["reference"]
            for row in connection.execute(
                "SELECT c.reference FROM citations c JOIN statements s ON s.id = c.statement"
                " WHERE c.statement = ? AND s.last_seen IS NULL ORDER BY c.position",
                (statement,),
            )
        ]
        if not held:
            raise NotFoundError(f"the index holds no statement {statement}")
        if reference is not None and reference not in held:
            raise NotFoundError(
                f"statement {statement} cites no reference {reference!r}, only {', '.join(held)}"
            )
        chosen = held if reference is None else [reference]
        connection.executemany(
            "INSERT OR REPLACE INTO type_corrections VALUES (?, ?, ?)",
            [(statement, key, kind.value) for key in chosen],
        )
        apply_corrections(database)
    return chosen


def withdraw_type(database: Database, statement: str, reference: str | None = None) -> list[str]:
    """Forget a person's correction and its type; the references it was for, in reading order.

    Args:
        database: the store.
        statement: id of a statement, which may have left the corpus.
        reference: key of a reference that it cites; None for all that were corrected.

    Raises:
        NotFoundError: there is no such correction.
    """
    with database.atomic() as connection:
        rows = connection.execute(
            "SELECT k.reference FROM type_corrections k LEFT JOIN citations c"
            " ON c.statement = k.statement AND c.reference = k.reference"
            " WHERE k.statement = ? ORDER BY c.position, k.reference",
            (statement,),
        ).fetchall()
        chosen = [row["reference"] for row in rows if reference in (None, row["reference"])]
        if not chosen:
            what = "" if reference is None else f" towards {reference!r}"
            raise NotFoundError(f"statement {statement} has no correction{what}")
        pairs = [(statement, key) for key in chosen]
        connection.executemany(
            "DELETE FROM type_corrections WHERE statement = ? AND reference = ?", pairs
        )
        connection.executemany(
            "UPDATE citations SET type = ?, confidence = NULL, decided_by = NULL"
            " WHERE statement = ? AND reference = ?",
            [(CitationType.UNCLASSIFIED.value, *pair) for pair in pairs],
        )
    return chosen


def corrections(database: Database) -> list[Correction]:
    """What persons corrected, sorted by paper and place in it, those that wait at the end."""
    return [
        Correction(
            statement=row["statement"],
            reference=row["reference"],
            type=CitationType(row["type"]),
            paper=row["paper"],
            text=row["text"],
        )
        for row in database.read(
            "SELECT k.*, s.paper, s.text FROM type_corrections k LEFT JOIN statements s"
            " ON s.id = k.statement AND s.last_seen IS NULL LEFT JOIN citations c"
            " ON c.statement = k.statement AND c.reference = k.reference"
            " ORDER BY s.paper IS NULL, s.paper, s.ordinal, c.position, k.statement, k.reference"
        )
    ]


def apply_corrections(database: Database) -> None:
    """Set every correction whose citation has another type."""
    with database.atomic() as connection:
        corrected = connection.execute("SELECT type, statement, reference FROM type_corrections")
        connection.executemany(
            "UPDATE citations SET type = ?1, confidence = NULL, decided_by = ?4"
            " WHERE statement = ?2 AND reference = ?3"
            " AND (type IS NOT ?1 OR decided_by IS NOT ?4)",
            [(*row, PERSON) for row in corrected.fetchall()],
        )


def corrections_digest(database: Database) -> str:
    """SHA-256 (hex) over all that persons said; the same wherever they said the same."""
    digest = hashlib.sha256()
    for row in database.read(
        "SELECT statement, reference, type FROM type_corrections ORDER BY statement, reference"
    ):
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def mark_labels(database: Database, papers: Sequence[str] | None = None) -> int:
    """Mark types that came with the input and say not who decided them; how many there were.

    Args:
        database: the store.
        papers: those whose citations are looked at; None for all.
    """
    only, chosen = _only(papers)
    with database.atomic() as connection:
        done = connection.execute(
            "UPDATE citations SET decided_by = ? WHERE decided_by IS NULL AND type <> ?"  # noqa: S608 - below
            f" AND statement IN (SELECT s.id FROM statements s WHERE {only})",
            (LABEL, CitationType.UNCLASSIFIED, *chosen),
        )
    return done.rowcount


_UNDECIDED = (
    " FROM statements s CROSS JOIN citations c ON c.statement = s.id WHERE s.last_seen IS NULL"
    " AND s.id > ? AND (c.decided_by IS NULL OR c.decided_by NOT IN (?, ?, ?)) AND {}"
)


def count_undecided(database: Database, decider: str, papers: Sequence[str] | None = None) -> int:
    """How many statements have a citation that neither a person, a label nor ``decider`` typed.

    Args:
        database: the store.
        decider: a model with its threshold.
        papers: those whose citations are looked at; None for all.
    """
    only, chosen = _only(papers)
    rows = database.read(
        "SELECT count(DISTINCT c.statement)" + _UNDECIDED.format(only),
        ("", LABEL, PERSON, decider, *chosen),
    )
    return int(rows[0][0])


def undecided(
    database: Database,
    decider: str,
    *,
    after: str,
    limit: int,
    papers: Sequence[str] | None = None,
) -> list[str]:
    """The next ids of such statements, ascending."""
    only, chosen = _only(papers)
    rows = database.read(
        "SELECT DISTINCT c.statement" + _UNDECIDED.format(only) + " ORDER BY c.statement LIMIT ?",
        (after, LABEL, PERSON, decider, *chosen, limit),
    )
    return [row["statement"] for row in rows]


def _only(papers: Sequence[str] | None) -> tuple[str, tuple[str, ...]]:
    """A condition on statements ``s``, and what is bound to it."""
    if papers is None:
        return "1", ()
    return "s.paper IN (SELECT value FROM json_each(?))", (orjson.dumps(papers).decode(),)


def write_types(
    database: Database, rows: Sequence[tuple[str, str, CitationType, float]], decider: str
) -> None:
    """Set types in one transaction; citations that a label or a person typed stay as they are.

    Args:
        database: the store.
        rows: statement id, key of a reference, type, probability.
        decider: who decided.
    """
    with database.atomic() as connection:
        connection.executemany(
            "UPDATE citations SET type = ?, confidence = ?, decided_by = ? WHERE statement = ?"
            " AND reference = ? AND (decided_by IS NULL OR decided_by NOT IN (?, ?))",
            [
                (kind.value, confidence, decider, statement, reference, LABEL, PERSON)
                for statement, reference, kind, confidence in rows
            ],
        )
