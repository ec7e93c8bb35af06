"""The page that finds what to cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from semsearch.errors import QueryError
from semsearch.recommend.cite import KnownWork, Recommendation, cite, read_cite_options
from semsearch.records import Section
from semsearch.report.paper import short_authors
from semsearch.serve.pages.cards import Card, card_of
from semsearch.serve.pages.links import API, doi_url, report_path, with_query
from semsearch.serve.pages.parameters import only
from semsearch.serve.pages.rendering import page
from semsearch.serve.responses import Opened

router = APIRouter(include_in_schema=False)
_NAMES = ("text", "cites", "section", "year", "limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """A work in one line; ``doi_href`` leads out."""

    name: str
    title: str
    journal: str | None
    href: str
    doi: str | None
    doi_href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A recommended work, how likely it is cited there (0–1), and how others cite it."""

    rank: int
    score: float
    work: WorkLine
    papers: int
    cards: tuple[Card, ...]
    reference: str


@router.get("/cite")
def get_cite(searcher: Opened, request: Request) -> Response:
    """A box for a text; with one, what to cite there."""
    given = only(request, _NAMES)
    text, named = given.get("text", ""), given.get("cites", "")
    shown: dict[str, Any] = {
        "info": searcher.info(),
        "sections": list(Section),
        "text": text,
        "cites": named,
        "section": given.get("section", ""),
        "year": given.get("year", ""),
    }
    if not text:
        return page("cite.html", api=None, advice=None, result=None, left_out=(), **shown)
    names = [line.strip() for line in named.splitlines() if line.strip()]
    options = read_cite_options(
        limit=_number(given, "limit"),
        cites=names,
        section=given.get("section"),
        year=_number(given, "year"),
    )
    result = cite(searcher, text, options)
    asked = [(name, given[name]) for name in ("text", "section", "year", "limit") if name in given]
    return page(
        "cite.html",
        api=with_query(f"{API}/cite", [*asked, *(("cites", name) for name in names)]),
        result=result,
        advice=[_advice(one) for one in result.works],
        left_out=[(_line(one.work), one.why) for one in result.left_out],
        **shown,
    )


def _advice(one: Recommendation) -> Advice:
    line = _line(one.work)
    where = line.doi_href or one.work.id
    return Advice(
        rank=one.rank,
        score=one.score,
        work=line,
        papers=one.papers,
        cards=tuple(card_of(shown.statement) for shown in one.examples),
        reference=" ".join(
            f"{part.rstrip('.')}." for part in (line.name, line.title, line.journal) if part
        )
        + f" {where}",
    )


def _line(work: KnownWork) -> WorkLine:
    names = short_authors(work.authors)
    dated = " ".join(str(part) for part in (names, work.year and f"({work.year})") if part)
    return WorkLine(
        name=dated or work.id,
        title=work.title or "Without a title",
        journal=work.journal,
        href=report_path(work.id.removeprefix("doi:")),
        doi=work.doi,
        doi_href=doi_url(work.doi) if work.doi else None,
    )


def _number(given: dict[str, str], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal()):
        raise QueryError(f"{name} is {value[:60]!r}, expected a whole number")
    return int(value)
