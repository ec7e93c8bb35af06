"""Who cites a work, citation by citation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from semsearch.records import CitationType, Section, SelfCertainty
from semsearch.store.database import Database


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

    ``self_citation``, ``self_certainty`` and ``journal_sc`` are as in ``records.Citation``.
    """

    target: str
    statement: str
    reference: str
    paper: str
    ordinal: int
    section: Section
    type: CitationType
    confidence: float | None
    decided_by: str | None
    self_citation: bool | None
    self_certainty: SelfCertainty | None
    journal_sc: bool | None
    year: int | None
    publication_types: tuple[str, ...]


def citing_counts(database: Database, targets: Iterable[str]) -> list[CitingCount]:
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
        for row in database.read_in(
            "SELECT c.target, s.paper, s.section, c.type, count(*) AS n FROM citations c"
            " JOIN statements s ON s.id = c.statement"
            " WHERE c.target IN ({}) AND s.last_seen IS NULL"
            " GROUP BY c.target, s.paper, s.section, c.type"
            " ORDER BY c.target, s.paper, s.section, c.type",
            targets,
        )
    ]


def citations_to(database: Database, *targets: str) -> list[CitationTo]:
    """Every citation of some works by the corpus, sorted by work, source and place in it."""
    return [
        CitationTo(
            target=row["target"],
            statement=row["statement"],
            reference=row["reference"],
            paper=row["paper"],
            ordinal=row["ordinal"],
            section=Section(row["section"]),
            type=CitationType(row["type"]),
            confidence=row["confidence"],
            decided_by=row["decided_by"],
            self_citation=None if row["self_citation"] is None else bool(row["self_citation"]),
            self_certainty=SelfCertainty(row["self_certainty"]) if row["self_certainty"] else None,
            journal_sc=None if row["journal_sc"] is None else bool(row["journal_sc"]),
            year=row["year"],
            publication_types=tuple(orjson.loads(row["publication_types"])),
        )
        for row in database.read_in(
            "SELECT c.*, s.paper, s.ordinal, s.section, p.year, p.publication_types"
            " FROM citations c JOIN statements s ON s.id = c.statement"
            " JOIN papers p ON p.id = s.paper"
            " WHERE c.target IN ({}) AND s.last_seen IS NULL"
            " ORDER BY c.target, s.paper, s.ordinal, c.position",
            targets,
        )
    ]
