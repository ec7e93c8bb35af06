"""Adding and removing papers, and how far that is."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Path, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from semsearch.errors import InputError
from semsearch.parse.packages import FORMATS
from semsearch.serve.access.guard import Admin
from semsearch.serve.corpus_changes import CorpusChanges
from semsearch.serve.jobs import FullError, Job, JobKind, JobOutcome, Jobs
from semsearch.serve.papers import Paper
from semsearch.serve.responses import PROBLEMS, Opened, json_response
from semsearch.settings import Settings

router = APIRouter(tags=["changes"], responses={k: PROBLEMS[k] for k in (401, 403, 422, 500, 503)})

_TYPES: Final = (
    "application/xml", "text/xml", "application/jats+xml", "application/tei+xml",
    "application/json", "application/x-ndjson", "application/jsonl",
    "text/csv", "text/tab-separated-values", "text/plain",
)  # fmt: skip
_PAPERS: Final = "/api/v1/papers"
_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": f"One paper ({FORMATS}), known by its content, neither packed nor"
        " compressed; at most as many bytes as the setting `max_file_bytes`.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _TYPES},
    }
}


def is_upload(scope: Scope) -> bool:
    """Whether a request sends a paper, which is written to disk as it comes."""
    return (scope["method"], scope["path"]) == ("POST", _PAPERS)


@router.post(
    "/papers",
    status_code=202,
    response_model=Job,
    summary="Add a paper",
    openapi_extra=_BODY,
    responses={k: PROBLEMS[k] for k in (408, 413, 415)},
)
async def post_paper(request: Request, key: Admin) -> Response:
    """The body is one paper in a format that `semsearch build` reads; it is indexed later.

    These are JATS, TEI, S2ORC, unarXive, BioC, PubMed, .nbib, citations of Semantic Scholar and
    tables of statements, known by their content whatever the `Content-Type`; a body that is none of
    them, or several papers, is refused at once (422). Needs a key with the scope `admin`. The
    answer is a job, whose address is in `Location`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind not in _TYPES:
        raise HTTPException(
            415,
            f"the body is {kind[:60] or 'of no type'}, expected {', '.join(_TYPES)} for one paper"
            f" of {FORMATS}",
        )
    changes: CorpusChanges = request.app.state.changes
    file = changes.folder / f"{uuid4().hex}.part"
    try:
        sha256 = await _receive(request, file)
        await run_in_threadpool(changes.check, file)
    except InputError as error:
        file.unlink(missing_ok=True)
        raise HTTPException(422, str(error)) from None
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return _submitted(request, JobKind.ADD, sha256, lambda: changes.add(file, sha256), file)


@router.delete(
    "/papers/{doi:path}",
    status_code=202,
    response_model=Job,
    summary="Remove a paper",
    responses={404: PROBLEMS[404]},
)
def delete_paper(
    request: Request,
    key: Admin,
    searcher: Opened,
    doi: Paper,
) -> Response:
    """Takes a paper of the corpus out of it. Needs a key with the scope `admin`.

    The answer is a job, whose address is in `Location`.
    """
    paper = searcher.paper(doi).paper.id
    changes: CorpusChanges = request.app.state.changes
    return _submitted(request, JobKind.REMOVE, paper, lambda: changes.remove(paper))


@router.get(
    "/jobs/{id}",
    response_model=Job,
    summary="How far a job is",
    responses={404: PROBLEMS[404]},
)
def get_job(
    request: Request,
    key: Admin,
    identity: Annotated[str, Path(alias="id", description="Id of the job.", examples=["0" * 32])],
) -> Response:
    """`state` is `waiting`, `running`, `done` or `failed`; a failed one has an `error`.

    Needs a key with the scope `admin`. Jobs are forgotten when the server is started again.
    """
    jobs: Jobs = request.app.state.jobs
    job = jobs.get(identity)
    if job is None:
        raise HTTPException(404, f"there is no job {identity[:60]}")
    return json_response(job)


async def _receive(request: Request, file: FilePath) -> str:
    """Write the body to a file; its SHA-256 (hex).

    Raises:
        HTTPException: it is too large, empty, or comes too slowly.
    """
    limits: Settings = request.app.state.limits
    most, stall = limits.max_file_bytes, limits.stall_seconds
    too_large = HTTPException(413, f"the file has more than {most:,} bytes (max_file_bytes)")
    digest, size = hashlib.sha256(), 0
    pieces = request.stream()
    with file.open("xb") as out:
        while True:
            try:
                async with asyncio.timeout(stall):
                    piece = await anext(pieces, None)
            except TimeoutError:
                raise HTTPException(408, f"nothing more of the body came for {stall:g} s") from None
            if piece is None:
                break
            size += len(piece)
            if size > most:
                raise too_large
            digest.update(piece)
            await run_in_threadpool(out.write, piece)
    if not size:
        raise HTTPException(422, "the body is empty, expected one paper of " + FORMATS)
    return digest.hexdigest()


def _submitted(
    request: Request,
    kind: JobKind,
    subject: str,
    work: Callable[[], JobOutcome],
    file: FilePath | None = None,
) -> Response:
    jobs: Jobs = request.app.state.jobs
    try:
        job = jobs.submit(kind, subject, work)
    except FullError:
        if file is not None:
            file.unlink()
        raise HTTPException(
            503, "too many jobs are waiting; try again later", headers={"Retry-After": "60"}
        ) from None
    location = f"{request.scope.get('root_path', '')}/api/v1/jobs/{job.id}"
    return json_response(job, status=202, headers={"Location": location})
