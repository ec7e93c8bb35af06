"""Drafts as they are read, whatever format they came in: paragraphs, and what each cites."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from semsearch.report.listed import Entry


class DraftFormat(StrEnum):
    """What a draft is written in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    LATEX = "latex"
    DOCX = "docx"


class Naming(StrEnum):
    """What a pointer names its work by."""

    KEY = "key"  # of an entry of a bibliography: "@rao2010", "\\cite{rao2010}"
    NUMBER = "number"  # place in a reference list: "[3]"
    NAME = "name"  # authors and year: "Rao et al., 2010"
    IDENTIFIER = "identifier"  # a DOI in the text
    FIELD = "field"  # a reference manager put the whole entry into the document


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place of a paragraph that cites one work.

    ``text[start:end]`` of the block is the marker around it, which may hold other pointers too, and
    is taken out of the sentence where ``bracketed``; else it is a part of the sentence. ``name`` is
    what it names: a key, a number, a DOI, or the authors as printed.
    """

    naming: Naming
    name: str
    start: int
    end: int
    bracketed: bool = True
    year: str | None = None
    letter: str | None = None  # behind the year, as in "2010a"
    entry: Entry | None = None  # of a FIELD

    @property
    def printed(self) -> str:
        """What it names, for messages."""
        if self.naming is Naming.NUMBER:
            return f"[{self.name}]"
        return f"{self.name}, {self.year}{self.letter or ''}" if self.year else self.name


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: no sentence runs over its end.

    ``text`` has single spaces. ``lines``: where in it the lines of the draft begin, (offset, line)
    ascending, with one pair where the draft has no lines. ``kind``: what the numbers count.
    """

    text: str
    lines: tuple[tuple[int, int], ...]
    kind: str = "line"  # or "paragraph", "footnote", "endnote"
    pointers: tuple[Pointer, ...] = ()

    def place(self, offset: int) -> str:
        """Where a character stands in the draft, such as "line 12"."""
        number = bisect_right(self.lines, offset, key=lambda pair: pair[0]) - 1
        return f"{self.kind} {self.lines[max(number, 0)][1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft.

    ``entries``: of the reference list that it holds itself. ``notes``: what the reader should know
    of the reading, one sentence each.
    """

    format: DraftFormat
    blocks: tuple[Block, ...]
    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()
