"""The citations data set of Semantic Scholar: a line a pair of papers, with contexts and intents.

Papers are named by their corpus numbers. A context is a piece of text around a marker, often more
than a sentence and cut where the data set cuts it: it is one statement as it stands. The shape of
the API, with ``citingPaper`` and ``citedPaper``, is read too, and names papers by what it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

from pydantic import Field

from semsearch.errors import InputError
from semsearch.language.identifiers import (
    normalize_arxiv,
    normalize_corpusid,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.blocks import Block
from semsearch.parse.checked import Listed, Mapped, Shape, Shown, checked, year_in
from semsearch.parse.cutting import json_lines
from semsearch.parse.gathering import Row, gathered, read_rows
from semsearch.parse.head import Head
from semsearch.parse.reader import Format, Piece, source_of
from semsearch.parse.reference_list import (
    ReferenceList,
    ReferenceListing,
    reference_of,
    written_out,
)
from semsearch.parse.s2orc.reader import author_of
from semsearch.parse.statements import StatementReader
from semsearch.parse.strings import Mark, render_string
from semsearch.parse.text import string_shown
from semsearch.records import AbstractPart, Author, Document, Paper, Source

READER_VERSION = 1
_EXPECTED = "a citation of Semantic Scholar"


class Named(Shape):
    """An author."""

    name: Shown = None


class S2Paper(Shape):
    """What the API says of a paper."""

    corpusId: Shown = None
    externalIds: Mapped[Any] = Field(default_factory=dict)
    title: Shown = None
    abstract: Shown = None
    year: Shown = None
    venue: Shown = None
    authors: Listed[Named] = Field(default_factory=list)


class S2Citation(Shape):
    """A pair of papers."""

    citingcorpusid: Shown = None
    citedcorpusid: Shown = None
    citingPaper: S2Paper | None = None
    citedPaper: S2Paper | None = None
    contexts: Listed[str] = Field(default_factory=list)
    intents: Listed[Any] = Field(default_factory=list)

    def citing(self) -> S2Paper:
        """The citing paper."""
        return self.citingPaper or S2Paper(corpusId=self.citingcorpusid)

    def cited(self) -> S2Paper:
        """The cited paper."""
        return self.citedPaper or S2Paper(corpusId=self.citedcorpusid)


def accepts(head: Head) -> bool:
    """Whether a file is of this format."""
    pairs = {"citingcorpusid", "citedcorpusid"}, {"citingPaper", "citedPaper"}
    return any(pair <= head.keys for pair in pairs)


def cut(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
    """The citing papers of a JSON Lines file."""
    return gathered(_rows(stream, max_bytes), max_bytes)


def _rows(stream: IO[bytes], max_bytes: int) -> Iterator[Row | Piece]:
    for found in json_lines(stream, max_bytes, _EXPECTED):
        if isinstance(found, Piece):
            yield found
            continue
        place, line, values = found
        try:
            row = checked(S2Citation, values, _EXPECTED)
        except InputError as error:
            yield Piece(place, None, str(error))
            continue
        name = paper_id(**_ids(row.citing()))
        if name is None:
            yield Piece(place, None, f"no identifier of the citing paper, expected {_EXPECTED}")
        else:
            yield Row(place, name, line)


def read_s2_citations(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in the gathered rows of one citing paper.

    Args:
        content: the rows, as ``gathered`` gives them.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and the paper.
    """
    rows = [(place, checked(S2Citation, row, _EXPECTED)) for place, row in read_rows(content)]
    source = source_of(content, Format.S2_CITATIONS, package, member)
    paper = _paper([row.citing() for _, row in rows], source)
    references, keys = _references([row.cited() for _, row in rows], paper.id)
    reader = StatementReader(paper=paper.id, references=references)
    intents: dict[tuple[str, str], tuple[str, ...]] = {}
    groups: dict[str, list[tuple[str, int, int]]] = {}
    for number, (place, row) in enumerate(rows):
        reader.found(len(row.contexts))
        for position, context in enumerate(row.contexts):
            groups.setdefault(string_shown(context), []).append((place, number, position))
    for group in groups.values():
        place, number, position = group[0]
        context = rows[number][1].contexts[position]
        before = len(reader.statements)
        ends = [Mark(len(context), len(context), keys[n]) for _, n, _ in group]
        reader.read_block(
            Block(
                path=f"{place.replace(' ', '=')}#/contexts/{position}",
                rendered=render_string(context, ends),
                whole=True,
            )
        )
        for statement in reader.statements[before:]:
            for _, n, p in group:
                told = rows[n][1].intents
                for key in keys[n] if p < len(told) else ():
                    intents.setdefault((statement.id, key), _intents(told[p]))
    reader.set_intents(intents)
    return reader.document(paper)


def _intents(told: object) -> tuple[str, ...]:
    """The intents of a context: a list, or one name."""
    listed = told if isinstance(told, list) else [told]
    return tuple(str(one) for one in listed if one)


def _ids(paper: S2Paper) -> dict[str, str | None]:
    given = {name.casefold(): str(value) for name, value in paper.externalIds.items() if value}
    return {
        "doi": normalize_doi(given.get("doi")),
        "pmid": normalize_pmid(given.get("pubmed")),
        "pmcid": normalize_pmcid(given.get("pubmedcentral")),
        "arxiv": normalize_arxiv(given.get("arxiv")),
        "corpusid": normalize_corpusid(paper.corpusId or given.get("corpusid")),
    }


def _paper(told: Sequence[S2Paper], source: Source) -> Paper:
    first = max(told, key=lambda one: sum(value is not None for value in dict(one).values()))
    ids = _ids(first)
    abstract = string_shown(first.abstract)
    return Paper(
        id=paper_id(**ids) or f"sha256:{source.sha256}",
        doi=ids["doi"],
        pmid=ids["pmid"],
        pmcid=ids["pmcid"],
        title=string_shown(first.title) or None,
        abstract=(AbstractPart(heading=None, text=abstract),) if abstract else (),
        year=year_in(first.year),
        journal=first.venue,
        publisher=None,
        publication_types=(),
        authors=_authors(first),
        license=None,
        notices=(),
        source=source,
        corpusid=ids["corpusid"],
    )


def _references(
    cited: Sequence[S2Paper], paper: str
) -> tuple[ReferenceList, list[tuple[str, ...]]]:
    """The cited works, each once, and the key of that of each row."""
    listing = ReferenceListing()
    known: dict[str, str] = {}
    keys: list[tuple[str, ...]] = []
    for one in cited:
        ids = _ids(one)
        title, year, authors = string_shown(one.title) or None, year_in(one.year), _authors(one)
        identity = paper_id(**ids) or title
        if identity is None:
            keys.append(())
            continue
        if identity not in known:
            (known[identity],) = listing.entry(None)
            raw = written_out(authors=authors, title=title, journal=one.venue, year=year)
            listing.references.append(
                reference_of(
                    ids,
                    paper=paper,
                    key=known[identity],
                    title=title,
                    year=year,
                    journal=one.venue,
                    authors=authors,
                    raw=raw or f"Semantic Scholar {identity}",
                    corpusid=ids["corpusid"],
                )
            )
        keys.append((known[identity],))
    return listing.finish(), keys


def _authors(paper: S2Paper) -> tuple[Author, ...]:
    return tuple(author_of(one.name) for one in paper.authors if one.name)
