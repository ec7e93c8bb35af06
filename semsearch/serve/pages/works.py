"""The pages of works: a paper of the corpus with all its statements, and the report of any work."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from semsearch.errors import NotFoundError, QueryError
from semsearch.index.columns import RELATIONSHIPS, SECTIONS, TYPES
from semsearch.report.options import ReportOptions, read_report_options
from semsearch.report.paper import Report, cursor_at_source, first_source, report_on
from semsearch.report.plots import STACK, plot_sections, plot_years
from semsearch.report.relevance import ReportOrder
from semsearch.retrieve.filters import FilterField
from semsearch.retrieve.hits import PaperReport
from semsearch.retrieve.query import check_limit
from semsearch.search import Searcher
from semsearch.serve.middleware.names import WorkName
from semsearch.serve.pages.cards import card_about, card_of, source_line
from semsearch.serve.pages.links import API, Parameters, in_path, report_path, with_query
from semsearch.serve.pages.rendering import page
from semsearch.serve.pages.watching import watch_work
from semsearch.serve.responses import Opened

router = APIRouter(include_in_schema=False)

Name = Annotated[str, WorkName, Path()]
#: Statements of a paper on one page.
STATEMENTS = 40
_TICKED = (FilterField.CITATION_TYPE, FilterField.SECTION, FilterField.RELATIONSHIP)
_VALUES = {
    FilterField.CITATION_TYPE: TYPES,
    FilterField.SECTION: SECTIONS,
    FilterField.RELATIONSHIP: RELATIONSHIPS,
}
_REPORT = ("q", "sort", "limit", "cursor", "without_retracted", "year_from", "year_to", "filter")


@router.get("/papers")
def get_named(name: str = "") -> Response:
    """Where a form leads that asks for a DOI."""
    if not name.strip():
        raise QueryError("the name of the work is empty, expected a DOI, PMID or PMCID")
    return RedirectResponse(report_path(name.strip()), status_code=303)


@router.get("/papers/{doi:path}/report")
def get_report(searcher: Opened, request: Request, doi: Name) -> Response:
    """The report of a work."""
    given = _read(request)
    options = _options(given)
    report = report_on(searcher, doi, options=options)
    parameters = _api_parameters(given)
    path = report_path(doi)
    kept = [(name, value) for name, values in given.items() for value in values]
    unpaged = [(name, value) for name, value in kept if name != "cursor"]
    watch = watch_work(
        request,
        searcher,
        report.work,
        query=options.query,
        filters=_filters(given),
        without_retracted=options.without_retracted,
    )
    return page(
        "work.html",
        api=with_query(f"{API}{path}", parameters),
        feeds=watch.feeds,
        watch=watch,
        info=searcher.info(),
        report=report,
        years=plot_years(report.breakdown.by_year),
        sections=plot_sections(report.breakdown.by_section),
        types=[kind.value for kind in STACK],
        sources=[
            (source, source_line(source.paper), [card_about(s, source) for s in source.statements])
            for source in report.sources
        ],
        listed={s.id for source in report.sources for s in source.statements},
        path=path,
        given=given,
        fields=[(field.value, _VALUES[field]) for field in _TICKED],
        orders=list(ReportOrder),
        next=with_query(path, [*unpaged, ("cursor", report.next)]) if report.next else None,
        previous=with_query(path, [*unpaged, *_before(searcher, report, options)])
        if "cursor" in given
        else None,
        first=with_query(path, unpaged) if "cursor" in given else None,
        export=urlencode([(n, v) for n, v in parameters if n not in ("limit", "cursor")]),
    )


@router.get("/papers/{doi:path}")
def get_paper(searcher: Opened, request: Request, doi: Name) -> Response:
    """A paper of the corpus; a work that is only cited has nothing but its report."""
    try:
        return _paper_page(searcher, doi, request)
    except NotFoundError:
        report_on(searcher, doi, options=ReportOptions(limit=1))
        return RedirectResponse(report_path(doi), status_code=303)


def _before(searcher: Searcher, report: Report, options: ReportOptions) -> Parameters:
    """The cursor of the page before; none for the first page."""
    start = first_source(searcher, report.work, options) - check_limit(options.limit)
    if start > 0:
        yield "cursor", cursor_at_source(searcher, report.work, options, start)


def _paper_page(searcher: Searcher, doi: str, request: Request) -> Response:
    for name in request.query_params:
        if name != "from":
            raise QueryError(f"there is no parameter {name[:60]!r}, expected from")
    start = request.query_params.get("from", "0")
    if not (start.isascii() and start.isdecimal() and len(start) <= 9):
        raise QueryError(f"from is {start[:60]!r}, expected a whole number")
    found: PaperReport = searcher.paper(doi)
    first = int(start)
    shown = found.statements[first : first + STATEMENTS]
    path = f"/papers/{in_path(doi)}"
    following = first + STATEMENTS
    return page(
        "paper.html",
        api=f"{API}{path}",
        info=searcher.info(),
        found=found,
        headed=[
            (heading, [card_of(view, alone=False) for view in group])
            for heading, group in groupby(shown, key=lambda view: view.heading)
        ],
        start=first,
        shown=len(shown),
        next=with_query(path, [("from", str(following))])
        if following < len(found.statements)
        else None,
        previous=with_query(path, [("from", str(first - STATEMENTS))] if first > STATEMENTS else [])
        if first
        else None,
        first=path if first else None,
    )


def _read(request: Request) -> dict[str, list[str]]:
    """The parameters of a report that say something, by name.

    Raises:
        QueryError: there is no such parameter.
    """
    names = (*_REPORT, *(field.value for field in _TICKED))
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name not in names:
            raise QueryError(
                f"there is no parameter {name[:60]!r}, expected one of {', '.join(names)}"
            )
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    return given


def _filters(given: dict[str, list[str]]) -> list[str]:
    """The filters of a report in the form of the API."""
    found = [f"{f.value}={'|'.join(given[f.value])}" for f in _TICKED if f.value in given]
    ends = [given.get(name, [""])[0] for name in ("year_from", "year_to")]
    return [*found, *([f"year={'..'.join(ends)}"] if any(ends) else []), *given.get("filter", [])]


def _options(given: dict[str, list[str]]) -> ReportOptions:
    one = {name: values[0] for name, values in given.items()}
    limit = one.get("limit")
    if limit is not None and not (limit.isascii() and limit.isdecimal() and len(limit) <= 9):
        raise QueryError(f"limit is {limit[:60]!r}, expected a whole number")
    return read_report_options(
        query=one.get("q"),
        filters=_filters(given),
        sort=one.get("sort", ReportOrder.RELEVANCE.value),
        limit=None if limit is None else int(limit),
        cursor=one.get("cursor"),
        without_retracted=one.get("without_retracted") == "1",
    )


def _api_parameters(given: dict[str, Any]) -> list[tuple[str, str]]:
    found = [("filter", one) for one in _filters(given)]
    found += [(name, given[name][0]) for name in ("q", "sort", "limit", "cursor") if name in given]
    if given.get("without_retracted", [""])[0] == "1":
        found.append(("without_retracted", "true"))
    return found
