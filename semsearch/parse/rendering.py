"""The text of an XML element as a reader sees it, with every character's place in the source.

``render`` walks one text block. White space is collapsed; soft hyphens and zero-width characters
go; superscripts and subscripts become Unicode scripts; formulas become readable text; what is a
text block of its own (a list inside a paragraph, a figure, a footnote) is left out and leaves a
``break`` behind, over which no sentence runs.

A rendered offset maps back to an offset into the XPath string value of the element,
``string(path)``, which counts every text node below it, also those that are not shown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from lxml import etree

from semsearch.language.scripts import raise_digits, to_subscript, to_superscript
from semsearch.parse.formulas import MATHML, formula_text, has_markup_formula
from semsearch.parse.strings import string_value

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
_PIECES = re.compile(
    r"(?P<space>\s+)|(?P<gone>[\u00ad\u200b-\u200d\u2060\ufeff]+)|[^\s\u00ad\u200b-\u200d\u2060\ufeff]+"
)
_GONE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]+")
# Where characters of the source are not shown one for one.
_UNEVEN = re.compile(r"\s\s|[\u00ad\u200b-\u200d\u2060\ufeff]")
_NUMBERS = re.compile(r"\d[\d,–-]*[a-z]?")
_JOINS = re.compile(r"[,–—−-]")
_EXPONENT = re.compile(r"[+\-−–]?\d[\d.,/]*")


@dataclass(frozen=True, slots=True)
class RenderedXref:
    """Where one ``xref`` element stands in the text of its block: ``text[start:end]``."""

    element: etree._Element
    start: int
    end: int
    raised: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of one block."""

    text: str
    xrefs: tuple[RenderedXref, ...]
    breaks: tuple[int, ...]  # offsets at which another block interrupts the text
    formulas: tuple[tuple[int, int], ...]  # spans of formulas
    # Segments of the text: rendered start, source start, source end. A segment whose two lengths
    # differ (a formula, a run of spaces) maps as a whole.
    segments: tuple[tuple[int, int, int], ...]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the string value of the element for ``text[start:end]``, start < end."""
        return self._source(start, last=False), self._source(end - 1, last=True)

    def _source(self, offset: int, *, last: bool) -> int:
        index = bisect_right(self.segments, offset, key=lambda segment: segment[0]) - 1
        begin, raw_begin, raw_end = self.segments[index]
        after = self.segments[index + 1][0] if index + 1 < len(self.segments) else len(self.text)
        if after - begin != raw_end - raw_begin:
            return raw_end if last else raw_begin
        return raw_begin + (offset - begin) + (1 if last else 0)


def string_shown(text: str | None) -> str:
    """What a reader sees of a string that stands alone in its element."""
    if not text:
        return ""
    return " ".join((text if text.isascii() else _GONE.sub("", text)).split())


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
    writer = _Writer(citing=citing, inline=inline)
    if element.tag == "tr":
        writer.row(element)
    else:
        writer.content(element, _Script.NONE)
    return writer.finish()


class _Script(StrEnum):
    NONE = "none"
    RAISED = "raised"  # every character has a superscript form
    LOWERED = "lowered"  # every character has a subscript form
    MARKED = "marked"  # a superscript that holds markers: its digits are raised


@dataclass(slots=True)
class _Writer:
    """Collects the text of one block; ``raw`` counts source characters passed."""

    citing: frozenset[etree._Element]
    inline: frozenset[str]
    parts: list[str] = field(default_factory=list)
    length: int = 0
    raw: int = 0
    segments: list[tuple[int, int, int]] = field(default_factory=list)
    xrefs: list[RenderedXref] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)

    def finish(self) -> Rendered:
        text = "".join(self.parts)
        if text.endswith(" "):
            text = text[:-1]
            begin, raw_begin, raw_end = self.segments[-1]
            if self.length - begin == raw_end - raw_begin:
                self.segments[-1] = (begin, raw_begin, raw_end - 1)
        end = len(text)
        return Rendered(
            text=text,
            xrefs=tuple(
                RenderedXref(x.element, min(x.start, end), min(x.end, end), x.raised)
                for x in self.xrefs
            ),
            breaks=tuple(b for b in self.breaks if 0 < b < end),
            formulas=tuple(self.formulas),
            segments=tuple(s for s in self.segments if s[0] < end),
        )

    # -- characters ---------------------------------------------------------------------------

    def put(self, shown: str, raw_length: int) -> None:
        """Append ``shown`` for the next ``raw_length`` characters of the source."""
        if shown:
            self.segments.append((self.length, self.raw, self.raw + raw_length))
            self.parts.append(shown)
            self.length += len(shown)
        self.raw += raw_length

    def last(self) -> str:
        return self.parts[-1][-1] if self.parts else " "

    def space(self, raw_length: int = 0) -> None:
        self.put("" if self.last() == " " else " ", raw_length)

    def string(self, text: str | None, script: _Script) -> None:
        if not text:
            return
        if script is _Script.NONE and not _UNEVEN.search(text):
            self.even(text)
            return
        for piece in _PIECES.finditer(text):
            length = piece.end() - piece.start()
            if piece["space"] is not None:
                self.space(length)
            elif piece["gone"] is not None:
                self.put("", length)
            else:
                self.put(_scripted(piece.group(), script), length)

    def even(self, text: str) -> None:
        """Append words with one space between them: the same as piece by piece, in one segment."""
        words = text.split()
        if not words:
            self.space(1)
            return
        shown = [" "] * (2 * len(words) + 1)
        shown[1::2] = words
        length = len(text)
        if not text[-1].isspace():
            shown.pop()
        if not text[0].isspace():
            del shown[0]
        elif self.last() == " ":
            del shown[0]
            self.raw += 1
            length -= 1
        self.segments.append((self.length, self.raw, self.raw + length))
        self.parts += shown
        self.length += length
        self.raw += length

    # -- elements -----------------------------------------------------------------------------

    def content(self, element: etree._Element, script: _Script) -> None:
        self.string(element.text, script)
        for child in element:
            self.child(child, script)
            self.string(child.tail, script)

    def child(self, child: etree._Element, script: _Script) -> None:
        tag = str(child.tag)
        if tag in self.inline:
            self.content(child, script)
        elif tag in BLOCKS or tag in _UNSEEN:
            self.raw += _raw_length(child)
            if tag in BLOCKS:
                self.space()
                self.breaks.append(self.length)
        elif (
            tag in _FORMULAS and (tag != "inline-formula" or has_markup_formula(child))
        ) or tag == "alternatives":
            self.formula(child, script)
        elif tag == "xref":
            self.xref(child, script)
        elif tag == "sup":
            self.superscript(child)
        elif tag == "sub":
            self.content(child, _Script.LOWERED if _maps(child, to_subscript) else _Script.NONE)
        elif tag == "pub-id":
            self.space()  # publishers put identifiers directly behind the page numbers
            self.content(child, script)
        elif tag == "break":
            self.space(_raw_length(child))
        else:
            self.content(child, script)

    def superscript(self, child: etree._Element) -> None:
        if any(x in self.citing for x in child.iter("xref")):
            # Raised brackets tell markers from text by themselves, and have no raised characters.
            bracketed = "[" in string_value(child)
            self.content(child, _Script.NONE if bracketed else _Script.MARKED)
        elif _maps(child, to_superscript):
            self.content(child, _Script.RAISED)
        else:
            exponent = string_value(child).strip()
            if self.last().isdigit() and _EXPONENT.fullmatch(exponent):
                self.put("^", 0)  # 10<sup>4.5</sup> is not 104.5
            self.content(child, _Script.NONE)

    def xref(self, child: etree._Element, script: _Script) -> None:
        if child not in self.citing:
            self.content(child, script)
            return
        shown = string_value(child).strip()
        marked = (
            script == _Script.MARKED or child.find("sup") is not None or self.stands_bare(shown)
        )
        if shown and self.xrefs and self.xrefs[-1].end == self.length and self.last().isalnum():
            self.space()  # two markers with nothing between them are not one number
        start, count = self.length, len(self.parts)
        self.content(child, _Script.MARKED if marked else script)
        while count < len(self.parts) and self.parts[count] == " ":
            start += 1
            count += 1
        end = self.length - 1 if self.last() == " " and self.length > start else self.length
        self.xrefs.append(RenderedXref(child, start, end, marked))

    def stands_bare(self, shown: str) -> bool:
        """Whether a number directly after a word, outside brackets, is printed raised.

        Many publishers leave the raising of such markers to their style sheet.
        """
        if not _NUMBERS.fullmatch(shown) or self.last() in " ([{/":
            return False
        if self.xrefs and _JOINS.fullmatch("".join(self.parts[-2:])[-1:]):
            return self.xrefs[-1].raised and self.xrefs[-1].end == self.length - 1
        if self.last() in "-–—−,":
            return self.last() == "," and not self.in_bracket()
        return not self.in_bracket()

    def in_bracket(self) -> bool:
        recent = "".join(self.parts[-60:])
        return any(recent.rfind(o) > recent.rfind(c) for o, c in ("[]", "()"))

    def formula(self, child: etree._Element, script: _Script) -> None:
        shown = formula_text(child)
        if shown is None:
            if any(True for _ in child.iter("graphic", "inline-graphic")):
                self.raw += _raw_length(child)  # only a picture: no readable text
                self.space()
            else:
                self.content(child, script)
            return
        block = child.tag == "disp-formula"
        if block:
            self.space()
        start = self.length
        self.put(shown, _raw_length(child))
        self.formulas.append((start, self.length))
        if block:
            self.space()

    def row(self, row: etree._Element) -> None:
        """The cells of a table row, joined by bars; paragraphs inside a cell run on."""
        self.string(row.text, _Script.NONE)
        for position, cell in enumerate(row):
            if position:
                self.space()
                self.put("| ", 0)
            self.cell(cell)
            self.string(cell.tail, _Script.NONE)

    def cell(self, cell: etree._Element) -> None:
        self.string(cell.text, _Script.NONE)
        for child in cell:
            if child.tag in BLOCKS or child.tag == "label":
                self.space()
                self.cell(child)
                self.space()
            else:
                self.child(child, _Script.NONE)
            self.string(child.tail, _Script.NONE)


def _scripted(piece: str, script: _Script) -> str:
    if script == _Script.MARKED:
        return raise_digits(piece)
    if script == _Script.RAISED:
        return to_superscript(piece) or piece
    if script == _Script.LOWERED:
        return to_subscript(piece) or piece
    return piece


def _maps(element: etree._Element, to_script: Callable[[str], str | None]) -> bool:
    return to_script(string_value(element)) is not None


def _raw_length(element: etree._Element) -> int:
    return len(string_value(element))
