"""Paragraphs of JSON with the offsets of their markers, and what becomes of each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from semsearch.parse.blocks import Block
from semsearch.parse.sections import canonical_section
from semsearch.parse.statements import MISPLACED, StatementReader
from semsearch.parse.strings import Mark, render_string
from semsearch.records import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """A marker as JSON gives it: ``text[start:end]`` is said to print ``printed``."""

    start: int
    end: int
    printed: str | None
    named: tuple[str, ...]
    shown: str | None = None  # what a reader sees in its place; None for what stands there


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph: ``text[start:end]`` of the string at ``path``."""

    path: str
    text: str
    cites: Sequence[Cite]
    start: int = 0
    end: int | None = None
    heading: str | None = None
    above: Sequence[str | None] = ()  # headings around the heading, the nearest first
    place: Place = Place.PARAGRAPH
    formulas: Sequence[Mark] = ()


def read_passages(reader: StatementReader, passages: Iterable[Passage]) -> None:
    """Take the statements of a paper; markers that are not where they are said to be are left out.

    Such a marker is excluded as ``misplaced``, with a warning.
    """
    for passage in passages:
        if not passage.cites:
            continue
        reader.found(len(passage.cites))
        marks: list[Mark] = []
        end = len(passage.text) if passage.end is None else passage.end
        at = passage.start
        for cite in sorted(passage.cites, key=lambda cite: (cite.start, cite.end)):
            fits = at <= cite.start <= cite.end <= end
            held = passage.text[cite.start : cite.end] if fits else None
            if held is None or (cite.printed is not None and held != cite.printed):
                where = f"{passage.path} {cite.start}–{cite.end}"
                reader.warn(f"the marker {cite.printed!r} does not stand at {where}")
                reader.exclude(cite.named, MISPLACED)
                continue
            marks.append(Mark(cite.start, cite.end, cite.named, cite.shown))
            at = cite.end
        reader.read_block(
            Block(
                path=passage.path,
                rendered=render_string(
                    passage.text,
                    _merged(marks, passage.formulas),
                    start=passage.start,
                    end=passage.end,
                ),
                place=passage.place,
                heading=passage.heading,
                section=canonical_section((one, None) for one in (passage.heading, *passage.above)),
            )
        )


def _merged(marks: Sequence[Mark], formulas: Sequence[Mark]) -> list[Mark]:
    """Markers and formulas in order; a formula over a marker is left out."""
    starts = [mark.start for mark in marks]

    def is_free(formula: Mark) -> bool:
        # Of the markers that begin before its end, the last ends last: none is over another.
        before = bisect_left(starts, formula.end)
        return not before or marks[before - 1].end <= formula.start

    free = filter(is_free, formulas)
    return sorted([*marks, *free], key=lambda mark: (mark.start, mark.end))
