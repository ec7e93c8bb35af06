"""What to cite at a place of a text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from semsearch.recommend.cite import CiteResult, cite, read_cite_options
from semsearch.records import Section
from semsearch.search import Searcher
from semsearch.serve.options import refuse_unknown
from semsearch.serve.remembered import Remembered
from semsearch.serve.responses import PROBLEMS, Limit, Opened, json_response

router = APIRouter(tags=["search"], responses={k: PROBLEMS[k] for k in (422, 500)})

_TEXT = "A sentence or a paragraph; `[CIT]` marks the place, else the whole text is it."
_EXAMPLE = "Cells that undergo EMT secrete IL-6 [CIT]."
_CITES = "What the text cites already, each by DOI, another identifier or title; left out."
_SECTION = "Section that the place stands in."
_YEAR = "Year of the text; later works are left out."


class CiteBody(BaseModel):
    """A text with its place; the same names as the parameters."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description=_TEXT, examples=[_EXAMPLE])
    cites: list[str] = Field(default=[], description=_CITES)
    section: Section | None = Field(default=None, description=_SECTION)
    year: int | None = Field(default=None, description=_YEAR)
    limit: int | None = Field(default=None, description="Most works to give.")


@router.get(
    "/cite", response_model=CiteResult, summary="Find what to cite", dependencies=[Remembered]
)
def get_cite(  # noqa: PLR0917 - FastAPI makes parameters of them
    request: Request,
    searcher: Opened,
    text: Annotated[str, Query(description=_TEXT, examples=[_EXAMPLE])],
    cites: Annotated[list[str] | None, Query(description=_CITES)] = None,
    section: Annotated[Section | None, Query(description=_SECTION)] = None,
    year: Annotated[int | None, Query(description=_YEAR)] = None,
    limit: Limit = None,
) -> Response:
    """Works to cite at a place of a text, each with the statements in which others cite it."""
    refuse_unknown(request, ("text", "cites", "section", "year", "limit"))
    asked = CiteBody(text=text, cites=cites or [], section=section, year=year, limit=limit)
    return _answer(searcher, asked)


@router.post("/cite", response_model=CiteResult, summary="Find what to cite, as JSON")
def post_cite(searcher: Opened, asked: CiteBody) -> Response:
    """As GET, with the text and what it cites in the body."""
    return _answer(searcher, asked)


def _answer(searcher: Searcher, asked: CiteBody) -> Response:
    options = read_cite_options(
        limit=asked.limit, cites=asked.cites, section=asked.section, year=asked.year
    )
    return json_response(cite(searcher, asked.text, options))
