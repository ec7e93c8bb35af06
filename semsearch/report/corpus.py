"""What an index holds: its papers and statements counted by what is known of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from semsearch.index.columns import NO_YEAR, Columns
from semsearch.records import NoticeKind
from semsearch.retrieve.facets import commonest, count_values, facet_counts
from semsearch.retrieve.filters import FieldIs, FilterField
from semsearch.retrieve.hits import FacetCounts, IndexInfo
from semsearch.search import Searcher

#: What papers are counted by, and what statements are.
_OF_PAPERS = (
    FilterField.YEAR,
    FilterField.JOURNAL,
    FilterField.LICENCE,
    FilterField.PUBLICATION_TYPE,
    FilterField.NOTICE,
)
_OF_STATEMENTS = (FilterField.SECTION, FilterField.CITATION_TYPE, FilterField.RELATIONSHIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusCoverage:
    """For how much of the corpus the index can speak.

    ``cited_works``: distinct works that statements lead to. ``statements_with_work``: statements
    that lead to at least one.
    """

    papers: int
    papers_with_statements: int
    papers_with_abstract: int
    papers_with_doi: int
    papers_retracted: int
    statements: int
    statements_with_work: int
    cited_works: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What an index holds.

    ``papers_by`` counts papers by year (all years), journal, licence, publication type and notice,
    ``statements_by`` statements by section, citation type and relationship, as facets do. A paper
    with neither statement nor abstract is in no count but the first.
    """

    info: IndexInfo
    coverage: CorpusCoverage
    papers_by: dict[str, FacetCounts]
    statements_by: dict[str, FacetCounts]


def describe_corpus(searcher: Searcher) -> Corpus:
    """What the index of a searcher holds; its folder by name only."""
    info = searcher.info()
    generation = searcher.generation
    statements, abstracts = generation.statements.columns, generation.abstracts.columns
    lone = ~np.isin(abstracts.papers, statements.papers)
    parts = (
        (statements, _row_of_each_paper(statements)),
        (abstracts, np.flatnonzero(lone[abstracts.paper])),
    )
    retracted = FieldIs(
        FilterField.NOTICE, (NoticeKind.RETRACTION.value, NoticeKind.WITHDRAWAL.value)
    )
    works = np.diff(statements.targets.offsets) > 0
    every = np.arange(len(statements), dtype=np.int64)
    return Corpus(
        info=replace(info, folder=PurePath(info.folder).name),
        coverage=CorpusCoverage(
            papers=info.counts["papers"],
            papers_with_statements=len(parts[0][1]),
            papers_with_abstract=len(abstracts),
            papers_with_doi=sum(
                bytes(paper).startswith(b"doi:")
                for columns, rows in parts
                for paper in columns.papers[columns.paper[rows]]
            ),
            papers_retracted=sum(
                int(np.count_nonzero(retracted.allowed(columns).mask()[rows]))
                for columns, rows in parts
            ),
            statements=len(statements),
            statements_with_work=int(np.count_nonzero(works)),
            cited_works=len(statements.targets.values),
        ),
        papers_by={field.value: _papers_by(parts, field) for field in _OF_PAPERS},
        statements_by={
            field.value: facet_counts(statements, every, field) for field in _OF_STATEMENTS
        },
    )


def span_of_years(searcher: Searcher) -> tuple[int, int] | None:
    """The first and the last year of a source of the index; None where no year is known."""
    years = searcher.generation.statements.columns.year
    known = years[years != NO_YEAR]
    return (int(known.min()), int(known.max())) if len(known) else None


def _row_of_each_paper(columns: Columns) -> NDArray[np.int64]:
    return np.unique(columns.paper, return_index=True)[1].astype(np.int64)


def _papers_by(
    parts: tuple[tuple[Columns, NDArray[np.int64]], ...], field: FilterField
) -> FacetCounts:
    counts: Counter[str] = Counter()
    for columns, rows in parts:
        counts.update(count_values(columns, rows, field))
    if field is FilterField.YEAR:
        return commonest(counts, None)
    return commonest(counts)
