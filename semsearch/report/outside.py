"""What services say of a work, in words; what its article says itself is not said again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from semsearch.records import Notice, Service
from semsearch.report.work import WorkView, printed_name
from semsearch.retrieve.hits import PaperView
from semsearch.store.outside import Told

_NAMES: Final = {
    Service.EUROPEPMC: "Europe PMC",
    Service.PMC: "PubMed Central",
    Service.CROSSREF: "Crossref",
    Service.OPENCITATIONS: "OpenCitations",
}


def outside_lines(work: WorkView | PaperView, told: Iterable[Told]) -> list[str]:
    """A line for each service that says something the article, or who cites it, does not."""
    lines = []
    for one in told:
        parts = []
        if one.citations is not None:
            parts.append(f"cited by {one.citations:,} works, in and beyond the index")
        if (said := one.metadata) is not None:
            if work.title is None and said.title is not None:
                parts.append(f"title: {said.title}")
            if not work.authors and said.authors:
                parts.append(f"authors: {', '.join(map(printed_name, said.authors))}")
            if work.year is None and said.year is not None:
                parts.append(f"year: {said.year}")
            if work.journal is None and said.journal is not None:
                parts.append(f"journal: {said.journal}")
        if parts:
            lines.append(f"{_NAMES[one.service]} on {one.looked[:10]}: {'; '.join(parts)}")
    return lines


def notice_source(notice: Notice) -> str:
    """Who tells of a notice, in brackets, where no article of the index does; else nothing."""
    return "" if notice.source is None else f" ({_NAMES[notice.source]})"
