"""Strings of XML elements, and strings of JSON with the markers that they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from semsearch.parse.text import Rendered, Script, TextWriter


def string_value(element: etree._Element) -> str:
    """``string(element)``: all text below it, joined; offsets of spans count in it."""
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a string that is a marker, or with ``formula`` a formula.

    ``shown`` is what a reader sees in its place; None where that is the string itself. ``named``
    are the entries of the reference list that it gives.
    """

    start: int
    end: int
    named: tuple[str, ...] = ()
    shown: str | None = None
    formula: bool = False


def render_string(
    text: str, marks: Iterable[Mark], *, start: int = 0, end: int | None = None
) -> Rendered:
    """A string, or a part of it, as a reader sees it; offsets lead back into the whole string.

    Args:
        text: the string.
        marks: its markers and formulas, ascending, none over another.
        start: where the part begins.
        end: where it ends; None for the end of the string.
    """
    writer = TextWriter(raw=start)
    at = start
    for mark in marks:
        writer.string(text[at : mark.start])
        at = mark.end
        held = text[mark.start : mark.end]
        if mark.formula:
            writer.formula(mark.shown or "", len(held), block=False)
        elif mark.shown is not None:
            _put_marker(writer, mark, mark.shown, len(held))
        else:
            _string_marker(writer, mark, held)
    writer.string(text[at:end])
    return writer.finish()


def _put_marker(writer: TextWriter, mark: Mark, shown: str, raw_length: int) -> None:
    writer.marker(
        shown,
        lambda _: writer.put(shown, raw_length),
        raised=False,
        named=mark.named,
        source=mark,
    )


def _string_marker(writer: TextWriter, mark: Mark, held: str) -> None:
    writer.marker(
        held.strip(),
        lambda raised: writer.string(held, Script.MARKED if raised else Script.NONE),
        raised=False,
        named=mark.named,
        source=mark,
    )
