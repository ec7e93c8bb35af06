"""The reference list: every work of every entry, with all the identifiers it gives."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_doi,
    normalize_orcid,
    normalize_pmcid,
    normalize_pmid,
)
from semsearch.parse.jats.blocks import printed_text
from semsearch.parse.jats.rendering import render
from semsearch.parse.reference_list import ReferenceList, ReferenceListing, add_links, reference_of
from semsearch.parse.strings import string_value
from semsearch.records import Author, Reference

XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_CITATIONS = frozenset({"mixed-citation", "element-citation", "nlm-citation", "citation"})
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_TITLES = ("article-title", "chapter-title", "part-title", "data-title")
_PARTS = ("source", "publisher-name", "year", "volume", "issue", "fpage", "lpage", "elocation-id")
_READ = (*_TITLES, *_PARTS, "comment")
_SHOWN = frozenset(_TITLES) | _CITATIONS
_Parts = dict[str, list[etree._Element]]  # by tag, in document order


def read_references(root: etree._Element, paper: str) -> ReferenceList:
    """All works of all ``ref`` elements, in document order."""
    listing = ReferenceListing()
    for entry in root.iter("ref"):
        works = _works(entry)
        label = printed_text(entry.find("label"))
        keys = listing.entry(entry.get("id"), label=label, works=len(works))
        listing.references += [
            _read_work(work, paper=paper, key=key, label=label)
            for work, key in zip(works, keys, strict=True)
        ]
    return listing.finish()


def read_authors(element: etree._Element) -> tuple[Author, ...]:
    """The authors below an element, in order: names, and groups that sign as one."""
    found: list[Author] = []
    for node in element.iter("name", "string-name", "collab"):
        if next(node.iterancestors("collab"), None) is not None or _is_editor(node):
            continue
        author = _group(node) if node.tag == "collab" else _person(node)
        if author is not None:
            found.append(author)
    return tuple(found)


def _works(entry: etree._Element) -> list[etree._Element]:
    """The citation elements of one entry; alternatives of one work count once."""
    works: list[etree._Element] = []
    for child in entry:
        if child.tag == "citation-alternatives":
            inner = [c for c in child if c.tag in _CITATIONS]
            structured = [c for c in inner if c.tag != "mixed-citation"]
            works += (structured or inner)[:1]
        elif child.tag in _CITATIONS:
            works.append(child)
    return works or [entry]


def _read_work(work: etree._Element, *, paper: str, key: str, label: str | None) -> Reference:
    parts: dict[str, list[etree._Element]] = {}
    for node in work.iter(*_READ):
        parts.setdefault(str(node.tag), []).append(node)
    authors = read_authors(work)
    title = next((text for tag in _TITLES if (text := _name(parts, tag))), None)
    journal = _name(parts, "source")
    if title is None and journal is not None:
        # A book, report or thesis: its source is its title.
        title, journal = journal, None
    raw = _raw(work, parts, authors)
    ids = _ids(work)
    links = [node.get(XLINK_HREF) or string_value(node) for node in work.iter("ext-link", "uri")]
    add_links(ids, (*links, raw))
    return reference_of(
        ids,
        paper=paper,
        key=key,
        label=label,
        title=title,
        year=_year(parts),
        journal=journal,
        authors=authors,
        raw=raw,
    )


def _first(parts: _Parts, tag: str) -> str | None:
    """The text of the first part with a tag."""
    found = parts.get(tag)
    return printed_text(found[0]) if found else None


def _name(parts: _Parts, tag: str) -> str | None:
    """A title without the full stop that ends it; abbreviations keep theirs."""
    text = _first(parts, tag)
    if text is None or text.count(".") > 1 or text.endswith(".."):
        return text
    return text.removesuffix(".").rstrip() or None


def _ids(work: etree._Element) -> dict[str, str]:
    """The identifiers that are marked up as such, by scheme."""
    found: dict[str, str | None] = {}
    for node in work.iter("pub-id", "article-id"):
        text = string_value(node)
        match node.get("pub-id-type"):
            case "doi":
                scheme, value = "doi", normalize_doi(text)
            case "pmid" | "medline":
                scheme, value = "pmid", normalize_pmid(text)
            case "pmc" | "pmcid":
                scheme, value = "pmcid", normalize_pmcid(text)
            case "arxiv":
                scheme, value = "arxiv", normalize_arxiv(text)
            case _:
                scheme, value = "doi", normalize_doi(text) if "10." in text else None
        found[scheme] = found.get(scheme) or value
    return {scheme: value for scheme, value in found.items() if value}


def _year(parts: _Parts) -> int | None:
    for node in parts.get("year", ()):
        found = _YEAR.search(string_value(node))
        if found:
            return int(found.group(1))
    return None


def _raw(work: etree._Element, parts: _Parts, authors: tuple[Author, ...]) -> str:
    """The entry as a reader sees it.

    Where names and numbers are only marked up, with nothing printed between them, the parts are
    set in the usual order.
    """
    if not _is_structured(work):
        return render(work, inline=_SHOWN).text
    names = [f"{a.family} {a.given}" if a.given else a.family for a in authors]
    found = {tag: _first(parts, tag) or "" for tag in (*_TITLES, *_PARTS)}
    issue = f"({found['issue']})" if found["issue"] else ""
    pages = "–".join(p for p in (found["fpage"] or found["elocation-id"], found["lpage"]) if p)
    volume = ":".join(part for part in (found["volume"] + issue, pages) if part)
    shown = [
        ", ".join(names),
        *(found[tag] for tag in (*_TITLES, "source", "publisher-name")),
        " ".join(part for part in (found["year"], volume) if part),
        *(printed_text(node) or "" for node in parts.get("comment", ())),
    ]
    text = ". ".join(part.rstrip(". ") for part in shown if part.strip(". "))
    return f"{text}." if text else " ".join(string_value(work).split())


def _is_structured(work: etree._Element) -> bool:
    """Whether the parts of an entry stand side by side without printed punctuation."""
    if work.tag in {"element-citation", "nlm-citation"}:
        return True
    for name in work.iter("name", "string-name"):
        surname = name.find("surname")
        if surname is not None and surname.getnext() is not None:
            return not surname.tail
    return False


def _is_editor(node: etree._Element) -> bool:
    for around in node.iterancestors("person-group"):
        return around.get("person-group-type") not in {None, "author", "authors", "allauthors"}
    return False


def _person(node: etree._Element) -> Author | None:
    family = printed_text(next(node.iterchildren("surname"), None))
    given = printed_text(next(node.iterchildren("given-names"), None))
    if family is None:
        whole = printed_text(node)
        return Author(family=whole) if whole else None
    return Author(family=family, given=given)


def _group(node: etree._Element) -> Author | None:
    named = node.find("institution")
    text = printed_text(named if named is not None else node)
    return Author(family=text) if text else None


def contributor(node: etree._Element) -> Author | None:
    """One ``contrib`` of an article, with its ORCID."""
    name = node.find(".//name")
    if name is None:
        name = node.find(".//string-name")
    author = _person(name) if name is not None else None
    if author is None:
        collab = node.find("collab")
        author = _group(collab) if collab is not None else None
    if author is None:
        return None
    orcid = next(
        (o for c in node.findall("contrib-id") if (o := normalize_orcid(string_value(c)))),
        None,
    )
    return replace(author, orcid=orcid)
