"""Crossref: metadata of works, and notices about them.

The form of the answers is that of its REST API, version 1: ``works/{doi}``, whose ``updated-by``
names notices, and ``works?filter=updates:{doi}``, notices whose ``update-to`` names works. The
second also tells of works that are registered elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlencode

from lxml import etree, html
from pydantic import BaseModel, Field, TypeAdapter

from semsearch.language.identifiers import normalize_doi, normalize_orcid
from semsearch.records import Author, NoticeKind
from semsearch.store.outside import OutsideMetadata, OutsideNotice

#: Works whose notices are asked for at once: a URL has to stay short.
LOT: Final = 20
_ROWS: Final = 1000
#: Types of updates that are notices (Crossref, "update types"); a new edition or version is none.
#: A part that is taken back leaves the rest standing, so that it corrects.
_KINDS: Final = {
    "retraction": NoticeKind.RETRACTION,
    "withdrawal": NoticeKind.WITHDRAWAL,
    "removal": NoticeKind.WITHDRAWAL,
    "partial_retraction": NoticeKind.CORRECTION,
    "correction": NoticeKind.CORRECTION,
    "corrigendum": NoticeKind.CORRECTION,
    "erratum": NoticeKind.CORRECTION,
    "addendum": NoticeKind.CORRECTION,
    "clarification": NoticeKind.CORRECTION,
    "expression_of_concern": NoticeKind.CONCERN,
    "concern": NoticeKind.CONCERN,
}


class _Update(BaseModel):
    DOI: str
    type: str = ""


class _Date(BaseModel):
    parts: list[list[int | None]] = Field(default=[], alias="date-parts")


class _Author(BaseModel):
    family: str | None = None
    given: str | None = None
    name: str | None = None  # of a group
    ORCID: str | None = None


class _License(BaseModel):
    URL: str
    version: str = Field(default="", alias="content-version")


class _Work(BaseModel):
    DOI: str
    title: list[str] = []
    journal: list[str] = Field(default=[], alias="container-title")
    publisher: str | None = None
    type: str | None = None
    issued: _Date | None = None
    author: list[_Author] = []
    license: list[_License] = []
    updated_by: list[_Update] = Field(default=[], alias="updated-by")
    update_to: list[_Update] = Field(default=[], alias="update-to")


class _Single(BaseModel):
    message: _Work


class _List(BaseModel):
    items: list[_Work]
    total: int = Field(alias="total-results")


class _Several(BaseModel):
    message: _List


_SINGLE: Final = TypeAdapter(_Single)
_SEVERAL: Final = TypeAdapter(_Several)


def work_url(base: str, doi: str, contact: str | None) -> str:
    """What is asked for the metadata of a work."""
    asked = f"?{urlencode({'mailto': contact})}" if contact else ""
    return f"{base.rstrip('/')}/works/{quote(doi, safe='')}{asked}"


def updates_url(base: str, dois: Sequence[str], contact: str | None) -> str:
    """What is asked for notices about works, none of which may hold a comma."""
    asked = {"filter": ",".join(f"updates:{doi}" for doi in dois), "rows": str(_ROWS)}
    if contact:
        asked["mailto"] = contact
    return f"{base.rstrip('/')}/works?{urlencode(asked)}"


def read_work(body: bytes) -> tuple[OutsideMetadata, tuple[OutsideNotice, ...]]:
    """Metadata of a work, and notices about it.

    Raises:
        ValueError: the answer has another form.
    """
    work = _SINGLE.validate_json(body).message
    year = work.issued.parts[0][0] if work.issued and any(work.issued.parts[:1]) else None
    # That of the version of record, where several are named.
    licences = sorted(work.license, key=lambda one: one.version != "vor")
    metadata = OutsideMetadata(
        title=_plain(work.title),
        year=year,
        journal=_plain(work.journal),
        publisher=_plain([work.publisher or ""]),
        publication_type=work.type,
        authors=tuple(found for one in work.author if (found := _author(one))),
        license=licences[0].URL if licences else None,
    )
    notices = (_notice(update, update.DOI) for update in work.updated_by)
    return metadata, tuple(notice for notice in notices if notice is not None)


def read_updates(body: bytes) -> dict[str, tuple[OutsideNotice, ...]]:
    """Notices by the DOI of the work that they are about.

    Raises:
        ValueError: the answer has another form, or is not the whole list.
    """
    answer = _SEVERAL.validate_json(body).message
    if answer.total > len(answer.items):
        raise ValueError(f"{len(answer.items):,} of {answer.total:,} notices were given")
    found: dict[str, list[OutsideNotice]] = {}
    for work in answer.items:
        for update in work.update_to:
            about, notice = normalize_doi(update.DOI), _notice(update, work.DOI)
            if about is not None and notice is not None:
                found.setdefault(about, []).append(notice)
    return {about: tuple(notices) for about, notices in found.items()}


def _notice(update: _Update, doi: str) -> OutsideNotice | None:
    kind = _KINDS.get(update.type.lower().replace("-", "_").replace(" ", "_"))
    name = normalize_doi(doi)
    return None if kind is None else OutsideNotice(kind=kind, other=name and f"doi:{name}")


def _author(one: _Author) -> Author | None:
    family = _plain([one.family or one.name or ""])
    if family is None:
        return None
    given = _plain([one.given or ""]) if one.family else None
    return Author(family=family, given=given, orcid=normalize_orcid(one.ORCID))


def _plain(texts: Sequence[str]) -> str | None:
    """The first text without the markup that titles have; None where nothing is left."""
    if not texts or not texts[0].strip():
        return None
    try:
        text = str(html.fragment_fromstring(texts[0], create_parent=True).text_content())
    except (etree.ParserError, ValueError):  # control characters
        return None
    return " ".join(text.split()) or None
