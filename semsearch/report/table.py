"""Reference checks as CSV (RFC 4180, UTF-8), a row a reference, and what all CSV keeps to.

A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
injection"): the texts come from articles of strangers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from semsearch.records import Notice
from semsearch.report.outside import notice_source
from semsearch.report.references import ReferenceCheck

# The signs that begin a formula, also in the wide forms that a Japanese spreadsheet reads.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_CHECK = (
    "line", "key", "name", "title", "year", "target", "supporting", "contrasting", "mentioning",
    "unclassified", "total", "citing_papers", "retracted", "notices", "skipped",
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
            one.key, one.name, one.title, one.year, one.target, *numbers, yes_no(one.retracted),
            said(one.notices), None,
        )  # fmt: skip
        rows.append((one.line, row))
    rows += [(s.line, (s.key, *(None,) * 12, s.reason)) for s in check.skipped]
    rows.sort(key=lambda row: row[0])
    return "".join(csv_lines([_CHECK, *((line, *row) for line, row in rows)]))


def said(notices: Iterable[Notice]) -> str:
    """Notices in one cell, such as "retraction (doi:10.5555/x); correction"."""
    return "; ".join(
        (f"{n.kind} ({n.other})" if n.other else str(n.kind)) + notice_source(n) for n in notices
    )


def yes_no(value: bool | None) -> str | None:
    """A truth value in one cell; None where it is not known."""
    return None if value is None else "yes" if value else "no"


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows as lines of CSV, one by one, with their ends."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
