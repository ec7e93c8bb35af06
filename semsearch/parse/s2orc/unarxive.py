"""unarXive: a JSON object a paper, whose texts have placeholders for markers and formulas.

A marker ``{{cite:ID}}`` is shown as the number of its entry in brackets, a formula as readable text
out of its TeX; the number of a figure or table is not in the data, and its placeholder shows
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.checked import Listed, Mapped, Shape, Shown, checked, first_text, year_in
from semsearch.parse.cutting import parse_json, pointer
from semsearch.parse.head import Head
from semsearch.parse.reader import Format, source_of
from semsearch.parse.reference_list import ReferenceList, ReferenceListing
from semsearch.parse.s2orc.passages import Cite, Passage, read_passages
from semsearch.parse.s2orc.reader import author_of
from semsearch.parse.statements import StatementReader
from semsearch.parse.strings import Mark
from semsearch.parse.tex import tex_text
from semsearch.parse.text import string_shown
from semsearch.records import AbstractPart, Author, Document, Paper, Place, Source

READER_VERSION = 1
_EXPECTED = "a paper of unarXive"
_PLACEHOLDER = re.compile(r"\{\{(cite|formula|figure|table|section):([^{}\s]+)\}\}")


class Paragraph(Shape):
    """A paragraph, list, table or caption."""

    text: str
    section: Shown = None
    content_type: Shown = None


class Entry(Shape):
    """An entry of the reference list."""

    bib_entry_raw: Shown = None
    ids: Mapped[Any] = Field(default_factory=dict)
    contained_arXiv_ids: Listed[Any] = Field(default_factory=list)
    contained_links: Listed[Any] = Field(default_factory=list)


class Thing(Shape):
    """What a placeholder stands for."""

    latex: Shown = None


class Metadata(Shape):
    """What arXiv says of a paper."""

    id: Shown = None
    doi: Shown = None
    title: Shown = None
    abstract: Shown = None
    authors: Shown = None
    authors_parsed: Listed[Listed[Shown]] = Field(default_factory=list)
    versions: Listed[Mapped[Any]] = Field(default_factory=list)
    update_date: Shown = None
    journal_ref: Shown = Field(default=None, alias="journal-ref")
    license: Shown = None


class Body(Shape):
    """The parts of a paper that are read."""

    paper_id: Shown = None
    metadata: Metadata | None = None
    abstract: Any = None
    body_text: Listed[Paragraph] = Field(default_factory=list)
    bib_entries: Mapped[Entry] = Field(default_factory=dict)
    ref_entries: Mapped[Thing] = Field(default_factory=dict)


def accepts(head: Head) -> bool:
    """Whether a file is of this format."""
    keys = head.keys
    if "{{cite:" in head.text and "body_text" in keys:
        return True
    return {"_source_hash", "paper_id"} <= keys or {"paper_id", "_pdf_hash", "discipline"} <= keys


def read_unarxive(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in one JSON object.

    Args:
        content: its bytes.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and line of the file.

    Raises:
        InputError: no JSON, or of another form; the message names the place.
    """
    body = checked(Body, parse_json(content, _EXPECTED), _EXPECTED)
    source = source_of(content, Format.UNARXIVE, package, member)
    paper = _paper(body, source)
    references = _references(body, paper.id)
    reader = StatementReader(paper=paper.id, references=references)
    numbers = {name: place + 1 for name, place in references.order.items()}
    read_passages(reader, _passages(body, numbers))
    return reader.document(paper)


def _passages(body: Body, numbers: Mapping[str, int]) -> Iterator[Passage]:
    if isinstance(body.abstract, dict):
        abstract = checked(Paragraph, body.abstract, _EXPECTED)
        path = pointer("abstract", "text")
        yield _passage(path, abstract, body, numbers, place=Place.ABSTRACT)
    for number, one in enumerate(body.body_text):
        place = {"list": Place.LIST, "listitem": Place.LIST, "table": Place.TABLE}.get(
            (one.content_type or "").casefold(), Place.PARAGRAPH
        )
        yield _passage(pointer("body_text", number, "text"), one, body, numbers, place=place)


def _passage(
    path: str, one: Paragraph, body: Body, numbers: Mapping[str, int], *, place: Place
) -> Passage:
    cites: list[Cite] = []
    others: list[Mark] = []
    for found in _PLACEHOLDER.finditer(one.text):
        kind, name = found.groups()
        start, end = found.span()
        if kind == "cite":
            number = numbers.get(name)
            cites.append(
                Cite(
                    start=start,
                    end=end,
                    printed=found[0],
                    named=(name,),
                    shown="[?]" if number is None else f"[{number}]",
                )
            )
        else:
            thing = body.ref_entries.get(name) if kind == "formula" else None
            tex = tex_text(thing.latex) if thing is not None and thing.latex else ""
            others.append(Mark(start, end, shown=" ".join(tex.split()), formula=True))
    return Passage(
        path=path,
        text=one.text,
        cites=cites,
        heading=string_shown(one.section) or None,
        place=place,
        formulas=others,
    )


def _paper(body: Body, source: Source) -> Paper:
    told = body.metadata or Metadata()
    arxiv = normalize_arxiv(told.id or body.paper_id)
    doi = normalize_doi(told.doi)
    abstract = first_text(
        body.abstract.get("text") if isinstance(body.abstract, dict) else body.abstract,
        told.abstract,
    )
    shown = string_shown(_PLACEHOLDER.sub("", abstract or ""))
    return Paper(
        id=paper_id(doi=doi, pmid=None, pmcid=None, arxiv=arxiv) or f"sha256:{source.sha256}",
        doi=doi,
        pmid=None,
        pmcid=None,
        title=string_shown(told.title) or None,
        abstract=(AbstractPart(heading=None, text=shown),) if shown else (),
        year=_year(told),
        journal=told.journal_ref,
        publisher=None,
        publication_types=(),
        authors=_authors(told),
        license=told.license,
        notices=(),
        source=source,
    )


def _year(told: Metadata) -> int | None:
    """The year of the first version."""
    for version in told.versions:
        if year := year_in(first_text(version.get("created"))):
            return year
    return year_in(told.update_date)


def _authors(told: Metadata) -> tuple[Author, ...]:
    """``authors_parsed`` has family name, given names and suffix of each."""
    if told.authors_parsed:
        return tuple(
            Author(family=name[0], given=name[1] if len(name) > 1 else None)
            for name in told.authors_parsed
            if name and name[0]
        )
    listed = re.split(r",\s*(?:and\s+)?|\s+and\s+", told.authors or "")
    return tuple(author_of(name) for name in listed if name.strip())


def _references(body: Body, paper: str) -> ReferenceList:
    listing = ReferenceListing()
    for name, entry in body.bib_entries.items():
        raw = string_shown(entry.bib_entry_raw)
        told = {
            "doi": normalize_doi(first_text(entry.ids.get("doi"))),
            "pmid": normalize_pmid(_last_part(entry.ids.get("pubmed_id"))),
            "pmcid": normalize_pmcid(_last_part(entry.ids.get("pmc_id"))),
            "arxiv": normalize_arxiv(first_text(entry.ids.get("arxiv_id"))),
        }
        ids = {scheme: value for scheme, value in told.items() if value}
        links = [
            first_text(one.get("url")) or ""
            for one in entry.contained_links
            if isinstance(one, dict)
        ]
        for one in entry.contained_arXiv_ids:
            number = normalize_arxiv(first_text(one.get("id"))) if isinstance(one, dict) else None
            if number is not None:
                ids.setdefault("arxiv", number)
        listing.printed(name, raw, ids, paper=paper, links=links)
    return listing.finish()


def _last_part(value: object) -> str | None:
    """An identifier that may be given as an address."""
    return None if value is None else str(value).rstrip("/").rpartition("/")[2]
