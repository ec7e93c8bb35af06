"""Europe PMC: pages of a search, and where the full text of an article is.

The form of the answers is that of its REST service, version 6.9: ``search`` with ``cursorMark``
and ``resultType=core``, ``{pmcid}/fullTextXML``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from pydantic import BaseModel, Field, TypeAdapter

from semsearch.fetch.ledger import Wanted
from semsearch.language.identifiers import normalize_doi, normalize_pmcid
from semsearch.records import Service

#: The cursor of the first page.
FIRST: Final = "*"
_PAGE: Final = 100  # hits of a page; the service gives at most 1000


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a search; ``passed`` counts hits that are no open full text."""

    found: int
    articles: tuple[Wanted, ...]
    passed: int
    cursor: str | None


class _Hit(BaseModel):
    pmcid: str | None = None
    doi: str | None = None
    license: str | None = None
    isOpenAccess: str = "N"
    inEPMC: str = "N"


class _Hits(BaseModel):
    result: list[_Hit] = []


class _Answer(BaseModel):
    hitCount: int = Field(ge=0)
    nextCursorMark: str | None = None
    resultList: _Hits = _Hits()


_ANSWER: Final = TypeAdapter(_Answer)


def page_url(base: str, query: str, cursor: str) -> str:
    """What is asked for a page."""
    asked = {
        "query": f"({query}) AND OPEN_ACCESS:y AND IN_EPMC:y",
        "format": "json",
        "resultType": "core",
        "pageSize": _PAGE,
        "cursorMark": cursor,
    }
    return f"{base.rstrip('/')}/search?{urlencode(asked)}"


def read_page(base: str, body: bytes) -> Page:
    """A page out of the body of an answer.

    Raises:
        ValueError: it has another form.
    """
    answer = _ANSWER.validate_json(body)
    articles = [found for hit in answer.resultList.result if (found := _wanted(base, hit))]
    return Page(
        found=answer.hitCount,
        articles=tuple(articles),
        passed=len(answer.resultList.result) - len(articles),
        cursor=answer.nextCursorMark,
    )


def _wanted(base: str, hit: _Hit) -> Wanted | None:
    """None where the hit is no open full text: its licence would not be known to allow it."""
    pmcid = normalize_pmcid(hit.pmcid)
    if pmcid is None or hit.isOpenAccess != "Y" or hit.inEPMC != "Y":
        return None
    return Wanted(
        id=pmcid,
        service=Service.EUROPEPMC,
        url=f"{base.rstrip('/')}/{pmcid}/fullTextXML",
        file=f"{pmcid}.xml",
        doi=normalize_doi(hit.doi),
        licence=hit.license,
    )
