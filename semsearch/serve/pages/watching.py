"""Saved searches on pages: how a question or a work is watched, and what is new for it."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from semsearch.alerts import (
    LastLook,
    Ledger,
    QuestionOptions,
    SavedSearch,
    SearchKind,
    WorkOptions,
    headline,
    lines,
    look_when_changed,
)
from semsearch.alerts.feeds import ATOM, ENTRIES, JSON_FEED
from semsearch.alerts.texts import Line
from semsearch.errors import SemsearchError
from semsearch.report.work import WorkView
from semsearch.retrieve.filter_parsing import parse_parameters
from semsearch.retrieve.generation import row_of
from semsearch.retrieve.query import refuse_control_characters
from semsearch.search import Searcher
from semsearch.serve.pages.links import API, report_path, searches_path, with_query
from semsearch.serve.pages.rendering import Feed, page
from semsearch.serve.responses import Opened
from semsearch.settings import Settings

router = APIRouter(include_in_schema=False)

_log = logging.getLogger("semsearch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How to watch what a page shows.

    ``command`` and ``call`` save it, on the machine of the index and over HTTP; the reader puts the
    folder and the key in. ``saved``: where that was done already; None where it cannot be read.
    """

    command: str
    call: str
    saved: tuple[LastLook, ...] | None

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """The feeds of what is saved, for the head of the page."""
        return tuple(feed for one in self.saved or () for feed in feeds_of(one.search))


def watch_question(
    request: Request, searcher: Searcher, question: str, filters: Sequence[str]
) -> Watch:
    """How to watch a question.

    Args:
        request: of the page.
        searcher: the index.
        question: as it was asked.
        filters: in the form of the API.
    """
    where = parse_parameters(filters)
    data = None if where is None else where.as_data()
    options = QuestionOptions(filter=data)
    return _watch(
        request,
        {"kind": SearchKind.QUESTION, "query": question},
        [] if data is None else [("filter", data)],
        flags=[arg for one in filters for arg in ("--filter", one)],
        saved=_saved(searcher, SearchKind.QUESTION, (question,), options),
    )


def watch_work(
    request: Request,
    searcher: Searcher,
    work: WorkView,
    *,
    query: str | None,
    filters: Sequence[str],
    without_retracted: bool,
) -> Watch:
    """How to watch a work; arguments as in ``watch_question``, and what its report lists."""
    where = parse_parameters(filters)
    options = WorkOptions(
        query=query,
        filter=None if where is None else where.as_data(),
        without_retracted=without_retracted,
    )
    names = [one for one in (work.doi, work.id, work.pmid) if one]
    flags = ["--report", *(["--query", query] if query is not None else [])]
    flags += [arg for one in filters for arg in ("--filter", one)]
    return _watch(
        request,
        {"kind": SearchKind.REPORT, "query": names[0]},
        [(name, value) for name, value in options if value],
        flags=[*flags, *(["--without-retracted"] if without_retracted else [])],
        saved=_saved(searcher, SearchKind.REPORT, names, options),
    )


def _saved(
    searcher: Searcher,
    kind: SearchKind,
    queries: Sequence[str],
    options: QuestionOptions | WorkOptions,
) -> tuple[LastLook, ...] | None:
    """The saved searches that ask the same in the same way; None where they cannot be read."""
    try:
        found = Ledger(searcher.folder).listed(kind, queries)
    except SemsearchError as error:  # the page is about something else, and is shown without
        _log.error("the saved searches cannot be read: %s", error)
        return None
    same = type(options).model_validate
    return tuple(one for one in found if same(one.search.options) == options)


def _watch(
    request: Request,
    asked: Mapping[str, str],
    options: Sequence[tuple[str, Any]],
    *,
    flags: Sequence[str],
    saved: tuple[LastLook, ...] | None,
) -> Watch:
    command, query = ["semsearch", "alerts", "add"], asked["query"]
    flags = [*flags, "--index", "FOLDER"]  # where it lies is nobody's business
    command += [*flags, "--", query] if query.startswith("-") else [query, *flags]
    body = {**asked, **({"options": dict(options)} if options else {})}
    call = ["curl", f"{root_of(request)}{API}/searches"]
    call += ["-H", "Content-Type: application/json", "--data", orjson.dumps(body).decode()]
    return Watch(
        command=shlex.join(command),
        call=f'{shlex.join(call)} -H "Authorization: Bearer $KEY"',
        saved=saved,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """One thing that is new; ``statement``: id of the one it is about, where the index holds it."""

    text: str
    statement: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNews:
    """What one look found."""

    headline: str
    found: str
    generation: int
    lines: tuple[ShownLine, ...]


@router.get("/searches")
def get_searches(searcher: Opened) -> Response:
    """All saved searches."""
    found = Ledger(searcher.folder).listed()
    return page(
        "searches.html",
        api=f"{API}/searches",
        info=searcher.info(),
        searches=[(one, page_of(one.search)) for one in reversed(found)],
    )


@router.get("/searches/{identity}")
def get_search(searcher: Opened, identity: str) -> Response:
    """A saved search with what is new for it; after a change of the index a look is made first."""
    refuse_control_characters(identity, "id of the saved search")
    ledger = Ledger(searcher.folder)
    look_when_changed(searcher, ledger, identity)
    last = ledger.last_look(identity)
    return page(
        "saved.html",
        api=f"{API}{searches_path(identity)}/news",
        feeds=feeds_of(last.search),
        info=searcher.info(),
        last=last,
        at=page_of(last.search),
        news=[
            ShownNews(
                headline=headline(one.changes),
                found=one.found,
                generation=one.generation,
                lines=tuple(_shown(searcher, line) for line in lines(one.changes)),
            )
            for one in reversed(ledger.newest(identity, ENTRIES))
        ],
    )


def _shown(searcher: Searcher, line: Line) -> ShownLine:
    """A line with its statement, if the index still holds it."""
    identity = None if line.statement is None else line.statement.id
    if identity is not None and row_of(searcher.generation.statements.dense, identity) is None:
        identity = None
    return ShownLine(text=line.text, statement=identity)


def feeds_of(search: SavedSearch) -> tuple[Feed, ...]:
    """The feeds of a saved search."""
    at = f"{API}{searches_path(search.id)}"
    return (
        Feed(ATOM, f"{at}/feed.atom", search.name),
        Feed(JSON_FEED, f"{at}/feed.json", search.name),
    )


def page_of(search: SavedSearch) -> str:
    """The page of a question with its filter, or of a report with what it lists."""
    options = search.options
    asked = [] if options.get("filter") is None else [("filter", _json(options["filter"]))]
    if search.kind is SearchKind.QUESTION:
        return with_query("/", [("q", search.query), *asked])
    if options.get("query") is not None:
        asked.append(("q", options["query"]))
    if options.get("without_retracted"):
        asked.append(("without_retracted", "1"))
    return with_query(report_path(search.query), asked)


def root_of(request: Request) -> str:
    """What addresses of this server begin with, as others see it."""
    limits: Settings = request.app.state.limits
    return (limits.public_url or str(request.base_url)).rstrip("/")


def _json(data: object) -> str:
    return orjson.dumps(data).decode()
