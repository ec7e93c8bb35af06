"""Whether the server lives, and what its index holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

from fastapi import APIRouter, Response

from semsearch import __version__
from semsearch.retrieve.hits import IndexInfo
from semsearch.serve.responses import ERRORS, Opened, json_response

root = APIRouter(tags=["server"])
api = APIRouter(tags=["server"], responses={500: ERRORS[500]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The server is up and serves this generation."""

    status: str
    version: str
    generation: int


@root.get("/health", response_model=Health, summary="Is the server up")
def get_health(searcher: Opened) -> Response:
    """Answers 200 as soon as the index is open."""
    generation = searcher.info().generation
    return json_response(Health(status="ok", version=__version__, generation=generation))


@api.get("/info", response_model=IndexInfo, summary="What the index holds")
def get_info(searcher: Opened) -> Response:
    """Counts, model, recipe and content digest of the index; its folder by name only."""
    info = searcher.info()
    return json_response(replace(info, folder=PurePath(info.folder).name))
