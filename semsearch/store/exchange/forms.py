"""The lines of an exported store: which columns of which table stand in each, and how.

``docs/store-export.md`` describes them for people.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from semsearch.records import (
    AbstractPart,
    Author,
    Box,
    CitationType,
    Marker,
    NoticeKind,
    Place,
    Section,
    SelfCertainty,
    Service,
)

#: Raised when older code can no longer read the lines.
FORMAT: Final = 1

_Int = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_Count = Annotated[int, Field(ge=0, lt=2**63)]
_Probability = Annotated[float, Field(ge=0, le=1)]
# Counted from the published generation, which is 0; what a build has begun is 1.
_First = Annotated[int, Field(ge=-(2**62), le=1)]
_Last = Annotated[int, Field(ge=-(2**62), le=0)]


class _Line(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Head(_Line):
    """The first line."""

    record: Literal["store"]
    format: int


class NoticeForm(_Line):
    """A row of ``notices``."""

    position: _Count
    kind: NoticeKind
    issued: bool
    other: str | None


class ReferenceForm(_Line):
    """A row of ``cited_works``."""

    key: str
    position: _Count
    label: str | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    arxiv: str | None
    title: str | None
    year: _Int | None
    journal: str | None
    authors: list[Author]
    raw: str
    corpusid: str | None


class PaperForm(_Line):
    """A row of ``papers`` with its notices and its reference list."""

    record: Literal["paper"]
    id: str
    doi: str | None
    pmid: str | None
    pmcid: str | None
    title: str | None
    abstract: list[AbstractPart]
    year: _Int | None
    journal: str | None
    publisher: str | None
    publication_types: list[str]
    authors: list[Author]
    license: str | None
    package: str
    member: str | None
    sha256: str
    format: str
    first_seen: _First
    last_seen: _Last | None
    corpusid: str | None
    notices: list[NoticeForm]
    references: list[ReferenceForm]


class CitationForm(_Line):
    """A row of ``citations``."""

    reference: str
    position: _Count
    marker: _Count
    target: str | None
    type: CitationType
    confidence: _Probability | None
    decided_by: str | None
    self_citation: bool | None
    self_certainty: SelfCertainty | None
    journal_sc: bool | None
    intents: list[str] | None


class StatementForm(_Line):
    """A row of ``statements`` with its citations."""

    record: Literal["statement"]
    id: str
    paper: str
    ordinal: _Count
    text: str
    before: str | None
    after: str | None
    heading: str | None
    section: Section
    place: Place
    markers: list[Marker]
    path: str
    start: _Count
    end: _Count
    first_seen: _First
    last_seen: _Last | None
    boxes: list[Box] | None
    citations: list[CitationForm]


class FileForm(_Line):
    """A row of ``files``."""

    record: Literal["file"]
    name: str
    package: str
    member: str | None
    sha256: str | None
    reader: str
    paper: str | None
    error: str | None
    statements: _Count
    xrefs: _Count
    expanded: _Count
    citations: _Count
    excluded: dict[str, _Count]
    warnings: list[str]


class OutsideNoticeForm(_Line):
    """A row of ``outside_notices``."""

    position: _Count
    kind: NoticeKind
    other: str | None


class OutsideForm(_Line):
    """A row of ``outside`` with the notices that the service tells."""

    record: Literal["outside"]
    work: str
    service: Service
    looked: str
    said: dict[str, Any] | None
    notices: list[OutsideNoticeForm]


class CorrectionForm(_Line):
    """A row of ``type_corrections``."""

    record: Literal["correction"]
    statement: str
    reference: str
    type: CitationType


class End(_Line):
    """The last line: how many there are before it, and SHA-256 (hex) over these."""

    record: Literal["end"]
    lines: _Count
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Rows:
    """How the rows of a table stand in lines.

    ``owner``: columns that hang the row on the one whose line it stands in. ``columns``: the fields
    of the line, in its order. ``order``: of the rows. ``json``, ``flags``: columns that hold JSON,
    and 0 or 1.
    """

    table: str
    owner: tuple[str, ...]
    columns: tuple[str, ...]
    order: str
    json: frozenset[str]
    flags: frozenset[str]

    def select(self) -> str:
        """SQL for the rows of an owner, or for all where there is none."""
        columns = ", ".join(f'"{name}"' for name in self.columns)
        where = " AND ".join(f"{name} = ?" for name in self.owner) or "1"
        return f"SELECT {columns} FROM {self.table} WHERE {where} ORDER BY {self.order}"  # noqa: S608 - names of this module

    def insert(self) -> str:
        """SQL that adds a row."""
        names = (*self.owner, *self.columns)
        columns = ", ".join(f'"{name}"' for name in names)
        return f"INSERT INTO {self.table} ({columns}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - names of this module

    def line(self, row: sqlite3.Row) -> dict[str, Any]:
        """The fields of a line out of a row."""
        found = {name: row[name] for name in self.columns}
        for name in self.json & found.keys():
            found[name] = None if found[name] is None else orjson.loads(found[name])
        for name in self.flags & found.keys():
            found[name] = None if found[name] is None else bool(found[name])
        return found

    def row(self, owner: Sequence[object], line: Mapping[str, Any]) -> tuple[object, ...]:
        """A row out of the checked fields of a line."""
        values = [*owner]
        for name in self.columns:
            value = line[name]
            values.append(
                orjson.dumps(value).decode()
                if name in self.json and value is not None
                else int(value)
                if name in self.flags and value is not None
                else value
            )
        return tuple(values)


def _rows(
    table: str,
    form: type[_Line],
    order: str,
    *,
    owner: tuple[str, ...] = (),
    inner: tuple[str, ...] = (),
) -> Rows:
    """The rows of a table by the fields of a form, but for ``record`` and ``inner``."""
    names = tuple(name for name in form.model_fields if name not in {"record", *inner})
    return Rows(table, owner, names, order, _JSON.get(table, frozenset()), _FLAGS)


_FLAGS = frozenset({"issued", "self_citation", "journal_sc"})
_JSON = {
    "papers": frozenset({"abstract", "publication_types", "authors"}),
    "cited_works": frozenset({"authors"}),
    "statements": frozenset({"markers", "boxes"}),
    "citations": frozenset({"intents"}),
    "files": frozenset({"excluded", "warnings"}),
    "outside": frozenset({"said"}),
}

PAPERS = _rows("papers", PaperForm, "id", inner=("notices", "references"))
NOTICES = _rows("notices", NoticeForm, "position", owner=("paper",))
REFERENCES = _rows("cited_works", ReferenceForm, "position, key", owner=("paper",))
STATEMENTS = _rows("statements", StatementForm, "ordinal, id", inner=("citations",))
CITATIONS = _rows("citations", CitationForm, "position, reference", owner=("statement",))
FILES = _rows("files", FileForm, "name")
OUTSIDE = _rows("outside", OutsideForm, "work, service", inner=("notices",))
OUTSIDE_NOTICES = _rows("outside_notices", OutsideNoticeForm, "position", owner=("work", "service"))
CORRECTIONS = _rows("type_corrections", CorrectionForm, "statement, reference")
