"""Reference lists as people keep them: BibTeX, RIS, or one identifier a line.

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
from semsearch.language.identifiers import (
    find_doi,
    normalize_arxiv,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
)
from semsearch.language.scripts import normal_form
from semsearch.settings import settings

_END_OF_RIS = re.compile(r"ER\s{1,3}-")
_START_OF_RIS = re.compile(r"TY\s{1,3}-")
_ESCAPED = re.compile(r"\\([_%&#$])")  # what TeX wants before signs that a DOI may hold
_BRACES = str.maketrans("", "", "{}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReference:
    """An entry that names a work by an identifier."""

    line: int  # where it starts, from 1
    key: str | None
    name: str  # "10.…", "pmid:…", "PMC…" or "arxiv:…"
    title: str | None
    year: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An entry that was not looked up, and why."""

    line: int
    key: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """Both in the order of the file."""

    entries: tuple[ListedReference, ...]
    skipped: tuple[Skipped, ...]


def read_reference_list(path: Path) -> ReferenceList:
    """The entries of a ``.bib``, ``.ris`` or ``.txt`` file.

    Bytes that are no UTF-8 are shown as U+FFFD. A key that comes again is skipped.

    Raises:
        InputError: the file cannot be read, is over the setting ``max_file_bytes``, or its name
            has another ending.
    """
    reader = _READERS.get(path.suffix.casefold())
    if reader is None:
        raise InputError(
            f"{path} is no reference list that can be read, expected {', '.join(_READERS)}"
        )
    try:
        size = path.stat().st_size
        if size > settings().max_file_bytes:
            raise InputError(
                f"{path} has {size:,} bytes, over the limit of {settings().max_file_bytes:,}"
                " (setting max_file_bytes)"
            )
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
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
    return _entry(line, key or None, given, fields.get("title", ""), year)


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
        yield _entry(line, fields.get("id"), given, title, year)


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
        given: dict[str, list[str | None]] = {kind: [bare] for kind in _IDENTIFIERS}
        shown = bare if find_doi(bare) and " " in bare else ""
        yield _entry(number, None, given, shown, "")


def _entry(
    line: int, key: str | None, given: Mapping[str, list[str | None]], title: str, year: str
) -> ListedReference | Skipped:
    """An entry by the first identifier that is one."""
    for kind, read in _IDENTIFIERS.items():
        for text in given[kind]:
            identity = read(text) if text else None
            if identity is not None:
                return ListedReference(
                    line=line,
                    key=key,
                    name=identity,
                    title=normal_form(title) or None,
                    year=normal_form(year)[:4] or None,
                )
    named = f" ({normal_form(title)[:80]})" if title.strip() else ""
    return Skipped(line=line, key=key, reason=f"no DOI, PMID, PMCID or arXiv number{named}")


def _doi(text: str) -> str | None:
    return normalize_doi(text) or find_doi(text)


def _pmid(text: str) -> str | None:
    found = normalize_pmid(text)
    return f"pmid:{found}" if found else None


def _pmcid(text: str) -> str | None:
    """Only with its prefix: bare digits are a PMID."""
    return normalize_pmcid(text) if text.strip().casefold().startswith("pmc") else None


def _arxiv(text: str) -> str | None:
    found = normalize_arxiv(text)
    return f"arxiv:{found}" if found else None


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


_IDENTIFIERS: Mapping[str, Callable[[str], str | None]] = {
    "doi": _doi,
    "pmid": _pmid,
    "pmcid": _pmcid,
    "arxiv": _arxiv,
}
_READERS: Mapping[str, Callable[[str], Iterator[ListedReference | Skipped]]] = {
    ".bib": _read_bib,
    ".ris": _read_ris,
    ".txt": _read_txt,
}
