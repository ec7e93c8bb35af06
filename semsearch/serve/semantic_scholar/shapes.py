"""The shapes that clients of Semantic Scholar read; a field that is not known is left out."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from logging import getLogger
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from semsearch.errors import NotFoundError, SemsearchError, UsageError
from semsearch.serve.responses import json_response


class Shape(BaseModel):
    """A record; fields with a default may be missing."""

    model_config = ConfigDict(extra="forbid")


class S2Author(Shape):
    """An author."""

    name: str = ""


class S2Journal(Shape):
    """A journal."""

    name: str


class S2Linked(Shape):
    """A work; ``paperId`` is null where an entry of a reference list leads to no known one."""

    paperId: str | None
    externalIds: dict[str, str] = {}
    title: str | None = None
    abstract: str | None = None
    venue: str | None = None
    year: int | None = None
    journal: S2Journal | None = None
    publicationTypes: list[str] | None = None
    authors: list[S2Author] = []
    citationCount: int = 0
    referenceCount: int = 0


class S2Paper(S2Linked):
    """A work with those that cite it and those it cites, where asked for."""

    citations: list[S2Linked] = []
    references: list[S2Linked] = []


class S2Papers(Shape):
    """A page of papers that were found."""

    total: int
    offset: int
    next: int | None = None
    data: list[S2Paper]


class S2Context(Shape):
    """A citation statement, and what it cites the work for."""

    context: str
    intents: list[str]


class S2Citation(Shape):
    """A citing paper with its statements about the work."""

    contexts: list[str] = []
    intents: list[str] = []
    contextsWithIntent: list[S2Context] = []
    citingPaper: S2Linked


class S2Reference(Shape):
    """A cited work with the statements about it."""

    contexts: list[str] = []
    intents: list[str] = []
    contextsWithIntent: list[S2Context] = []
    citedPaper: S2Linked


class S2Citations(Shape):
    """A page of citing papers; ``next`` is missing on the last."""

    offset: int
    next: int | None = None
    data: list[S2Citation]


class S2References(Shape):
    """A page of cited works; ``next`` is missing on the last."""

    offset: int
    next: int | None = None
    data: list[S2Reference]


class S2Span(Shape):
    """A half-open span of the characters of a snippet's text."""

    start: int
    end: int


class S2Mention(S2Span):
    """A marker, and the work it leads to by its id here; one of each where it leads to several."""

    matchedPaperId: str | None


class S2Annotations(Shape):
    """Sentences and markers of a snippet."""

    sentences: list[S2Span] = []
    refMentions: list[S2Mention] = []


class S2SnippetText(Shape):
    """A citation statement between its neighbours; ``snippetOffset`` is where it stands in them."""

    text: str = ""
    snippetKind: str = ""
    section: str | None = None
    snippetOffset: S2Span | None = None
    annotations: S2Annotations | None = None


class S2OpenAccess(Shape):
    """The licence of a paper."""

    license: str


class S2SnippetPaper(Shape):
    """The paper of a snippet, with ids of this server in place of a corpus id."""

    paperId: str
    externalIds: dict[str, str]
    title: str | None
    authors: list[str]
    openAccessInfo: S2OpenAccess | None = None


class S2Snippet(Shape):
    """A snippet that was found; larger scores are better."""

    snippet: S2SnippetText
    score: float
    paper: S2SnippetPaper


class S2Snippets(Shape):
    """Snippets, best first."""

    data: list[S2Snippet]
    retrievalVersion: str


class S2Error(Shape):
    """An error; clients read ``error``, of a fault of the server ``message``."""

    detail: str
    error: str
    message: str


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": S2Error, "description": "It cannot be asked like this."},
    404: {"model": S2Error, "description": "The index does not know it."},
    500: {"model": S2Error, "description": "The index has a fault."},
}


class S2Route(APIRoute):
    """A route whose errors have the statuses and keys that clients of Semantic Scholar read.

    What cannot be asked is 400: they take any other status below 500 for an empty answer.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with errors turned into answers."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                headers = error.headers if isinstance(error, HTTPException) else None
                return refusal(*_told(error), headers)

        return handled


def refusal(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as an answer."""
    said = {"detail": detail, "error": detail, "message": detail}
    return json_response(said, status=status, headers=headers)


def _told(error: Exception) -> tuple[int, str]:
    """Status and sentence of an error."""
    match error:
        case RequestValidationError():
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
            return 400, f"{place}: {first['msg']}"
        case HTTPException():
            return error.status_code, str(error.detail)
        case NotFoundError():
            return 404, str(error)
        case UsageError():
            return 400, str(error)
        case SemsearchError():
            return 500, str(error)
    getLogger("semsearch").error("request failed", exc_info=error)
    return 500, "the server failed; its log says why"
