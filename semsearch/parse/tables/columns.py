"""Tables of ready statements, as CSV, TSV or JSON Lines: their columns, and their rows.

What is wrong with a row is said with its place, and the rest goes on; other columns do not count.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final, Self

import orjson
from pydantic import Field

from semsearch.errors import InputError
from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_corpusid,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.checked import Shape, Shown, checked
from semsearch.parse.cutting import json_lines
from semsearch.parse.gathering import Row, gathered
from semsearch.parse.head import Head
from semsearch.parse.reader import Piece
from semsearch.records import CitationType

# What scite calls it, and what people do.
_TYPE_NAMES = {"contradicting": "contrasting", "disputing": "contrasting"}
_DELIMITERS = (",", "\t", ";")
_SOURCES = ("source_doi", "source_pmid", "source_pmcid", "source_arxiv", "source_corpusid")
_OFFSETS = ("marker_start", "marker_end")
#: Characters that a row may have for each of its columns, as it is written: the longest cell that
#: is read (``csv.field_size_limit``), with each of its quotation marks written twice.
CELL_CHARACTERS: Final = 2 * (1 << 17) + 3
_HEAD_CHARACTERS: Final = 1 << 16
_UNDECODED: Final = "semsearch.undecoded"


class Columns(Shape):
    """One row. What is not given is left empty, or the column left out."""

    text: Shown = Field(default=None, description="The statement. Needed.")
    before: Shown = Field(default=None, description="The sentence before it.")
    after: Shown = Field(default=None, description="The sentence after it.")
    heading: Shown = Field(default=None, description="The printed heading of its section.")
    section: Shown = Field(default=None, description="Canonical section, or another heading.")
    marker: Shown = Field(default=None, description="The marker as it is printed in the text.")
    marker_start: int | None = Field(default=None, description="Where in the text it starts.")
    marker_end: int | None = Field(default=None, description="Where it ends.")
    type: Shown = Field(
        default=None, description="supporting, contrasting or mentioning; wins over the model."
    )
    source_doi: Shown = Field(default=None, description="The citing paper; one of these is needed.")
    source_pmid: Shown = None
    source_pmcid: Shown = None
    source_arxiv: Shown = None
    source_corpusid: Shown = None
    source_title: Shown = Field(default=None, description="Its title.")
    source_abstract: Shown = None
    source_year: Shown = None
    source_journal: Shown = None
    source_authors: Shown = Field(default=None, description="Family, Given; Family, Given")
    source_license: Shown = None
    target_doi: Shown = Field(default=None, description="The cited work; one of these is needed.")
    target_pmid: Shown = None
    target_pmcid: Shown = None
    target_arxiv: Shown = None
    target_corpusid: Shown = None
    target_title: Shown = None
    target_year: Shown = None
    target_journal: Shown = None
    target_authors: Shown = Field(default=None, description="Family, Given; Family, Given")
    reference: Shown = Field(default=None, description="The entry of the reference list.")


NEEDED = "a row of statements with text and " + ", ".join(_SOURCES[:-1]) + f" or {_SOURCES[-1]}"


def accepts_csv(head: Head) -> bool:
    """Whether a file is a table with the columns that are needed."""
    return _delimiter(head.first_line) is not None


def accepts_lines(head: Head) -> bool:
    """Whether a file has objects with the members that are needed."""
    return head.begin.startswith("{") and "text" in head.keys and bool(head.keys & set(_SOURCES))


def _delimiter(line: str) -> str | None:
    for delimiter in _DELIMITERS:
        names = {name.strip().strip('"').casefold() for name in line.split(delimiter)}
        if "text" in names and names & set(_SOURCES):
            return delimiter
    return None


def cut_csv(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
    """The papers of a CSV or TSV file; a row has ``CELL_CHARACTERS`` a column at most."""
    return gathered(_csv_rows(stream, max_bytes), max_bytes)


def cut_lines(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
    """The papers of a JSON Lines file."""
    return gathered(_line_rows(stream, max_bytes), max_bytes)


def _kept_bytes(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no text as U+DC00 and their value, which no text has.

    ``surrogateescape`` does this for bytes over 0x7F alone, and so not for UTF-16.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in wrong), error.end


codecs.register_error(_UNDECODED, _kept_bytes)


@dataclass(slots=True)
class _RowLines:
    """The lines of a table; ``left`` are the characters that the row may still have."""

    text: io.TextIOWrapper
    left: int = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.left + 1)
        self.left -= len(line)
        if self.left < 0:
            raise csv.Error("the row is too long")
        if not line:
            raise StopIteration
        return line


def _csv_rows(stream: IO[bytes], max_bytes: int) -> Iterator[Row | Piece]:
    mark = stream.peek(2)[:2] if isinstance(stream, io.BufferedReader) else b""
    encoding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = io.TextIOWrapper(stream, encoding, errors=_UNDECODED, newline="")
    try:
        yield from _text_rows(text, max_bytes)
    finally:
        text.detach()  # the stream is for its owner to close


def _text_rows(text: io.TextIOWrapper, max_bytes: int) -> Iterator[Row | Piece]:
    encoding = "UTF-16" if text.encoding == "utf-16" else "UTF-8"
    number = 1
    while (first := text.readline(_HEAD_CHARACTERS + 1)).isspace():
        number += 1
    if len(first) > _HEAD_CHARACTERS:
        raise InputError(f"row {number}: the head has over {_HEAD_CHARACTERS:,} characters")
    delimiter = _delimiter(first.strip()) or ","
    names = [name.strip().casefold() for name in next(csv.reader([first], delimiter=delimiter))]
    repeated = sorted({name for name in names if names.count(name) > 1 and name})
    if repeated:
        raise InputError(f"row {number}: the column {repeated[0]!r} stands twice")
    most = min(max_bytes, CELL_CHARACTERS * len(names))
    lines = _RowLines(text)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number += 1
        place = f"row {number}"
        lines.left = most
        try:
            cells = next(rows, None)
        except csv.Error as error:
            fault = f"the row has over {most:,} characters" if lines.left < 0 else str(error)
            raise InputError(
                f"{place}: not readable as a table ({fault}); rows of any paper may stand behind"
                " it, and none is taken"
            ) from None
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        yield _csv_row(place, names, cells, encoding)


def _csv_row(place: str, names: Sequence[str], cells: Sequence[str], encoding: str) -> Row | Piece:
    wrong = next((c for cell in cells for c in cell if "\udc00" <= c <= "\udcff"), None)
    if wrong is not None:
        byte = ord(wrong) - 0xDC00
        return Piece(
            place, None, f"the byte 0x{byte:02X} is not {encoding}, expected a table in {encoding}"
        )
    if len(cells) != len(names):
        return Piece(
            place, None, f"{len(cells)} cells, expected {len(names)}, as many as there are columns"
        )
    held = {name: cell for name, cell in zip(names, cells, strict=True) if name and cell.strip()}
    return _row(place, held)


def _line_rows(stream: IO[bytes], max_bytes: int) -> Iterator[Row | Piece]:
    for line in json_lines(stream, max_bytes, NEEDED):
        yield line if isinstance(line, Piece) else _row(line[0], line[2])


def _row(place: str, found: dict[str, Any]) -> Row | Piece:
    try:
        row = checked(Columns, found, NEEDED)
    except InputError as error:
        return Piece(place, None, str(error))
    source = source_ids(row)
    name = paper_id(**source)
    if row.type is not None and type_of(row) is None:
        return Piece(
            place, None, f"the type {row.type!r}, expected supporting, contrasting or mentioning"
        )
    if name is None:
        given = next((f"{one} {found[one]!r}" for one in _SOURCES if found.get(one)), None)
        what = f"{given} is no identifier" if given else "no identifier of the citing paper"
        return Piece(place, None, f"{what}, expected {NEEDED}")
    if (row.marker_start is None) != (row.marker_end is None):
        there, missing = ("start", "end") if row.marker_end is None else ("end", "start")
        return Piece(place, None, f"a marker_{there} without a marker_{missing}, expected both")
    known = {
        column: value
        for column in Columns.model_fields
        if (value := _kept(column, found.get(column))) not in (None, "")
    }
    return Row(place, name, orjson.dumps(known))


def _kept(column: str, given: object) -> object:
    """A value as it is read again: spans count in text, so that numbers for text become such."""
    is_number = isinstance(given, int | float) and column not in _OFFSETS
    return str(given) if is_number else given


def source_ids(row: Columns) -> dict[str, str | None]:
    """The identifiers of the citing paper, by scheme."""
    return {
        "doi": normalize_doi(row.source_doi),
        "pmid": normalize_pmid(row.source_pmid),
        "pmcid": normalize_pmcid(row.source_pmcid),
        "arxiv": normalize_arxiv(row.source_arxiv),
        "corpusid": normalize_corpusid(row.source_corpusid),
    }


def type_of(row: Columns) -> CitationType | None:
    """The type that a row gives; None without, or where there is no such type."""
    name = (row.type or "").casefold()
    name = _TYPE_NAMES.get(name, name)
    return CitationType(name) if name in list(CitationType) else None
