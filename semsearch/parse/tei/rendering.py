"""The text of a TEI element as a reader sees it.

Sentences that are marked up (``s``) run on as one text, with a space between them: where sentences
begin and end is decided as for every other format.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from semsearch.language.scripts import to_subscript, to_superscript
from semsearch.parse.strings import string_value
from semsearch.parse.tei.elements import below, local, targets
from semsearch.parse.text import Rendered, Script, TextWriter

#: Elements that are text blocks, or hold them: never part of the text around them.
BLOCKS = frozenset(
    """
    p ab head note figDesc cell row item list table figure listBibl biblStruct div quote cit bibl
    epigraph label
    """.split()
)
_RAISED = frozenset({"sup", "superscript"})
_LOWERED = frozenset({"sub", "subscript"})


@dataclass(frozen=True, slots=True)
class TeiText:
    """A block, and the parts of it that have coordinates."""

    rendered: Rendered
    placed: tuple[tuple[int, int, str], ...]  # start, end, ``coords``


def render(element: etree._Element, citing: frozenset[etree._Element]) -> TeiText:
    """The text of a block; ``citing`` are the ``ref`` elements whose places are wanted."""
    walker = _Walker(citing)
    if local(element) == "row":
        walker.row(element)
    else:
        walker.content(element, Script.NONE)
    rendered = walker.writer.finish()
    placed = tuple(walker.placed)
    if not placed and (coords := element.get("coords")):
        placed = ((0, len(rendered.text), coords),)
    return TeiText(rendered, placed)


@dataclass(slots=True)
class _Walker:
    citing: frozenset[etree._Element]
    writer: TextWriter = field(default_factory=TextWriter)
    placed: list[tuple[int, int, str]] = field(default_factory=list)

    def content(self, element: etree._Element, script: Script) -> None:
        self.writer.string(element.text, script)
        for child in element:
            self.child(child, script)
            self.writer.string(child.tail, script)

    def child(self, child: etree._Element, script: Script) -> None:
        name, writer = local(child), self.writer
        if name in BLOCKS:
            writer.interruption(len(string_value(child)))
        elif name == "s":
            self.sentence(child, script)
        elif name == "formula":
            self.formula(child)
        elif name == "ref" and child in self.citing:
            self.ref(child, script)
        elif name == "hi":
            self.highlighted(child, script)
        elif name in {"lb", "pb", "cb"}:
            writer.space(len(string_value(child)))
        else:
            self.content(child, script)

    def sentence(self, child: etree._Element, script: Script) -> None:
        self.writer.space()
        start = self.writer.length
        self.content(child, script)
        if coords := child.get("coords"):
            self.placed.append((start, self.writer.length, coords))
        self.writer.space()

    def formula(self, child: etree._Element) -> None:
        """The formula without the number that is printed beside it."""
        held = string_value(child)
        labels = {string_value(label) for label in below(child, "label")}
        text = held
        for label in labels:
            text = text.replace(label, " ")
        self.writer.formula(" ".join(text.split()), len(held), block=True)

    def ref(self, child: etree._Element, script: Script) -> None:
        self.writer.marker(
            string_value(child).strip(),
            lambda marked: self.content(child, Script.MARKED if marked else script),
            raised=script is Script.MARKED,
            named=targets(child),
            source=child,
        )

    def highlighted(self, child: etree._Element, script: Script) -> None:
        style, held = child.get("rend", ""), string_value(child)
        if style in _RAISED and any(node in self.citing for node in child.iter()):
            self.content(child, Script.NONE if "[" in held else Script.MARKED)
        elif style in _RAISED and to_superscript(held) is not None:
            self.content(child, Script.RAISED)
        elif style in _RAISED:
            self.writer.exponent(held)
            self.content(child, Script.NONE)
        elif style in _LOWERED and to_subscript(held) is not None:
            self.content(child, Script.LOWERED)
        else:
            self.content(child, script)

    def row(self, row: etree._Element) -> None:
        """The cells of a table row, joined by bars."""
        self.writer.string(row.text)
        for position, cell in enumerate(row):
            if position:
                self.writer.space()
                self.writer.put("| ", 0)
            self.content(cell, Script.NONE)
            self.writer.string(cell.tail)
