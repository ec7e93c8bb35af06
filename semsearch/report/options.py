"""How a report is to be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from semsearch.errors import QueryError
from semsearch.report.relevance import ReportOrder
from semsearch.retrieve.filter_parsing import parse_parameters
from semsearch.retrieve.filters import Filter
from semsearch.retrieve.query import check_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """Options of a report; what is not given is the default.

    ``query`` and ``filter`` choose and rank the statements that are listed; tallies, themes and
    summary are of all. ``limit``: sources of a page, None for the setting ``limit``. ``cursor``:
    where the page starts, as the page before gave it. ``without_retracted``: leave out all that
    retracted sources say, from tallies, themes and summary too.
    """

    query: str | None = None
    filter: Filter | None = None
    sort: ReportOrder = ReportOrder.RELEVANCE
    limit: int | None = None
    cursor: str | None = None
    without_retracted: bool = False

    def named(self) -> dict[str, object]:
        """What the list of statements depends on, page aside; for cursors."""
        return {
            "query": self.query,
            "filter": None if self.filter is None else self.filter.as_data(),
            "sort": self.sort,
            "without_retracted": self.without_retracted,
        }


def read_report_options(
    *,
    query: str | None = None,
    filters: Sequence[str] = (),
    sort: str = ReportOrder.RELEVANCE,
    limit: int | None = None,
    cursor: str | None = None,
    without_retracted: bool = False,
) -> ReportOptions:
    """Options from the words of a command or a request.

    Raises:
        QueryError: an order that there is not, a filter that cannot be read, or a limit that is
            out of its range.
    """
    if sort not in list(ReportOrder):
        raise QueryError(f"the sort is {sort[:60]!r}, expected one of {', '.join(ReportOrder)}")
    check_limit(limit)
    return ReportOptions(
        query=query,
        filter=parse_parameters(filters),
        sort=ReportOrder(sort),
        limit=limit,
        cursor=cursor,
        without_retracted=without_retracted,
    )
