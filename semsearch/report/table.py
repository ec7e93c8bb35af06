"""Reports and reference checks as CSV (RFC 4180, UTF-8), a row a statement or a reference.

A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
injection"): the texts come from articles of strangers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from semsearch.records import Notice
from semsearch.report.paper import Report
from semsearch.report.references import ReferenceCheck

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_REPORT = (
    "statement", "type", "confidence", "decided_by", "relationship", "section", "heading", "theme",
    "relevance", "source", "source_title", "source_year", "source_journal", "source_retracted",
    "before", "text", "after",
)  # fmt: skip
_CHECK = (
    "line", "key", "name", "title", "year", "target", "supporting", "contrasting", "mentioning",
    "unclassified", "total", "citing_papers", "retracted", "notices", "skipped",
)  # fmt: skip


def report_csv(report: Report) -> str:
    """The statements of a report in its order."""
    return _written(
        _REPORT,
        (
            (
                one.id, one.type, one.confidence, one.decided_by, one.relationship, one.section,
                one.heading, one.theme, one.relevance, source.paper.id, source.paper.title,
                source.paper.year, source.paper.journal, _yes(source.paper.retracted), one.before,
                one.text, one.after,
            )
            for source in report.sources
            for one in source.statements
        ),
    )  # fmt: skip


def check_csv(check: ReferenceCheck) -> str:
    """References and skipped entries in the order of their lines."""
    rows: list[tuple[int, tuple[object, ...]]] = []
    for one in check.references:
        t = one.tally
        numbers: tuple[int | None, ...] = (
            (None,) * 6
            if t is None
            else (
                t.supporting, t.contrasting, t.mentioning, t.unclassified, t.total, t.citing_papers
            )
        )  # fmt: skip
        row = (
            one.key, one.name, one.title, one.year, one.target, *numbers, _yes(one.retracted),
            said(one.notices), None,
        )  # fmt: skip
        rows.append((one.line, row))
    rows += [(s.line, (s.key, *(None,) * 12, s.reason)) for s in check.skipped]
    rows.sort(key=lambda row: row[0])
    return _written(_CHECK, ((line, *row) for line, row in rows))


def said(notices: Iterable[Notice]) -> str:
    """Notices in one cell, such as "retraction (doi:10.5555/x); correction"."""
    return "; ".join(f"{n.kind} ({n.other})" if n.other else str(n.kind) for n in notices)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _written(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
