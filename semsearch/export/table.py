"""CSV: a row a statement (RFC 4180, UTF-8 without a byte order mark).

A statement may cite several works: the columns ``cited_…`` hold lists of one length, in reading
order, with `` | `` between the values and nothing where one is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from semsearch.export.exported import ExportedStatement, ExportHead
from semsearch.records import Author
from semsearch.report.table import csv_lines, said, yes_no
from semsearch.retrieve.hits import CitedWork

_BETWEEN = " | "

_Read = Callable[[ExportedStatement], object]


def _list(values: Iterable[object]) -> str:
    return _BETWEEN.join(
        "" if value is None else str(value).replace(_BETWEEN, " / ") for value in values
    )


def _cited(read: Callable[[CitedWork], object]) -> _Read:
    return lambda one: _list(read(work) for work in one.statement.cites)


def _names(authors: Iterable[Author]) -> str:
    return "; ".join(f"{a.family}, {a.given}" if a.given else a.family for a in authors)


#: The columns in their order.
COLUMNS: Mapping[str, _Read] = {
    "rank": lambda one: one.rank,
    "score": lambda one: one.score,
    "statement": lambda one: one.statement.id,
    "link": lambda one: one.link,
    "text": lambda one: one.statement.text,
    "before": lambda one: one.statement.before,
    "after": lambda one: one.statement.after,
    "section": lambda one: one.statement.section,
    "heading": lambda one: one.statement.heading,
    "place": lambda one: one.statement.place,
    "stance": lambda one: one.stance.stance if one.stance else None,
    "about": lambda one: one.about.work if one.about else None,
    "about_type": lambda one: one.about.type if one.about else None,
    "about_confidence": lambda one: one.about.confidence if one.about else None,
    "about_decided_by": lambda one: one.about.decided_by if one.about else None,
    "about_relationship": lambda one: one.about.relationship if one.about else None,
    "markers": lambda one: _list(
        one.statement.text[m.start : m.end] for m in one.statement.markers
    ),
    "cited_keys": _cited(lambda work: work.key),
    "cited_works": _cited(lambda work: work.paper),
    "cited_dois": _cited(lambda work: work.doi),
    "cited_titles": _cited(lambda work: work.title or work.raw),
    "cited_years": _cited(lambda work: work.year),
    "cited_types": _cited(lambda work: work.type),
    "cited_confidences": _cited(lambda work: work.confidence),
    "cited_decided_by": _cited(lambda work: work.decided_by),
    "cited_self_citation": _cited(lambda work: yes_no(work.self_citation)),
    "cited_retracted": lambda one: _list(
        yes_no(work.paper in one.retracted_works) for work in one.statement.cites
    ),
    "source": lambda one: one.statement.paper.id,
    "source_iri": lambda one: one.source,
    "source_doi": lambda one: one.statement.paper.doi,
    "source_pmid": lambda one: one.statement.paper.pmid,
    "source_pmcid": lambda one: one.statement.paper.pmcid,
    "source_title": lambda one: one.statement.paper.title,
    "source_authors": lambda one: _names(one.statement.paper.authors),
    "source_year": lambda one: one.statement.paper.year,
    "source_journal": lambda one: one.statement.paper.journal,
    "source_publisher": lambda one: one.publisher,
    "source_types": lambda one: _list(one.statement.paper.publication_types),
    "source_retracted": lambda one: yes_no(one.statement.paper.retracted),
    "source_notices": lambda one: said(one.statement.paper.notices),
    "source_license": lambda one: one.license,
    "file": lambda one: one.statement.file,
    "file_sha256": lambda one: one.sha256,
    "path": lambda one: one.statement.span.path,
    "start": lambda one: one.statement.span.start,
    "end": lambda one: one.statement.span.end,
    "dense_score": lambda one: one.origin.dense_score if one.origin else None,
    "lexical_score": lambda one: one.origin.lexical_score if one.origin else None,
    "fusion_score": lambda one: one.origin.fusion_score if one.origin else None,
    "rerank_score": lambda one: one.origin.rerank_score if one.origin else None,
    "duplicates": lambda one: _list(one.duplicates),
    "more_from_paper": lambda one: _list(one.more_from_paper),
    "index": lambda one: one.index,
}


def write_csv(head: ExportHead, statements: Iterable[ExportedStatement]) -> Iterator[bytes]:
    """The head line, then the rows."""
    yield from (line.encode() for line in csv_lines([tuple(COLUMNS)]))
    rows = ([read(one) for read in COLUMNS.values()] for one in statements)
    yield from (line.encode() for line in csv_lines(rows))
