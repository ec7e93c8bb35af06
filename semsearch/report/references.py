"""A reference list checked against the index: the tally and the notices of each of its works."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from semsearch.records import Notice
from semsearch.report.reference_lists import ListedReference, Skipped, read_reference_list
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
        path: of a ``.bib``, ``.ris`` or ``.txt`` file; see ``reference_lists``.
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
