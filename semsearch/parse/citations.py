"""In-text reference markers: which works each one points to, ranges and groups included.

A **range** is two numbered markers joined by a dash or "to" ("[3]–[7]", "3–7"), or one marker that
prints both ends ("3–7" with the rid of 3). Its middle members are filled in from the order of the
reference list, but only when numbers and positions agree: from 3 to 7 there must be exactly four
steps in the list. What does not agree is left as it is and reported as a warning. Members that
have an marker of their own inside the range, empty or not, are not filled in again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from semsearch.parse.reference_list import ReferenceList
from semsearch.parse.text import Rendered

_DASH = "-‐‑‒–—−⁻"
_JOINED = re.compile(rf"\s*[\])]?\s*(?:[{_DASH}]|\bto\b)\s*[\[(]?\s*")
_NUMBER = re.compile(r"[\[(]?\s*(\d{1,9})\s*[a-z]?\s*[\])]?")
_BOTH_ENDS = re.compile(rf"[\[(]?\s*(\d{{1,9}})\s*[{_DASH}]\s*(\d{{1,9}})\s*[\])]?")
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LABEL_NUMBER = re.compile(r"\D*(\d{1,9})\D*")


@dataclass(frozen=True, slots=True)
class Pointer:
    """One marker of a block: ``text[start:end]`` points to ``keys``.

    ``keys`` begin with the works that it names, in their order; the rest are implied by a range.
    They are empty where it names no entry of the list.
    """

    start: int
    end: int
    keys: tuple[str, ...]
    raised: bool


def read_pointers(
    rendered: Rendered, references: ReferenceList, *, ranges: bool = True
) -> tuple[list[Pointer], list[str]]:
    """The markers of one block in reading order, and a warning for each range left unfilled.

    Args:
        rendered: the block.
        references: the reference list.
        ranges: what lies inside a range is filled in; else a marker points to what it names alone.
    """
    ids = [references.known(marker.named) for marker in rendered.markers]
    implied, warnings = _implied(rendered, ids, references) if ranges else ([()] * len(ids), [])
    pointers = [
        Pointer(
            start=marker.start,
            end=marker.end,
            keys=tuple(key for i in (*own, *filled) for key in references.entries[i]),
            raised=marker.raised,
        )
        for marker, own, filled in zip(rendered.markers, ids, implied, strict=True)
    ]
    return pointers, warnings


def _implied(
    rendered: Rendered, ids: list[tuple[str, ...]], references: ReferenceList
) -> tuple[list[tuple[str, ...]], list[str]]:
    """What ranges imply, by marker, with the warnings."""
    warnings: list[str] = []
    implied: list[tuple[str, ...]] = []
    for marker, own in zip(rendered.markers, ids, strict=True):
        filled, warning = _inside_one(rendered.text[marker.start : marker.end], own, references)
        implied.append(filled)
        if warning:
            warnings.append(warning)
    for first, last in _ranges(rendered):
        inside = {i for n in range(first, last + 1) for i in ids[n]}
        filled, warning = _between_two(rendered, (first, last), ids, references)
        implied[first] += tuple(i for i in filled if i not in inside)
        if warning:
            warnings.append(warning)
    return implied, warnings


def _inside_one(
    shown: str, own: tuple[str, ...], references: ReferenceList
) -> tuple[tuple[str, ...], str | None]:
    """Members implied by a marker that prints both ends of its range."""
    ends = _BOTH_ENDS.fullmatch(shown.translate(_RAISED_DIGITS))
    if ends is None or not own:
        return (), None
    low, high = int(ends.group(1)), int(ends.group(2))
    if high <= low or high > len(references.order):
        return (), None  # not a range of references: years, pages
    if len(own) == high - low + 1:
        return (), None
    label = _LABEL_NUMBER.fullmatch(references.labels[own[0]] or "")
    agrees = label is None or int(label.group(1)) == low
    members = references.after(own[0], high - low)
    agrees = agrees and len(members) == high - low and (len(own) == 1 or own[-1] == members[-1])
    if not agrees:
        return (), f"the range {shown!r} does not fit the order of the reference list"
    return tuple(i for i in members if i not in own), None


def _ranges(rendered: Rendered) -> Iterator[tuple[int, int]]:
    """Pairs of markers with text whose gap is a dash; empty markers between them are skipped."""
    shown = [n for n, marker in enumerate(rendered.markers) if marker.end > marker.start]
    for first, last in pairwise(shown):
        gap = rendered.text[rendered.markers[first].end : rendered.markers[last].start]
        if _JOINED.fullmatch(gap):
            yield first, last


def _between_two(
    rendered: Rendered,
    pair: tuple[int, int],
    ids: list[tuple[str, ...]],
    references: ReferenceList,
) -> tuple[tuple[str, ...], str | None]:
    """Members implied between two markers joined by a dash."""
    first, last = (rendered.markers[n] for n in pair)
    printed = rendered.text[first.start : last.end].translate(_RAISED_DIGITS)
    low = _NUMBER.fullmatch(rendered.text[first.start : first.end].translate(_RAISED_DIGITS))
    high = _NUMBER.fullmatch(rendered.text[last.start : last.end].translate(_RAISED_DIGITS))
    if low is None or high is None or not (ids[pair[0]] and ids[pair[1]]):
        return (), None  # author-year markers name no order
    start, end = ids[pair[0]][-1], ids[pair[1]][0]
    steps = int(high.group(1)) - int(low.group(1))
    if steps <= 0 or references.order[end] - references.order[start] != steps:
        return (), f"the range {printed!r} does not fit the order of the reference list"
    return references.between(start, end), None
