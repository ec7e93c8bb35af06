"""OpenCitations: how many works cite a work, as its Index API, version 2, counts them."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from pydantic import BaseModel, Field, TypeAdapter

from semsearch.store.outside import OutsideCount


class _Row(BaseModel):
    count: int = Field(ge=0)  # given as text


_ROWS: Final = TypeAdapter(list[_Row])


def count_url(base: str, doi: str) -> str:
    """What is asked for the count of a work."""
    return f"{base.rstrip('/')}/citation-count/doi:{quote(doi, safe='/')}"


def read_count(body: bytes) -> OutsideCount:
    """The count in an answer.

    Raises:
        ValueError: it has another form.
    """
    rows = _ROWS.validate_json(body)
    if len(rows) != 1:
        raise ValueError(f"{len(rows)} counts were given, expected one")
    return OutsideCount(citations=rows[0].count)
