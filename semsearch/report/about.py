"""All statements about one work, and their counts by what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from semsearch.index.columns import RELATIONSHIPS, TYPES, Columns, Relationship, with_sets
from semsearch.records import CitationType, Section, SelfCertainty
from semsearch.report.tally import Tally, tally_of
from semsearch.store.cited import CitationTo

#: Which type a statement has that leads to a work by several entries: the most marked one.
MARKED = (
    CitationType.CONTRASTING,
    CitationType.SUPPORTING,
    CitationType.MENTIONING,
    CitationType.UNCLASSIFIED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One statement about the work.

    ``citation`` is the most marked of ``citations``. ``row``: of the statement in the index, −1
    where it is newer than the index.
    """

    id: str
    paper: str
    ordinal: int
    section: Section
    year: int | None
    citation: CitationTo
    citations: tuple[CitationTo, ...]
    relationship: Relationship
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """Tallies by one property each; a paper without a value is under "unknown".

    Sections, years, relationships and journals ("same", "other") add up to the tally of the work,
    self-certainties to that of its self-citations. A source of several publication types counts
    under each. Years and types are ascending; years have no gaps.
    """

    by_section: dict[str, Tally]
    by_year: dict[str, Tally]
    by_publication_type: dict[str, Tally]
    by_relationship: dict[str, Tally]
    by_self_certainty: dict[str, Tally]
    by_journal: dict[str, Tally]


def gather_statements(
    ids: NDArray[np.bytes_], citations: Sequence[CitationTo]
) -> tuple[About, ...]:
    """Citations of a work by statement, sorted by source and place in it.

    Args:
        ids: (n,) of the rows of the index, ascending.
        citations: as ``store.cited.citations_to`` gives them, of one work.
    """
    grouped: dict[str, list[CitationTo]] = {}
    for citation in citations:
        grouped.setdefault(citation.statement, []).append(citation)
    named = np.array([one.encode() for one in grouped], dtype=np.bytes_)
    places = np.searchsorted(ids, named)
    held = places < len(ids)
    held[held] = ids[places[held]] == named[held]
    rows = np.where(held, places, -1)
    found: list[About] = []
    for (identity, group), row in zip(grouped.items(), rows.tolist(), strict=True):
        chosen = min(group, key=lambda c: (MARKED.index(c.type), -(c.confidence or 0), c.reference))
        found.append(
            About(
                id=identity,
                paper=chosen.paper,
                ordinal=chosen.ordinal,
                section=chosen.section,
                year=chosen.year,
                citation=chosen,
                citations=tuple(group),
                relationship=relationship(chosen),
                row=row,
            )
        )
    return tuple(found)


def relationship(citation: CitationTo) -> Relationship:
    """Whether source and work share an author, as the store says."""
    if citation.self_citation is None:
        return Relationship.UNKNOWN
    return Relationship.SELF if citation.self_citation else Relationship.INDEPENDENT


def tally_about(statements: Iterable[About]) -> Tally:
    """The tally of some statements about a work."""
    return tally_of(
        (citation.type, 1, statement.paper)
        for statement in statements
        for citation in statement.citations
    )


def break_down(statements: Sequence[About]) -> Breakdown:
    """The tallies of some statements by section, year, publication type and relationship."""
    years = [s.year for s in statements if s.year is not None]
    every = [str(year) for year in range(min(years), max(years) + 1)] if years else []
    if any(s.year is None for s in statements):
        every.append("unknown")
    kinds = sorted({kind for s in statements for kind in _publication_types(s)})
    return Breakdown(
        by_section=_by(statements, [one.value for one in Section], lambda s: (s.section,)),
        by_year=_by(statements, every, lambda s: ("unknown" if s.year is None else str(s.year),)),
        by_publication_type=_by(statements, kinds, _publication_types),
        by_relationship=_by(
            statements, [one.value for one in Relationship], lambda s: (s.relationship,)
        ),
        by_self_certainty=_by(statements, [one.value for one in SelfCertainty], _self_certainty),
        by_journal=_by(statements, ["same", "other", "unknown"], lambda s: (_journal(s),)),
    )


def columns_about(columns: Columns, statements: Sequence[About]) -> Columns:
    """The columns of statements, in their order; their rows must be in the index.

    Citation types and relationships are those about the work: a statement may support one work and
    contrast with another, and filters inside a report ask what it says of this one.
    """
    types = [{citation.type for citation in statement.citations} for statement in statements]
    bits = [sum(1 << TYPES.index(kind) for kind in kinds) for kinds in types]
    relationships = [1 << RELATIONSHIPS.index(statement.relationship) for statement in statements]
    return with_sets(
        replace(
            columns.taken(rows_of(statements)),
            types=np.array(bits, dtype=np.uint8),
            relationships=np.array(relationships, dtype=np.uint8),
        )
    )


def rows_of(statements: Sequence[About]) -> NDArray[np.int64]:
    """(len(statements),) their rows in the index."""
    return np.array([statement.row for statement in statements], dtype=np.int64)


def _publication_types(statement: About) -> tuple[str, ...]:
    return statement.citation.publication_types or ("unknown",)


def _self_certainty(statement: About) -> tuple[str, ...]:
    certainty = statement.citation.self_certainty
    return () if certainty is None else (certainty,)


def _journal(statement: About) -> str:
    same = statement.citation.journal_sc
    return "unknown" if same is None else "same" if same else "other"


def _by(
    statements: Sequence[About],
    values: Sequence[str],
    read: Callable[[About], tuple[str, ...]],
) -> dict[str, Tally]:
    groups: dict[str, list[About]] = {value: [] for value in values}
    for statement in statements:
        for value in read(statement):
            groups[value].append(statement)
    return {value: tally_about(group) for value, group in groups.items()}
