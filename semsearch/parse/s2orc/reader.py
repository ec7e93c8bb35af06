"""S2ORC, doc2json and CORD-19: a JSON object a paper, in paragraphs with ``cite_spans``.

The parts that are read are those of the published schemas: ``pdf_parse`` or ``latex_parse`` around
``abstract``, ``body_text``, ``back_matter`` and ``bib_entries``, or these at the top. Full texts of
the open data sets of Semantic Scholar, one text with annotations, are for ``annotated``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import Field

from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_corpusid,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.checked import Listed, Mapped, Shape, Shown, checked, first_text, year_in
from semsearch.parse.cutting import parse_json, pointer
from semsearch.parse.head import Head
from semsearch.parse.reader import Format, source_of
from semsearch.parse.reference_list import (
    ReferenceList,
    ReferenceListing,
    add_links,
    reference_of,
    written_out,
)
from semsearch.parse.s2orc.annotated import is_annotated, read_annotated
from semsearch.parse.s2orc.passages import Cite, Passage, read_passages
from semsearch.parse.statements import StatementReader
from semsearch.parse.text import string_shown
from semsearch.records import AbstractPart, Author, Document, Paper, Place, Source

READER_VERSION = 2
EXPECTED = "a paper of S2ORC, doc2json or CORD-19"
_PARSES = ("pdf_parse", "latex_parse", "grobid_parse")
# Of the open data, whose annotations stand behind the text; of doc2json; of CORD-19, whose authors
# may be hundreds.
_EARLY = (
    {"corpusid", "content", "text"},
    {"paper_id", "pdf_parse"},
    {"paper_id", "metadata", "authors", "affiliation"},
)
_NUMBERED = re.compile(r"\D*(\d{1,18})")


class CiteSpan(Shape):
    """A marker."""

    start: int
    end: int
    text: str | None = None
    ref_id: Shown = None


class Paragraph(Shape):
    """A paragraph; its heading is a text, or in some files a list of them from the top down."""

    text: str
    section: str | Listed[str] | None = None
    cite_spans: Listed[CiteSpan] = Field(default_factory=list)


class Name(Shape):
    """An author."""

    first: Shown = None
    middle: Listed[str] = Field(default_factory=list)
    last: Shown = None
    name: Shown = None


class BibEntry(Shape):
    """An entry of the reference list."""

    title: Shown = None
    authors: Listed[Name] = Field(default_factory=list)
    year: Shown = None
    venue: Shown = None
    volume: Shown = None
    issue: Shown = None
    pages: Shown = None
    other_ids: Mapped[Any] = Field(default_factory=dict)
    link: Shown = None
    raw_text: Shown = None


class Parse(Shape):
    """The full text."""

    abstract: Any = None
    body_text: Listed[Paragraph] = Field(default_factory=list)
    back_matter: Listed[Paragraph] = Field(default_factory=list)
    bib_entries: Mapped[BibEntry] = Field(default_factory=dict)


class Metadata(Shape):
    """What is said of the paper."""

    paper_id: Shown = None
    title: Shown = None
    authors: Listed[Name] = Field(default_factory=list)
    year: Shown = None
    venue: Shown = None
    journal: Any = None
    doi: Shown = None
    arxiv_id: Shown = None
    pubmed_id: Shown = None
    pmc_id: Shown = None


def accepts(head: Head) -> bool:
    """Whether a file is of this format, by members that stand before any long text."""
    keys = head.keys
    parsed = {"body_text", "bib_entries"} <= keys or keys >= {"body_text", "cite_spans"}
    named = "paper_id" in keys or bool(keys & set(_PARSES))
    return (parsed and named) or any(early <= keys for early in _EARLY)


def read_s2orc(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in one JSON object.

    Args:
        content: its bytes.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and line of the file.

    Raises:
        InputError: no JSON, or of another form; the message names the place.
    """
    found = parse_json(content, EXPECTED)
    source = source_of(content, Format.S2ORC, package, member)
    if is_annotated(found):
        return read_annotated(found, source)
    base = next((name for name in _PARSES if found.get(name)), None)
    parse = checked(Parse, found if base is None else found[base], EXPECTED)
    paper = _paper(found, parse, source)
    reader = StatementReader(paper=paper.id, references=_references(parse, paper.id))
    read_passages(reader, _passages(parse, () if base is None else (base,)))
    return reader.document(paper)


def _passages(parse: Parse, base: tuple[str, ...]) -> Iterator[Passage]:
    abstract = _abstract_paragraphs(parse.abstract)
    parts = (
        ("abstract", abstract, Place.ABSTRACT),
        ("body_text", parse.body_text, Place.PARAGRAPH),
        ("back_matter", parse.back_matter, Place.PARAGRAPH),
    )
    for name, paragraphs, place in parts:
        for number, one in enumerate(paragraphs):
            headings = [one.section] if isinstance(one.section, str) else list(one.section or ())
            shown = [text for heading in headings if (text := string_shown(heading))]
            yield Passage(
                path=pointer(*base, name, number, "text"),
                text=one.text,
                cites=[
                    Cite(
                        start=c.start,
                        end=c.end,
                        printed=c.text,
                        named=() if c.ref_id is None else (c.ref_id,),
                    )
                    for c in one.cite_spans
                ],
                heading=shown[-1] if shown else None,
                above=shown[-2::-1],
                place=place,
            )


def _abstract_paragraphs(abstract: object) -> list[Paragraph]:
    if not isinstance(abstract, list):
        return []
    return [checked(Paragraph, one, EXPECTED) for one in abstract]


def _paper(found: dict[str, Any], parse: Parse, source: Source) -> Paper:
    given = found.get("metadata")
    inner = checked(Metadata, given if isinstance(given, dict) else {}, EXPECTED)
    outer = checked(Metadata, {k: v for k, v in found.items() if k != "metadata"}, EXPECTED)
    told = found.get("identifiers")
    ids: dict[str, Any] = told if isinstance(told, dict) else {}
    own = outer.paper_id
    doi = normalize_doi(first_text(inner.doi, outer.doi, ids.get("doi")))
    pmid = normalize_pmid(first_text(inner.pubmed_id, outer.pubmed_id, ids.get("pubmed_id")))
    pmcid = normalize_pmcid(first_text(inner.pmc_id, outer.pmc_id, ids.get("pmc_id")))
    if pmcid is None and own and own.upper().startswith("PMC"):
        pmcid = normalize_pmcid(own)
    arxiv = normalize_arxiv(first_text(inner.arxiv_id, outer.arxiv_id, ids.get("arxiv_id"), own))
    corpusid = normalize_corpusid(own)
    journal = first_text(inner.journal, outer.journal, inner.venue, outer.venue)
    return Paper(
        id=paper_id(doi=doi, pmid=pmid, pmcid=pmcid, arxiv=arxiv, corpusid=corpusid)
        or f"sha256:{source.sha256}",
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        title=string_shown(inner.title or outer.title) or None,
        abstract=_abstract(parse, found, given),
        year=year_in(inner.year or outer.year),
        journal=journal,
        publisher=None,
        publication_types=(),
        authors=_authors(inner.authors or outer.authors),
        license=first_text(found.get("license")),
        notices=(),
        source=source,
        corpusid=corpusid,
    )


def _abstract(parse: Parse, found: dict[str, Any], metadata: Any) -> tuple[AbstractPart, ...]:
    texts = [string_shown(one.text) for one in _abstract_paragraphs(parse.abstract)]
    text = " ".join(filter(None, texts))
    if not text:
        told = metadata.get("abstract") if isinstance(metadata, dict) else None
        text = string_shown(first_text(parse.abstract, found.get("abstract"), told))
    return (AbstractPart(heading=None, text=text),) if text else ()


def _references(parse: Parse, paper: str) -> ReferenceList:
    listing = ReferenceListing()
    for name, entry in sorted(parse.bib_entries.items(), key=lambda item: _number(item[0])):
        (key,) = listing.entry(name)
        authors, year = _authors(entry.authors), year_in(entry.year)
        raw = entry.raw_text or written_out(
            authors=authors,
            title=entry.title,
            journal=entry.venue,
            year=year,
            volume=entry.volume,
            issue=entry.issue,
            pages=entry.pages,
        )
        ids = _ids(entry)
        add_links(ids, (raw,))
        listing.references.append(
            reference_of(
                ids,
                paper=paper,
                key=key,
                title=string_shown(entry.title) or None,
                year=year,
                journal=string_shown(entry.venue) or None,
                authors=authors,
                raw=string_shown(raw),
                corpusid=normalize_corpusid(entry.link),
            )
        )
    return listing.finish()


def _number(name: str) -> int:
    """The number in the id of an entry, such as BIBREF10; entries without keep their order."""
    found = _NUMBERED.fullmatch(name)
    return int(found[1]) if found else 0


def _ids(entry: BibEntry) -> dict[str, str]:
    found: dict[str, str] = {}
    for scheme, read in (
        ("doi", normalize_doi),
        ("pmid", normalize_pmid),
        ("pmcid", normalize_pmcid),
        ("arxiv", normalize_arxiv),
    ):
        for kind, values in entry.other_ids.items():
            if kind.casefold().replace("_", "") not in _KINDS[scheme]:
                continue
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, str | int) and (known := read(str(value))):
                    found.setdefault(scheme, known)
    return found


_KINDS = {
    "doi": {"doi"},
    "pmid": {"pmid", "pubmed", "pubmedid"},
    "pmcid": {"pmcid", "pmc", "pubmedcentral"},
    "arxiv": {"arxiv", "arxivid"},
}


def _authors(names: list[Name]) -> tuple[Author, ...]:
    found: list[Author] = []
    for one in names:
        given = " ".join(part for part in (one.first, *one.middle) if part and part.strip())
        if one.last:
            found.append(Author(family=one.last, given=given or None))
        elif one.name:
            found.append(author_of(one.name))
        elif given:
            found.append(Author(family=given))
    return tuple(found)


def author_of(name: str) -> Author:
    """A name in its usual order, the family name last; one word is all family name."""
    given, _, family = string_shown(name).rpartition(" ")
    return Author(family=family, given=given or None)
