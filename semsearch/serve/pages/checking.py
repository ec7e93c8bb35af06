"""The page that checks what a paragraph cites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from semsearch.claims.checking import CheckOptions
from semsearch.claims.results import CheckedCitation, CheckResult, Status
from semsearch.claims.wording import (
    citation_lines,
    named,
    sentence_lines,
    source_line,
    summary_lines,
    work_of,
)
from semsearch.errors import QueryError
from semsearch.report.tally import Tally
from semsearch.search import Searcher
from semsearch.serve.check import check_text
from semsearch.serve.pages.cards import Card, card_of
from semsearch.serve.pages.links import report_path
from semsearch.serve.pages.parameters import only
from semsearch.serve.pages.rendering import page
from semsearch.serve.responses import Opened

router = APIRouter(include_in_schema=False)
_NAMES = ("text", "bibliography", "leave_out")
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSource:
    """A primary source in a line, with the statements in which others cite it."""

    line: str
    href: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCitation:
    """A citation of the draft: what it leads to, its flags, and how others cite the work.

    ``tally`` and ``href`` are None where the index does not know the work; then ``lines`` say why.
    """

    printed: str
    name: str
    href: str | None
    tally: Tally | None
    lines: tuple[str, ...]
    flagged: bool
    cards: tuple[tuple[float, Card], ...]
    sources: tuple[ShownSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSentence:
    """A citing sentence of the draft."""

    text: str
    place: str
    lines: tuple[str, ...]
    against: tuple[Card, ...]
    citations: tuple[ShownCitation, ...]


@router.get("/check")
def get_check(searcher: Opened, request: Request) -> Response:
    """A box for a paragraph and one for its bibliography."""
    only(request, ())
    return _page(searcher, {}, None)


@router.post("/check")
async def post_check(searcher: Opened, request: Request) -> Response:
    """The check of what was pasted."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != _FORM:
        raise HTTPException(415, f"the body is {kind[:60] or 'of no type'}, expected {_FORM}")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        given = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=10))
    except ValueError:
        raise QueryError("the form has too many fields") from None
    for name in given:
        if name not in _NAMES:
            raise QueryError(f"there is no field {name[:60]!r}, expected {', '.join(_NAMES)}")
    names = [line.strip() for line in given.get("leave_out", "").splitlines() if line.strip()]
    options = CheckOptions(leave_out=tuple(names))
    found = await run_in_threadpool(
        check_text, searcher, given.get("text", ""), given.get("bibliography", ""), options
    )
    return await run_in_threadpool(_page, searcher, given, found)


def _page(searcher: Searcher, given: dict[str, str], found: CheckResult | None) -> Response:
    shown: dict[str, Any] = {name: given.get(name, "") for name in _NAMES}
    return page(
        "check.html",
        info=searcher.info(),
        found=found,
        summary=[] if found is None else summary_lines(found)[1:],
        sentences=[] if found is None else _sentences(found),
        **shown,
    )


def _sentences(found: CheckResult) -> list[ShownSentence]:
    return [
        ShownSentence(
            text=one.text,
            place=one.place,
            lines=tuple(sentence_lines(one)),
            against=tuple(card_of(view) for view in one.direction.against)
            if one.direction is not None
            else (),
            citations=tuple(_citation(cited, found) for cited in one.citations),
        )
        for one in found.sentences
    ]


def _citation(one: CheckedCitation, found: CheckResult) -> ShownCitation:
    known = one.status is Status.KNOWN
    work = work_of(one, found) if known else None
    why = one.why or ("the index neither holds nor cites it" if not known else None)
    sources = () if one.others is None else one.others.sources
    lines = [line for line in citation_lines(one, found) if not line.startswith(" ")]
    return ShownCitation(
        printed=one.printed,
        name=named(work.work) if work is not None else one.title or "",
        href=None if work is None else report_path(work.work.id.removeprefix("doi:")),
        tally=None if work is None else work.tally,
        lines=tuple(lines) if why is None else (why,),
        flagged=bool(one.flags),
        cards=tuple(
            (cited.like, card_of(cited.statement)) for cited in (*one.statements, *one.contrasting)
        ),
        sources=tuple(
            ShownSource(
                line=source_line(source),
                href=report_path(source.work.id.removeprefix("doi:")),
                cards=tuple(card_of(shown.statement) for shown in source.examples),
            )
            for source in sources
        ),
    )
