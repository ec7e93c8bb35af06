"""Tables of ready statements, CSV, TSV or JSON Lines: a row a marker.

The columns are those of ``Columns``, in any order; others are passed over. Rows with the same
source, text, neighbours and heading are one statement; a statement with two cited works has two
rows. Rows of a source paper need not stand together.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any

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
from semsearch.parse.blocks import Block
from semsearch.parse.checked import Shape, Shown, checked, year_in
from semsearch.parse.cutting import fault_of_line, numbered_lines, parse_json
from semsearch.parse.gathering import Row, gathered, read_rows
from semsearch.parse.head import Head
from semsearch.parse.reader import Format, Piece, source_of, too_large
from semsearch.parse.reference_list import (
    ReferenceList,
    ReferenceListing,
    add_links,
    written_out,
)
from semsearch.parse.s2orc.reader import author_of
from semsearch.parse.sections import section_of_heading
from semsearch.parse.statements import (
    MISPLACED,
    REPEATED,
    WITHOUT_ENTRY,
    WITHOUT_TEXT,
    StatementReader,
)
from semsearch.parse.strings import Mark, render_string
from semsearch.parse.text import string_shown
from semsearch.records import (
    AbstractPart,
    Author,
    CitationType,
    Document,
    Paper,
    Reference,
    Section,
    Source,
)

READER_VERSION = 1
# What scite calls it, and what people do.
_TYPE_NAMES = {"contradicting": "contrasting", "disputing": "contrasting"}
_DELIMITERS = (",", "\t", ";")
_SOURCES = ("source_doi", "source_pmid", "source_pmcid", "source_arxiv", "source_corpusid")
_NOT_UTF8 = "\udc80", "\udcff"  # how bytes that are no UTF-8 are kept


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


_NEEDED = "a row of statements with text and " + ", ".join(_SOURCES[:-1]) + f" or {_SOURCES[-1]}"


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
    """The papers of a CSV or TSV file."""
    return gathered(_csv_rows(stream), max_bytes)


def cut_lines(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
    """The papers of a JSON Lines file."""
    return gathered(_line_rows(stream, max_bytes), max_bytes)


def _csv_rows(stream: IO[bytes]) -> Iterator[Row | Piece]:
    mark = stream.peek(2)[:2] if isinstance(stream, io.BufferedReader) else b""
    encoding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    first = text.readline(1 << 16)
    delimiter = _delimiter(first.strip()) or ","
    names = [name.strip().casefold() for name in next(csv.reader([first], delimiter=delimiter))]
    repeated = sorted({name for name in names if names.count(name) > 1 and name})
    if repeated:
        raise InputError(f"row 1: the column {repeated[0]!r} stands twice")
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    number = 1
    while True:
        number += 1
        place = f"row {number}"
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise InputError(
                f"{place}: not readable as a table ({error}); rows of any paper may stand behind"
                " it, and none is taken"
            ) from None
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        yield _csv_row(place, names, cells)


def _csv_row(place: str, names: Sequence[str], cells: Sequence[str]) -> Row | Piece:
    wrong = next((c for cell in cells for c in cell if _NOT_UTF8[0] <= c <= _NOT_UTF8[1]), None)
    if wrong is not None:
        byte = ord(wrong) - 0xDC00
        return Piece(place, None, f"the byte 0x{byte:02X} is not UTF-8, expected a table in UTF-8")
    if len(cells) != len(names):
        return Piece(
            place, None, f"{len(cells)} cells, expected {len(names)}, as many as there are columns"
        )
    held = {name: cell for name, cell in zip(names, cells, strict=True) if name and cell.strip()}
    return _row(place, held)


def _line_rows(stream: IO[bytes], max_bytes: int) -> Iterator[Row | Piece]:
    for number, line in numbered_lines(stream, max_bytes):
        place = f"line {number}"
        if line is None:
            yield Piece(place, None, too_large("the line is long", max_bytes))
            continue
        try:
            found = parse_json(line, _NEEDED)
        except InputError as error:
            yield Piece(place, None, fault_of_line(error))
            continue
        yield _row(place, found)


def _row(place: str, found: dict[str, Any]) -> Row | Piece:
    try:
        row = checked(Columns, found, _NEEDED)
    except InputError as error:
        return Piece(place, None, str(error))
    source = _source_ids(row)
    name = paper_id(**source)
    if row.type is not None and _type(row) is None:
        return Piece(
            place, None, f"the type {row.type!r}, expected supporting, contrasting or mentioning"
        )
    if name is None:
        given = next((f"{one} {found[one]!r}" for one in _SOURCES if found.get(one)), None)
        what = f"{given} is no identifier" if given else "no identifier of the citing paper"
        return Piece(place, None, f"{what}, expected {_NEEDED}")
    known = {column: found[column] for column in Columns.model_fields if found.get(column)}
    return Row(place, name, orjson.dumps(known))


def _source_ids(row: Columns) -> dict[str, str | None]:
    return {
        "doi": normalize_doi(row.source_doi),
        "pmid": normalize_pmid(row.source_pmid),
        "pmcid": normalize_pmcid(row.source_pmcid),
        "arxiv": normalize_arxiv(row.source_arxiv),
        "corpusid": normalize_corpusid(row.source_corpusid),
    }


def read_statements(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in the gathered rows of one paper.

    Args:
        content: the rows, as ``gathered`` gives them.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and the paper.

    Raises:
        InputError: a row has another form; the message names it.
    """
    rows = [(place, checked(Columns, row, _NEEDED), row) for place, row in read_rows(content)]
    source = source_of(content, Format.STATEMENTS, package, member)
    paper = _paper([row for _, row, _ in rows], source)
    references, keys = _references([row for _, row, _ in rows], paper.id)
    reader = StatementReader(paper=paper.id, references=references)
    types: dict[tuple[str, str], CitationType] = {}
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for number, (_, row, _) in enumerate(rows):
        groups.setdefault((row.text, row.before, row.after, row.heading, row.section), []).append(
            number
        )
    for group in groups.values():
        place, row, raw = rows[group[0]]
        if row.text is None:
            reader.found(len(group))
            for number in group:
                reader.exclude(keys[number], WITHOUT_TEXT)
            continue
        text = str(raw["text"])
        marks = _Marks(text, reader)
        for number in group:
            marks.add(rows[number][1], keys[number], rows[number][0])
        before = len(reader.statements)
        reader.read_block(
            Block(
                path=f"{place.replace(' ', '=')}#text",
                rendered=render_string(text, marks.apart()),
                heading=string_shown(row.heading) or None,
                section=_section(row),
                whole=True,
                lead=string_shown(row.before) or None,
                follows=string_shown(row.after) or None,
            )
        )
        for statement in reader.statements[before:]:
            for number in group:
                kind = _type(rows[number][1])
                for key in keys[number] if kind is not None else ():
                    types.setdefault((statement.id, key), kind or CitationType.UNCLASSIFIED)
    reader.set_types(types)
    return reader.document(paper)


@dataclass(slots=True)
class _Marks:
    """The markers of a statement out of its rows.

    Rows with the same marker are one that names several works: the account counts it once, and its
    further works as expanded, so that both together count rows.
    """

    text: str
    reader: StatementReader
    _named: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)

    def add(self, row: Columns, keys: tuple[str, ...], place: str) -> None:
        """Take the marker of a row; ``keys`` are of its cited work, none or one."""
        where = self._where(row)
        if where is None or not keys:
            self.reader.found(1)
            self.reader.exclude(keys, MISPLACED if where is None else WITHOUT_ENTRY)
            if where is None:
                self.reader.warn(f"{place}: the marker {row.marker!r} is not where the row says")
            return
        held = self._named.get(where, ())
        if not held or keys[0] in held:
            self.reader.found(1)
        if keys[0] in held:
            self.reader.exclude(keys, REPEATED)
        else:
            self._named[where] = (*held, *keys)

    def apart(self) -> list[Mark]:
        """All in order; one that begins inside another is cut to what is behind that."""
        found: list[Mark] = []
        at = 0
        for (start, end), named in sorted(self._named.items()):
            first = max(start, at)
            at = max(end, first)
            found.append(Mark(first, at, named))
        return found

    def _where(self, row: Columns) -> tuple[int, int] | None:
        """Its offsets; without a word on that, behind the text. None where it does not stand."""
        size = len(self.text)
        if row.marker_start is not None and row.marker_end is not None:
            start, end = row.marker_start, row.marker_end
            fits = 0 <= start <= end <= size
            held = self.text[start:end].strip()
            return (start, end) if fits and row.marker in (None, held) else None
        if row.marker is None:
            return size, size
        start = self.text.find(row.marker)
        return None if start < 0 else (start, start + len(row.marker))


def _section(row: Columns) -> Section:
    for text in (row.section, row.heading):
        section = section_of_heading(text)
        if section is not None:
            return section
    return Section.OTHER


def _type(row: Columns) -> CitationType | None:
    """The type that a row gives; None without, or where there is no such type."""
    name = (row.type or "").casefold()
    name = _TYPE_NAMES.get(name, name)
    return CitationType(name) if name in list(CitationType) else None


def _paper(rows: Sequence[Columns], source: Source) -> Paper:
    """What the rows say of their source, each column by the first row that has it."""
    ids: dict[str, str | None] = {}
    for row in rows:
        for scheme, value in _source_ids(row).items():
            ids[scheme] = ids.get(scheme) or value

    def first(column: str) -> str | None:
        return next((value for row in rows if (value := getattr(row, column)) is not None), None)

    abstract = string_shown(first("source_abstract"))
    return Paper(
        id=paper_id(**{scheme: ids.get(scheme) for scheme in _SCHEMES})
        or f"sha256:{source.sha256}",
        doi=ids.get("doi"),
        pmid=ids.get("pmid"),
        pmcid=ids.get("pmcid"),
        title=string_shown(first("source_title")) or None,
        abstract=(AbstractPart(heading=None, text=abstract),) if abstract else (),
        year=year_in(first("source_year")),
        journal=string_shown(first("source_journal")) or None,
        publisher=None,
        publication_types=(),
        authors=_people(first("source_authors")),
        license=first("source_license"),
        notices=(),
        source=source,
        corpusid=ids.get("corpusid"),
    )


_SCHEMES = ("doi", "pmid", "pmcid", "arxiv", "corpusid")


def _references(rows: Sequence[Columns], paper: str) -> tuple[ReferenceList, list[tuple[str, ...]]]:
    """The cited works, each once, and the key of that of each row."""
    listing = ReferenceListing()
    known: dict[tuple[object, ...], str] = {}
    keys: list[tuple[str, ...]] = []
    for row in rows:
        work = _work(row, paper)
        if work is None:
            keys.append(())
            continue
        told = (work.doi, work.pmid, work.pmcid, work.arxiv, work.corpusid)
        identity = told if any(told) else (work.title, work.year, work.raw)
        if identity not in known:
            (key,) = listing.entry(None)
            known[identity] = key
            listing.references.append(replace(work, key=key))
        keys.append((known[identity],))
    return listing.finish(), keys


def _work(row: Columns, paper: str) -> Reference | None:
    told = {
        "doi": normalize_doi(row.target_doi),
        "pmid": normalize_pmid(row.target_pmid),
        "pmcid": normalize_pmcid(row.target_pmcid),
        "arxiv": normalize_arxiv(row.target_arxiv),
    }
    ids = {scheme: value for scheme, value in told.items() if value}
    authors, title = _people(row.target_authors), string_shown(row.target_title) or None
    year, journal = year_in(row.target_year), string_shown(row.target_journal) or None
    raw = string_shown(row.reference) or written_out(
        authors=authors, title=title, journal=journal, year=year
    )
    add_links(ids, (raw,))
    corpusid = normalize_corpusid(row.target_corpusid)
    if not (ids or corpusid or raw):
        return None
    return Reference(
        paper=paper,
        key="",
        label=None,
        doi=ids.get("doi"),
        pmid=ids.get("pmid"),
        pmcid=ids.get("pmcid"),
        arxiv=ids.get("arxiv"),
        title=title,
        year=year or year_in(row.reference),
        journal=journal,
        authors=authors,
        raw=raw,
        corpusid=corpusid,
    )


def _people(text: str | None) -> tuple[Author, ...]:
    """Names between semicolons, the family name first where there is a comma."""
    found: list[Author] = []
    for name in (text or "").split(";"):
        family, comma, given = name.partition(",")
        if comma and family.strip():
            found.append(Author(family=family.strip(), given=given.strip() or None))
        elif name.strip():
            found.append(author_of(name))
    return tuple(found)
