"""``.nbib``, the MEDLINE form of PubMed: records of tags with continuation lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO

from semsearch.errors import InputError
from semsearch.language.identifiers import (
    normalize_doi,
    normalize_orcid,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.checked import year_in
from semsearch.parse.cutting import without_mark
from semsearch.parse.head import Head
from semsearch.parse.reader import Format, Piece, source_of, too_large
from semsearch.parse.reference_list import ReferenceListing
from semsearch.parse.statements import StatementReader
from semsearch.parse.text import string_shown
from semsearch.records import (
    AbstractPart,
    Author,
    Document,
    Notice,
    NoticeKind,
    Paper,
    Source,
)

READER_VERSION = 2
_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
_START = re.compile(rb"PMID ?- ?\d")
_LABEL = re.compile(r"(?:^|(?<=[.!?)\]]) )([A-Z][A-Z &/,()-]{3,60}): ")
_NOTICES = {
    "RIN": (NoticeKind.RETRACTION, False),
    "ROF": (NoticeKind.RETRACTION, True),
    "EIN": (NoticeKind.CORRECTION, False),
    "EFR": (NoticeKind.CORRECTION, True),
    "ECI": (NoticeKind.CONCERN, False),
    "ECF": (NoticeKind.CONCERN, True),
}
_PMID = re.compile(r"PMID:\s*(\d+)")


def accepts(head: Head) -> bool:
    """Whether a file is of this format."""
    return bool(_START.match(head.begin[:30].encode("utf-8", "replace")))


def cut(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
    """The records of a file, named by the line where each starts."""
    held: list[bytes] = []
    size, number, start = 0, 0, 1
    while line := stream.readline(max_bytes + 1):
        number += 1
        bare = without_mark(line) if number == 1 else line
        if _START.match(bare) and held:
            yield _piece(held, size, start, max_bytes)
            held, size = [], 0
        if not held:
            if not bare.strip():
                continue
            start = number
        size += len(bare)
        if size <= max_bytes:
            held.append(bare)
    if held:
        yield _piece(held, size, start, max_bytes)


def _piece(held: list[bytes], size: int, start: int, max_bytes: int) -> Piece:
    name = f"line {start}"
    if size > max_bytes:
        return Piece(name, None, too_large(f"the record has {size:,} bytes", max_bytes))
    return Piece(name, b"".join(held))


def read_nbib(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in one record.

    Args:
        content: its bytes, UTF-8.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and line of the file.

    Raises:
        InputError: no UTF-8, or no record that begins with its PMID.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"line {line}: the byte 0x{content[error.start]:02X} is not UTF-8, expected a record of"
            " .nbib in UTF-8"
        ) from None
    lines = _record(text)
    source = source_of(content, Format.NBIB, package, member)
    paper = _paper(lines, source)
    reader = StatementReader(paper=paper.id, references=ReferenceListing().finish())
    return reader.document(paper)


@dataclass(frozen=True, slots=True)
class Field:
    """A value, in one line, and the tag before it; None where a line has no tag and continues none.

    ``line`` is the number of its first line.
    """

    line: int
    tag: str | None
    value: str


def read_fields(text: str) -> Iterator[Field]:
    """What the lines of ``.nbib`` say, in their order; empty lines are passed over."""
    tag: str | None = None
    held: list[str] = []
    start = 0
    for number, ended in enumerate(text.split("\n"), start=1):
        line = ended.rstrip("\r")
        tagged = _TAG.fullmatch(line)
        if tagged is None and line.startswith(" ") and tag is not None:
            held.append(line.strip())
            continue
        if tagged is None and not line.strip():
            continue
        if tag is not None:
            yield Field(start, tag, " ".join(held))
        tag = None
        if tagged is None:
            yield Field(number, None, line)
        else:
            start, tag, held = number, tagged[1], [tagged[2].strip()]
    if tag is not None:
        yield Field(start, tag, " ".join(held))


def _record(text: str) -> list[tuple[str, str]]:
    """Tags with their values, in their order."""
    found: list[tuple[str, str]] = []
    for one in read_fields(text):
        if one.tag is None:
            raise InputError(
                f"line {one.line}: {one.value[:40]!r}, expected a tag such as 'TI  - '"
            )
        found.append((one.tag, one.value))
    if not found or found[0][0] != "PMID" or normalize_pmid(found[0][1]) is None:
        raise InputError("line 1: no PMID, expected a record of .nbib that begins with it")
    return found


def _paper(lines: Sequence[tuple[str, str]], source: Source) -> Paper:
    fields: dict[str, list[str]] = {}
    for tag, value in lines:
        fields.setdefault(tag, []).append(value)

    def first(*tags: str) -> str | None:
        return next((string_shown(v) for tag in tags for v in fields.get(tag, ()) if v), None)

    pmid, pmcid = normalize_pmid(first("PMID")), normalize_pmcid(first("PMC"))
    places = [*fields.get("LID", ()), *fields.get("AID", ())]
    doi = next((normalize_doi(v[:-5].strip()) for v in places if v.endswith("[doi]")), None)
    years = [year for tag in ("DP", "DEP") if (year := _year(first(tag))) is not None]
    title = first("TI", "BTI")
    return Paper(
        id=paper_id(doi=doi, pmid=pmid, pmcid=pmcid) or f"sha256:{source.sha256}",
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        title=title.removesuffix(".") or None if title else None,
        abstract=_abstract(first("AB")),
        year=min(years, default=None),
        journal=first("JT", "TA"),
        publisher=first("PB"),
        publication_types=tuple(filter(None, map(string_shown, fields.get("PT", ())))),
        authors=_authors(lines),
        license=None,
        notices=tuple(
            dict.fromkeys(
                Notice(kind=kind, issued=issued, other=_other(value))
                for tag, (kind, issued) in _NOTICES.items()
                for value in fields.get(tag, ())
            )
        ),
        source=source,
    )


def _year(date: str | None) -> int | None:
    return year_in((date or "")[:4])


def _other(text: str) -> str | None:
    found = _PMID.search(text)
    pmid = normalize_pmid(found[1]) if found else None
    return paper_id(doi=None, pmid=pmid, pmcid=None)


def _abstract(text: str | None) -> tuple[AbstractPart, ...]:
    """Labels in capitals before a colon part a structured abstract."""
    if not text:
        return ()
    labels = list(_LABEL.finditer(text))
    if not labels or labels[0].start():
        return (AbstractPart(heading=None, text=text),)
    ends = [one.start() for one in labels[1:]] + [len(text)]
    parts = [
        AbstractPart(heading=one[1].capitalize(), text=text[one.end() : end].strip())
        for one, end in zip(labels, ends, strict=True)
    ]
    return tuple(part for part in parts if part.text)


def _authors(lines: Iterable[tuple[str, str]]) -> tuple[Author, ...]:
    """Full names where there are any; an ORCID stands behind the name of its author."""
    held = list(lines)
    named = "FAU" if any(tag == "FAU" for tag, _ in held) else "AU"
    people: list[Author] = []
    for tag, value in held:
        if tag == named and value:
            family, comma, given = value.partition(",")
            if not comma:  # "Smith JA"
                family, _, given = value.rpartition(" ") if " " in value else (value, "", "")
            people.append(Author(family=family.strip(), given=given.strip() or None))
        elif tag == "CN" and value:
            people.append(Author(family=value))
        elif tag == "AUID" and people and people[-1].orcid is None:
            people[-1] = replace(people[-1], orcid=normalize_orcid(value))
    return tuple(one for one in people if one.family)
