"""The reference list: every work of every entry, with all the identifiers it gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from semsearch.language.identifiers import (
    find_doi,
    normalize_arxiv,
    normalize_doi,
    normalize_orcid,
    normalize_pmcid,
    normalize_pmid,
)
from semsearch.parse.blocks import printed_text
from semsearch.parse.rendering import render
from semsearch.parse.strings import string_value
from semsearch.records import Author, Reference

XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_CITATIONS = frozenset({"mixed-citation", "element-citation", "nlm-citation", "citation"})
_PUBMED_LINK = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})\b")
_PMC_LINK = re.compile(r"ncbi\.nlm\.nih\.gov/(?:pmc/)?articles/(PMC\d{1,9})\b")
_ARXIV_LINK = re.compile(
    r"arxiv\.org/(?:abs|pdf)/([\w.-]+(?:/\d+)?)|\barXiv:\s*([\w.-]+(?:/\d+)?)", re.I
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_TITLES = ("article-title", "chapter-title", "part-title", "data-title")
_PARTS = ("source", "publisher-name", "year", "volume", "issue", "fpage", "lpage", "elocation-id")


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """The references of one article, and the entries that a rid can name.

    ``entries`` maps the id of a ``ref`` element to the keys of its works; ``order`` gives the
    position of each entry in the list, by which ranges are filled; ``labels`` what is printed
    before it.
    """

    references: tuple[Reference, ...]
    entries: dict[str, tuple[str, ...]]
    order: dict[str, int]
    labels: dict[str, str | None]
    warnings: tuple[str, ...]

    def between(self, first: str, last: str) -> tuple[str, ...]:
        """The ids of the entries strictly between two entries of the list."""
        ids = tuple(self.order)
        return ids[self.order[first] + 1 : self.order[last]]

    def after(self, first: str, count: int) -> tuple[str, ...]:
        """The ids of the next ``count`` entries; fewer at the end of the list."""
        start = self.order[first] + 1
        return tuple(self.order)[start : start + count]


def read_references(root: etree._Element, paper: str) -> ReferenceList:
    """All works of all ``ref`` elements, in document order."""
    references: list[Reference] = []
    entries: dict[str, tuple[str, ...]] = {}
    order: dict[str, int] = {}
    labels: dict[str, str | None] = {}
    warnings: list[str] = []
    for position, entry in enumerate(root.iter("ref")):
        key = entry.get("id")
        if key is None:
            key = f"#{position + 1}"
        elif key in entries:
            warnings.append(f"two references have the id {key!r}; markers go to the first")
            key = f"{key}#{position + 1}"
        works = _works(entry)
        keys = tuple(key if n == 0 else f"{key}~{n + 1}" for n in range(len(works)))
        label = printed_text(entry.find("label"))
        references += [
            _read_work(work, paper=paper, key=k, label=label)
            for work, k in zip(works, keys, strict=True)
        ]
        entries[key] = keys
        order[key] = position
        labels[key] = label
    return ReferenceList(tuple(references), entries, order, labels, tuple(warnings))


def read_authors(element: etree._Element) -> tuple[Author, ...]:
    """The authors below an element, in order: names, and groups that sign as one."""
    found: list[Author] = []
    for node in element.iter("name", "string-name", "collab"):
        around = {a.tag for a in node.iterancestors()}
        if "collab" in around or _is_editor(node):
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
    reference = Reference(
        paper=paper,
        key=key,
        label=label,
        doi=None,
        pmid=None,
        pmcid=None,
        arxiv=None,
        title=next((text for tag in _TITLES if (text := _name(work, tag))), None),
        year=_year(work),
        journal=_name(work, "source"),
        authors=read_authors(work),
        raw=_raw(work),
    )
    if reference.title is None and reference.journal is not None:
        # A book, report or thesis: its source is its title.
        reference = replace(reference, title=reference.journal, journal=None)
    return _with_links(_with_ids(reference, work), work)


def _name(work: etree._Element, tag: str) -> str | None:
    """A title without the full stop that ends it; abbreviations keep theirs."""
    text = printed_text(work.find(f".//{tag}"))
    if text is None or text.count(".") > 1 or text.endswith(".."):
        return text
    return text.removesuffix(".").rstrip() or None


def _with_ids(reference: Reference, work: etree._Element) -> Reference:
    doi, pmid, pmcid, arxiv = None, None, None, None
    for node in work.iter("pub-id", "article-id"):
        text = string_value(node)
        match node.get("pub-id-type"):
            case "doi":
                doi = doi or normalize_doi(text)
            case "pmid" | "medline":
                pmid = pmid or normalize_pmid(text)
            case "pmc" | "pmcid":
                pmcid = pmcid or normalize_pmcid(text)
            case "arxiv":
                arxiv = arxiv or normalize_arxiv(text)
            case _:
                doi = doi or (normalize_doi(text) if "10." in text else None)
    return replace(reference, doi=doi, pmid=pmid, pmcid=pmcid, arxiv=arxiv)


def _with_links(reference: Reference, work: etree._Element) -> Reference:
    """Fill the identifiers that are given as links or in the running text only."""
    links = [node.get(XLINK_HREF) or string_value(node) for node in work.iter("ext-link", "uri")]
    for text in [*links, reference.raw]:
        if reference.doi is None and (doi := find_doi(text)):
            reference = replace(reference, doi=doi)
        if reference.pmid is None and (found := _PUBMED_LINK.search(text)):
            reference = replace(reference, pmid=normalize_pmid(found.group(1)))
        if reference.pmcid is None and (found := _PMC_LINK.search(text)):
            reference = replace(reference, pmcid=normalize_pmcid(found.group(1)))
        if reference.arxiv is None and (found := _ARXIV_LINK.search(text)):
            number = (found.group(1) or found.group(2)).removesuffix(".pdf").rstrip(".")
            reference = replace(reference, arxiv=normalize_arxiv(number))
    return reference


def _year(work: etree._Element) -> int | None:
    for node in work.iter("year"):
        found = _YEAR.search(string_value(node))
        if found:
            return int(found.group(1))
    return None


def _raw(work: etree._Element) -> str:
    """The entry as a reader sees it.

    Where names and numbers are only marked up, with nothing printed between them, the parts are
    set in the usual order.
    """
    if not _is_structured(work):
        return render(work, inline=frozenset(_TITLES) | _CITATIONS).text
    names = [f"{a.family} {a.given}" if a.given else a.family for a in read_authors(work)]
    found = {tag: printed_text(work.find(f".//{tag}")) or "" for tag in (*_TITLES, *_PARTS)}
    issue = f"({found['issue']})" if found["issue"] else ""
    pages = "–".join(p for p in (found["fpage"] or found["elocation-id"], found["lpage"]) if p)
    volume = ":".join(part for part in (found["volume"] + issue, pages) if part)
    parts = [
        ", ".join(names),
        *(found[tag] for tag in (*_TITLES, "source", "publisher-name")),
        " ".join(part for part in (found["year"], volume) if part),
        *(printed_text(node) or "" for node in work.iter("comment")),
    ]
    shown = ". ".join(part.rstrip(". ") for part in parts if part.strip(". "))
    return f"{shown}." if shown else " ".join(string_value(work).split())


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
    family = printed_text(node.find("surname"))
    given = printed_text(node.find("given-names"))
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
