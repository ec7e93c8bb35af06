"""BioC: one document of a collection → one ``Document``.

BioC marks no in-text references. They are found by how they are printed (``parse.printed``), and
what they name is told by the passages of the reference list, which PMC gives with identifiers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import orjson
from lxml import etree
from pydantic import Field

from semsearch.errors import InputError
from semsearch.language.identifiers import (
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)
from semsearch.parse.blocks import Block
from semsearch.parse.checked import Listed, Mapped, Shape, checked, year_in
from semsearch.parse.cutting import pointer, pointer_text, without_mark
from semsearch.parse.head import Head
from semsearch.parse.printed import printed_markers
from semsearch.parse.reader import Format, Piece, source_of, too_large
from semsearch.parse.reference_list import (
    ReferenceList,
    ReferenceListing,
    add_links,
    written_out,
)
from semsearch.parse.sections import canonical_section
from semsearch.parse.statements import StatementReader
from semsearch.parse.strings import render_string, string_value
from semsearch.parse.text import string_shown
from semsearch.parse.xml import parse_xml, xpath_text
from semsearch.records import (
    AbstractPart,
    Author,
    Document,
    Paper,
    Place,
    Reference,
    Section,
    Source,
)

READER_VERSION = 1
_EXPECTED = "a document of BioC"
# infons.section_type of PMC → a heading that ``sections`` knows
_SECTIONS = {
    "INTRO": "introduction",
    "METHODS": "methods",
    "RESULTS": "results",
    "DISCUSS": "discussion",
    "CONCL": "conclusion",
    "CASE": "case report",
}
_PLACES = {
    "ABSTRACT": Place.ABSTRACT,
    "FIG": Place.CAPTION,
    "TABLE": Place.TABLE,
}


class JsonPassage(Shape):
    """A passage of a JSON file."""

    infons: Mapped[Any] = Field(default_factory=dict)
    text: str | None = None
    sentences: Listed[Any] = Field(default_factory=list)


class JsonDocument(Shape):
    """A document of a JSON file."""

    id: Any = None
    infons: Mapped[Any] = Field(default_factory=dict)
    passages: Listed[JsonPassage] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Passage:
    """A passage, whatever it was written in."""

    path: str  # of its text
    text: str
    infons: Mapping[str, str]

    @property
    def kind(self) -> str:
        return self.infons.get("type", "").casefold()

    @property
    def section(self) -> str:
        return self.infons.get("section_type", "").upper()


def accepts_xml(head: Head) -> bool:
    """Whether a file is of this format, in XML."""
    return head.root == "collection" and bool({"document", "infon"} & set(head.elements))


def accepts_json(head: Head) -> bool:
    """Whether a file is of this format, in JSON."""
    keys = head.keys
    return {"documents", "passages"} <= keys or {"infons", "passages"} <= keys or "bioctype" in keys


def cut_json(stream: IO[bytes], max_bytes: int) -> Iterator[Piece]:
    """The documents of a collection, or of a list of collections.

    A collection of several is read whole before it is cut: it is one JSON text.
    """
    content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        yield Piece(
            None, None, too_large(f"the collection has over {max_bytes:,} bytes", max_bytes)
        )
        return
    try:
        found = orjson.loads(without_mark(content))
    except orjson.JSONDecodeError:
        yield Piece(None, content)  # its reader says where it is broken
        return
    places = list(_documents(found, ()))
    if len(places) < 2:
        yield Piece(None, content)
        return
    for steps, document in places:
        yield Piece(pointer(*steps), orjson.dumps(document))


def _documents(
    found: object, steps: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if isinstance(found, list):
        for place, one in enumerate(found):
            yield from _documents(one, (*steps, place))
    elif isinstance(found, dict) and isinstance(found.get("documents"), list):
        for place, one in enumerate(found["documents"]):
            yield (*steps, "documents", place), one
    elif isinstance(found, dict) and "passages" in found:
        yield steps, found


def read_bioc(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in one BioC document, or in a collection of one.

    Args:
        content: the bytes of the XML or JSON.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and place in the collection.

    Raises:
        InputError: neither, or of another form; the message names the place.
    """
    is_xml = content.lstrip()[:1] == b"<"
    passages = _xml_passages(content) if is_xml else _json_passages(content)
    source = source_of(content, Format.BIOC, package, member)
    paper = _paper(passages, source)
    references = _references(passages, paper.id)
    reader = StatementReader(paper=paper.id, references=references)
    _read_statements(passages, reader)
    return reader.document(paper)


def text_at(content: bytes, path: str, start: int, end: int) -> str | None:
    """What stands at a span of a document."""
    read = pointer_text if path.startswith("#") else xpath_text
    return read(content, path, start, end)


def _read_statements(passages: Sequence[_Passage], reader: StatementReader) -> None:
    body = [one for one in passages if one.section != "REF" and one.kind not in {"front", "title"}]
    printed = printed_markers(reader.references.references, [one.text for one in body])
    headings: dict[int, str] = {}  # by level
    for one in body:
        if one.kind.startswith("title"):
            level = int(one.kind.rpartition("_")[2]) if one.kind[-1:].isdigit() else 1
            headings = {held: text for held, text in headings.items() if held < level}
            headings[level] = string_shown(one.text)
            continue
        marks = printed.find(one.text)
        if not marks:
            continue
        reader.found(len(marks))
        own = one.section in _SECTIONS or one.section in {"", "ABSTRACT"}
        above = list(headings.values())[::-1] if own else []
        section = canonical_section((text, None) for text in above)
        if section is Section.OTHER:
            section = canonical_section([(_SECTIONS.get(one.section), None)])
        reader.read_block(
            Block(
                path=one.path,
                rendered=render_string(one.text, marks),
                place=_place(one),
                heading=above[0] if above else None,
                section=section,
            )
        )


def _place(one: _Passage) -> Place:
    if "caption" in one.kind:
        return Place.CAPTION
    if "footnote" in one.kind:
        return Place.FOOTNOTE
    return _PLACES.get(one.section, Place.PARAGRAPH)


def _json_passages(content: bytes) -> list[_Passage]:
    try:
        found = orjson.loads(without_mark(content))
    except orjson.JSONDecodeError as error:
        reason = error.msg.split(": line")[0]
        raise InputError(
            f"line {error.lineno}, column {error.colno}: not JSON ({reason}), expected {_EXPECTED}"
        ) from None
    places = list(_documents(found, ()))
    if not places:
        raise InputError(f"the collection holds no document, expected {_EXPECTED}")
    steps, one = places[0]
    document = checked(JsonDocument, one, _EXPECTED)
    found_passages: list[_Passage] = []
    for number, passage in enumerate(document.passages):
        infons = {str(k): str(v) for k, v in {**document.infons, **passage.infons}.items()}
        base = (*steps, "passages", number)
        if passage.text:
            found_passages.append(_Passage(pointer(*base, "text"), passage.text, infons))
            continue
        for place, sentence in enumerate(passage.sentences):
            text = sentence.get("text") if isinstance(sentence, dict) else None
            if isinstance(text, str):
                path = pointer(*base, "sentences", place, "text")
                found_passages.append(_Passage(path, text, infons))
    return found_passages


def _xml_passages(content: bytes) -> list[_Passage]:
    root = parse_xml(content, _EXPECTED)
    document = root if root.tag == "document" else root.find("document")
    if document is None:
        raise InputError(f"line {root.sourceline}: {root.tag!r} holds no document of BioC")
    shared = _infons(document)
    tree = document.getroottree()
    found: list[_Passage] = []
    for passage in document.findall("passage"):
        infons = shared | _infons(passage)
        texts = passage.findall("text") or passage.findall("sentence/text")
        found += [_Passage(tree.getpath(node), string_value(node), infons) for node in texts]
    return [one for one in found if one.text]


def _infons(element: etree._Element) -> dict[str, str]:
    return {node.get("key", ""): string_value(node) for node in element.findall("infon")}


def _paper(passages: Sequence[_Passage], source: Source) -> Paper:
    front = next((one for one in passages if "article-id_pmid" in one.infons), None)
    front = front or next((one for one in passages if one.section == "TITLE"), None)
    front = front or (passages[0] if passages else None)
    told = front.infons if front is not None else {}
    doi = normalize_doi(told.get("article-id_doi"))
    pmid = normalize_pmid(told.get("article-id_pmid"))
    pmcid = normalize_pmcid(told.get("article-id_pmc") or told.get("article-id_pmcid"))
    titled = next((one for one in passages if one.section == "TITLE" or one.kind == "title"), front)
    return Paper(
        id=paper_id(doi=doi, pmid=pmid, pmcid=pmcid) or f"sha256:{source.sha256}",
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        title=string_shown(titled.text) or None if titled is not None else None,
        abstract=_abstract(passages),
        year=year_in(told.get("year")),
        journal=_journal(told),
        publisher=None,
        publication_types=(),
        authors=_authors(told),
        license=told.get("license") or None,
        notices=(),
        source=source,
    )


def _journal(told: Mapping[str, str]) -> str | None:
    """PMC gives the journal as ``journal-title``, PubTator as ``J Name; 2012 Jan;3(4):5-6``."""
    named = told.get("journal-title") or told.get("journal", "").partition(";")[0]
    return named.strip() or None


def _abstract(passages: Sequence[_Passage]) -> tuple[AbstractPart, ...]:
    parts: list[AbstractPart] = []
    heading: str | None = None
    for one in passages:
        if one.section != "ABSTRACT" and one.kind != "abstract":
            continue
        text = string_shown(one.text)
        if "title" in one.kind:
            heading = text.rstrip(" .:") or None
        elif text:
            parts.append(AbstractPart(heading=heading, text=text))
            heading = None
    return tuple(parts)


def _references(passages: Sequence[_Passage], paper: str) -> ReferenceList:
    listing = ReferenceListing()
    for one in passages:
        if one.section != "REF" or one.kind.startswith("title"):
            continue
        (key,) = listing.entry(None)
        told, title = one.infons, string_shown(one.text) or None
        authors, year = _authors(told), year_in(told.get("year"))
        pages = "–".join(p for p in (told.get("fpage"), told.get("lpage")) if p)
        raw = written_out(
            authors=authors,
            title=title,
            journal=told.get("source"),
            year=year,
            volume=told.get("volume"),
            issue=told.get("issue"),
            pages=pages or None,
        )
        given = {
            "doi": normalize_doi(told.get("pub-id_doi")),
            "pmid": normalize_pmid(told.get("pub-id_pmid")),
            "pmcid": normalize_pmcid(told.get("pub-id_pmc") or told.get("pub-id_pmcid")),
        }
        ids = {scheme: value for scheme, value in given.items() if value}
        add_links(ids, (told.get("comment") or "", raw))
        listing.references.append(
            Reference(
                paper=paper,
                key=key,
                label=None,
                doi=ids.get("doi"),
                pmid=ids.get("pmid"),
                pmcid=ids.get("pmcid"),
                arxiv=ids.get("arxiv"),
                title=title,
                year=year,
                journal=told.get("source") or None,
                authors=authors,
                raw=raw or title or "",
            )
        )
    return listing.finish()


def _authors(told: Mapping[str, str]) -> tuple[Author, ...]:
    """``name_0``, ``name_1``, …, each ``surname:Smith;given-names:J A``."""
    found: list[Author] = []
    number = 0
    while (given := told.get(f"name_{number}")) is not None:
        parts = dict(part.split(":", 1) for part in given.split(";") if ":" in part)
        family = string_shown(parts.get("surname"))
        if family:
            name = string_shown(parts.get("given-names")) or None
            found.append(Author(family=family, given=name))
        number += 1
    return tuple(found)
