"""Saved searches, their news and feeds, and the difference to an earlier generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from semsearch.alerts import (
    Added,
    EvidenceDiff,
    LastLook,
    Ledger,
    News,
    QuestionOptions,
    SavedSearch,
    SearchKind,
    WorkOptions,
    atom_feed,
    diff,
    json_feed,
    look_when_changed,
    save_question,
    save_report,
)
from semsearch.alerts.feeds import ATOM, ENTRIES, JSON_FEED, Addresses
from semsearch.retrieve.query import check_limit, refuse_control_characters
from semsearch.search import Searcher
from semsearch.serve.access.guard import Labeller
from semsearch.serve.pages.links import API
from semsearch.serve.pages.watching import page_of, root_of
from semsearch.serve.questions import Question
from semsearch.serve.responses import PROBLEMS, Limit, Opened, json_response

#: Answers that depend on the index and the request alone.
reading = APIRouter(tags=["alerts"])
router = APIRouter(responses={k: PROBLEMS[k] for k in (404, 422, 500)})

_KEYS: dict[int | str, dict[str, Any]] = {k: PROBLEMS[k] for k in (401, 403)}


@reading.get(
    "/diff",
    response_model=EvidenceDiff,
    summary="What has come and gone for a question",
    responses={422: PROBLEMS[422]},
)
def get_diff(
    searcher: Opened,
    q: Question,
    since: Annotated[
        str,
        Query(
            description="Number of a generation, or a date or time (ISO 8601, UTC): the generation"
            " that was published last before it.",
            examples=["1", "2026-01-31"],
        ),
    ],
) -> Response:
    """The evidence for a question now, beside that of an earlier generation, and both verdicts."""
    return json_response(diff(searcher, q, since))


class QuestionToSave(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal[SearchKind.QUESTION] = Field(description="It is a question.")
    query: str = Field(description="The question.", examples=["does EMT induce IL-6"])
    name: str | None = Field(default=None, description="For people; without it the question.")
    options: QuestionOptions = Field(default=QuestionOptions(), description="How it is asked.")


class ReportToSave(BaseModel):
    """A work."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal[SearchKind.REPORT] = Field(description="It is the report of a work.")
    query: str = Field(
        description="DOI, also one that nobody cites yet; or PMID, PMCID or id.",
        examples=["10.5555/semsearch.demo.01"],
    )
    name: str | None = Field(default=None, description="For people; without it the DOI.")
    options: WorkOptions = Field(default=WorkOptions(), description="Which statements count.")


ToSave = Annotated[QuestionToSave | ReportToSave, Field(discriminator="kind")]
SearchId = Annotated[
    str,
    Path(
        alias="search",
        description="Id of the saved search.",
        examples=["6f9619ff-8b86-4d01-b42d-00cf4fc964ff"],
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearches:
    """All saved searches, the oldest first."""

    searches: list[LastLook]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsOfSearch:
    """A saved search with its news, the oldest first."""

    search: SavedSearch
    news: list[News]


@router.get(
    "/searches", response_model=SavedSearches, tags=["alerts"], summary="All saved searches"
)
def get_searches(searcher: Opened) -> Response:
    """They belong to the index: who may read it sees all of them."""
    return json_response(SavedSearches(searches=_ledger(searcher).listed()))


@router.post(
    "/searches",
    status_code=201,
    response_model=Added,
    tags=["changes"],
    summary="Save a search",
    responses=_KEYS,
)
def post_search(request: Request, key: Labeller, searcher: Opened, asked: ToSave) -> Response:
    """What the index says to it now is not news. Needs a key with the scope `label`."""
    ledger = _ledger(searcher)
    if isinstance(asked, QuestionToSave):
        found = save_question(searcher, ledger, asked.query, options=asked.options, name=asked.name)
    else:
        found = save_report(searcher, ledger, asked.query, options=asked.options, name=asked.name)
    location = f"{request.scope.get('root_path', '')}{API}/searches/{found.search.id}"
    return json_response(found, status=201, headers={"Location": location})


@router.get(
    "/searches/{search}", response_model=LastLook, tags=["alerts"], summary="A saved search"
)
def get_search(searcher: Opened, identity: SearchId) -> Response:
    """The saved search with its last look."""
    return json_response(_ledger(searcher).last_look(_known(identity)))


@router.delete(
    "/searches/{search}",
    response_model=SavedSearch,
    tags=["changes"],
    summary="Remove a saved search",
    responses=_KEYS,
)
def delete_search(key: Labeller, searcher: Opened, identity: SearchId) -> Response:
    """Its news and feeds go too. Needs a key with the scope `label`."""
    return json_response(_ledger(searcher).remove(_known(identity)))


@router.get(
    "/searches/{search}/news",
    response_model=NewsOfSearch,
    tags=["alerts"],
    summary="The news of a saved search",
)
def get_news(
    searcher: Opened,
    identity: SearchId,
    after: Annotated[
        int,
        Query(ge=0, le=2**63 - 1, description="`number` of the last news that is known already."),
    ] = 0,
    limit: Limit = None,
) -> Response:
    """What looks found, the oldest first; after a change of the index a look is made first.

    Go on with the `number` of the last one as `after`.
    """
    ledger = _ledger(searcher)
    look_when_changed(searcher, ledger, _known(identity))
    return json_response(
        NewsOfSearch(
            search=ledger.search(identity),
            news=ledger.news(identity, after=after, limit=check_limit(limit)),
        )
    )


def _feed_described(media_type: str, schema: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {
            "description": "The feed.",
            "content": {media_type: {"schema": {"type": schema}}},
        }
    }


@router.get(
    "/searches/{search}/feed.atom",
    tags=["alerts"],
    summary="The Atom feed of a saved search",
    response_class=Response,
    responses=_feed_described(ATOM, "string"),
)
def get_atom(request: Request, searcher: Opened, identity: SearchId) -> Response:
    """An entry for each news, the newest first (RFC 4287)."""
    search, news, at = _fed(request, searcher, identity)
    return Response(atom_feed(search, news, at), media_type=ATOM)


@router.get(
    "/searches/{search}/feed.json",
    tags=["alerts"],
    summary="The JSON feed of a saved search",
    response_class=Response,
    responses=_feed_described(JSON_FEED, "object"),
)
def get_json(request: Request, searcher: Opened, identity: SearchId) -> Response:
    """An entry for each news, the newest first (JSON Feed 1.1)."""
    search, news, at = _fed(request, searcher, identity)
    return Response(json_feed(search, news, at), media_type=JSON_FEED)


def _fed(
    request: Request, searcher: Searcher, identity: str
) -> tuple[SavedSearch, list[News], Addresses]:
    ledger = _ledger(searcher)
    look_when_changed(searcher, ledger, _known(identity))
    search = ledger.search(identity)
    root = root_of(request)
    at = Addresses(
        base=f"{root}{API}",
        own=f"{root}{API}/searches/{identity}/{request.url.path.rpartition('/')[2]}",
        page=root + page_of(search),
    )
    return search, ledger.newest(identity, ENTRIES), at


def _ledger(searcher: Searcher) -> Ledger:
    return Ledger(searcher.folder)


def _known(identity: str) -> str:
    refuse_control_characters(identity, "id of the saved search")
    return identity
