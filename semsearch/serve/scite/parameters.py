"""The parameters of scite's search, read into a filter of this project."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from semsearch.errors import QueryError
from semsearch.records import NoticeKind, Section
from semsearch.report.tally import Tally
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.filters import Filter
from semsearch.search import Searcher
from semsearch.serve.responses import MOST_OFFSET
from semsearch.serve.source_filter import all_of, between, read_date, several, tallied


class SearchMode(StrEnum):
    """What is searched: statements, abstracts, or both; a question may be asked in all modes."""

    ALL = "all"
    CITATIONS = "citations"
    PAPERS = "papers"
    QUESTION_ANSWERING = "question-answering"


class SortBy(StrEnum):
    """What papers are ordered by instead of relevance; equal ones by relevance."""

    DATE = "date"
    TOTAL_CITED = "total_cited"
    TOTAL_SUPPORTED = "total_supported"
    TOTAL_CONTRASTED = "total_contrasted"
    TOTAL_MENTIONED = "total_mentioned"
    TOTAL_CITING_PUBLICATIONS = "total_citing_publications"


class SortDirection(StrEnum):
    """Largest or smallest first."""

    ASC = "asc"
    DESC = "desc"


class Format(StrEnum):
    """What the answer is written in."""

    JSON = "json"
    CSV = "csv"
    RIS = "ris"


_COUNT = Field(default=None, ge=0, description="Bound of this number in the paper's own tally.")
_NOT_KNOWN = "Refused: the index does not know it."


class SciteParameters(BaseModel):
    """Parameters of scite's search; any other is refused."""

    model_config = ConfigDict(extra="forbid")

    term: str | None = Field(
        default=None,
        description="Words, a sentence or a question; with the query syntax of `/api/v1/search`."
        " Without it, all that the other parameters allow.",
        examples=["does EMT induce IL-6"],
    )
    mode: SearchMode = Field(default=SearchMode.ALL, description="What is searched.")
    limit: int = Field(default=10, ge=1, description="Most papers of the page.")
    offset: int = Field(default=0, ge=0, le=MOST_OFFSET, description="Papers before the page.")
    sort: SortBy | None = Field(default=None, description="Order; without it, by relevance.")
    sort_order: SortDirection = Field(default=SortDirection.DESC, description="Of `sort`.")
    title: str | None = Field(default=None, description="Words that the title holds.")
    author: str | None = Field(default=None, description="An author of the paper.")
    journal: str | None = Field(default=None, description="Name of the journal, case aside.")
    section: list[str] = Field(
        default=[], description="Sections of the statements; other includes conclusion."
    )
    paper_type: str | None = Field(
        default=None, description="Publication type as the article names it: research-article."
    )
    date_from: str | None = Field(
        default=None, description="First year; a date only where it is 1 January."
    )
    date_to: str | None = Field(
        default=None, description="Last year; a date only where it is 31 December."
    )
    citation_types: list[str] = Field(
        default=[],
        description="supporting, contrasting (or contradicting), mentioning, unclassified.",
    )
    has_retraction: bool | None = Field(default=None, description="A retraction is known or not.")
    has_concern: bool | None = Field(default=None, description="A concern is known or not.")
    has_correction: bool | None = Field(default=None, description="A correction is known or not.")
    has_withdrawn: bool | None = Field(default=None, description="A withdrawal is known or not.")
    has_tally: bool | None = Field(default=None, description="The corpus cites the paper or not.")
    supporting_from: int | None = _COUNT
    supporting_to: int | None = _COUNT
    contrasting_from: int | None = _COUNT
    contrasting_to: int | None = _COUNT
    contradicting_from: int | None = _COUNT
    contradicting_to: int | None = _COUNT
    mentioning_from: int | None = _COUNT
    mentioning_to: int | None = _COUNT
    citing_publications_from: int | None = _COUNT
    citing_publications_to: int | None = _COUNT
    format: Format = Field(default=Format.JSON, description="What the page is written in.")
    abstract: str | None = Field(
        default=None, description="Refused: abstracts are searched with `term` and `mode=papers`."
    )
    has_erratum: bool | None = Field(
        default=None, description="Refused: errata are not told from corrections."
    )
    affiliation: str | None = Field(default=None, description=_NOT_KNOWN)
    topic: str | None = Field(default=None, description=_NOT_KNOWN)
    substances: list[str] | None = Field(default=None, description=_NOT_KNOWN)
    mesh_type: str | None = Field(default=None, description=_NOT_KNOWN)
    aggregations_options: str | None = Field(
        default=None, description="Refused: `/api/v1/search` counts facets."
    )


_REFUSED = {
    "abstract": "abstracts are searched as a whole, with term and mode=papers",
    "has_erratum": "errata are not told from corrections here, use has_correction",
    "affiliation": "affiliations are not in the index",
    "topic": "topics are not in the index",
    "substances": "substances are not in the index",
    "mesh_type": "MeSH terms are not in the index",
    "aggregations_options": "facets are counted by /api/v1/search only",
}
_NOTICES = {
    "has_retraction": NoticeKind.RETRACTION,
    "has_concern": NoticeKind.CONCERN,
    "has_correction": NoticeKind.CORRECTION,
    "has_withdrawn": NoticeKind.WITHDRAWAL,
}
_COUNTED: dict[str, Callable[[Tally], int]] = {
    "supporting": lambda t: t.supporting,
    "contrasting": lambda t: t.contrasting,
    "contradicting": lambda t: t.contrasting,
    "mentioning": lambda t: t.mentioning,
    "citing_publications": lambda t: t.citing_papers,
}


def refuse_unserved(asked: SciteParameters) -> None:
    """Refuse what scite has and this server cannot give, rather than search without it.

    Raises:
        QueryError: one is asked for, or a parameter of statements where none are searched.
    """
    for name, reason in _REFUSED.items():
        if getattr(asked, name) is not None:
            raise QueryError(f"{name} cannot be served: {reason}")
    if asked.mode is SearchMode.PAPERS:
        if asked.section or asked.citation_types:
            name = "section" if asked.section else "citation_types"
            raise QueryError(
                f"{name} is of citation statements, expected mode=citations or all with it"
            )
        if not asked.term:
            raise QueryError("mode=papers has no term, expected some words")
    if query_of(asked) == "" and filter_fields(asked) == set():
        raise QueryError("there is nothing to search for, expected a term or a filter")


def query_of(asked: SciteParameters) -> str:
    """Term and title in the query syntax of this project; empty without either."""
    title = "" if asked.title is None else asked.title.replace('"', " ").strip()
    return " ".join(
        part for part in ((asked.term or "").strip(), f'title:"{title}"' if title else "") if part
    )


def filter_fields(asked: SciteParameters) -> set[str]:
    """Names of the given parameters that filter."""
    free = {"term", "title", "mode", "limit", "offset", "sort", "sort_order", "format"}
    return {
        name for name in asked.model_fields_set - free if getattr(asked, name) not in (None, [])
    }


def citation_types(asked: SciteParameters) -> list[str]:
    """The citation types asked for, in this project's words."""
    return [
        "contrasting" if one.casefold() == "contradicting" else one.casefold()
        for one in several(asked.citation_types)
    ]


def read_filter(searcher: Searcher, asked: SciteParameters) -> Filter | None:
    """All filtering parameters as one filter, which acts inside retrieval.

    Raises:
        QueryError: a value that cannot be asked for.
    """
    given: list[Filter | None] = []
    for field, values in (
        ("section", _sections(asked)),
        ("citation_type", citation_types(asked)),
        ("source_author", [] if asked.author is None else [asked.author]),
        ("journal", [] if asked.journal is None else [asked.journal]),
        ("publication_type", [] if asked.paper_type is None else [asked.paper_type]),
    ):
        if values:
            given.append(parse_filter({field: values}))
    for name, kind in _NOTICES.items():
        wanted = getattr(asked, name)
        if wanted is not None:
            condition: dict[str, object] = {"notice": [kind.value]}
            given.append(parse_filter(condition if wanted else {"not": condition}))
    given += [_years(asked), _tallied(searcher, asked)]
    return all_of(given)


def _sections(asked: SciteParameters) -> list[str]:
    found = [one.casefold() for one in several(asked.section)]
    return [*found, Section.CONCLUSION.value] if Section.OTHER.value in found else found


def _years(asked: SciteParameters) -> Filter | None:
    """Years from dates; a day inside a year cannot be kept, since papers have only a year here."""
    ends: list[int | None] = []
    for name, edge in (("date_from", (1, 1)), ("date_to", (12, 31))):
        text: str | None = getattr(asked, name)
        if text is None:
            ends.append(None)
            continue
        year, month, day = read_date(text, name)
        if (month or edge[0], day or edge[1]) != edge:
            raise QueryError(
                f"{name} is {text[:60]!r}, but only years are known here:"
                f" expected {year} or {year}-{edge[0]:02}-{edge[1]:02}"
            )
        ends.append(year)
    return between(*ends)


def _tallied(searcher: Searcher, asked: SciteParameters) -> Filter | None:
    bounds: list[tuple[Callable[[Tally], int], int | None, int | None]] = []
    for name, count in _COUNTED.items():
        first, last = getattr(asked, f"{name}_from"), getattr(asked, f"{name}_to")
        if first is not None or last is not None:
            bounds.append((count, first, last))
    if not bounds and asked.has_tally is None:
        return None

    def fits(found: Tally) -> bool:
        return (asked.has_tally is None or (found.total > 0) is asked.has_tally) and all(
            (first is None or count(found) >= first) and (last is None or count(found) <= last)
            for count, first, last in bounds
        )

    return tallied(searcher, fits, "a paper with the tally asked for")
