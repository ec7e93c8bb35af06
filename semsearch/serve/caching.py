"""Answers that need not be sent again: a strong tag from the index and what is asked."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from operator import itemgetter
from typing import Final

import orjson
from fastapi import Depends, Request

from semsearch.index.layout import Layout
from semsearch.search import Searcher
from semsearch.serve.errors import NotModified
from semsearch.serve.exchange import exchange_of
from semsearch.serve.responses import Opened
from semsearch.settings import settings
from semsearch.store.database import Database
from semsearch.store.labels import corrections_digest
from semsearch.version import __version__

#: Ends the tag of an answer that was sent compressed; see ``middleware.headers``.
ZIPPED: Final = "-gzip"


class Corrections:
    """What persons said, read again when a store was written to; for the event loop alone."""

    def __init__(self) -> None:
        self._version: object = None
        self._digest = ""

    def read(self, store: Database) -> tuple[object, str]:
        """The version of a store, and the digest of the corrections that it held then."""
        version = store.version()
        if version != self._version:
            self._version, self._digest = version, corrections_digest(store)
        return version, self._digest


async def tagged(request: Request, searcher: Opened) -> None:
    """A dependency of routes whose answer depends on the index and the request alone.

    Raises:
        NotModified: the client has this answer.
    """
    if request.method != "GET":
        return
    exchange = exchange_of(request.scope)
    tag = exchange.tag = _tag(request, searcher)
    if tag is None:
        return
    known = {
        one.strip().removeprefix("W/").strip('"')
        for one in request.headers.get("if-none-match", "").split(",")
    }
    for held in (tag, tag + ZIPPED):
        if held in known:
            exchange.tag = held
            raise NotModified


Tagged = Depends(tagged)


def _tag(request: Request, searcher: Searcher) -> str | None:
    """What names an answer: the generation with its corrections, the program, and the request.

    None where the generation has no store of its own, so that a build may change the answer.
    """
    manifest = searcher.generation.manifest
    layout = Layout(searcher.folder)
    if searcher.store.path != layout.generation(manifest.generation).store:
        return None
    store, corrections = searcher.store, request.app.state.corrections
    version, digest = corrections.read(store)
    exchange_of(request.scope).holds = lambda: store.version() == version
    parts = (
        manifest.content_digest,
        manifest.generation,
        manifest.created,
        digest,
        __version__,
        _settings_digest(),
        request.url.path,
        sorted(request.query_params.multi_items(), key=itemgetter(0)),
        request.headers.get("accept", "*/*"),
    )
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:32]


@lru_cache(maxsize=1)
def _settings_digest() -> str:
    return hashlib.sha256(settings().model_dump_json().encode()).hexdigest()
