"""Reference lists as people keep them: libraries in several formats, or one identifier a line.

An entry that cannot be read is named with its line and the reason, and the rest goes on.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from semsearch.errors import InputError
from semsearch.language.identifiers import find_doi
from semsearch.parse.head import HEAD_BYTES, Head
from semsearch.parse.libraries import Library, library_kind
from semsearch.report.libraries import read_csl, read_nbib, read_zotero_csv, read_zotero_rdf
from semsearch.report.listed import IDENTIFIERS, ListedReference, Skipped, entry_of
from semsearch.settings import settings

_END_OF_RIS = re.compile(r"ER\s{1,3}-")
_START_OF_RIS = re.compile(r"TY\s{1,3}-")
_ESCAPED = re.compile(r"\\([_%&#$])")  # what TeX wants before signs that a DOI may hold
_BRACES = str.maketrans("", "", "{}")


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """Both in the order of the file."""

    entries: tuple[ListedReference, ...]
    skipped: tuple[Skipped, ...]


def read_reference_list(path: Path) -> ReferenceList:
    """The entries of a library, or of a list with an identifier a line.

    BibTeX, RIS, ``.nbib``, CSL JSON, and Zotero's RDF and CSV are known by what they begin with;
    what is none of them, by its ending (``.bib``, ``.ris``, ``.txt``). Bytes that are no UTF-8 are
    shown as U+FFFD. A key that comes again is skipped.

    Raises:
        InputError: the file cannot be read, is over the setting ``max_file_bytes``, or is no
            reference list.
    """
    try:
        size = path.stat().st_size
        if size > settings().max_file_bytes:
            raise InputError(
                f"{path} has {size:,} bytes, over the limit of {settings().max_file_bytes:,}"
                " (setting max_file_bytes)"
            )
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    kind = library_kind(Head(content[:HEAD_BYTES]))
    reader = _LIBRARIES.get(kind) if kind is not None else _ENDINGS.get(path.suffix.casefold())
    if reader is None:
        raise InputError(
            f"{path} is no reference list that can be read, expected {', '.join(_ENDINGS)}, .nbib,"
            " CSL JSON, or RDF or CSV of Zotero"
        )
    text = content.decode("utf-8-sig", errors="replace")
    entries: list[ListedReference] = []
    skipped: list[Skipped] = []
    keys: dict[str, int] = {}
    for one in reader(text.replace("\r\n", "\n").replace("\r", "\n")):
        if isinstance(one, Skipped):
            skipped.append(one)
        elif one.key is not None and one.key in keys:
            reason = f"the key {one.key} stands at line {keys[one.key]} already"
            skipped.append(Skipped(line=one.line, key=one.key, reason=reason))
        else:
            entries.append(one)
        if one.key is not None:
            keys.setdefault(one.key, one.line)
    return ReferenceList(tuple(entries), tuple(skipped))


def _read_bib(text: str) -> Iterator[ListedReference | Skipped]:
    from bibtexparser import model
    from bibtexparser.entrypoint import parse_string

    with _quiet("bibtexparser"):
        library = parse_string(text)
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, model.DuplicateBlockKeyBlock):
            yield _bib_entry(line, block.key, _entry_fields(block.ignore_error_block))
        elif isinstance(block, model.DuplicateFieldKeyBlock):
            again = ", ".join(sorted(block.duplicate_keys))
            key = getattr(block.ignore_error_block, "key", None)
            yield Skipped(line=line, key=key, reason=f"a field stands twice: {again}")
        elif isinstance(block, model.ParsingFailedBlock):
            yield Skipped(line=line, key=_broken_key(block.raw), reason="not readable as BibTeX")
        elif isinstance(block, model.Entry):
            yield _bib_entry(line, block.key, _entry_fields(block))


def _entry_fields(block: object) -> dict[str, str]:
    """Fields as a reader sees them: without braces and the escapes of TeX."""
    fields = getattr(block, "fields_dict", {})
    return {name.casefold(): _readable(str(field.value)) for name, field in fields.items()}


def _readable(text: str) -> str:
    if "\\" not in text:
        return text.translate(_BRACES)
    from pylatexenc.latex2text import LatexNodes2Text

    bare = _ESCAPED.sub(r"\1", text)
    try:
        return str(LatexNodes2Text().latex_to_text(bare) if "\\" in bare else bare).translate(
            _BRACES
        )
    except ValueError:  # TeX that is no TeX is shown as it stands
        return text


def _bib_entry(line: int, key: str, fields: Mapping[str, str]) -> ListedReference | Skipped:
    archive = fields.get("archiveprefix", fields.get("eprinttype", "")).casefold()
    given = {
        "doi": [fields.get("doi"), fields.get("url"), fields.get("ee"), fields.get("note")],
        "pmid": [fields.get("pmid"), fields.get("eprint") if archive == "pubmed" else None],
        "pmcid": [fields.get("pmcid"), fields.get("pmc")],
        "arxiv": [fields.get("eprint") if archive == "arxiv" else None],
    }
    year = fields.get("year", fields.get("date", ""))
    return entry_of(line, key or None, given, fields.get("title", ""), year)


def _read_ris(text: str) -> Iterator[ListedReference | Skipped]:
    import rispy

    for line, record, ended in _ris_records(text):
        if not _START_OF_RIS.match(record) or not ended:
            missing = "an ER line at its end" if _START_OF_RIS.match(record) else "a TY line"
            yield Skipped(line=line, key=None, reason=f"a record of RIS without {missing}")
            continue
        try:
            found = rispy.loads(record)
        except (rispy.ParseError, ValueError, KeyError, IndexError) as error:
            yield Skipped(line=line, key=None, reason=f"not readable as RIS: {error}")
            continue
        fields = found[0] if found else {}
        given = {
            "doi": [fields.get("doi"), *fields.get("urls", ()), *fields.get("notes", ())],
            "pmid": [fields.get("pubmed_id"), fields.get("accession_number")],
            "pmcid": [fields.get("custom2")],
            "arxiv": [],
        }
        title = str(fields.get("title") or fields.get("primary_title") or "")
        year = str(fields.get("year") or fields.get("publication_year") or "")
        yield entry_of(line, fields.get("id"), given, title, year)


def _ris_records(text: str) -> Iterator[tuple[int, str, bool]]:
    """First line, text, and whether it ended, of each record; rispy itself names no lines."""
    start, held = 0, list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        if held and _START_OF_RIS.match(line):
            yield start, "\n".join(held), False
            held = []
        if not held and not line.strip():
            continue
        start = start if held else number
        held.append(line)
        if _END_OF_RIS.match(line):
            yield start, "\n".join(held), True
            held = []
    if held:
        yield start, "\n".join(held), False


def _read_txt(text: str) -> Iterator[ListedReference | Skipped]:
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        given: dict[str, list[str | None]] = {kind: [bare] for kind in IDENTIFIERS}
        shown = bare if find_doi(bare) and " " in bare else ""
        yield entry_of(number, None, given, shown, "")


def _broken_key(raw: str | None) -> str | None:
    found = re.match(r"\s*@\s*\w+\s*[{(]\s*([^\s,{}()]+)\s*,", raw or "")
    return found.group(1) if found else None


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """What a parser logs of broken entries is said by ``Skipped``, once."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


_Read = Callable[[str], Iterator[ListedReference | Skipped]]
_LIBRARIES: Mapping[Library, _Read] = {
    Library.BIBTEX: _read_bib,
    Library.RIS: _read_ris,
    Library.NBIB: read_nbib,
    Library.CSL_JSON: read_csl,
    Library.ZOTERO_RDF: read_zotero_rdf,
    Library.ZOTERO_CSV: read_zotero_csv,
}
_ENDINGS: Mapping[str, _Read] = {".bib": _read_bib, ".ris": _read_ris, ".txt": _read_txt}
