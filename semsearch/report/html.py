"""A report as one HTML file that holds all it shows: no script, no font, no image beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from semsearch.records import Author
from semsearch.report.outside import notice_source, outside_lines
from semsearch.report.paper import Report, StatementAbout
from semsearch.report.plots import STACK, plot_sections, plot_years
from semsearch.report.references import ReferenceCheck
from semsearch.report.work import printed_name
from semsearch.retrieve.hits import IndexInfo

if TYPE_CHECKING:
    from jinja2 import Environment

SHOWN = 2  # statements of a source before "more"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a statement that is shown in one way."""

    text: str
    marker: bool  # leads to the work
    matched: bool  # a word of the query


def report_html(report: Report, info: IndexInfo, *, version: str) -> str:
    """The HTML of a report; the same report gives the same bytes.

    Args:
        report: with the statements that are to be shown.
        info: of the index; its counts are named at the foot.
        version: of this semsearch, named at the foot.
    """
    listed = {s.id for source in report.sources for s in source.statements}
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            years=plot_years(report.breakdown.by_year),
            sections=plot_sections(report.breakdown.by_section),
            types=[kind.value for kind in STACK],
            listed=listed,
            shown=SHOWN,
            info=info,
            version=version,
        )
    )


def check_html(check: ReferenceCheck, info: IndexInfo, *, version: str) -> str:
    """The HTML of a reference check."""
    return (
        _environment()
        .get_template("references.html")
        .render(check=check, types=[kind.value for kind in STACK], info=info, version=version)
    )


def pieces(statement: StatementAbout) -> tuple[Piece, ...]:
    """The text of a statement cut where markers and matched words begin and end."""
    markers = [(m.start, m.end) for m in statement.markers]
    text = statement.text
    cuts = sorted(
        {0, len(text), *(end for span in (*markers, *statement.highlights) for end in span)}
    )
    return tuple(
        Piece(text[start:end], _inside(start, markers), _inside(start, statement.highlights))
        for start, end in pairwise(cuts)
    )


def _inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _byline(authors: Sequence[Author], most: int = 6) -> str:
    names = [printed_name(author) for author in authors]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("semsearch.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    return made


#: What the templates of this folder need, for pages that share them.
FILTERS: Mapping[str, Callable[..., object]] = {
    "pieces": pieces,
    "byline": _byline,
    "stopped": lambda text: f"{text.rstrip('.')}.",
    "thousands": lambda number: f"{number:,}",
    "worded": lambda name: name.replace("_", " "),
    "told_by": notice_source,
    "outside_lines": outside_lines,
}
