"""Reference lists as people keep them: libraries in several formats, or one identifier a line.

An entry that cannot be read is named with its line and the reason, and the rest goes on.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from semsearch.errors import InputError
from semsearch.language.identifiers import find_doi
from semsearch.parse.decoding import decode
from semsearch.parse.head import HEAD_BYTES, Head
from semsearch.parse.libraries import Library, library_kind
from semsearch.records import Author
from semsearch.report.libraries import read_csl, read_nbib, read_zotero_csv, read_zotero_rdf
from semsearch.report.listed import (
    IDENTIFIERS,
    Entry,
    ListedReference,
    Skipped,
    author_named,
    entry_of,
    listed,
)
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
    what is none of them, by its ending (``.bib``, ``.ris``, ``.txt``). What is no UTF-8 is read as
    ``parse.decoding`` says. A key that comes again is skipped.

    Raises:
        InputError: the file cannot be read, is over the setting ``max_file_bytes``, or is no
            reference list.
    """
    found = [
        one if isinstance(one, Skipped) else listed(one)
        for one in read_entries(read_bounded(path), str(path))
    ]
    return ReferenceList(
        tuple(one for one in found if isinstance(one, ListedReference)),
        tuple(one for one in found if isinstance(one, Skipped)),
    )


def read_bounded(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        InputError: it cannot be read, or is over the setting ``max_file_bytes``.
    """
    most = settings().max_file_bytes
    try:
        size = path.stat().st_size
        if size <= most:
            with path.open("rb") as stream:
                content = stream.read(most + 1)  # what is no plain file tells no size
            size = len(content)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    if size > most:
        raise InputError(
            f"{path} has {size:,} bytes, over the limit of {most:,} (setting max_file_bytes)"
        )
    return content


def read_entries(content: bytes, name: str) -> list[Entry | Skipped]:
    """All entries of a list in its order, those without an identifier too.

    Args:
        content: the bytes of the list.
        name: of the file, for messages; its ending counts where the content does not tell.

    Raises:
        InputError: it is no reference list.
    """
    kind = library_kind(Head(content[:HEAD_BYTES]))
    ending = PurePath(name).suffix.casefold()
    reader = _LIBRARIES.get(kind) if kind is not None else _ENDINGS.get(ending)
    if reader is None:
        raise InputError(
            f"{name} is no reference list that can be read, expected {', '.join(_ENDINGS)}, .nbib,"
            " CSL JSON, or RDF or CSV of Zotero"
        )
    found: list[Entry | Skipped] = []
    keys: dict[str, int] = {}
    for one in reader(decode(content)[0]):
        if isinstance(one, Entry) and one.key is not None and one.key in keys:
            reason = f"the key {one.key} stands at line {keys[one.key]} already"
            found.append(Skipped(line=one.line, key=one.key, reason=reason))
        else:
            found.append(one)
        if one.key is not None:
            keys.setdefault(one.key, one.line)
    return found


def _read_bib(text: str) -> Iterator[Entry | Skipped]:
    from bibtexparser import model
    from bibtexparser.entrypoint import parse_string

    with _quiet("bibtexparser"):
        library = parse_string(text)
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, model.DuplicateBlockKeyBlock):
            yield _bib_entry(line, block.key, block.ignore_error_block)
        elif isinstance(block, model.DuplicateFieldKeyBlock):
            again = ", ".join(sorted(block.duplicate_keys))
            key = getattr(block.ignore_error_block, "key", None)
            yield Skipped(line=line, key=key, reason=f"a field stands twice: {again}")
        elif isinstance(block, model.ParsingFailedBlock):
            yield Skipped(line=line, key=_broken_key(block.raw), reason="not readable as BibTeX")
        elif isinstance(block, model.Entry):
            yield _bib_entry(line, block.key, block)


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


def _bib_entry(line: int, key: str, block: object) -> Entry:
    fields = _entry_fields(block)
    archive = fields.get("archiveprefix", fields.get("eprinttype", "")).casefold()
    given = {
        "doi": [fields.get("doi"), fields.get("url"), fields.get("ee"), fields.get("note")],
        "pmid": [fields.get("pmid"), fields.get("eprint") if archive == "pubmed" else None],
        "pmcid": [fields.get("pmcid"), fields.get("pmc")],
        "arxiv": [fields.get("eprint") if archive == "arxiv" else None],
    }
    year = fields.get("year", fields.get("date", ""))
    title = fields.get("title", "")
    return entry_of(line, key or None, given, title, year, authors=_bib_authors(block))


def _bib_authors(block: object) -> list[Author]:
    """The authors, whose braces hold the names of groups together."""
    from bibtexparser.middlewares.names import (
        InvalidNameError,
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    given = {name.casefold(): f for name, f in getattr(block, "fields_dict", {}).items()}
    field = given.get("author", given.get("editor"))
    found: list[Author] = []
    for name in split_multiple_persons_names(str(field.value)) if field is not None else ():
        try:
            parts = parse_single_name_into_parts(name, strict=False)
        except InvalidNameError:
            continue
        family = _readable(" ".join([*parts.von, *parts.last])).strip()
        if family and family != "others":
            found.append(Author(family=family, given=_readable(" ".join(parts.first)) or None))
    return found


def _read_ris(text: str) -> Iterator[Entry | Skipped]:
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
        names = [*fields.get("first_authors", ()), *fields.get("authors", ())]
        authors = [one for one in map(author_named, map(str, names)) if one is not None]
        yield entry_of(line, fields.get("id"), given, title, year, authors=authors)


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


def _read_txt(text: str) -> Iterator[Entry | Skipped]:
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        given: dict[str, list[str | None]] = {kind: [bare] for kind in IDENTIFIERS}
        shown = bare if find_doi(bare) and " " in bare else ""
        yield entry_of(number, None, given, shown, "", raw=bare)


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


_Read = Callable[[str], Iterator[Entry | Skipped]]
_LIBRARIES: Mapping[Library, _Read] = {
    Library.BIBTEX: _read_bib,
    Library.RIS: _read_ris,
    Library.NBIB: read_nbib,
    Library.CSL_JSON: read_csl,
    Library.ZOTERO_RDF: read_zotero_rdf,
    Library.ZOTERO_CSV: read_zotero_csv,
}
_ENDINGS: Mapping[str, _Read] = {".bib": _read_bib, ".ris": _read_ris, ".txt": _read_txt}
