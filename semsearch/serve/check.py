"""The claim check of a draft that is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from semsearch.claims.checking import SHOWN, BibliographyFile, CheckOptions, check_content
from semsearch.claims.results import CheckResult
from semsearch.errors import InputError, QueryError
from semsearch.search import Searcher
from semsearch.serve.responses import PROBLEMS, Opened, json_response

router = APIRouter(tags=["search"], responses={k: PROBLEMS[k] for k in (415, 422, 500)})

_JSON: Final = "application/json"
_FORM: Final = "multipart/form-data"
_FIELDS: Final = ("draft", "bibliography", "leave_out", "shown")
#: Parts of a form: a draft and more bibliographies than anybody has.
MOST_FILES: Final = 20


class CheckBody(BaseModel):
    """A draft as text, with the text of its bibliography."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(
        description="The draft: plain text, Markdown or LaTeX.",
        examples=["Cells that undergo EMT secrete IL-6 [@rao2010]."],
    )
    bibliography: str = Field(
        default="",
        description="BibTeX, RIS, .nbib, CSL JSON, Zotero RDF or CSV, or a reference a line.",
        examples=["@article{rao2010, doi={10.5555/semsearch.demo.01}}"],
    )
    leave_out: list[str] = Field(
        default=[],
        max_length=100,
        description="Papers whose statements do not count, such as the draft itself.",
    )
    shown: int = Field(default=SHOWN, description="Most statements of each list, 1 to 20.")


def _body() -> dict[str, Any]:
    file = {"type": "string", "format": "binary"}
    text = {"type": "string"}
    form = {
        "type": "object",
        "required": ["draft"],
        "additionalProperties": False,
        "properties": {
            "draft": {**file, "description": "A .docx, Markdown, LaTeX or plain text."},
            "bibliography": {"type": "array", "items": file},
            "leave_out": {"type": "array", "items": text},
            "shown": {"type": "integer"},
        },
    }
    return {
        "requestBody": {
            "required": True,
            "description": "At most as many bytes as the setting `max_body_bytes`.",
            "content": {_JSON: {"schema": CheckBody.model_json_schema()}, _FORM: {"schema": form}},
        }
    }


@router.post(
    "/check",
    response_model=CheckResult,
    summary="Check what a draft cites",
    openapi_extra=_body(),
)
async def post_check(request: Request, searcher: Opened) -> Response:
    """For each citing sentence how others cite the same, what contrasts, and what is retracted.

    The body is JSON with the text of the draft, or a form with the files `draft` and
    `bibliography`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind == _JSON:
        found = await run_in_threadpool(_of_json, searcher, await request.body())
    elif kind == _FORM:
        async with request.form(max_files=MOST_FILES, max_fields=200) as form:
            name, content, listed, options = await _of_form(form)
        found = await run_in_threadpool(_check, searcher, name, content, listed, options)
    else:
        raise HTTPException(
            415, f"the body is {kind[:60] or 'of no type'}, expected {_JSON} or {_FORM}"
        )
    return json_response(found)


def check_text(
    searcher: Searcher, text: str, bibliography: str, options: CheckOptions
) -> CheckResult:
    """The check of a pasted text; an empty bibliography is none."""
    listed = pasted_bibliography(bibliography)
    return _check(searcher, "the draft", text, listed, options)


def _check(
    searcher: Searcher,
    name: str,
    content: str | bytes,
    listed: Sequence[BibliographyFile],
    options: CheckOptions,
) -> CheckResult:
    """The check; what is sent and cannot be read is a fault of the request."""
    try:
        return check_content(searcher, name, content, listed, options=options)
    except InputError as error:
        raise QueryError(str(error)) from None


def pasted_bibliography(text: str) -> Sequence[BibliographyFile]:
    """A bibliography as it was pasted: what no format is known of is a reference a line."""
    if not text.strip():
        return ()
    return (BibliographyFile(name="bibliography.txt", content=text.encode("utf-8", "replace")),)


def _of_json(searcher: Searcher, body: bytes) -> CheckResult:
    try:
        asked = CheckBody.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise QueryError(f"{place}: {first['msg']}") from None
    options = CheckOptions(shown=asked.shown, leave_out=tuple(asked.leave_out))
    return check_text(searcher, asked.text, asked.bibliography, options)


async def _of_form(
    form: FormData,
) -> tuple[str, str | bytes, list[BibliographyFile], CheckOptions]:
    for name in form:
        if name not in _FIELDS:
            raise QueryError(f"there is no field {name[:60]!r}, expected {', '.join(_FIELDS)}")
    drafts = form.getlist("draft")
    if len(drafts) != 1:
        raise QueryError(f"the form has {len(drafts)} fields draft, expected one")
    name, content = await _sent(drafts[0], "the draft")
    listed = []
    for one in form.getlist("bibliography"):
        title, sent = await _sent(one, "bibliography.txt")
        if sent.strip():
            listed.append(BibliographyFile(name=title, content=sent))
    shown = str(form.get("shown", SHOWN))
    if not (shown.isascii() and shown.isdecimal() and len(shown) < 5):
        raise QueryError(f"shown is {shown[:60]!r}, expected a whole number")
    leave_out = tuple(str(one) for one in form.getlist("leave_out"))
    return name, content, listed, CheckOptions(shown=int(shown), leave_out=leave_out)


async def _sent(one: UploadFile | str, name: str) -> tuple[str, bytes]:
    """Name and bytes of a field, whether it was sent as a file or as text."""
    if isinstance(one, str):
        return name, one.encode("utf-8", "replace")
    return one.filename or name, await one.read()
