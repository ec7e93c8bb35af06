"""Where a marker of a JATS article stands: its text block, the place, its heading and section."""

from __future__ import annotations

from lxml import etree

from semsearch.parse.blocks import CELL_WORDS, Block
from semsearch.parse.jats.namespaces import path_by_position
from semsearch.parse.jats.rendering import BLOCKS, render
from semsearch.parse.sections import canonical_section
from semsearch.parse.strings import string_value
from semsearch.parse.text import string_shown
from semsearch.records import Place, Section

# The nearest of these around a marker says what kind of place it is.
_PLACES = {
    "td": Place.TABLE,
    "th": Place.TABLE,
    "caption": Place.CAPTION,
    "attrib": Place.CAPTION,
    "table-wrap-foot": Place.FOOTNOTE,
    "fn": Place.FOOTNOTE,
    "boxed-text": Place.BOX,
    "list": Place.LIST,
    "def-list": Place.LIST,
    "abstract": Place.ABSTRACT,
    "trans-abstract": Place.ABSTRACT,
    "title": Place.TITLE,
    "subtitle": Place.TITLE,
    "article-title": Place.TITLE,
}
_HEADED = frozenset({"sec", "ack", "app", "abstract", "boxed-text", "notes", "glossary", "bio"})


def block_of(xref: etree._Element) -> etree._Element:
    """The element whose text the marker belongs to."""
    around = list(xref.iterancestors())
    block = next((node for node in around if node.tag in BLOCKS), around[0])
    cell = _cell_around([block, *block.iterancestors()])
    if cell is not None and _words(cell) < CELL_WORDS:
        row = cell.getparent()
        if row is not None and row.tag == "tr":
            return row
    return block


def read_block(
    element: etree._Element, citing: frozenset[etree._Element], *, by_position: bool = False
) -> Block:
    """Render one block and say where it stands.

    Args:
        element: the block.
        citing: the markers in it.
        by_position: its path counts elements and names none, as their names have a namespace.
    """
    whole = element.tag == "tr"
    heading, section = _heading(element)
    return Block(
        path=path_by_position(element) if by_position else element.getroottree().getpath(element),
        rendered=render(element, citing=citing),
        place=Place.TABLE if whole else _place(element),
        heading=heading,
        section=section,
        whole=whole,
        lead=_table_caption(element) if whole else None,
    )


def printed_text(element: etree._Element | None) -> str | None:
    """The text of an element that holds no markers of interest; None when there is none."""
    if element is None:
        return None
    return (render(element).text if len(element) else string_shown(element.text)) or None


def heading_text(title: etree._Element | None, citing: frozenset[etree._Element]) -> str | None:
    """A heading as printed, without the markers that may stand in it."""
    if title is None:
        return None
    rendered = render(title, citing=citing)
    text = rendered.text
    for marker in reversed(rendered.markers):
        text = text[: marker.start] + text[marker.end :]
    return " ".join(text.replace("[]", "").replace("()", "").split()) or None


def _heading(element: etree._Element) -> tuple[str | None, Section]:
    """The nearest printed heading, and the section from the nearest heading that decides."""
    levels: list[tuple[str | None, str | None]] = []
    for around in element.iterancestors():
        if around.tag in _HEADED:
            title = around.find("title")
            if title is None:
                title = around.find("caption/title")
            if title is not element:
                levels.append((printed_text(title), around.get("sec-type")))
    heading = next((text for text, _ in levels if text), None)
    return heading, canonical_section(levels)


def _place(element: etree._Element) -> Place:
    for node in (element, *element.iterancestors()):
        place = _PLACES.get(str(node.tag))
        if place is Place.TITLE and any(True for _ in node.iterancestors("caption")):
            return Place.CAPTION
        if place is not None:
            return place
    return Place.PARAGRAPH


def _cell_around(nodes: list[etree._Element]) -> etree._Element | None:
    """The table cell that a block is or stands in."""
    for node in nodes:
        if node.tag in {"td", "th"}:
            return node
        if node.tag in {"fig", "table-wrap", "boxed-text", "sec"}:
            return None
    return None


def _words(cell: etree._Element) -> int:
    """Words of a cell besides those inside its cross references."""
    total = len(string_value(cell).split())
    return total - sum(len(string_value(x).split()) for x in cell.iter("xref"))


def _table_caption(row: etree._Element) -> str | None:
    for node in row.iterancestors():
        if node.tag == "table-wrap":
            parts = [printed_text(node.find("label"))]
            parts += [printed_text(part) for part in node.findall("caption/*")]
            return " ".join(part for part in parts if part) or None
    return None
