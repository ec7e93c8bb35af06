"""Types of citations: what a person corrected, and what is still to be decided.

``citations.decided_by`` is ``label`` where the type came with the input, ``person`` where somebody
corrected it, else the name of a model with its threshold. A label wins over a model, a person over
both. Corrections are kept by statement id and reference in a table of their own: they hold whatever
becomes of the rows of ``citations``, also when a paper leaves the corpus and comes back.
"""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.errors import NotFoundError
from semsearch.records import CitationType
from semsearch.store.database import Database

LABEL = "label"
PERSON = "person"


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


def apply_corrections(database: Database) -> int:
    """Set every correction whose citation has another type; how many there were."""
    with database.atomic() as connection:
        done = connection.execute(
            "UPDATE citations SET type = k.type, confidence = NULL, decided_by = ?"
            " FROM type_corrections k WHERE k.statement = citations.statement"
            " AND k.reference = citations.reference"
            " AND (citations.type IS NOT k.type OR citations.decided_by IS NOT ?)",
            (PERSON, PERSON),
        )
    return done.rowcount


def mark_labels(database: Database) -> int:
    """Mark types that came with the input and say not who decided them; how many there were."""
    with database.atomic() as connection:
        done = connection.execute(
            "UPDATE citations SET decided_by = ? WHERE decided_by IS NULL AND type <> ?",
            (LABEL, CitationType.UNCLASSIFIED),
        )
    return done.rowcount


_UNDECIDED = (
    " FROM citations c JOIN statements s ON s.id = c.statement WHERE s.last_seen IS NULL"
    " AND c.statement > ? AND (c.decided_by IS NULL OR c.decided_by NOT IN (?, ?, ?))"
)


def count_undecided(database: Database, decider: str) -> int:
    """How many statements have a citation that neither a person, a label nor ``decider`` typed."""
    rows = database.read(
        "SELECT count(DISTINCT c.statement)" + _UNDECIDED,
        ("", LABEL, PERSON, decider),
    )
    return int(rows[0][0])


def undecided(database: Database, decider: str, *, after: str, limit: int) -> list[str]:
    """The next ids of such statements, ascending."""
    rows = database.read(
        "SELECT DISTINCT c.statement" + _UNDECIDED + " ORDER BY c.statement LIMIT ?",
        (after, LABEL, PERSON, decider, limit),
    )
    return [row["statement"] for row in rows]


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
