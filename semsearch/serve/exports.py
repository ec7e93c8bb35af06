"""Results and reports as files, sent while they are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from semsearch.export import (
    BASE_URL,
    FORMATS,
    Export,
    ExportFormat,
    export_answer,
    export_report,
    export_search,
    export_similar,
    stream,
)
from semsearch.report.options import ReportOptions
from semsearch.serve.options import Options
from semsearch.serve.questions import Question, SimilarTo, Text
from semsearch.serve.reports import Work, report_options
from semsearch.serve.responses import PROBLEMS, Limit, Opened

#: Bytes that are sent at a time, about.
CHUNK = 64 * 1024
_NAME_CHARACTERS = 60

_FILE: dict[str, Any] = {
    "description": "The statements in the format asked for, as a download.",
    "content": {
        kind: {"schema": {"type": "object" if kind.endswith("+json") else "string"}}
        for kind in (how.media_type.partition(";")[0] for how in FORMATS.values())
    },
    "headers": {
        "Content-Disposition": {
            "schema": {"type": "string"},
            "description": "Names a file after what was asked (RFC 6266).",
        }
    },
}
_PAGED: dict[int | str, dict[str, Any]] = {200: _FILE, 410: PROBLEMS[410], 422: PROBLEMS[422]}
_NAMED: dict[int | str, dict[str, Any]] = {200: _FILE, 404: PROBLEMS[404], 422: PROBLEMS[422]}

#: Included before the routers of reports and papers, which take every path below ``/papers/``.
router = APIRouter(tags=["exports"], default_response_class=StreamingResponse)

As = Annotated[ExportFormat, Query(alias="format", description="What to write.")]
BaseUrl = Annotated[
    str,
    Query(
        description="What links of statements begin with.",
        examples=["https://example.org/api/v1"],
    ),
]


@router.get("/search/export", responses=_PAGED, summary="All hits of a search as a file")
def get_search_export(
    searcher: Opened, q: Text, options: Options, how: As, base_url: BaseUrl = BASE_URL
) -> Response:
    """The hits of `/search`, without `limit` all from `cursor` on; `facet` adds nothing."""
    export = export_search(searcher, q, options=options, base_url=base_url)
    return _sent(export, how, q)


@router.get("/ask/export", responses=_PAGED, summary="All statements of an answer as a file")
def get_ask_export(
    searcher: Opened, q: Question, options: Options, how: As, base_url: BaseUrl = BASE_URL
) -> Response:
    """The verdict and the statements of `/ask`, without abstracts; else as `/search/export`."""
    export = export_answer(searcher, q, options=options, base_url=base_url)
    return _sent(export, how, q)


@router.get(
    "/similar/export",
    responses=_NAMED,
    summary="Similar citing contexts as a file",
)
def get_similar_export(
    searcher: Opened,
    to: SimilarTo,
    how: As,
    limit: Limit = None,
    base_url: BaseUrl = BASE_URL,
) -> Response:
    """The statements of `/similar`, as many as that route gives."""
    return _sent(export_similar(searcher, to, limit=limit, base_url=base_url), how, to)


@router.get(
    "/papers/{doi:path}/report/export",
    responses={**_NAMED, **_PAGED},
    summary="All statements about a work as a file",
)
def get_report_export(
    searcher: Opened,
    doi: Work,
    options: Annotated[ReportOptions, Depends(report_options)],
    how: As,
    base_url: BaseUrl = BASE_URL,
) -> Response:
    """The work and the statements of its report; without `limit` those of all citing papers."""
    export = export_report(searcher, doi, options=options, base_url=base_url)
    return _sent(export, how, export.head.asked)


def _sent(export: Export, how: ExportFormat, asked: str) -> Response:
    pieces = stream(export, how)
    first = next(pieces, b"")  # what cannot be read is an error before the answer begins
    return StreamingResponse(
        _chunks(chain([first], pieces)),
        media_type=FORMATS[how].media_type,
        headers={"Content-Disposition": content_disposition(asked, FORMATS[how].suffix)},
    )


def _chunks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Small pieces put together: each that is sent costs a change of threads."""
    held, size = list[bytes](), 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def content_disposition(asked: str, suffix: str) -> str:
    """The header that names the file after what was asked, whatever that holds (RFC 6266).

    Letters and digits stay, all else becomes a hyphen: there is no quotation mark, slash or end of
    a line that could mean something. Letters beyond ASCII are in ``filename*`` only.
    """
    name = _stem(unicodedata.normalize("NFC", asked))
    plain = _stem(unicodedata.normalize("NFKD", asked).encode("ascii", "ignore").decode())
    header = f'attachment; filename="{plain}{suffix}"'
    return header if name == plain else f"{header}; filename*=UTF-8''{quote(name + suffix)}"


def _stem(text: str) -> str:
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else "-" for c in text)
    short = re.sub("-+", "-", kept)[:_NAME_CHARACTERS].strip("-").lower()
    return f"semsearch-{short}" if short else "semsearch"
