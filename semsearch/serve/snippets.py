"""Statements as HTML: markers and matched words marked, all else escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Spans = Sequence[tuple[int, int]]


def html_snippet(
    text: str,
    markers: Spans,
    highlights: Spans = (),
    *,
    before: str | None = None,
    after: str | None = None,
) -> str:
    """A statement between its neighbours, ``<cite>`` around markers, ``<mark>`` around matches.

    Without the tags and unescaped it is the text as a reader sees it.

    Args:
        text: of the statement.
        markers: half-open spans of ``text``.
        highlights: likewise.
        before: the sentence before.
        after: the sentence after.
    """
    parts: list[str] = []
    position = 0
    for start, end in sorted(markers):
        if start < position:
            continue
        parts.append(_marked(text, position, start, highlights))
        parts.append(f"<cite>{_marked(text, start, end, highlights)}</cite>")
        position = end
    parts.append(_marked(text, position, len(text), highlights))
    around = (escape(before or ""), "".join(parts), escape(after or ""))
    return " ".join(part for part in around if part)


def _marked(text: str, first: int, last: int, highlights: Spans) -> str:
    parts: list[str] = []
    position = first
    for start, end in sorted(highlights):
        start, end = max(start, position), min(end, last)  # noqa: PLW2901 - the part inside
        if start >= end:
            continue
        parts += [escape(text[position:start]), f"<mark>{escape(text[start:end])}</mark>"]
        position = end
    parts.append(escape(text[position:last]))
    return "".join(parts)
