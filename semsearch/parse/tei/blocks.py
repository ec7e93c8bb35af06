"""Where a marker of TEI stands: its text block, the place, its heading and section."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from lxml import etree

from semsearch.parse.blocks import CELL_WORDS, Block
from semsearch.parse.sections import canonical_section
from semsearch.parse.strings import string_value
from semsearch.parse.tei.elements import below, find, local, shown
from semsearch.parse.tei.rendering import BLOCKS, render
from semsearch.records import Box, Place, Section

_MOST_PAGES: Final = 1_000_000
_PLACES = {
    "cell": Place.TABLE,
    "figDesc": Place.CAPTION,
    "figure": Place.CAPTION,
    "note": Place.FOOTNOTE,
    "item": Place.LIST,
    "head": Place.TITLE,
    "abstract": Place.ABSTRACT,
}


def block_of(ref: etree._Element) -> etree._Element:
    """The element whose text the marker belongs to."""
    around = list(ref.iterancestors())
    block = next((node for node in around if local(node) in BLOCKS), around[0])
    if local(block) == "cell" and _words(block) < CELL_WORDS:
        row = block.getparent()
        if row is not None and local(row) == "row":
            return row
    return block


@dataclass(slots=True)
class TeiBlocks:
    """Renders blocks and says where they stand; ``misread`` counts coordinates that are none.

    GROBID writes sections side by side; the number that it reads before a heading ("2.1") tells
    which heading is above it.
    """

    root: etree._Element
    misread: int = 0
    _numbered: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._numbered = {}
        for head in below(self.root, "head"):
            if number := (head.get("n") or "").strip(" ."):
                self._numbered.setdefault(number, shown(head) or "")

    def read(self, element: etree._Element, citing: frozenset[etree._Element]) -> Block:
        """Render one block and say where it stands."""
        whole = local(element) == "row"
        heading, section = self._heading(element)
        text = render(element, citing)
        return Block(
            path=element.getroottree().getpath(element),
            rendered=text.rendered,
            place=Place.TABLE if whole else _place(element),
            heading=heading,
            section=section,
            whole=whole,
            lead=_caption(element) if whole else None,
            boxes=tuple(
                (start, end, boxes)
                for start, end, coords in text.placed
                if (boxes := self._boxes(coords))
            ),
        )

    def _boxes(self, coords: str) -> tuple[Box, ...]:
        """``page,x,y,width,height;…`` as GROBID writes it; what is no such place is counted."""
        given = [one for one in coords.split(";") if one.strip()]
        found = tuple(box for one in given if (box := _box(one)) is not None)
        self.misread += len(given) - len(found)
        return found

    def _heading(self, element: etree._Element) -> tuple[str | None, Section]:
        levels: list[tuple[str | None, str | None]] = []
        for around in element.iterancestors():
            if local(around) not in {"div", "abstract"}:
                continue
            head = find(around, "head")
            levels.append((None if head is element else shown(head), around.get("type")))
            number = (head.get("n") or "").strip(" .") if head is not None else ""
            while "." in number:
                number = number.rpartition(".")[0]
                levels.append((self._numbered.get(number), None))
        heading = next((text for text, _ in levels if text), None)
        return heading, canonical_section(levels)


def _place(element: etree._Element) -> Place:
    for node in (element, *element.iterancestors()):
        if (place := _PLACES.get(local(node))) is not None:
            return place
    return Place.PARAGRAPH


def _words(cell: etree._Element) -> int:
    held = sum(len(string_value(ref).split()) for ref in below(cell, "ref"))
    return len(string_value(cell).split()) - held


def _caption(row: etree._Element) -> str | None:
    for node in row.iterancestors():
        if local(node) == "figure":
            return (
                " ".join(filter(None, map(shown, (find(node, "head"), find(node, "figDesc")))))
                or None
            )
    return None


def _box(given: str) -> Box | None:
    parts = given.split(",")
    try:
        page, lengths = int(parts[0]), [float(part) for part in parts[1:]]
        x, y, width, height = lengths
    except ValueError:
        return None
    if not (0 < page <= _MOST_PAGES and all(map(isfinite, lengths))):
        return None
    return Box(page=page, x=x, y=y, width=width, height=height)
