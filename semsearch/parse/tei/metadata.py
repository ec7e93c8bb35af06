"""The header of a TEI document, and the entries of its reference list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_doi,
    normalize_orcid,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.reference_list import (
    ReferenceList,
    ReferenceListing,
    add_links,
    reference_of,
    written_out,
)
from semsearch.parse.strings import string_value
from semsearch.parse.tei.elements import XML_ID, below, find, local, shown
from semsearch.records import AbstractPart, Author, Paper, Reference, Source

_SCHEMES = {
    "DOI": ("doi", normalize_doi),
    "PMID": ("pmid", normalize_pmid),
    "PMCID": ("pmcid", normalize_pmcid),
    "PMC": ("pmcid", normalize_pmcid),
    "ARXIV": ("arxiv", normalize_arxiv),
}
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")


def read_paper(root: etree._Element, source: Source) -> Paper:
    """The paper record, from the ``teiHeader``."""
    header = find(root, "teiHeader")
    described = find(header, "fileDesc", "sourceDesc", "biblStruct")
    ids = {} if described is None else _ids(described)
    title = shown(find(header, "fileDesc", "titleStmt", "title"))
    publication = find(header, "fileDesc", "publicationStmt")
    return Paper(
        id=paper_id(
            doi=ids.get("doi"), pmid=ids.get("pmid"), pmcid=ids.get("pmcid"), arxiv=ids.get("arxiv")
        )
        or f"sha256:{source.sha256}",
        doi=ids.get("doi"),
        pmid=ids.get("pmid"),
        pmcid=ids.get("pmcid"),
        title=title or (None if described is None else _title(described, "a")),
        abstract=_abstract(header),
        year=None if described is None else _year(described),
        journal=None if described is None else _title(described, "j"),
        publisher=shown(find(publication, "publisher")),
        publication_types=(),
        authors=() if described is None else _authors(described),
        license=_license(publication),
        notices=(),
        source=source,
    )


def read_references(root: etree._Element, paper: str) -> ReferenceList:
    """All ``biblStruct`` elements of reference lists, in document order."""
    listing = ReferenceListing()
    for entry in entries(root):
        (key,) = listing.entry(entry.get(XML_ID))
        listing.references.append(_reference(entry, paper, key))
    return listing.finish()


def entries(root: etree._Element) -> Iterator[etree._Element]:
    """The entries of the reference lists."""
    for listed in below(root, "listBibl"):
        yield from (child for child in listed if local(child) == "biblStruct")


def _reference(entry: etree._Element, paper: str, key: str) -> Reference:
    authors = _authors(entry)
    title, journal = _title(entry, "a"), _title(entry, "j")
    book = _title(entry, "m")
    if title is None:
        title, book = book, None
    year = _year(entry)
    printed = next(
        (shown(note) for note in below(entry, "note") if note.get("type") == "raw_reference"), None
    )
    scopes = {node.get("unit"): _scope(node) for node in below(entry, "biblScope")}
    raw = printed or written_out(
        authors=authors,
        title=title,
        journal=journal or book,
        year=year,
        volume=scopes.get("volume"),
        issue=scopes.get("issue"),
        pages=scopes.get("page"),
    )
    ids = _ids(entry)
    add_links(ids, (*(node.get("target") or "" for node in below(entry, "ptr")), raw))
    return reference_of(
        ids,
        paper=paper,
        key=key,
        title=title,
        year=year,
        journal=journal or book,
        authors=authors,
        raw=raw,
    )


def _ids(element: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in below(element, "idno"):
        scheme, read = _SCHEMES.get((node.get("type") or "").upper(), ("", None))
        if read is not None and (value := read(string_value(node))) is not None:
            found.setdefault(scheme, value)
    return found


def _title(element: etree._Element, level: str) -> str | None:
    """The title of a level: ``a`` of an article, ``j`` of a journal, ``m`` of a book."""
    for node in below(element, "title"):
        if node.get("level") == level and (text := shown(node)):
            return text
    return None


def _authors(element: etree._Element) -> tuple[Author, ...]:
    return tuple(one for node in below(element, "author") if (one := _author(node)))


def _author(node: etree._Element) -> Author | None:
    name = find(node, "persName")
    family = shown(find(name, "surname"))
    orcids = (
        normalize_orcid(string_value(i)) for i in below(node, "idno") if i.get("type") == "ORCID"
    )
    if name is None or family is None:
        group = shown(find(node, "orgName")) or shown(name)
        return Author(family=group) if group else None
    given = [text for part in name if local(part) == "forename" and (text := shown(part))]
    return Author(
        family=family, given=" ".join(given) or None, orcid=next(filter(None, orcids), None)
    )


def _year(element: etree._Element) -> int | None:
    for node in below(element, "date"):
        found = _YEAR.search(node.get("when") or string_value(node))
        if found:
            return int(found[1])
    return None


def _scope(node: etree._Element) -> str:
    pages = "–".join(part for part in (node.get("from"), node.get("to")) if part)
    return pages or shown(node) or ""


def _abstract(header: etree._Element | None) -> tuple[AbstractPart, ...]:
    abstract = find(header, "profileDesc", "abstract")
    if abstract is None:
        return ()
    parts: list[AbstractPart] = []
    divisions = list(below(abstract, "div")) or [abstract]
    for division in divisions:
        paragraphs = [_running(node) for node in division if local(node) in {"p", "ab"}]
        running = " ".join(filter(None, paragraphs))
        heading = shown(find(division, "head"))
        if running:
            heading = heading.rstrip(" .:") or None if heading else None
            parts.append(AbstractPart(heading=heading, text=running))
    if not parts and (text := shown(abstract)):
        parts.append(AbstractPart(heading=None, text=text))
    return tuple(parts)


def _running(paragraph: etree._Element) -> str:
    """The text of a paragraph; sentences that are marked up stand apart."""
    sentences = [shown(child) for child in paragraph if local(child) == "s"]
    return " ".join(filter(None, sentences)) if sentences else shown(paragraph) or ""


def _license(publication: etree._Element | None) -> str | None:
    licence = find(publication, "availability", "licence")
    if licence is None:
        return None
    return licence.get("target") or shown(licence)
