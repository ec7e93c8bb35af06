"""BioC: one document of a collection → one ``Document``.

BioC marks no in-text references. They are found by how they are printed (``parse.printed``), and
what they name is told by the passages of the reference list, which PMC gives with identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from semsearch.parse.bioc.metadata import read_paper, read_references
from semsearch.parse.bioc.passages import Passage, read_passages
from semsearch.parse.blocks import Block
from semsearch.parse.cutting import pointer_text
from semsearch.parse.printed import printed_markers
from semsearch.parse.reader import Format, source_of
from semsearch.parse.sections import canonical_section
from semsearch.parse.statements import StatementReader
from semsearch.parse.strings import render_string
from semsearch.parse.text import string_shown
from semsearch.parse.xml import xpath_text
from semsearch.records import Document, Place, Section

READER_VERSION = 1
# infons.section_type of PMC → a heading that ``sections`` knows
_SECTIONS = {
    "INTRO": "introduction",
    "METHODS": "methods",
    "RESULTS": "results",
    "DISCUSS": "discussion",
    "CONCL": "conclusion",
    "CASE": "case report",
}
_LEVEL = re.compile(r"[0-9]{1,2}$")  # of a heading, as in title_2
_PLACES = {
    "ABSTRACT": Place.ABSTRACT,
    "FIG": Place.CAPTION,
    "TABLE": Place.TABLE,
}


def read_bioc(content: bytes, *, package: str, member: str | None = None) -> Document:
    """The document in one BioC document, or in a collection of one.

    Args:
        content: the bytes of the XML or JSON.
        package: path of the file, or of the archive that holds it.
        member: path inside the archive, and place in the collection.

    Raises:
        InputError: neither, or of another form; the message names the place.
    """
    passages = read_passages(content)
    source = source_of(content, Format.BIOC, package, member)
    paper = read_paper(passages, source)
    references = read_references(passages, paper.id)
    reader = StatementReader(paper=paper.id, references=references)
    _read_statements(passages, reader)
    return reader.document(paper)


def text_at(content: bytes, path: str, start: int, end: int) -> str | None:
    """What stands at a span of a document."""
    read = pointer_text if path.startswith("#") else xpath_text
    return read(content, path, start, end)


def _read_statements(passages: Sequence[Passage], reader: StatementReader) -> None:
    body = [one for one in passages if one.section != "REF" and one.kind not in {"front", "title"}]
    printed = printed_markers(reader.references.references, [one.text for one in body])
    headings: dict[int, str] = {}  # by level
    for one in body:
        if one.kind.startswith("title"):
            number = _LEVEL.search(one.kind)
            level = int(number[0]) if number else 1
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


def _place(one: Passage) -> Place:
    if "caption" in one.kind:
        return Place.CAPTION
    if "footnote" in one.kind:
        return Place.FOOTNOTE
    return _PLACES.get(one.section, Place.PARAGRAPH)
