"""Which statements of a report are listed, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from semsearch.index.bitmaps import Bitmap
from semsearch.index.columns import Columns
from semsearch.language.words import content_words
from semsearch.rank.options import SearchOptions
from semsearch.report.about import About, columns_about, rows_of
from semsearch.report.options import ReportOptions
from semsearch.report.relevance import ordered, relevance
from semsearch.report.work import WorkView
from semsearch.retrieve.filters import why_empty
from semsearch.retrieve.query import check_text
from semsearch.search import Searcher


@dataclass(frozen=True, slots=True)
class Selection:
    """The statements that are listed, in order, with their relevance.

    ``wanted``: folded words of the query, to be marked in the texts.
    """

    statements: tuple[About, ...]
    scores: tuple[float, ...]
    wanted: frozenset[str]
    filter: str | None  # in words
    empty_because: str | None


@dataclass(frozen=True, slots=True, eq=False)
class _About:
    """A filter that allows some statements about a work."""

    target: str
    rows: Bitmap

    def allowed(self, columns: Columns) -> Bitmap:
        return self.rows

    def words(self) -> str:
        return f"cites {self.target}"

    def as_data(self) -> dict[str, Any]:
        return {"about": self.target}


def select(
    searcher: Searcher, work: WorkView, statements: Sequence[About], options: ReportOptions
) -> Selection:
    """The statements about a work that the options ask for.

    Raises:
        QueryError: the query cannot be searched.
    """
    generation = searcher.generation
    rows = rows_of(statements)
    allowed = np.ones(len(statements), dtype=np.bool_)
    reason = None if statements else "no statement of the index cites it"
    if options.filter is not None and statements:
        held = [statement for statement in statements if statement.row >= 0]
        columns = generation.statements.columns
        allowed = rows >= 0
        allowed[allowed] = options.filter.allowed(columns_about(columns, held)).mask()
        if not allowed.any():
            reason = (
                f"no statement about the work fits this: {options.filter.words()}"
                if options.filter.allowed(columns)
                else why_empty(options.filter, columns)
            )
    kept = [s for s, fits in zip(statements, allowed.tolist(), strict=True) if fits]
    if options.query is None:
        scores = relevance(generation, work, statements)[allowed]
        return _selection(kept, scores.tolist(), options, wanted=frozenset(), reason=reason)
    query = check_text(options.query, name="query")
    found = Bitmap.of_rows(rows[allowed & (rows >= 0)], len(generation.statements.dense))
    run = searcher.run(query, replace(SearchOptions(), filter=_About(work.id, found)))
    score = dict(zip(run.ranking.candidates.rows.tolist(), run.ranking.score.tolist(), strict=True))
    hits = [s for s in kept if s.row in score]
    return _selection(
        hits,
        [score[s.row] for s in hits],
        options,
        wanted=content_words(query),
        reason=reason or run.empty_because or "no statement about the work fits the query",
    )


def _selection(
    statements: Sequence[About],
    scores: Sequence[float],
    options: ReportOptions,
    *,
    wanted: frozenset[str],
    reason: str | None,
) -> Selection:
    order = ordered(statements, np.array(scores, dtype=np.float64), options.sort)
    return Selection(
        statements=tuple(statements[place] for place in order),
        scores=tuple(float(scores[place]) for place in order),
        wanted=wanted,
        filter=None if options.filter is None else options.filter.words(),
        empty_because=None if statements else reason,
    )
