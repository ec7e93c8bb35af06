"""A text block with the markers in it, whatever format it was read from."""

from __future__ import annotations

from dataclasses import dataclass

from semsearch.parse.text import Rendered
from semsearch.records import Box, Place, Section

#: A table cell with at least this many words besides its markers is read as text of its own;
#: shorter cells make sense only with the rest of their row, and the row is the statement.
CELL_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One text block that holds markers."""

    path: str  # as ``Span.path``
    rendered: Rendered
    place: Place = Place.PARAGRAPH
    heading: str | None = None
    section: Section = Section.OTHER
    whole: bool = False  # one statement, whatever full stops it holds: a table row
    named: bool = False  # the input names all works of each marker: no range is filled in
    lead: str | None = None  # what a reader knows before it: the caption of the table
    follows: str | None = None  # what stands behind a block that is whole
    boxes: tuple[tuple[int, int, tuple[Box, ...]], ...] = ()  # spans of the text, and their boxes
