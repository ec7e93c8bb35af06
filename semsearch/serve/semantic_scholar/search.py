"""Semantic Scholar's search of snippets and of papers.

A snippet is a citation statement with the sentences around it: those are what this index searches,
so that text without citations is not found. Papers are searched by their abstracts; the best 200
can be paged through.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from semsearch.errors import QueryError
from semsearch.language.licences import licence_name
from semsearch.rank.options import SearchOptions
from semsearch.records import Paper, Place
from semsearch.report.work import printed_name
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.filters import Filter
from semsearch.retrieve.hits import StatementHit
from semsearch.search import Searcher
from semsearch.serve.by_abstract import papers_by_abstract
from semsearch.serve.responses import MOST_OFFSET, Opened, json_response
from semsearch.serve.semantic_scholar.fields import chosen, paper_fields, snippet_fields
from semsearch.serve.semantic_scholar.papers import (
    PUBLICATION_TYPES,
    external_ids,
    paper_records,
    works_of,
)
from semsearch.serve.semantic_scholar.shapes import ERRORS, S2Papers, S2Route, S2Snippets
from semsearch.serve.source_filter import SourceIs, all_of, between, read_date, several, tallied
from semsearch.store.reading import papers
from semsearch.version import __version__

#: Included before the router of papers, whose route takes every path below ``/paper/``.
router = APIRouter(
    tags=["as Semantic Scholar"],
    responses={k: ERRORS[k] for k in (400, 500)},
    route_class=S2Route,
)

_YEARS = re.compile(r"(\d{4})?(-)?(\d{4})?")
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»', " "))
_FIELD = re.compile(r"(?<!\S)(title|author|journal|doi|cites):", re.IGNORECASE)
_MINUS = re.compile(r"(?<!\S)-(?=\S)")
_KINDS = {Place.TITLE: "title", Place.ABSTRACT: "abstract"}
_REFUSED = {
    "fieldsOfStudy": "fields of study are not in the index",
    "insertedBefore": "when a paper came in is not told",
    "openAccessPdf": "PDFs are not in the index",
}


class Narrowed(BaseModel):
    """Parameters that both searches have; any other is refused."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(
        description="Plain text, without any syntax.", examples=["does EMT induce IL-6"]
    )
    fields: str | None = Field(default=None, description="Fields of an item, as in a paper.")
    year: str | None = Field(default=None, description="2019, 2016-2020, 2010- or -2015.")
    publicationDateOrYear: str | None = Field(
        default=None,
        description="A date or `from:to`; a paper counts as of 1 January of its year, as there for"
        " papers of which no more is known.",
    )
    venue: str | None = Field(default=None, description="Journals with commas between them.")
    minCitationCount: int | None = Field(
        default=None, ge=0, description="Papers of the corpus that cite it, at least."
    )
    fieldsOfStudy: str | None = Field(default=None, description="Refused: not known here.")
    openAccessPdf: str | None = Field(default=None, description="Refused: not known here.")


class SnippetParameters(Narrowed):
    """Parameters of the search of snippets."""

    limit: int = Field(default=10, ge=1, le=1000, description="Most snippets.")
    paperIds: str | None = Field(default=None, description="Only of these papers, with commas.")
    authors: str | None = Field(
        default=None, description="Authors of the paper with commas between them, all of them."
    )
    insertedBefore: str | None = Field(default=None, description="Refused: not known here.")


class PaperParameters(Narrowed):
    """Parameters of the search of papers."""

    limit: int = Field(default=100, ge=1, le=100, description="Most papers of the page.")
    offset: int = Field(default=0, ge=0, le=MOST_OFFSET, description="Papers before the page.")
    publicationTypes: str | None = Field(
        default=None, description="Such as JournalArticle,Review: any of these."
    )


@router.get("/snippet/search", response_model=S2Snippets, summary="Search snippets")
def get_snippets(searcher: Opened, asked: Annotated[SnippetParameters, Query()]) -> Response:
    """Citation statements that fit a text, between the sentences around them, best first."""
    wanted = snippet_fields(asked.fields)
    result = searcher.search(
        plain_query(asked.query),
        limit=asked.limit,
        options=SearchOptions(filter=_filter(searcher, asked)),
    )
    sources = papers(searcher.store, [hit.statement.paper.id for hit in result.hits])
    return json_response(
        {
            "data": [_snippet(hit, sources[hit.statement.paper.id], wanted) for hit in result.hits],
            "retrievalVersion": f"semsearch-{__version__}",
        }
    )


@router.get("/paper/search", response_model=S2Papers, summary="Search papers")
def get_papers(searcher: Opened, asked: Annotated[PaperParameters, Query()]) -> Response:
    """Papers of the corpus whose abstracts fit a text, best first."""
    wanted = paper_fields(asked.fields)
    hits, _ = papers_by_abstract(searcher, plain_query(asked.query), _filter(searcher, asked))
    page = [hit.paper.id for hit in hits[asked.offset : asked.offset + asked.limit]]
    found = paper_records(searcher, page, wanted)
    after = asked.offset + len(page)
    following = {"next": after} if page and after < len(hits) else {}
    return json_response(
        {
            "total": len(hits),
            "offset": asked.offset,
            **following,
            "data": [found[one] for one in page],
        }
    )


def plain_query(text: str) -> str:
    """A text whose signs mean nothing: quotes, minus and field names are words like others."""
    bare = _FIELD.sub(r"\1 ", text.translate(_QUOTES))
    return _MINUS.sub("", bare)


def _filter(searcher: Searcher, asked: SnippetParameters | PaperParameters) -> Filter | None:
    for name, reason in _REFUSED.items():
        if getattr(asked, name, None) is not None:
            raise QueryError(f"{name} cannot be served: {reason}")
    given: list[Filter | None] = [_year(asked.year), _dates(asked.publicationDateOrYear)]
    if venues := several([asked.venue or ""]):
        given.append(parse_filter({"journal": venues}))
    if asked.minCitationCount is not None:
        least = asked.minCitationCount
        given.append(
            tallied(searcher, lambda t: t.citing_papers >= least, f"cited by {least} papers")
        )
    if isinstance(asked, PaperParameters):
        given.append(_kinds(several([asked.publicationTypes or ""])))
    else:
        given += [parse_filter({"source_author": a}) for a in several([asked.authors or ""])]
        if asked.paperIds is not None:
            known = {one for one in works_of(searcher, several([asked.paperIds])) if one}
            given.append(SourceIs(tuple(sorted(known)), "one of the papers asked for"))
    return all_of(given)


def _year(text: str | None) -> Filter | None:
    if text is None:
        return None
    found = _YEARS.fullmatch(text.strip())
    first, dash, last = found.groups() if found else (None, None, None)
    if not (first or last) or (first and last and not dash):
        raise QueryError(f"year is {text[:60]!r}, expected 2019, 2016-2020, 2010- or -2015")
    for end in (first, last):
        if end:
            read_date(end, "year")
    if not dash:
        last = first
    return between(int(first) if first else None, int(last) if last else None)


def _dates(text: str | None) -> Filter | None:
    """Years whose 1 January lies in a range of dates."""
    if text is None:
        return None
    start, colon, end = text.partition(":")
    name = "publicationDateOrYear"
    first = read_date(start, name) if start else None
    last = read_date(end, name) if end else None if colon else first
    if first is None and last is None:
        raise QueryError(f"{name} is {text[:60]!r}, expected a date, or from:to")
    late = first is not None and (first[1] > 1 or first[2] > 1)
    return between(None if first is None else first[0] + late, None if last is None else last[0])


def _kinds(names: list[str]) -> Filter | None:
    if not names:
        return None
    known = [kind for kind, theirs in PUBLICATION_TYPES.items() if theirs in names]
    if lost := sorted(set(names) - set(PUBLICATION_TYPES.values())):
        served = ", ".join(sorted(set(PUBLICATION_TYPES.values())))
        raise QueryError(f"publicationTypes has {lost[0][:60]!r}, expected some of {served}")
    return parse_filter({"publication_type": known})


def _snippet(hit: StatementHit, source: Paper, wanted: frozenset[str]) -> dict[str, Any]:
    held = hit.statement
    parts = [part for part in (held.before, held.text, held.after) if part]
    starts = [sum(len(part) + 1 for part in parts[:place]) for place in range(len(parts))]
    sentences = [
        {"start": start, "end": start + len(part)}
        for start, part in zip(starts, parts, strict=True)
    ]
    own = sentences[1 if held.before else 0]
    targets = {work.key: work.paper for work in held.cites}
    mentions = [
        {
            "start": own["start"] + marker.start,
            "end": own["start"] + marker.end,
            "matchedPaperId": targets[key],
        }
        for marker in held.markers
        for key in marker.references
        if key in targets
    ]
    kind = _KINDS.get(held.place, "body")
    snippet: dict[str, Any] = {"text": " ".join(parts), "snippetKind": kind}
    if kind == "body":
        snippet["section"] = held.heading
    snippet["snippetOffset"] = own
    snippet = chosen(snippet, {name.removeprefix("snippet.") for name in wanted})
    annotations = {
        name: value
        for name, value in (("sentences", sentences), ("refMentions", mentions))
        if f"snippet.annotations.{name}" in wanted
    }
    if annotations:
        snippet["annotations"] = annotations
    return {"snippet": snippet, "score": hit.score, "paper": _source(source)}


def _source(paper: Paper) -> dict[str, Any]:
    found: dict[str, Any] = {
        "paperId": paper.id,
        "externalIds": external_ids(paper.doi, paper.pmid, paper.pmcid),
        "title": paper.title,
        "authors": [printed_name(author) for author in paper.authors],
    }
    licence = licence_name(paper.license)
    if licence is not None and licence != "other":
        # Their names have no version: CCBY, CCBYNC.
        name = re.sub(r" \d\.\d$", "", licence)
        found["openAccessInfo"] = {"license": re.sub(r"[^A-Z0-9]", "", name)}
    return found
