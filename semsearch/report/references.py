"""A reference list checked against the index: the tally and the notices of each of its works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from semsearch.errors import NotFoundError
from semsearch.records import Notice
from semsearch.report.listed import ListedReference, Skipped
from semsearch.report.options import ReportOptions
from semsearch.report.paper import Report, report_on
from semsearch.report.reference_lists import ReferenceList, read_reference_list
from semsearch.report.tally import Tally, WorkTally, aggregate_tally, tallies
from semsearch.search import Searcher


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReference:
    """One reference with what the index says of its work.

    ``target`` and ``tally`` are None where the index neither holds nor cites the work.
    """

    line: int  # of the list, from 1
    key: str | None  # of the entry, where the list has keys
    name: str  # DOI or other identifier
    title: str | None  # as the list has it
    year: str | None
    target: str | None
    tally: Tally | None
    retracted: bool
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceCheck:
    """A reference list, checked.

    ``tally`` is over all its works, each once. ``unknown`` and ``retracted`` count references.
    """

    file: str  # its name, without folders
    references: tuple[CheckedReference, ...]
    skipped: tuple[Skipped, ...]
    tally: Tally
    unknown: int
    retracted: int


def check_references(
    searcher: Searcher, path: Path, *, without_retracted: bool = False
) -> ReferenceCheck:
    """Read a reference list and look up each of its works.

    Args:
        searcher: the index.
        path: of a library or list of identifiers; see ``reference_lists``.
        without_retracted: leave out what retracted papers say.

    Raises:
        InputError: the file cannot be read, or is none of these.
    """
    listed = read_reference_list(path)
    names = [entry.name for entry in listed.entries]
    found = tallies(searcher, names, without_retracted=without_retracted)
    checked = tuple(_checked(entry, found.tallies.get(entry.name)) for entry in listed.entries)
    return ReferenceCheck(
        file=path.name,
        references=checked,
        skipped=listed.skipped,
        tally=aggregate_tally(searcher, names, without_retracted=without_retracted).tally,
        unknown=sum(one.target is None for one in checked),
        retracted=sum(one.retracted for one in checked),
    )


def report_library(
    searcher: Searcher, listed: ReferenceList, *, options: ReportOptions
) -> Iterator[tuple[ListedReference, Report | None]]:
    """A report on each work of a reference list, in its order.

    Args:
        searcher: the index.
        listed: the list; see ``reference_lists``.
        options: what each report lists.

    Yields:
        The entry with its report, None where the index neither holds nor cites the work. A work
        that comes again is reported once.
    """
    done: set[str] = set()
    for entry in listed.entries:
        try:
            found = report_on(searcher, entry.name, options=options)
        except NotFoundError:
            yield entry, None
            continue
        if found.work.id not in done:
            done.add(found.work.id)
            yield entry, found


def _checked(entry: ListedReference, found: WorkTally | None) -> CheckedReference:
    return CheckedReference(
        line=entry.line,
        key=entry.key,
        name=entry.name,
        title=entry.title,
        year=entry.year,
        target=None if found is None else found.target,
        tally=None if found is None else found.tally,
        retracted=found is not None and found.retracted,
        notices=() if found is None else found.notices,
    )
