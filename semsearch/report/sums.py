"""Whether the tallies of an index add up: for every work, what reports count is what is stored.

What is stored is counted by one plain query over all citations; against it stand the tallies and
breakdowns of ``tally`` and ``about``, as reports and routes give them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np

from semsearch.index.layout import Layout
from semsearch.progress import Progress, Quiet
from semsearch.records import CitationType
from semsearch.report.about import break_down, gather_statements, tally_about
from semsearch.report.tally import Tally, WorkTally, tally_works
from semsearch.store.cited import citations_to
from semsearch.store.database import Database

_LOT = 500  # works that are counted at once
_NO_ROWS = np.array([], dtype=np.bytes_)  # a tally needs no row of the index
_KINDS = ", ".join(f"sum(c.type = '{kind.value}') AS {kind.value}" for kind in CitationType)
_STORED = (
    f"SELECT c.target, count(*) AS total, count(DISTINCT s.paper) AS citing_papers, {_KINDS}"  # noqa: S608 - words of this project
    " FROM citations c JOIN statements s ON s.id = c.statement"
    " WHERE s.last_seen IS NULL AND c.target IS NOT NULL GROUP BY c.target ORDER BY c.target"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SumCheck:
    """The outcome: all sums are right when there are no faults.

    ``works``: those that statements cite. ``citations``: all; ``without_work``: those that lead to
    no work.
    """

    works: int
    citations: int
    without_work: int
    faults: tuple[str, ...]


@dataclass(slots=True)
class _Faults:
    found: list[str] = field(default_factory=list)

    def compare(self, target: str, what: str, counted: object, stored: object) -> None:
        if counted != stored:
            self.found.append(f"{target}: {what} is {counted}, expected {stored}")


def check_tallies(folder: Path, *, progress: Progress | None = None) -> SumCheck:
    """``check_sums`` over the store that an index answers from.

    Raises:
        MissingIndexError: the folder holds no index.
        DamageError: its store cannot be read.
    """
    layout = Layout(folder)
    database = Database(layout.store_of(layout.published()), read_only=True)
    try:
        return check_sums(database, progress=progress)
    finally:
        database.close()


def check_sums(database: Database, *, progress: Progress | None = None) -> SumCheck:
    """Count the citations of every work in all the ways that reports do, and compare.

    Of each work the tallies by type, section, year, relationship and journal must give its
    citations, those by self-certainty its self-citations, those with and without retracted sources
    differ by what these say; publication types, of which a source may have several, give no less.

    Args:
        database: the store of an index.
        progress: shows how many works are done.
    """
    faults = _Faults()
    _check_rows(database, faults)
    works, total = 0, 0
    if not faults.found:  # a type or work that is not known cannot be counted
        stored = {row["target"]: _tally(row) for row in database.read(_STORED)}
        works, total = len(stored), sum(tally.total for tally in stored.values())
        with (progress or Quiet()).stage("Adding up tallies", works) as stage:
            for lot in _lots(sorted(stored)):
                _check_lot(database, {target: stored[target] for target in lot}, faults)
                stage.advance(len(lot))
    every = int(
        database.read(
            "SELECT count(*) FROM citations c JOIN statements s ON s.id = c.statement"
            " WHERE s.last_seen IS NULL"
        )[0][0]
    )
    without = int(
        database.read(
            "SELECT count(*) FROM citations c JOIN statements s ON s.id = c.statement"
            " WHERE s.last_seen IS NULL AND c.target IS NULL"
        )[0][0]
    )
    if not faults.found:
        faults.compare("all works", "the sum of citations", total, every - without)
    return SumCheck(works=works, citations=every, without_work=without, faults=tuple(faults.found))


def _check_rows(database: Database, faults: _Faults) -> None:
    """Every citation must have a type and a work that are known."""
    kinds = ", ".join(f"'{kind.value}'" for kind in CitationType)
    for row in database.read(
        f"SELECT type, count(*) AS n FROM citations WHERE type NOT IN ({kinds})"  # noqa: S608 - words of this project
        " GROUP BY type ORDER BY type"
    ):
        faults.found.append(f"{row['n']:,} citations are of the type {row['type']!r}")
    for row in database.read(
        "SELECT c.target, count(*) AS n FROM citations c JOIN statements s ON s.id = c.statement"
        " LEFT JOIN works w ON w.id = c.target WHERE s.last_seen IS NULL"
        " AND c.target IS NOT NULL AND w.id IS NULL GROUP BY c.target ORDER BY c.target"
    ):
        faults.found.append(f"{row['n']:,} citations lead to {row['target']}, which is no work")


def _check_lot(database: Database, stored: Mapping[str, Tally], faults: _Faults) -> None:
    targets = list(stored)
    tallies = tally_works(database, targets)
    left = tally_works(database, targets, without_retracted=True)
    cited = {
        target: list(group)
        for target, group in groupby(citations_to(database, *targets), key=lambda c: c.target)
    }
    for target, expected in stored.items():
        _check_tally(target, tallies[target], left[target].tally, expected, faults)
        statements = gather_statements(_NO_ROWS, cited.get(target, []))
        faults.compare(target, "the tally of its report", tally_about(statements), expected)
        parts = break_down(statements)
        for name, tallied in (
            ("section", parts.by_section),
            ("year", parts.by_year),
            ("relationship", parts.by_relationship),
            ("journal", parts.by_journal),
        ):
            faults.compare(target, f"the sum by {name}", _sum(tallied), _kinds(expected))
        faults.compare(
            target,
            "the sum by self-certainty",
            _sum(parts.by_self_certainty),
            _kinds(parts.by_relationship["self"]),
        )
        least = zip(_sum(parts.by_publication_type), _kinds(expected), strict=True)
        if any(counted < number for counted, number in least):
            faults.compare(
                target,
                "the sum by publication type",
                _sum(parts.by_publication_type),
                _kinds(expected),
            )


def _check_tally(
    target: str, found: WorkTally, left: Tally, expected: Tally, faults: _Faults
) -> None:
    faults.compare(target, "the tally", found.tally, expected)
    faults.compare(target, "the sum over types", sum(_kinds(found.tally)), found.tally.total)
    faults.compare(
        target, "the sum of the sections of the tally", _sum(found.by_section), _kinds(expected)
    )
    faults.compare(
        target,
        "what is left without retracted papers and what these say",
        left.total + found.from_retracted,
        expected.total,
    )


def _tally(row: sqlite3.Row) -> Tally:
    return Tally(
        **{kind.value: row[kind.value] for kind in CitationType},
        total=row["total"],
        citing_papers=row["citing_papers"],
    )


def _kinds(tally: Tally) -> tuple[int, ...]:
    return tally.supporting, tally.contrasting, tally.mentioning, tally.unclassified


def _sum(tallies: Mapping[str, Tally]) -> tuple[int, ...]:
    """The sums of each type over some tallies."""
    every = [_kinds(tally) for tally in tallies.values()]
    return tuple(map(sum, zip((0, 0, 0, 0), *every, strict=True)))


def _lots(targets: Iterable[str]) -> Iterator[list[str]]:
    every = list(targets)
    for first in range(0, len(every), _LOT):
        yield every[first : first + _LOT]
