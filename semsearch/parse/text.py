"""The text of a block as a reader sees it, with every character's place in the source.

White space is collapsed; soft hyphens and zero-width characters go; superscripts and subscripts
become Unicode scripts. A rendered offset maps back to an offset into the source text of the block,
which counts every character of it, also those that are not shown. What the characters come from,
elements of XML or a string of JSON, is for the readers of the formats.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from semsearch.language.scripts import raise_digits, to_subscript, to_superscript

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
class RenderedMarker:
    """An in-text reference pointer: ``text[start:end]`` of its block is what is printed.

    ``named`` are the ids that it gives of entries of the reference list, known there or not;
    ``source`` is what the reader made it from.
    """

    source: object
    start: int
    end: int
    raised: bool
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of one block."""

    text: str
    markers: tuple[RenderedMarker, ...]
    breaks: tuple[int, ...]  # offsets at which another block interrupts the text
    formulas: tuple[tuple[int, int], ...]  # spans of formulas
    # Segments of the text: rendered start, source start, source end. A segment whose two lengths
    # differ (a formula, a run of spaces) maps as a whole.
    segments: tuple[tuple[int, int, int], ...]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the source text of the block for ``text[start:end]``, start < end."""
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


class Script(StrEnum):
    """How characters are set."""

    NONE = "none"
    RAISED = "raised"  # every character has a superscript form
    LOWERED = "lowered"  # every character has a subscript form
    MARKED = "marked"  # a superscript that holds markers: its digits are raised


@dataclass(slots=True)
class TextWriter:
    """Collects the text of one block; ``raw`` counts source characters passed."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    raw: int = 0
    segments: list[tuple[int, int, int]] = field(default_factory=list)
    markers: list[RenderedMarker] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)

    def finish(self) -> Rendered:
        """The block that was written."""
        text = "".join(self.parts)
        if text.endswith(" "):
            text = text[:-1]
            begin, raw_begin, raw_end = self.segments[-1]
            if self.length - begin == raw_end - raw_begin:
                self.segments[-1] = (begin, raw_begin, raw_end - 1)
        end = len(text)
        return Rendered(
            text=text,
            markers=tuple(
                RenderedMarker(m.source, min(m.start, end), min(m.end, end), m.raised, m.named)
                for m in self.markers
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
        """The last character, a space before the first."""
        return self.parts[-1][-1] if self.parts else " "

    def space(self, raw_length: int = 0) -> None:
        """Append a space for the next characters of the source, unless there is one."""
        self.put("" if self.last() == " " else " ", raw_length)

    def string(self, text: str | None, script: Script = Script.NONE) -> None:
        """Append characters of the source."""
        if not text:
            return
        if script is Script.NONE and not _UNEVEN.search(text):
            self._even(text)
            return
        for piece in _PIECES.finditer(text):
            length = piece.end() - piece.start()
            if piece["space"] is not None:
                self.space(length)
            elif piece["gone"] is not None:
                self.put("", length)
            else:
                self.put(_scripted(piece.group(), script), length)

    def _even(self, text: str) -> None:
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

    # -- what stands in a text ----------------------------------------------------------------

    def marker(
        self,
        shown: str,
        write: Callable[[bool], None],
        *,
        raised: bool,
        named: tuple[str, ...],
        source: object,
    ) -> None:
        """Append an in-text reference pointer.

        Args:
            shown: what it prints.
            write: appends it; told whether its digits are raised.
            raised: its markup raises it.
            named: ids that it gives of entries of the reference list.
            source: what it is made from.
        """
        marked = raised or self.stands_bare(shown)
        if shown and self.markers and self.markers[-1].end == self.length and self.last().isalnum():
            self.space()  # two markers with nothing between them are not one number
        start, count = self.length, len(self.parts)
        write(marked)
        while count < len(self.parts) and self.parts[count] == " ":
            start += 1
            count += 1
        end = self.length - 1 if self.last() == " " and self.length > start else self.length
        self.markers.append(RenderedMarker(source, start, end, marked, named))

    def stands_bare(self, shown: str) -> bool:
        """Whether a number directly after a word, outside brackets, is printed raised.

        Many publishers leave the raising of such markers to their style sheet.
        """
        if not _NUMBERS.fullmatch(shown) or self.last() in " ([{/":
            return False
        if self.markers and _JOINS.fullmatch("".join(self.parts[-2:])[-1:]):
            return self.markers[-1].raised and self.markers[-1].end == self.length - 1
        if self.last() in "-–—−,":
            return self.last() == "," and not self._in_bracket()
        return not self._in_bracket()

    def exponent(self, shown: str) -> None:
        """Append the sign that parts a raised number from the digits before: 10^4.5."""
        if self.last().isdigit() and _EXPONENT.fullmatch(shown.strip()):
            self.put("^", 0)

    def formula(self, shown: str, raw_length: int, *, block: bool) -> None:
        """Append a formula; one that is displayed stands between spaces."""
        if block:
            self.space()
        start = self.length
        self.put(shown, raw_length)
        self.formulas.append((start, self.length))
        if block:
            self.space()

    def interruption(self, raw_length: int) -> None:
        """Pass over another block, over which no sentence runs."""
        self.raw += raw_length
        self.space()
        self.breaks.append(self.length)

    def _in_bracket(self) -> bool:
        recent = "".join(self.parts[-60:])
        return any(recent.rfind(o) > recent.rfind(c) for o, c in ("[]", "()"))


def _scripted(piece: str, script: Script) -> str:
    if script is Script.MARKED:
        return raise_digits(piece)
    if script is Script.RAISED:
        return to_superscript(piece) or piece
    if script is Script.LOWERED:
        return to_subscript(piece) or piece
    return piece
