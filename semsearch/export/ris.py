"""RIS: a record a source paper, each quote an ``N1`` of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semsearch.export.bibliography import RETRACTED, Entry, entries
from semsearch.export.exported import ExportedStatement, ExportHead
from semsearch.export.tex import one_line
from semsearch.records import Author


def write_ris(head: ExportHead, statements: Iterable[ExportedStatement]) -> Iterator[bytes]:
    """The records; statements of one source must stand together."""
    for entry in entries(head, statements):
        lines = (
            f"{tag}  - {line}\r\n" for tag, value in _fields(entry) if (line := one_line(value))
        )
        yield f"{''.join(lines)}ER  - \r\n\r\n".encode()


def _fields(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR" if entry.journal else "GEN"
    yield "ID", entry.key
    for author in entry.authors:
        yield "AU", _name(author)
    yield "TI", entry.title or ""
    yield "T2", entry.journal or ""
    yield "PY", str(entry.year or "")
    yield "PB", entry.publisher or ""
    yield "DO", entry.doi or ""
    yield "AN", entry.pmid or ""
    yield "C2", entry.pmcid or ""
    yield "UR", entry.url or ""
    yield "DB", f"semsearch index {entry.index}"
    if entry.retracted:
        yield "KW", "retracted"
        yield "N1", RETRACTED
    for note in entry.notes:
        yield "N1", note
    if entry.license:
        yield "N1", f"Licence: {entry.license}"


def _name(author: Author) -> str:
    """``Family, Given``; a comma inside either part would part it, and is left out."""
    parts = (one_line(part.replace(",", " ")) for part in (author.family, author.given or ""))
    return ", ".join(part for part in parts if part)
