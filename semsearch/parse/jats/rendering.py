"""The text of a JATS element as a reader sees it.

Formulas become readable text; what is a text block of its own (a list inside a paragraph, a figure,
a footnote) is left out and leaves a ``break`` behind, over which no sentence runs. Offsets lead
back to the XPath string value of the element, ``string(path)``, which counts every text node below
it, also those that are not shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from semsearch.language.scripts import to_subscript, to_superscript
from semsearch.parse.jats.formulas import MATHML, formula_text, has_markup_formula
from semsearch.parse.strings import string_value
from semsearch.parse.text import Rendered, Script, TextWriter

#: Elements that are text blocks, or hold them: never part of the text around them.
BLOCKS = frozenset(
    """
    p title subtitle article-title td th tr caption attrib list list-item def-list def-item
    def term disp-quote fig fig-group table-wrap table-wrap-group table-wrap-foot table
    boxed-text fn fn-group statement verse-group verse-line speech media
    supplementary-material preformat code array chem-struct-wrap sec ref-list ref
    mixed-citation element-citation nlm-citation citation citation-alternatives note ack app
    app-group glossary abstract trans-abstract notes bio alternatives-block kwd-group
    question answer explanation
    """.split()
)
_FORMULAS = frozenset({"inline-formula", "disp-formula", "tex-math", MATHML + "math"})
# Machine-readable twins of what is printed beside them, and objects without text.
_UNSEEN = frozenset(
    """
    object-id alt-text long-desc index-term private-char textual-form
    """.split()
)


def render(
    element: etree._Element,
    *,
    citing: frozenset[etree._Element] = frozenset(),
    inline: frozenset[str] = frozenset(),
) -> Rendered:
    """The text of a block element.

    Args:
        element: the block; its own tag is not looked at.
        citing: the ``xref`` elements that cite, whose places are wanted.
        inline: tags of blocks that are part of the text here.
    """
    walker = _Walker(citing=citing, inline=inline)
    if element.tag == "tr":
        walker.row(element)
    else:
        walker.content(element, Script.NONE)
    return walker.writer.finish()


@dataclass(slots=True)
class _Walker:
    """Walks the elements of one block."""

    citing: frozenset[etree._Element]
    inline: frozenset[str]
    writer: TextWriter = field(default_factory=TextWriter)

    def content(self, element: etree._Element, script: Script) -> None:
        self.writer.string(element.text, script)
        for child in element:
            self.child(child, script)
            self.writer.string(child.tail, script)

    def child(self, child: etree._Element, script: Script) -> None:
        tag, writer = str(child.tag), self.writer
        if tag in self.inline:
            self.content(child, script)
        elif tag in BLOCKS:
            writer.interruption(_raw_length(child))
        elif tag in _UNSEEN:
            writer.raw += _raw_length(child)
        elif (
            tag in _FORMULAS and (tag != "inline-formula" or has_markup_formula(child))
        ) or tag == "alternatives":
            self.formula(child, script)
        elif tag == "xref":
            self.xref(child, script)
        elif tag == "sup":
            self.superscript(child)
        elif tag == "sub":
            lowered = to_subscript(string_value(child)) is not None
            self.content(child, Script.LOWERED if lowered else Script.NONE)
        elif tag == "pub-id":
            writer.space()  # publishers put identifiers directly behind the page numbers
            self.content(child, script)
        elif tag == "break":
            writer.space(_raw_length(child))
        else:
            self.content(child, script)

    def superscript(self, child: etree._Element) -> None:
        shown = string_value(child)
        if any(x in self.citing for x in child.iter("xref")):
            # Raised brackets tell markers from text by themselves, and have no raised characters.
            self.content(child, Script.NONE if "[" in shown else Script.MARKED)
        elif to_superscript(shown) is not None:
            self.content(child, Script.RAISED)
        else:
            self.writer.exponent(shown)  # 10<sup>4.5</sup> is not 104.5
            self.content(child, Script.NONE)

    def xref(self, child: etree._Element, script: Script) -> None:
        if child not in self.citing:
            self.content(child, script)
            return
        self.writer.marker(
            string_value(child).strip(),
            lambda marked: self.content(child, Script.MARKED if marked else script),
            raised=script is Script.MARKED or child.find("sup") is not None,
            named=tuple((child.get("rid") or "").split()),
            source=child,
        )

    def formula(self, child: etree._Element, script: Script) -> None:
        shown = formula_text(child)
        if shown is not None:
            self.writer.formula(shown, _raw_length(child), block=child.tag == "disp-formula")
        elif any(True for _ in child.iter("graphic", "inline-graphic")):
            self.writer.raw += _raw_length(child)  # only a picture: no readable text
            self.writer.space()
        else:
            self.content(child, script)

    def row(self, row: etree._Element) -> None:
        """The cells of a table row, joined by bars; paragraphs inside a cell run on."""
        self.writer.string(row.text)
        for position, cell in enumerate(row):
            if position:
                self.writer.space()
                self.writer.put("| ", 0)
            self.cell(cell)
            self.writer.string(cell.tail)

    def cell(self, cell: etree._Element) -> None:
        self.writer.string(cell.text)
        for child in cell:
            if child.tag in BLOCKS or child.tag == "label":
                self.writer.space()
                self.cell(child)
                self.writer.space()
            else:
                self.child(child, Script.NONE)
            self.writer.string(child.tail)


def _raw_length(element: etree._Element) -> int:
    return len(string_value(element))
