"""Libraries of references, by what they begin with: lists of works, no papers with statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from semsearch.parse.head import Head
from semsearch.parse.pubmed import nbib

_RIS = re.compile(r"TY\s{1,3}-", re.MULTILINE)
# White space before the sign is of its line: else empty lines are passed again from each of them.
_BIBTEX = re.compile(r"^[^\S\n]*@[^\S\n]*\w+\s*[{(]", re.MULTILINE)
_ZOTERO_COLUMNS = frozenset({"key", "item type", "doi"})


class Library(StrEnum):
    """A format of libraries."""

    BIBTEX = "BibTeX"
    RIS = "RIS"
    CSL_JSON = "CSL JSON"
    ZOTERO_RDF = "Zotero RDF"
    ZOTERO_CSV = "Zotero CSV"
    NBIB = ".nbib"


def library_kind(head: Head) -> Library | None:
    """The format of a library; None where it is none."""
    return next((kind for kind, accepts in _ACCEPTS.items() if accepts(head)), None)


def _is_csl(head: Head) -> bool:
    told = {"DOI", "issued", "container-title", "author"}
    return {"title", "type"} <= head.keys and bool(head.keys & told)


def _is_zotero_csv(head: Head) -> bool:
    names = {name.strip().strip('"').casefold() for name in head.first_line.split(",")}
    return names >= _ZOTERO_COLUMNS


def _is_bibtex(head: Head) -> bool:
    return not head.elements and not head.keys and bool(_BIBTEX.search(head.text))


_ACCEPTS: Mapping[Library, Callable[[Head], bool]] = {
    Library.ZOTERO_RDF: lambda head: head.root == "RDF",
    Library.CSL_JSON: _is_csl,
    Library.ZOTERO_CSV: _is_zotero_csv,
    Library.NBIB: nbib.accepts,
    Library.RIS: lambda head: bool(_RIS.match(head.begin)),
    Library.BIBTEX: _is_bibtex,
}
