"""BibTeX: an entry a source paper, its quotes in ``note``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from semsearch.export.bibliography import RETRACTED, Entry, entries
from semsearch.export.exported import ExportedStatement, ExportHead
from semsearch.export.tex import one_line, tex
from semsearch.records import Author

# In a name, a comma parts family and given names, and "and" parts authors.
_PARTING = re.compile(r",|\band\b", re.IGNORECASE)
# No reader of a DOI takes TeX, and a brace would end the field.
_VERBATIM = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def write_bibtex(head: ExportHead, statements: Iterable[ExportedStatement]) -> Iterator[bytes]:
    """The entries; statements of one source must stand together."""
    for entry in entries(head, statements):
        fields = {name: value for name, value in _fields(entry).items() if value}
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        kind = "article" if entry.journal else "misc"
        yield f"@{kind}{{{entry.key},\n{lines}\n}}\n\n".encode()


def _fields(entry: Entry) -> dict[str, str]:
    notes = [*([RETRACTED] if entry.retracted else []), *entry.notes]
    notes.append(f"From the semsearch index {entry.index}.")
    # Two braces keep the capitals of a title: EMT would print as emt.
    title = tex(entry.title or "")
    return {
        "author": " and ".join(name for author in entry.authors if (name := _name(author))),
        "title": f"{{{title}}}" if title else "",
        "journal": tex(entry.journal or ""),
        "year": str(entry.year or ""),
        "publisher": tex(entry.publisher or ""),
        "doi": (entry.doi or "").translate(_VERBATIM),
        "pmid": tex(entry.pmid or ""),
        "pmcid": tex(entry.pmcid or ""),
        "url": entry.url or "",
        "copyright": tex(entry.license or ""),
        "keywords": "retracted" if entry.retracted else "",
        "note": "\n    ".join(tex(note) for note in notes),
    }


def _name(author: Author) -> str:
    """``Family, Given``; a name of one part, such as a group's, is in braces."""
    family, given = one_line(author.family), one_line(author.given or "")
    if not family or not given:
        whole = family or given
        return f"{{{tex(whole)}}}" if whole else ""
    return ", ".join(
        f"{{{tex(part)}}}" if _PARTING.search(part) else tex(part) for part in (family, given)
    )
