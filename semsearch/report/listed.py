"""Entries of reference lists, and the identifiers that they name works by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from semsearch.language.identifiers import (
    find_doi,
    normalize_arxiv,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
)
from semsearch.language.scripts import normal_form
from semsearch.records import Author

# What reference managers write into their field for the rest.
_EXTRA = {
    "pmid": re.compile(r"\bPMID:\s*(\d+)", re.IGNORECASE),
    "pmcid": re.compile(r"\bPMCID:\s*(PMC\d+)", re.IGNORECASE),
    "arxiv": re.compile(r"\barXiv:\s*([\w./-]+)", re.IGNORECASE),
    "doi": re.compile(r"\bDOI:\s*(\S+)", re.IGNORECASE),
}


_YEAR = re.compile(r"(?<!\d)(\d{4})([a-z])?(?![\da-z])")
_GROUP = re.compile(r"[{}\d]|\b(?:the|of|for|and|group|consortium|team|committee)\b", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a list as it stands there.

    ``names``: its identifiers in the form of ``ListedReference.name``, the strongest first; empty
    without any. ``letter``: behind the year, as in "2010a". ``raw``: as it is printed, where the
    list is a printed one.
    """

    line: int  # where it starts, from 1
    key: str | None
    names: tuple[str, ...]
    title: str | None
    year: str | None
    letter: str | None = None
    authors: tuple[Author, ...] = ()
    raw: str | None = None


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


def entry_of(
    line: int,
    key: str | None,
    given: Mapping[str, list[str | None]],
    title: str,
    year: str,
    *,
    authors: Iterable[Author] = (),
    raw: str | None = None,
) -> Entry:
    """An entry with all its identifiers.

    Args:
        line: where it starts, from 1.
        key: of the entry.
        given: texts that may be or hold an identifier, by scheme.
        title: of the work.
        year: a date.
        authors: of the work, in their order.
        raw: as it is printed.
    """
    read = [
        identifier(text)
        for kind, identifier in IDENTIFIERS.items()
        for text in given.get(kind, ())
        if text
    ]
    lettered = _YEAR.search(year)
    return Entry(
        line=line,
        key=key,
        names=tuple(dict.fromkeys(one for one in read if one is not None)),
        title=normal_form(title) or None,
        year=normal_form(year)[:4] or None,
        letter=lettered[2] if lettered else None,
        authors=tuple(authors),
        raw=raw,
    )


def listed(entry: Entry) -> ListedReference | Skipped:
    """An entry by the first identifier that is one."""
    if entry.names:
        return ListedReference(
            line=entry.line,
            key=entry.key,
            name=entry.names[0],
            title=entry.title,
            year=entry.year,
        )
    shown = entry.title or ""
    named = f" ({shown[:80]})" if shown else ""
    reason = f"no DOI, PMID, PMCID or arXiv number{named}"
    return Skipped(line=entry.line, key=entry.key, reason=reason)


def author_named(text: str) -> Author | None:
    """An author as lists write one: "Rao, Ravi", "Rao R" or "Ravi Rao"; None without a name."""
    name = normal_form(text).strip(" ,;.")
    if not name:
        return None
    family, comma, given = name.partition(",")
    if comma:
        return Author(family=family.strip() or given.strip(), given=given.strip() or None)
    words = name.split()
    if len(words) == 1 or _GROUP.search(name):
        return Author(family=name)
    if words[-1].isupper() and _INITIALS.fullmatch(words[-1]):
        return Author(family=" ".join(words[:-1]), given=words[-1])
    return Author(family=words[-1], given=" ".join(words[:-1]))


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


def in_extra(text: str | None) -> dict[str, list[str | None]]:
    """The identifiers in a field for the rest, such as ``PMID: 12``, by scheme."""
    found = {kind: pattern.search(text or "") for kind, pattern in _EXTRA.items()}
    return {kind: [match[1]] for kind, match in found.items() if match is not None}


#: What reads each identifier, the strongest first.
IDENTIFIERS: Mapping[str, Callable[[str], str | None]] = {
    "doi": _doi,
    "pmid": _pmid,
    "pmcid": _pmcid,
    "arxiv": _arxiv,
}
