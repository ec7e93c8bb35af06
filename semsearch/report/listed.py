"""Entries of reference lists, and the identifiers that they name works by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from semsearch.language.identifiers import (
    find_doi,
    normalize_arxiv,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
)
from semsearch.language.scripts import normal_form

# What reference managers write into their field for the rest.
_EXTRA = {
    "pmid": re.compile(r"\bPMID:\s*(\d+)", re.IGNORECASE),
    "pmcid": re.compile(r"\bPMCID:\s*(PMC\d+)", re.IGNORECASE),
    "arxiv": re.compile(r"\barXiv:\s*([\w./-]+)", re.IGNORECASE),
    "doi": re.compile(r"\bDOI:\s*(\S+)", re.IGNORECASE),
}


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
    line: int, key: str | None, given: Mapping[str, list[str | None]], title: str, year: str
) -> ListedReference | Skipped:
    """An entry by the first identifier that is one."""
    for kind, read in IDENTIFIERS.items():
        for text in given.get(kind, ()):
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
